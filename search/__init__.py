"""Search over listings, partnership offers and stores; two engines behind one interface.

`open_engine` chooses the engine. This package knows documents and queries and nothing of the tables they come from; it
is handed documents and opens no transactions.
"""

from pathlib import Path

from search.documents import (
    NATIONAL,
    Document,
    Index,
    ListingDocument,
    OfferDocument,
    StoreDocument,
)
from search.embedded_engine import EmbeddedEngine
from search.engine import Health, IndexState, SearchEngine
from search.errors import (
    IndexBusy,
    IndexMissing,
    InvalidSearch,
    RebuildFailed,
    SearchError,
    SearchUnavailable,
)
from search.fallback_engine import FallbackEngine
from search.price_words import read_price_words
from search.query import (
    Facet,
    FacetCount,
    Filters,
    Hit,
    Near,
    PriceSpan,
    SearchQuery,
    SearchResult,
    Sort,
    Suggestion,
    SuggestionKind,
)

__all__ = [
    "NATIONAL",
    "Document",
    "EmbeddedEngine",
    "Facet",
    "FacetCount",
    "FallbackEngine",
    "Filters",
    "Health",
    "Hit",
    "Index",
    "IndexBusy",
    "IndexMissing",
    "IndexState",
    "InvalidSearch",
    "ListingDocument",
    "Near",
    "OfferDocument",
    "PriceSpan",
    "RebuildFailed",
    "SearchEngine",
    "SearchError",
    "SearchQuery",
    "SearchResult",
    "SearchUnavailable",
    "Sort",
    "StoreDocument",
    "Suggestion",
    "SuggestionKind",
    "open_engine",
    "read_price_words",
]


def open_engine(meili_url: str | None, meili_key: str | None, data_directory: Path) -> SearchEngine:
    """Return the engine to use: the embedded one in `data_directory`, or the Meilisearch at `meili_url` before it.

    With Meilisearch, the embedded index is written along and answers while Meilisearch is down. Nothing is opened or
    created before the engine is first asked for something.
    """
    embedded = EmbeddedEngine(data_directory)
    if not meili_url:
        return embedded
    # Imported where it is used: it brings an HTTP client along.
    from search.meilisearch_engine import MeilisearchEngine  # noqa: PLC0415

    return FallbackEngine(MeilisearchEngine(meili_url, meili_key), embedded)
