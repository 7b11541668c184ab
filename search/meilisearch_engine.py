"""The search engine in a Meilisearch server: the same answers as the embedded one, for larger places.

Most questions cost one call. Only where nothing holds all words a second call tries all other ways at once. Geographic
sorting is only ever asked for among the stores near by: over a whole index it costs twenty times as much.
"""

import asyncio
import secrets
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from search.answering import Found, assembled, with_guess_given_up, without_guess
from search.batching import BATCH_SIZE, batches
from search.documents import Document, Index, check_document
from search.engine import MAX_SUGGESTIONS, Health, IndexState
from search.errors import IndexMissing, RebuildFailed, SearchError, SearchUnavailable
from search.indexed import conditions_of
from search.meilisearch_replies import Indexes, PageOfIds, Record, Stats, Status, TaskRef, Uid
from search.meilisearch_requests import (
    Bundle,
    Reply,
    bundle,
    facets_of,
    hits_of,
    read_replies,
    suggested,
    to_meilisearch,
    total_of,
)
from search.meilisearch_settings import SETTINGS, fingerprint
from search.meilisearch_transport import MeilisearchTransport, unreadable
from search.query import SearchQuery, SearchResult, Suggestion, check_query
from search.rewriting import Attempt, Rewritten, attempts, rewrite, suggesting
from search.suggesting import TITLES_READ, put_together

ENGINE_NAME = "meilisearch"
WRITE_TIMEOUT_SECONDS = 60.0
REBUILD_TIMEOUT_SECONDS = 600.0
_UNFINISHED_BATCHES = 4
_PAGE_OF_IDS = 1000
_CATEGORIES_SECONDS = 60.0


class _Labels(msgspec.Struct):
    """Categories in use, and until when (monotonic seconds) they are believed."""

    values: list[tuple[str, str]]
    until: float


class MeilisearchEngine:
    """A `SearchEngine` over a Meilisearch server. `prefix` keeps several installations on one server apart."""

    def __init__(self, url: str, key: str | None, *, prefix: str = "lumbung_") -> None:
        """Remember where the server is; nothing is opened yet."""
        self._transport = MeilisearchTransport(url, key)
        self._prefix = prefix
        self._locks: defaultdict[Index, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._filled: set[Index] = set()
        self._touched: dict[Index, dict[str, Document | None]] = {}
        self._labels = _Labels([], 0.0)

    @property
    def name(self) -> str:
        """The engine's name."""
        return ENGINE_NAME

    def _uid(self, index: Index) -> str:
        return f"{self._prefix}{index.value}"

    # Reading

    async def _multi_search(self, bodies: Sequence[dict[str, object]]) -> list[Reply]:
        answer = await self._transport.search("/multi-search", {"queries": bodies})
        try:
            replies = read_replies(answer)
        except msgspec.MsgspecError as error:
            raise unreadable() from error
        if len(replies) != len(bodies):
            raise unreadable()
        return replies

    async def search(self, query: SearchQuery) -> SearchResult:
        """Answer one query; see `SearchEngine.search`."""
        return (await self.multi_search([query]))[0]

    async def multi_search(self, queries: Sequence[SearchQuery]) -> list[SearchResult]:
        """Answer several queries with one call, and one more for those that found nothing at first."""
        for query in queries:
            check_query(query)
        started = time.perf_counter()
        questions = [_Question(query, rewrite(query.text)) for query in queries]
        await self._ask([(question, attempts(question.rewritten)[:1]) for question in questions])
        await self._ask([(question, attempts(question.rewritten)[1:]) for question in questions if not question.found])
        for index in {question.query.index for question in questions if not question.found}:
            await self._must_be_built(index)
        results = [_result(question, started) for question in questions]
        again = [without_guess(result) for result in results]
        if wanted := [query for query in again if query is not None]:
            instead = iter(await self.multi_search(wanted))
            results = [
                result if query is None else with_guess_given_up(result, next(instead))
                for result, query in zip(results, again, strict=True)
            ]
        return results

    async def _must_be_built(self, index: Index) -> None:
        """Raise `IndexMissing` for an index that was never filled: that it holds nothing says nothing."""
        if index not in self._filled:
            if await self._record(index) is None and await self.count(index) == 0:
                message = f"the index {self._uid(index)} is not built yet"
                raise IndexMissing(message)
            self._filled.add(index)

    async def _ask(self, questions: Sequence["tuple[_Question, tuple[Attempt, ...]]"]) -> None:
        """Try all the attempts in one call; a question takes its first that finds anything, else its very first."""
        asked: list[tuple[_Question, _Try]] = []
        for question, ways in questions:
            conditions = conditions_of(question.query, question.rewritten)
            for attempt in ways:
                queries = bundle(self._uid(question.query.index), question.query, attempt, conditions)
                asked.append((question, _Try(attempt, queries)))
        if not asked:
            return
        replies = await self._multi_search([body for _, one in asked for body in one.bundle.bodies])
        for question, one in asked:
            one.replies, replies = replies[: len(one.bundle.bodies)], replies[len(one.bundle.bodies) :]
            question.consider(one)

    async def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """Suggest for a text being typed; see `SearchEngine.suggest`."""
        tried = suggesting(rewrite(prefix))
        if not tried:
            return []
        wanted = max(1, min(limit, MAX_SUGGESTIONS))
        bodies = [
            bundle(self._uid(index), SearchQuery(index=index, hits_per_page=read), attempt, ()).bodies[0]
            for attempt in tried
            for index, read in ((Index.LISTINGS, wanted * TITLES_READ), (Index.STORES, wanted))
        ]
        replies, categories = await self._multi_search(bodies), await self._categories()
        for position, attempt in enumerate(tried):
            titles, names = suggested(replies[2 * position], replies[2 * position + 1])
            found = put_together(attempt.words, categories, titles, names, wanted)
            if found:
                return found
        return []

    async def _categories(self) -> list[tuple[str, str]]:
        """Return slugs and names of the categories in use; they change so seldom that a minute's age is no harm."""
        if time.monotonic() >= self._labels.until:
            body = {"indexUid": self._uid(Index.LISTINGS), "limit": 0, "facets": ["category_labels"]}
            counted = (await self._multi_search([body]))[0].facet_distribution.get("category_labels", {})
            labels = [label.partition("\t") for label in counted]
            self._labels = _Labels([(slug, name) for slug, _, name in labels], time.monotonic() + _CATEGORIES_SECONDS)
        return self._labels.values

    async def count(self, index: Index) -> int:
        """Return how many documents the index holds."""
        return await self._count(self._uid(index))

    async def _count(self, uid: str) -> int:
        return (await self._transport.read(f"/indexes/{uid}/stats", Stats)).number_of_documents

    async def ids(self, index: Index) -> AsyncIterator[str]:
        """Go through all ids, a thousand at a time; what is written meanwhile may be missed or come twice."""
        offset = 0
        while True:
            path = f"/indexes/{self._uid(index)}/documents?fields=id&limit={_PAGE_OF_IDS}&offset={offset}"
            page = (await self._transport.read(path, PageOfIds)).results
            for entry in page:
                yield entry.id
            if len(page) < _PAGE_OF_IDS:
                return
            offset += _PAGE_OF_IDS

    # Writing

    async def ensure_index(self, index: Index) -> IndexState:
        """Create the index with its settings where it is missing; see `SearchEngine.ensure_index`."""
        uid = self._uid(index)
        record = await self._record(index)
        if not await self._exists(uid):
            await self._create(uid)
            state = IndexState.CREATED
        elif record is not None and record.fingerprint == fingerprint():
            state = IndexState.READY
        else:
            state = IndexState.REBUILD_DUE
        return state

    async def _exists(self, uid: str) -> bool:
        try:
            await self._transport.read(f"/indexes/{uid}", Uid)
        except IndexMissing:
            return False
        return True

    async def _create(self, uid: str) -> None:
        """Apply settings before documents: the other way round everything is indexed twice."""
        created = await self._transport.call(lambda client: client.create_index(uid, {"primaryKey": "id"}))
        await self._transport.wait_for(created.task_uid, WRITE_TIMEOUT_SECONDS)
        settings = await self._transport.call(lambda client: client.index(uid).update_settings(SETTINGS))
        await self._transport.wait_for(settings.task_uid, WRITE_TIMEOUT_SECONDS)

    @property
    def _record_uid(self) -> str:
        return f"{self._prefix}records"

    async def _record(self, index: Index) -> Record | None:
        try:
            return await self._transport.read(f"/indexes/{self._record_uid}/documents/{index.value}", Record)
        except IndexMissing:
            return None
        except SearchUnavailable as error:
            if "document_not_found" in str(error):
                return None
            raise

    async def _remember(self, index: Index) -> None:
        record = {"id": index.value, "fingerprint": fingerprint()}
        task = await self._transport.call(lambda client: client.index(self._record_uid).add_documents([record], "id"))
        await self._transport.wait_for(task.task_uid, WRITE_TIMEOUT_SECONDS)

    async def put(self, index: Index, documents: Sequence[Document]) -> None:
        """Add or replace whole documents; see `SearchEngine.put`."""
        for document in documents:
            check_document(index, document)
        async with self._locks[index]:
            await self._must_exist(index)
            if index in self._touched:
                self._touched[index].update((document.id, document) for document in documents)
            await self._send(self._uid(index), index, documents)

    async def delete(self, index: Index, ids: Sequence[str]) -> None:
        """Remove documents; see `SearchEngine.delete`."""
        async with self._locks[index]:
            await self._must_exist(index)
            if index in self._touched:
                self._touched[index].update(dict.fromkeys(ids))
            await self._remove(self._uid(index), ids)

    async def _must_exist(self, index: Index) -> None:
        """Meilisearch creates an index on the first write, without our settings: that must never happen."""
        # Asked each time: the server may have lost its data since.
        if not await self._exists(self._uid(index)):
            message = f"there is no index {self._uid(index)}"
            raise IndexMissing(message)

    async def _send(self, uid: str, index: Index, documents: Sequence[Document]) -> None:
        for start in range(0, len(documents), BATCH_SIZE):
            task_uid = await self._send_batch(uid, index, documents[start : start + BATCH_SIZE])
            await self._transport.wait_for(task_uid, WRITE_TIMEOUT_SECONDS)

    async def _send_batch(self, uid: str, index: Index, documents: Sequence[Document]) -> int:
        sent = msgspec.json.encode([to_meilisearch(index, document) for document in documents])
        task = await self._transport.call(lambda client: client.index(uid).add_documents_json(sent, "id"))
        return task.task_uid

    async def _remove(self, uid: str, ids: Sequence[str]) -> None:
        if ids:
            task = msgspec.json.decode(
                await self._transport.request("POST", f"/indexes/{uid}/documents/delete-batch", list(ids)),
                type=TaskRef,
            )
            await self._transport.wait_for(task.task_uid, WRITE_TIMEOUT_SECONDS)

    # Rebuilding

    async def rebuild(self, index: Index, documents: AsyncIterator[Document]) -> int:
        """Build a new index beside the current one and swap; see `SearchEngine.rebuild`."""
        uid, new_uid = self._uid(index), f"{self._uid(index)}_new_{secrets.token_hex(4)}"
        await self._drop_leftovers(f"{uid}_new_")
        await self._create(new_uid)
        self._touched[index] = {}
        try:
            ids = await self._fill(new_uid, index, documents)
            async with self._locks[index]:
                held = await self._finish(index, new_uid, ids)
        finally:
            del self._touched[index]
            await self._drop(new_uid)
        return held

    async def _fill(self, uid: str, index: Index, documents: AsyncIterator[Document]) -> set[str]:
        ids: set[str] = set()
        waiting: deque[int] = deque()
        async for batch in batches(documents):
            for document in batch:
                check_document(index, document)
            waiting.append(await self._send_batch(uid, index, batch))
            ids.update(document.id for document in batch)
            if len(waiting) > _UNFINISHED_BATCHES:
                await self._transport.wait_for(waiting.popleft(), REBUILD_TIMEOUT_SECONDS)
        for task_uid in waiting:
            await self._transport.wait_for(task_uid, REBUILD_TIMEOUT_SECONDS)
        return ids

    async def _finish(self, index: Index, new_uid: str, ids: set[str]) -> int:
        """Add what was touched meanwhile, compare, and swap; nobody writes through this object just now."""
        touched = self._touched[index]
        await self._send(new_uid, index, [document for document in touched.values() if document is not None])
        removed = [name for name, document in touched.items() if document is None]
        await self._remove(new_uid, removed)
        expected = len((ids | touched.keys()) - set(removed))
        held = await self._count(new_uid)
        if held != expected:
            message = f"the rebuilt index holds {held} documents instead of {expected}"
            raise RebuildFailed(message)
        if not await self._exists(self._uid(index)):
            await self._create(self._uid(index))
        pair: list[Mapping[str, list[str] | bool]] = [{"indexes": [self._uid(index), new_uid]}]
        swap = await self._transport.call(lambda client: client.swap_indexes(pair))
        await self._transport.wait_for(swap.task_uid, WRITE_TIMEOUT_SECONDS)
        await self._remember(index)
        return held

    async def _drop(self, uid: str) -> None:
        task = await self._transport.call(lambda client: client.delete_index(uid))
        await self._transport.wait_for(task.task_uid, WRITE_TIMEOUT_SECONDS)

    async def _drop_leftovers(self, beginning: str) -> None:
        """Remove what rebuilds that were killed have left behind."""
        known = await self._transport.read("/indexes?limit=1000", Indexes)
        for entry in known.results:
            if entry.uid.startswith(beginning):
                await self._drop(entry.uid)

    # The rest

    async def health(self) -> Health:
        """Say whether the server answers and has our indexes; never raises."""
        try:
            await self._transport.read("/health", Status)
            missing = [index.value for index in Index if not await self._exists(self._uid(index))]
        except SearchError as error:
            return Health(ENGINE_NAME, is_healthy=False, detail=str(error))
        if missing:
            return Health(ENGINE_NAME, is_healthy=False, detail=f"indexes not built yet: {', '.join(missing)}")
        return Health(ENGINE_NAME, is_healthy=True, detail="answers")

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()


class _Try(msgspec.Struct):
    """One attempt, what was asked for it, and what came back."""

    attempt: Attempt
    bundle: Bundle
    replies: list[Reply] = []

    @property
    def total(self) -> int:
        return total_of(self.replies[0])


class _Question(msgspec.Struct):
    """A query on its way to an answer."""

    query: SearchQuery
    rewritten: Rewritten
    taken: _Try | None = None

    @property
    def found(self) -> bool:
        return self.taken is not None and self.taken.total > 0

    def consider(self, one: _Try) -> None:
        if self.taken is None or (self.taken.total == 0 and one.total > 0):
            self.taken = one


def _result(question: _Question, started: float) -> SearchResult:
    if question.taken is None:
        raise AssertionError
    one = question.taken
    counts, span = facets_of(question.query, one.bundle, one.replies)
    hits = hits_of(question.query.index, one.replies[0])
    found = Found(one.attempt, hits, one.total, counts, span)
    return assembled(ENGINE_NAME, question.query, question.rewritten, found, started=started)
