"""How the fake signs what it tells, and how it refuses."""

import hmac
import time
from hashlib import sha256
from typing import Any

import msgspec

Json = dict[str, Any]


class Refusal(Exception):
    """An answer of 4xx."""

    def __init__(self, *, saying: str, code: str = "", status: int = 400, kind: str = "invalid_request_error") -> None:
        self.status = status
        self.body = {"error": {"type": kind, "code": code or None, "message": saying}}
        super().__init__(saying)


def signed(event: Json, secret: str, *, at: int | None = None) -> tuple[bytes, str]:
    """Body and Stripe-Signature header of an event."""
    body = msgspec.json.encode(event)
    instant = int(time.time()) if at is None else at
    signature = hmac.new(secret.encode(), f"{instant}.".encode() + body, sha256).hexdigest()
    return body, f"t={instant},v1={signature}"
