"""Keeps pages that are the same for every guest, for the seconds they allow, as the bytes that went out.

A shared cache as RFC 9111 describes it, in the memory of one process and outside everything else, so that a kept page
costs no routing, no statement, no rendering and no compressing. It takes part only in requests that hold nothing of a
person (`_key_of`) and keeps only answers that say of themselves that they may be shared (`_lifetime_of`); which pages
say so is theirs (web/render.py). While a page is rendered, others who ask for it wait for that one rendering.
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from marketplace.http.cookies import LANGUAGE_COOKIE, VILLAGE_COOKIE
from marketplace.http.visitor import language_of, read_cookies, village_of

MOST_BYTES: Final = 16 * 1024 * 1024
# A page, its headers and its place in the table cost about so much beside their bytes.
_BYTES_BESIDE: Final = 2_000
_LONGEST_QUERY: Final = 500
_IMPERSONAL_COOKIES: Final = frozenset({LANGUAGE_COOKIE, VILLAGE_COOKIE})
# Who sends one of these is somebody, wants a part of a page, or holds a cart.
_PERSONAL_HEADERS: Final = frozenset({b"authorization", b"cart-token", b"hx-request"})
# Answers that vary by anything else are not kept; these two are in the key.
_KEYED: Final = frozenset({"cookie", "accept-encoding"})
_MAX_AGE: Final = re.compile(r"(?:^|,)\s*max-age=([0-9]{1,6})\s*(?:,|$)")
_NOT_IN_304: Final = frozenset({b"content-length", b"content-encoding", b"content-type"})
_OK: Final = 200


class Key(NamedTuple):
    """What a shared page depends on: nothing else of a request may change it."""

    path: str
    query: bytes
    language: str
    village_code: str | None
    is_gzip: bool


class Page(NamedTuple):
    """An answer as it went out; instants are seconds of the cache's clock."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: bytes
    made_at: float
    fresh_until: float

    @property
    def cost_bytes(self) -> int:
        """Memory that keeping it takes, about."""
        return len(self.body) + _BYTES_BESIDE


class _Rendering(msgspec.Struct, eq=False):
    """One rendering under way; `page` stays None where the answer turns out not to be shared."""

    is_over: asyncio.Event
    page: Page | None = None


class SharedPages:
    """The kept pages of one process: at most `most_bytes` of them, those asked for last."""

    def __init__(self, *, most_bytes: int = MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        """Start empty; `clock` gives seconds."""
        self.most_bytes = most_bytes
        self.clock = clock
        self.kept_bytes = 0
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._renderings: dict[Key, _Rendering] = {}

    def forget(self) -> None:
        """Drop every page."""
        self._pages.clear()
        self.kept_bytes = 0

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap an application."""

        async def share(scope: Scope, receive: Receive, send: Send) -> None:
            key = _key_of(scope) if scope["type"] == ScopeType.HTTP else None
            if key is None:
                await app(scope, receive, send)
            elif (page := self._find(key)) is not None:
                await _answer(scope, send, page, self.clock())
            elif (rendering := self._renderings.get(key)) is None:
                await self._render(app, key, scope, receive, send)
            else:
                await rendering.is_over.wait()
                if rendering.page is None:
                    await app(scope, receive, send)
                else:
                    await _answer(scope, send, rendering.page, self.clock())

        return share

    def _find(self, key: Key) -> Page | None:
        page = self._pages.get(key)
        if page is None or page.fresh_until <= self.clock():
            return None
        self._pages.move_to_end(key)
        return page

    async def _render(self, app: ASGIApp, key: Key, scope: Any, receive: Receive, send: Send) -> None:
        rendering = self._renderings[key] = _Rendering(asyncio.Event())
        start: Any = None
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _lifetime_of(message):
                start = message
            elif start is None:
                rendering.is_over.set()
                await send(message)
            elif message["type"] == "http.response.body":
                parts.append(message["body"])
                if not message["more_body"]:
                    page = rendering.page = self._page_of(start, b"".join(parts))
                    self._keep(key, page)
                    rendering.is_over.set()
                    await _answer(scope, send, page, page.made_at)

        try:
            await app(scope, receive, collect)
        finally:
            # Also when it failed or was called off: those who wait then ask for themselves.
            rendering.is_over.set()
            del self._renderings[key]

    def _page_of(self, start: Any, body: bytes) -> Page:
        now = self.clock()
        etag = b'"%s"' % blake2b(body, digest_size=12).hexdigest().encode()
        headers = (*((name.lower(), value) for name, value in start["headers"]), (b"etag", etag))
        return Page(headers, body, etag, now, now + _lifetime_of(start))

    def _keep(self, key: Key, page: Page) -> None:
        if (older := self._pages.pop(key, None)) is not None:
            self.kept_bytes -= older.cost_bytes
        self._pages[key] = page
        self.kept_bytes += page.cost_bytes
        while self.kept_bytes > self.most_bytes:
            _, oldest = self._pages.popitem(last=False)
            self.kept_bytes -= oldest.cost_bytes


def _key_of(scope: HTTPScope) -> Key | None:
    """What the page depends on; None where the request is more than a look at a page by somebody unknown."""
    path, query = scope["path"], scope["query_string"]
    if scope["method"] != "GET" or len(query) > _LONGEST_QUERY or path.startswith(("/api/", "/static/")):
        return None
    is_gzip, has_cookies = False, False
    for name, value in scope["headers"]:
        if name in _PERSONAL_HEADERS:
            return None
        if name == b"accept-encoding":
            is_gzip = is_gzip or b"gzip" in value
        elif name == b"cookie":
            has_cookies = True
    if not has_cookies:
        return Key(path, query, "id", None, is_gzip)
    cookies = read_cookies(scope)
    if not cookies.keys() <= _IMPERSONAL_COOKIES:
        return None
    return Key(path, query, language_of(cookies), village_of(cookies), is_gzip)


def _lifetime_of(start: Any) -> int:
    """Seconds that the answer may be shared for; 0 where it may not or does not say."""
    if start["status"] != _OK:
        return 0
    control, is_page = "", False
    for name, value in start["headers"]:
        lower = name.lower()
        if lower == b"set-cookie":
            return 0
        if lower == b"vary" and not {word.strip().lower() for word in value.decode("latin-1").split(",")} <= _KEYED:
            return 0
        if lower == b"cache-control":
            control += "," + value.decode("latin-1").lower()
        elif lower == b"content-type":
            is_page = value.startswith(b"text/html")
    words = {word.strip() for word in control.split(",")}
    if not is_page or "public" not in words or words & {"private", "no-store", "no-cache"}:
        return 0
    found = _MAX_AGE.search(control)
    return int(found[1]) if found else 0


async def _answer(scope: Any, send: Send, page: Page, now: float) -> None:
    age = (b"age", b"%d" % (now - page.made_at))
    asked = b",".join(value for name, value in scope["headers"] if name == b"if-none-match")
    if page.etag in asked:
        headers = [*(pair for pair in page.headers if pair[0] not in _NOT_IN_304), age]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return
    await send({"type": "http.response.start", "status": _OK, "headers": [*page.headers, age]})
    await send({"type": "http.response.body", "body": page.body, "more_body": False})
