"""A server as the usual engine and the embedded one behind it: searching goes on when the server does not answer.

A circuit breaker keeps a server that is down from being asked on every search: after three failures in a row it is left
alone for some seconds, then one question tries it again while the others go on past it. Answers from behind say so
(`is_degraded`). Writes go to both, so that the index behind is warm; if the server refuses one, it is raised, for
whoever sends the writes to try again.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

import msgspec

from search.documents import Document, Index
from search.embedded_engine import EmbeddedEngine
from search.engine import Health, IndexState, SearchEngine
from search.errors import SearchUnavailable
from search.query import SearchQuery, SearchResult, Suggestion

FAILURES_UNTIL_OPEN = 3
OPEN_SECONDS = 5.0
_R = TypeVar("_R")


class CircuitBreaker:
    """Whether to ask a server that has failed. `now` gives seconds on a clock that never goes back."""

    def __init__(
        self,
        *,
        failures: int = FAILURES_UNTIL_OPEN,
        open_seconds: float = OPEN_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start closed: the server is asked."""
        self._limit = failures
        self._open_seconds = open_seconds
        self._now = now
        self._failures = 0
        self._closed_again_at = 0.0

    def may_ask(self) -> bool:
        """Tell whether to ask now. While open, each pause ends with one question that is let through."""
        if self._failures < self._limit:
            return True
        if self._now() < self._closed_again_at:
            return False
        self._closed_again_at = self._now() + self._open_seconds
        return True

    @property
    def is_open(self) -> bool:
        """Tell whether the server is being left alone."""
        return self._failures >= self._limit

    def succeeded(self) -> None:
        """Close: the server answers."""
        self._failures = 0

    def failed(self) -> None:
        """Note a failure; the last one allowed opens."""
        self._failures += 1
        self._closed_again_at = self._now() + self._open_seconds


class FallbackEngine:
    """A `SearchEngine` of two."""

    def __init__(self, usual: SearchEngine, behind: EmbeddedEngine, breaker: CircuitBreaker | None = None) -> None:
        """Take the server's engine and the one behind it; `close` closes both."""
        self._usual = usual
        self._behind = behind
        self._breaker = breaker or CircuitBreaker()

    @property
    def name(self) -> str:
        """Names of both engines."""
        return f"{self._usual.name}+{self._behind.name}"

    async def _either(self, ask: Callable[[SearchEngine], Awaitable[_R]]) -> tuple[_R, bool]:
        """Ask the usual engine, else the one behind; also tell whether it was the latter."""
        if self._breaker.may_ask():
            try:
                answer = await ask(self._usual)
            except SearchUnavailable:
                self._breaker.failed()
            else:
                self._breaker.succeeded()
                return answer, False
        return await ask(self._behind), True

    async def search(self, query: SearchQuery) -> SearchResult:
        """Answer one query; see `SearchEngine.search`."""
        result, is_degraded = await self._either(lambda engine: engine.search(query))
        return msgspec.structs.replace(result, is_degraded=True) if is_degraded else result

    async def multi_search(self, queries: Sequence[SearchQuery]) -> list[SearchResult]:
        """Answer several queries, all by the same engine."""
        results, is_degraded = await self._either(lambda engine: engine.multi_search(queries))
        return [msgspec.structs.replace(result, is_degraded=True) for result in results] if is_degraded else results

    async def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """Suggest for a text being typed; see `SearchEngine.suggest`."""
        return (await self._either(lambda engine: engine.suggest(prefix, limit)))[0]

    async def count(self, index: Index) -> int:
        """Return how many documents the usual engine holds."""
        return await self._usual.count(index)

    def ids(self, index: Index) -> AsyncIterator[str]:
        """Go through the ids of the usual engine."""
        return self._usual.ids(index)

    async def ensure_index(self, index: Index) -> IndexState:
        """Create the index on both; the state that asks for more counts.

        Raises if the server is down, unless the index behind is due: then building that one does not wait.
        """
        states = [await self._behind.ensure_index(index)]
        try:
            states.append(await self._usual.ensure_index(index))
        except SearchUnavailable:
            if states == [IndexState.READY]:
                raise
        return next((state for state in states if state is not IndexState.READY), IndexState.READY)

    async def put(self, index: Index, documents: Sequence[Document]) -> None:
        """Write to both, the embedded one first; it costs nothing to write the same again when the server failed."""
        await self._behind.put(index, documents)
        await self._usual.put(index, documents)

    async def delete(self, index: Index, ids: Sequence[str]) -> None:
        """Remove from both."""
        await self._behind.delete(index, ids)
        await self._usual.delete(index, ids)

    async def rebuild(self, index: Index, documents: AsyncIterator[Document]) -> int:
        """Rebuild the embedded index from `documents`, then the server's from what the embedded one then holds."""
        await self._behind.rebuild(index, documents)
        return await self._usual.rebuild(index, self._behind.documents(index))

    async def health(self) -> Health:
        """Say how the usual engine is; when it is down, searching still works."""
        usual, behind = await self._usual.health(), await self._behind.health()
        if usual.is_healthy:
            return Health(self.name, is_healthy=behind.is_healthy, detail=f"{usual.detail}; {behind.detail}")
        return Health(self.name, is_healthy=False, detail=f"{usual.detail}; searching goes to the embedded index")

    async def close(self) -> None:
        """Close both."""
        await self._usual.close()
        await self._behind.close()
