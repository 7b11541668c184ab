"""Putting an answer together from what an engine found. Pure, for every engine."""

import time

import msgspec

from search.corrections import corrected_text, missing_words
from search.indexed import price_limits
from search.query import MAX_DEPTH, Facet, FacetCount, Hit, PriceSpan, SearchQuery, SearchResult
from search.rewriting import Attempt, Rewritten


class Found(msgspec.Struct, frozen=True):
    """What an engine found: the hits of the page, how many there are in all (at most 1.000), and the facets."""

    attempt: Attempt
    hits: list[Hit]
    total: int
    facets: dict[Facet, list[FacetCount]]
    price_span: PriceSpan | None


def assembled(engine: str, query: SearchQuery, rewritten: Rewritten, found: Found, *, started: float) -> SearchResult:
    """Return the answer; `started` is the reading of `time.perf_counter` when the work began."""
    best = [hit.document for hit in found.hits[:3]]
    low, high = price_limits(query, rewritten)
    return SearchResult(
        query=query,
        hits=found.hits,
        total=found.total,
        is_total_exact=found.total < MAX_DEPTH,
        facets=found.facets,
        price_span=found.price_span,
        words=rewritten.words,
        corrected=corrected_text(found.attempt, best),
        missing_words=missing_words(rewritten, found.attempt, best),
        price_min_rupiah=low,
        price_max_rupiah=high,
        engine=engine,
        took_ms=(time.perf_counter() - started) * 1000,
    )
