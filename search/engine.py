"""What every search engine here can do. Callers know this and `open_engine`, never one engine in particular."""

from collections.abc import AsyncIterator, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from search.documents import Document, Index
from search.query import SearchQuery, SearchResult, Suggestion

MAX_SUGGESTIONS = 12


class IndexState(StrEnum):
    """What `ensure_index` found. CREATED and REBUILD_DUE both ask for `rebuild`; searching works meanwhile."""

    READY = "ready"
    CREATED = "created"
    REBUILD_DUE = "rebuild_due"


class Health(msgspec.Struct, frozen=True):
    """Whether the engine answers. `detail` is for operators, in English like the command line."""

    engine: str
    is_healthy: bool
    detail: str


class SearchEngine(Protocol):
    """A search engine. Everything that cannot be done raises a `SearchError`; no error looks like an empty result.

    Writes are whole documents and come back when they can be found; the last write of an id wins, so whoever calls
    keeps the order per id (one sender, or re-reading the row each time). Reading may go on from many processes, writing
    from one at a time.
    """

    @property
    def name(self) -> str:
        """The engine's name, as in `SearchResult.engine`."""
        ...

    async def ensure_index(self, index: Index) -> IndexState:
        """Create the index if it is not there, and say whether it was built with the settings of this version.

        READY only after a `rebuild`: one that was created and then left empty by a crash is due.
        """
        ...

    async def put(self, index: Index, documents: Sequence[Document]) -> None:
        """Add or replace whole documents (500 to 1.000 at a time is best).

        Raises `InvalidSearch` for a document beyond its limits (nothing is then written), `IndexBusy` while another
        process writes, `SearchUnavailable`.
        """
        ...

    async def delete(self, index: Index, ids: Sequence[str]) -> None:
        """Remove documents; an id that is not there is no error."""
        ...

    async def search(self, query: SearchQuery) -> SearchResult:
        """Answer one query. Raises `InvalidSearch` for what cannot be asked and `SearchUnavailable`.

        An index that is empty because it was never built is `IndexMissing` and not an answer.
        """
        ...

    async def multi_search(self, queries: Sequence[SearchQuery]) -> list[SearchResult]:
        """Answer several queries, in order, as cheaply as the engine can."""
        ...

    async def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """Suggest products, categories and stores for a text that is still being typed; at most 12."""
        ...

    async def count(self, index: Index) -> int:
        """Return how many documents the index holds."""
        ...

    def ids(self, index: Index) -> AsyncIterator[str]:
        """Go through all ids, in no particular order, for comparing with where the documents come from."""
        ...

    async def rebuild(self, index: Index, documents: AsyncIterator[Document]) -> int:
        """Build the index anew beside the old one, compare, and swap; returns how many documents it holds.

        Searching goes on undisturbed. Documents put or deleted through this object meanwhile win over `documents`;
        other processes must not write until it is done, and what they changed must be put again. Raises
        `RebuildFailed` if the new index does not hold what was handed over.
        """
        ...

    async def health(self) -> Health:
        """Say whether the engine answers; never raises."""
        ...

    async def close(self) -> None:
        """Let go of files, threads and connections."""
        ...
