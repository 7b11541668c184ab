"""Refusals of partnerships that are more than a wrong field."""

from marketplace.errors import ConflictError, ForbiddenError


class StaleOfferError(ConflictError):
    """The page shows an older version of the offer."""

    code = "stale_offer"
    default_message = (
        "Penawaran ini sudah berubah sejak Anda membukanya. Periksa yang baru, lalu kirim lagi bila setuju."
    )


class AlreadyAppliedError(ConflictError):
    """A cooperative has one open application for an offer at a time."""

    code = "already_applied"
    default_message = "Koperasi Anda sudah punya pengajuan yang masih terbuka untuk penawaran ini."


class OfferNotOpenError(ConflictError):
    """The offer is closed, has not begun or has ended."""

    code = "offer_not_open"
    default_message = "Penawaran ini sedang tidak menerima pengajuan."


class QuotaExceededError(ConflictError):
    """Less is left of the quota than is asked for."""

    code = "quota_exceeded"
    default_message = "Sisa kuota tinggal {left}, kurang dari jumlah yang diajukan."


class NotEligibleError(ForbiddenError):
    """This cooperative may not apply; the message is the reason."""

    code = "not_eligible"
