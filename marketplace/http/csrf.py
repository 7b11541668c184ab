"""Refuses forms posted from other sites.

Browsers since 2019 say where a request comes from (Sec-Fetch-Site), older ones at least the Origin of a POST; only a
browser that says neither has to show the form's token (Origin is "null" on pages that send no referrer). So a page left
open while the cookie changed still works. Forms carry the token masked, differently on each page, because pages are
compressed (see compression.py).
"""

import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from marketplace.errors import ForbiddenError

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def mask_token(token: str) -> str:
    """Write a token (hexadecimal) so that it looks different each time; an empty one stays empty."""
    mask = secrets.token_bytes(len(token) // 2)
    return mask.hex() + _xor(bytes.fromhex(token), mask).hex()


def _unmask(shown: str) -> str:
    """Read what `mask_token` wrote; empty where it cannot have written that."""
    try:
        both = bytes.fromhex(shown)
    except ValueError:
        return ""
    half = len(both) // 2
    return _xor(both[:half], both[half:]).hex() if len(both) == 2 * half else ""


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


async def refuse_cross_site(request: Request[Any, Any, Any]) -> None:
    """Litestar `before_request` hook of every page.

    Raises:
        ForbiddenError: the form was not sent from our own pages.

    """
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        is_ours = site in ("same-origin", "none")
    elif (origin := request.headers.get("origin", "null")) != "null":
        is_ours = urlsplit(origin).netloc == request.headers.get("host")
    else:
        expected = request.scope["state"]["csrf_token"]
        form = await request.form()
        is_ours = not expected or hmac.compare_digest(_unmask(str(form.get("_csrf", ""))), expected)
    if not is_ours:
        message = "Formulir ini dikirim dari situs lain atau sudah kedaluwarsa. Muat ulang halaman lalu coba lagi."
        raise ForbiddenError(message)
