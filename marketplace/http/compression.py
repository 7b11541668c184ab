"""Compresses pages and JSON on the way out, in one piece; static files bring their own compressed form.

A compressed answer's length tells a little about its content, so that somebody who can make a browser fetch a page
with words of their choice might guess a secret standing beside them (BREACH). Against it the gzip header carries a
file name of random length, the tokens of forms are masked anew for each page (csrf.py), and the session's cookie is not
sent along by other sites' scripts. A page that may be shared holds no secret to guess, so it is packed the same each
time and can be known again by its bytes (shared_pages.py).
"""

import secrets
import struct
import zlib
from typing import Any, Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES: Final = 1_000
_MOST_RANDOM_BYTES: Final = 100
# Three quarters of what the slowest level saves, for a fifth of its time: 40 kB of page in about half a millisecond.
_LEVEL: Final = 4
_TYPES: Final = (b"text/html", b"application/json", b"application/problem+json")
_HAS_NAME: Final = 0x08


def gzip_of(body: bytes, *, is_secret: bool = True) -> bytes:
    """Compress to one gzip member (RFC 1952) without a time; its file name is of random length where `is_secret`."""
    name = b"x" * secrets.randbelow(_MOST_RANDOM_BYTES + 1) if is_secret else b""
    header = b"\x1f\x8b\x08" + bytes((_HAS_NAME,)) + b"\x00\x00\x00\x00\x00\xff" + name + b"\x00"
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(body) + packer.flush()
    return header + packed + struct.pack("<LL", zlib.crc32(body), len(body) & 0xFFFFFFFF)


def compress(app: ASGIApp) -> ASGIApp:
    """Wrap an application: answers of one piece, large enough and of text, go out compressed to whoever takes gzip."""

    async def compressing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        takes_gzip = _takes_gzip(scope["headers"])
        started: list[Message] = []

        async def packed_send(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_text(message["headers"]):
                started.append(message)
                return
            if started:
                start: Any = started.pop()
                start["headers"] = [*start["headers"], (b"vary", b"accept-encoding")]
                if takes_gzip and message["type"] == "http.response.body":
                    message = _pack(start, message)
                await send(start)
            await send(message)

        await app(scope, receive, packed_send)

    return compressing


def _pack(start: Any, message: Any) -> Message:
    """Compress the body and say so in the start's headers; leave both as they are where it would not be worth it."""
    body = message.get("body", b"")
    if message.get("more_body") or len(body) < LEAST_BYTES:
        return message  # type: ignore[no-any-return]
    is_secret = not any(name.lower() == b"cache-control" and b"public" in value for name, value in start["headers"])
    packed = gzip_of(body, is_secret=is_secret)
    kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    start["headers"] = [*kept, (b"content-length", str(len(packed)).encode()), (b"content-encoding", b"gzip")]
    return {**message, "body": packed}  # type: ignore[return-value]


def _takes_gzip(headers: Any) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in headers)


def _is_text(headers: Any) -> bool:
    names = {name.lower(): value for name, value in headers}
    return b"content-encoding" not in names and names.get(b"content-type", b"").startswith(_TYPES)
