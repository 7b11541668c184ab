"""What a request brings to signing in besides its words: address, device, the session and cart it held before."""

import hmac
from typing import Any

import msgspec
from litestar import Request

from marketplace.accounts.device import describe_device
from marketplace.http.rate_limits import client_address
from marketplace.settings import current_settings


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """`address` is a keyed digest, fit for a rate limit's bucket; tokens are the browser's, unhashed."""

    address: str = ""
    device: str = ""
    session_token: str = ""
    cart_token: str = ""


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """Visit behind a request."""
    state = request.scope["state"]
    return Visit(
        address=hmac.new(
            current_settings().secret_key.encode(), b"address:" + client_address(request).encode(), "sha256"
        ).hexdigest()[:32],
        device=describe_device(request.headers.get("user-agent", "")),
        session_token=state["session_token"],
        cart_token=state["cart_token"],
    )
