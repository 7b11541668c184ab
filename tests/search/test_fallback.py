"""The embedded engine behind a server that fails: a real one on loopback, and a breaker with a clock of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from search import FallbackEngine, Index, InvalidSearch, SearchQuery, SearchUnavailable, open_engine
from search.embedded_engine import EmbeddedEngine
from search.fallback_engine import FAILURES_UNTIL_OPEN, CircuitBreaker
from search.meilisearch_engine import MeilisearchEngine
from tests.search import corpus
from tests.search.engines import free_port


class FailingServer:
    """Answers everything as told, and counts how often it was asked."""

    def __init__(self, status: int, body: str) -> None:
        """Start with this answer."""
        self.status, self.body = status, body
        self.asked = 0
        self.headers: dict[str, str] = {}

    async def answer(self, request: web.Request) -> web.Response:
        """Give the answer."""
        self.asked += 1
        self.headers = dict(request.headers)
        return web.Response(status=self.status, text=self.body, content_type="application/json")

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


@pytest.fixture
async def behind(tmp_path: Path) -> EmbeddedEngine:
    """Give an embedded engine with the corpus."""
    engine = EmbeddedEngine(tmp_path)
    for index in Index:
        await engine.ensure_index(index)
    await engine.put(Index.LISTINGS, corpus.listings())
    return engine


SEVEN_FOUND = '{"results": [{"hits": [], "totalHits": 7}]}'
FAILURES = {
    "500": FailingServer(500, '{"message": "broken", "code": "internal"}'),
    "503 without a body": FailingServer(503, ""),
    "403": FailingServer(403, '{"message": "key", "code": "invalid_api_key"}'),
    "index not there": FailingServer(404, '{"message": "none", "code": "index_not_found"}'),
    "not JSON": FailingServer(200, "<html>"),
    "too few answers": FailingServer(200, '{"results": []}'),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_failing_server_is_replaced_by_the_index_behind_which_says_so(
    behind: EmbeddedEngine, failure: str
) -> None:
    async with FAILURES[failure].running() as url:
        engine = FallbackEngine(MeilisearchEngine(url, "key"), behind)
        result = await engine.search(SearchQuery(text="dodol betawi"))
        assert [hit.id for hit in result.hits] == ["26-3"]
        assert (result.is_degraded, result.engine) == (True, "embedded")
        together = await engine.multi_search([SearchQuery(text="beras"), SearchQuery(text="nastar")])
        assert [(result.total, result.is_degraded) for result in together] == [(3, True), (1, True)]
        assert (await engine.suggest("dodo"))[0].text == "Dodol Betawi"
        assert not (await engine.health()).is_healthy
        await engine.close()


async def test_server_that_fails_is_left_alone_and_tried_again_after_a_pause(behind: EmbeddedEngine) -> None:
    server = FailingServer(500, "")
    now = 0.0
    async with server.running() as url:
        engine = FallbackEngine(MeilisearchEngine(url, None), behind, CircuitBreaker(now=lambda: now))
        for _ in range(10):
            assert (await engine.search(SearchQuery(text="beras"))).is_degraded
        assert server.asked == FAILURES_UNTIL_OPEN
        now = 6.0
        await engine.search(SearchQuery(text="beras"))
        await engine.search(SearchQuery(text="beras"))
        assert server.asked == FAILURES_UNTIL_OPEN + 1
        server.status, server.body = 200, SEVEN_FOUND
        now = 12.0
        result = await engine.search(SearchQuery())
        assert (result.total, result.is_degraded, result.engine) == (7, False, "meilisearch")
        await engine.close()


async def test_server_that_is_not_there_is_replaced(behind: EmbeddedEngine) -> None:
    engine = FallbackEngine(MeilisearchEngine(f"http://127.0.0.1:{free_port()}", None), behind)
    assert (await engine.search(SearchQuery(text="beras"))).is_degraded
    assert "embedded index" in (await engine.health()).detail
    await engine.close()


async def test_without_an_index_behind_a_failure_stays_a_failure(tmp_path: Path) -> None:
    async with FailingServer(500, "").running() as url:
        engine = open_engine(url, "key", tmp_path)
        with pytest.raises(SearchUnavailable):
            await engine.search(SearchQuery(text="beras"))
        await engine.close()


async def test_impossible_query_is_no_failure_of_the_server(behind: EmbeddedEngine) -> None:
    server = FailingServer(500, "")
    async with server.running() as url:
        engine = FallbackEngine(MeilisearchEngine(url, None), behind)
        for _ in range(5):
            with pytest.raises(InvalidSearch):
                await engine.search(SearchQuery(page=0))
        assert server.asked == 0
        await engine.close()


async def test_write_that_the_server_refuses_is_raised_and_kept_behind(behind: EmbeddedEngine) -> None:
    async with FailingServer(500, "").running() as url:
        engine = FallbackEngine(MeilisearchEngine(url, None), behind)
        with pytest.raises(SearchUnavailable):
            await engine.put(Index.LISTINGS, [corpus.listing(1, 1, title="Jagung Pipil")])
        result = await engine.search(SearchQuery(text="jagung"))
        assert ([hit.id for hit in result.hits], result.is_degraded) == (["1-1"], True)
        await engine.close()


async def test_searches_never_ask_for_gzip(behind: EmbeddedEngine) -> None:
    server = FailingServer(200, SEVEN_FOUND)
    async with server.running() as url:
        engine = MeilisearchEngine(url, "secret")
        await engine.search(SearchQuery())
        assert server.headers["Accept-Encoding"] == "identity"
        assert server.headers["Authorization"] == "Bearer secret"
        await engine.close()
    await behind.close()


async def test_engine_is_chosen_by_the_address(tmp_path: Path) -> None:
    alone, both = open_engine(None, None, tmp_path), open_engine("http://127.0.0.1:1", None, tmp_path)
    assert (alone.name, both.name) == ("embedded", "meilisearch+embedded")
    assert open_engine("", None, tmp_path).name == "embedded"
    await alone.close()
    await both.close()


def test_breaker_opens_after_three_failures_in_a_row_only() -> None:
    breaker = CircuitBreaker(now=lambda: 0.0)
    for _ in range(2):
        breaker.failed()
    breaker.succeeded()
    for _ in range(2):
        breaker.failed()
    assert breaker.may_ask()
    breaker.failed()
    assert breaker.is_open
    assert not breaker.may_ask()
