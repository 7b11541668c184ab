"""The search engine that runs inside the process: tantivy for matching, rapidfuzz for typing errors.

Any number of processes read one directory; each notices another's commits before its next answer. One process at a
time writes. Short queries are answered in the event loop, longer ones in a thread: which is which is learnt from how
long the same kind of query took before.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import tantivy

from search.batching import BATCH_SIZE, batches
from search.documents import Document, Index, check_document
from search.embedded_files import IndexFiles, Snapshot
from search.embedded_schema import fingerprint
from search.embedded_search import ENGINE_NAME, answer, read_all, suggestions
from search.embedded_writing import Rebuild, commit
from search.engine import MAX_SUGGESTIONS, Health, IndexState
from search.errors import IndexMissing, SearchError
from search.query import SearchQuery, SearchResult, Suggestion, check_query

MAX_INLINE_MS = 2.0
"""Queries that take longer than this would hold up every other request, so they go to a thread."""

PUT_TIMEOUT_SECONDS = 10.0
_FORGETTING = 0.95
_P = ParamSpec("_P")
_R = TypeVar("_R")


class _Pace:
    """How long each kind of query takes; unknown kinds count as slow."""

    def __init__(self) -> None:
        self._slowest_ms: dict[object, float] = {}

    def is_quick(self, kind: object) -> bool:
        return self._slowest_ms.get(kind, MAX_INLINE_MS) < MAX_INLINE_MS

    def note(self, kind: object, took_ms: float) -> None:
        self._slowest_ms[kind] = max(took_ms, self._slowest_ms.get(kind, 0.0) * _FORGETTING)


def _kind(query: SearchQuery) -> object:
    return (
        query.index,
        query.sort,
        bool(query.text),
        len(query.facets),
        query.page > 1,
        query.filters.category is None,
    )


class EmbeddedEngine:
    """A `SearchEngine` over files in `directory`."""

    def __init__(self, directory: Path) -> None:
        """Remember where the files are; nothing is opened or created yet."""
        self._files = {index: IndexFiles(directory, index) for index in Index}
        self._snapshots: dict[Index, Snapshot] = {}
        self._pace = _Pace()
        self._readers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="search")
        self._rebuilds: dict[Index, Rebuild] = {}
        # One thread writes, so writes of this process queue up in order instead of refusing each other.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search-writer")

    @property
    def name(self) -> str:
        """The engine's name."""
        return ENGINE_NAME

    # Reading

    async def _snapshot(self, index: Index) -> Snapshot:
        signature = self._files[index].signature()
        snapshot = self._snapshots.get(index)
        if snapshot is None or snapshot.signature != signature:
            snapshot = await _in(self._readers, self._files[index].snapshot)
            self._snapshots[index] = snapshot
        return snapshot

    async def search(self, query: SearchQuery) -> SearchResult:
        """Answer one query; see `SearchEngine.search`."""
        check_query(query)
        snapshot = await self._snapshot(query.index)
        snapshot.must_be_built()
        kind = _kind(query)
        if self._pace.is_quick(kind):
            result = answer(snapshot, query)
        else:
            result = await _in(self._readers, answer, snapshot, query)
        self._pace.note(kind, result.took_ms)
        return result

    async def multi_search(self, queries: Sequence[SearchQuery]) -> list[SearchResult]:
        """Answer several queries one after the other: they would only share the same processor."""
        return [await self.search(query) for query in queries]

    async def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """Suggest for a text being typed; see `SearchEngine.suggest`."""
        listings = await self._snapshot(Index.LISTINGS)
        stores = await self._snapshot(Index.STORES)
        started = time.perf_counter()
        wanted = max(1, min(limit, MAX_SUGGESTIONS))
        if self._pace.is_quick("suggest"):
            found = suggestions(listings, stores, prefix, wanted)
        else:
            found = await _in(self._readers, suggestions, listings, stores, prefix, wanted)
        self._pace.note("suggest", (time.perf_counter() - started) * 1000)
        return found

    async def count(self, index: Index) -> int:
        """Return how many documents the index holds."""
        return (await self._snapshot(index)).searcher.num_docs

    async def ids(self, index: Index) -> AsyncIterator[str]:
        """Go through all ids of one commit."""
        snapshot = await self._snapshot(index)
        for identifier in await _in(self._readers, _all_ids, snapshot):
            yield identifier

    async def documents(self, index: Index) -> AsyncIterator[Document]:
        """Go through all documents of one commit, to fill another engine with them."""
        snapshot = await self._snapshot(index)
        addresses = await _in(self._readers, _all_addresses, snapshot)
        for start in range(0, len(addresses), BATCH_SIZE):
            for document in await _in(self._readers, read_all, snapshot, index, addresses[start : start + BATCH_SIZE]):
                yield document

    # Writing

    async def ensure_index(self, index: Index) -> IndexState:
        """Create the index where it is missing or cannot be opened; see `SearchEngine.ensure_index`."""
        return await _in(self._writer, self._ensure, index)

    def _ensure(self, index: Index) -> IndexState:
        files = self._files[index]
        try:
            files.open_current()
        except IndexMissing:
            with files.locked(PUT_TIMEOUT_SECONDS):
                files.switch_to(files.create_version(), is_filled=False)
            return IndexState.CREATED
        return IndexState.READY if files.pointer().fingerprint == fingerprint() else IndexState.REBUILD_DUE

    async def put(self, index: Index, documents: Sequence[Document]) -> None:
        """Add or replace whole documents; see `SearchEngine.put`."""
        for document in documents:
            check_document(index, document)
        if index in self._rebuilds:
            self._rebuilds[index].touched.update((document.id, document) for document in documents)
        if documents:
            await _in(self._writer, self._write, index, documents, ())

    async def delete(self, index: Index, ids: Sequence[str]) -> None:
        """Remove documents; see `SearchEngine.delete`."""
        if index in self._rebuilds:
            self._rebuilds[index].touched.update(dict.fromkeys(ids))
        if ids:
            await _in(self._writer, self._write, index, (), ids)

    def _write(self, index: Index, documents: Sequence[Document], ids: Sequence[str]) -> None:
        files = self._files[index]
        with files.locked(PUT_TIMEOUT_SECONDS, is_rebuilding=index in self._rebuilds):
            commit(files.directory / files.pointer().version, documents, ids)

    async def rebuild(self, index: Index, documents: AsyncIterator[Document]) -> int:
        """Build a new version beside the current one and swap; see `SearchEngine.rebuild`.

        Writes of other processes are refused with `IndexBusy` until it is done.
        """
        build = Rebuild(self._files[index])
        await _in(self._writer, build.begin)
        self._rebuilds[index] = build
        try:
            async for batch in batches(documents):
                for document in batch:
                    check_document(index, document)
                await _in(self._readers, build.fill, batch)
            return await _in(self._writer, build.finish)
        finally:
            del self._rebuilds[index]
            await _in(self._writer, build.end)

    # The rest

    async def health(self) -> Health:
        """Say whether all indexes can be opened; never raises."""
        try:
            for index in Index:
                await self._snapshot(index)
        except (SearchError, ValueError, OSError) as error:
            return Health(
                ENGINE_NAME,
                is_healthy=False,
                detail=f"the index is not built yet: {error}",
            )
        return Health(
            ENGINE_NAME,
            is_healthy=True,
            detail="the embedded index can be read",
        )

    async def close(self) -> None:
        """Wait for writes under way and let go of all files."""
        self._readers.shutdown(wait=True)
        self._writer.shutdown(wait=True)
        self._snapshots.clear()


async def _in(
    executor: ThreadPoolExecutor,
    function: Callable[_P, _R],
    *args: _P.args,
    **kwargs: _P.kwargs,
) -> _R:
    return await asyncio.get_running_loop().run_in_executor(executor, partial(function, *args, **kwargs))


def _all_ids(snapshot: Snapshot) -> list[str]:
    # Filtered, because the plain term list also holds documents deleted since the last merge.
    everything = tantivy.Query.all_query()
    return [identifier for identifier, _ in snapshot.searcher.terms_with_prefix("id", "", everything)]


def _all_addresses(snapshot: Snapshot) -> list[tantivy.DocAddress]:
    found = snapshot.searcher.search(tantivy.Query.all_query(), max(1, snapshot.searcher.num_docs), count=False)
    return [address for _, address in found.hits]
