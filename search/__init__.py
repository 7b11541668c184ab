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
    "Facet",
    "FacetCount",
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
]


def open_engine(data_directory: Path) -> SearchEngine:
    """Return the engine to use. Nothing is opened before it is first asked for something."""
    return EmbeddedEngine(data_directory)
