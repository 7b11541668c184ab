"""Putting an answer together from what an engine found. Pure, for every engine."""

import time

import msgspec

from search.corrections import corrected_text, missing_words
from search.indexed import price_limits
from search.query import MAX_DEPTH, Facet, FacetCount, Hit, PriceSpan, SearchQuery, SearchResult
from search.rewriting import Attempt, Rewritten, rewrite


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


def without_guess(result: SearchResult) -> SearchQuery | None:
    """Return what to ask instead if nothing costs about what was typed ("beras 12rb"), else None."""
    rewritten = rewrite(result.query.text)
    is_guess = bool(rewritten.price_about) and price_limits(result.query, rewritten) == (
        rewritten.price_min_rupiah,
        rewritten.price_max_rupiah,
    )
    return msgspec.structs.replace(result.query, text=rewritten.text) if is_guess and not result.total else None


def with_guess_given_up(result: SearchResult, instead: SearchResult) -> SearchResult:
    """Return the answer to `without_guess` as one to the query itself: the price is among the words given up."""
    missing = (*instead.missing_words, rewrite(result.query.text).price_about)
    return msgspec.structs.replace(
        instead, query=result.query, missing_words=missing, took_ms=result.took_ms + instead.took_ms
    )
