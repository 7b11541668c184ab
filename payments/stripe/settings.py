"""What an installation is told about its Stripe account, and what can be seen to be wrong with it without asking."""

from __future__ import annotations

import re
from typing import Final

import msgspec

_SECRET_KEY: Final = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9]{8,}")
_WEBHOOK_SECRET: Final = re.compile(r"whsec_[A-Za-z0-9+/=_-]{8,}")
_LOOPBACK: Final = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")


class StripeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Keys of one Stripe account. Several webhook secrets while one is being rotated; any of them is believed.

    `api_base` is for tests and stand-ins; None is Stripe itself.
    """

    secret_key: str
    webhook_secrets: tuple[str, ...]
    api_base: str | None = None
    timeout_seconds: float = 10.0

    @property
    def is_live(self) -> bool:
        """Whether real money moves; the key says it."""
        return "_live_" in self.secret_key

    def problems(self) -> list[str]:
        """Say in English what cannot be right, for the operator; empty where nothing is."""
        found = []
        if self.secret_key.startswith("pk_"):
            found.append("LUMBUNG_STRIPE_KEY is a publishable key (pk_…); the secret one begins with sk_ or rk_")
        elif not _SECRET_KEY.fullmatch(self.secret_key):
            found.append("LUMBUNG_STRIPE_KEY does not look like a secret key (sk_test_…, sk_live_…, rk_…)")
        if not self.webhook_secrets:
            found.append(
                "LUMBUNG_STRIPE_WEBHOOK_SECRETS is empty: events are refused, payments are only found by asking"
            )
        found += [
            f"webhook secret {number} does not look like one (whsec_…)"
            for number, secret in enumerate(self.webhook_secrets, 1)
            if not _WEBHOOK_SECRET.fullmatch(secret)
        ]
        if self.api_base is not None and self.is_live:
            found.append("STRIPE_API_BASE is set beside a live key: a stand-in would be given the real key")
        elif self.api_base is not None and not _LOOPBACK.fullmatch(self.api_base):
            found.append(f"STRIPE_API_BASE is {self.api_base}; a stand-in runs on this machine")
        return found
