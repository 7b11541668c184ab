"""A Meilisearch that stalls, comes back, or lost its data: what a visitor sees, through real sockets."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from search import Document, FallbackEngine, Index, IndexMissing, IndexState, SearchQuery, SearchUnavailable
from search.embedded_engine import EmbeddedEngine
from search.fallback_engine import FAILURES_UNTIL_OPEN
from search.meilisearch_engine import MeilisearchEngine
from search.meilisearch_transport import SEARCH_TIMEOUT_SECONDS
from tests.search import corpus
from tests.search.engines import free_port

ONE_FOUND = b'{"results": [{"hits": [], "totalHits": 7}]}'


@pytest.fixture
async def behind(tmp_path: Path) -> EmbeddedEngine:
    """Give an embedded engine with the corpus."""
    engine = EmbeddedEngine(tmp_path)
    for index in Index:
        await engine.ensure_index(index)
    await engine.put(Index.LISTINGS, corpus.listings())
    await engine.put(Index.STORES, corpus.stores())
    return engine


@asynccontextmanager
async def stalling() -> AsyncIterator[tuple[str, list[float]]]:
    """A server that takes connections and requests and never answers; also when each was asked."""
    asked: list[float] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        asked.append(time.monotonic())
        await reader.read()
        writer.close()

    port = free_port()
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{port}", asked
    finally:
        server.close()


async def test_stalling_server_costs_a_visitor_at_most_the_timeout_and_soon_nothing(behind: EmbeddedEngine) -> None:
    async with stalling() as (url, asked):
        engine = FallbackEngine(MeilisearchEngine(url, "key"), behind)
        began = time.monotonic()
        results = await asyncio.gather(*(engine.search(SearchQuery(text="beras")) for _ in range(FAILURES_UNTIL_OPEN)))
        assert time.monotonic() - began < SEARCH_TIMEOUT_SECONDS + 1
        assert [(result.total, result.is_degraded) for result in results] == [(3, True)] * FAILURES_UNTIL_OPEN
        assert len(asked) == FAILURES_UNTIL_OPEN
        began = time.monotonic()
        assert (await engine.suggest("dodo"))[0].text == "Dodol Betawi"
        assert (await engine.search(SearchQuery(text="beras"))).is_degraded
        assert time.monotonic() - began < 0.5
        assert len(asked) == FAILURES_UNTIL_OPEN
        await engine.close()


async def test_kept_connection_that_a_restart_closed_is_opened_again_without_a_failure() -> None:
    answered = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answered
        asked = await reader.readuntil(b"\r\n\r\n")
        length = int(asked.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        answered += 1
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(ONE_FOUND)}\r\n\r\n"
        writer.write(head.encode() + ONE_FOUND)
        await writer.drain()
        # The connection is kept by both; the next request on it meets a closed door.
        await reader.read(1)
        writer.close()

    port = free_port()
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    engine = MeilisearchEngine(f"http://127.0.0.1:{port}", "key")
    assert (await engine.search(SearchQuery(text="beras"))).total == 7
    assert (await engine.search(SearchQuery(text="beras"))).total == 7
    assert answered == 2
    await engine.close()
    server.close()


class EmptyServer:
    """A Meilisearch with indexes that hold nothing, and a record of one that was built if `is_built`."""

    def __init__(self, *, is_built: bool) -> None:
        """Start so."""
        self.is_built = is_built

    async def answer(self, request: web.Request) -> web.Response:
        """Give the answer."""
        if request.path == "/multi-search":
            asked = (await request.json())["queries"]
            return web.json_response({"results": [{"hits": [], "totalHits": 0} for _ in asked]})
        if request.path.endswith("/stats"):
            return web.json_response({"numberOfDocuments": 0})
        if self.is_built and "records" in request.path:
            return web.json_response({"id": "listings", "fingerprint": "x"})
        return web.json_response({"message": "none", "code": "index_not_found"}, status=404)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Give the address for as long as this lasts."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            await runner.cleanup()


async def test_empty_index_is_an_answer_only_where_it_was_built(behind: EmbeddedEngine) -> None:
    async with EmptyServer(is_built=False).running() as url:
        engine = MeilisearchEngine(url, "key")
        with pytest.raises(IndexMissing):
            await engine.search(SearchQuery(text="beras"))
        both = FallbackEngine(engine, behind)
        result = await both.search(SearchQuery(text="beras"))
        assert (result.total, result.is_degraded) == (3, True)
        await engine.close()
    async with EmptyServer(is_built=True).running() as url:
        engine = MeilisearchEngine(url, "key")
        assert (await engine.search(SearchQuery(text="beras"))).total == 0
        await engine.close()
    await behind.close()


async def test_index_behind_is_built_although_the_server_is_down_at_the_first_start(tmp_path: Path) -> None:
    engine = FallbackEngine(MeilisearchEngine(f"http://127.0.0.1:{free_port()}", None), EmbeddedEngine(tmp_path))
    assert await engine.ensure_index(Index.STORES) is IndexState.CREATED

    async def stores() -> AsyncIterator[Document]:
        for store in corpus.stores():
            yield store

    with pytest.raises(SearchUnavailable):
        await engine.rebuild(Index.STORES, stores())
    result = await engine.search(SearchQuery(text="jatimakmur", index=Index.STORES))
    assert (result.total, result.is_degraded) == (1, True)
    with pytest.raises(SearchUnavailable):
        await engine.ensure_index(Index.STORES)
    await engine.close()
