"""How a call to Stripe can end badly: for now, or for good."""

from __future__ import annotations

from payments.errors import PaymentsError


class StripeUnavailable(PaymentsError):
    """No answer, or one that says to come back: nobody knows whether it was done. Call again with the same key."""

    code = "stripe_unavailable"
    message = "Stripe sedang tidak dapat dihubungi"


class StripeRefused(PaymentsError):
    """Stripe will not do this, however often it is asked."""

    code = "stripe_refused"
    message = "Stripe menolak permintaan ini"


class StripeNotFound(StripeRefused):
    """Stripe knows no such object, or this account may not see it."""

    code = "stripe_not_found"
    message = "Stripe tidak mengenal pembayaran ini"


class StripeKeyRefused(PaymentsError):
    """The key is wrong or may not do this: the operator has to act, and the call waits until then."""

    code = "stripe_key_refused"
    message = "Kunci Stripe ditolak"


class BadSignature(PaymentsError):
    """An event that nobody with our webhook secret signed, or too long ago."""

    code = "bad_signature"
    message = "Tanda tangan tidak sah"
