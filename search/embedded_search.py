"""Answering one query from one snapshot of an embedded index. Blocking, without side effects.

Hits are collected in order and shown once per product; how many to collect is not known beforehand (one product may be
on sale in two hundred stores), so the number is widened until the page is full.
"""

import time
from collections import Counter
from collections.abc import Sequence

import msgspec
from tantivy import DocAddress, Order, Query

from search.answering import Found, assembled, with_guess_given_up, without_guess
from search.documents import Document, Index, ListingDocument, StoreDocument
from search.embedded_files import Snapshot
from search.embedded_matching import filtered, text_queries
from search.embedded_schema import COUNTED, SEPARATOR, decode_body
from search.indexed import (
    GROUPED_FACETS,
    NO_PRICE,
    Condition,
    Operator,
    conditions_of,
    facet_field,
)
from search.query import (
    MAX_DEPTH,
    Facet,
    FacetCount,
    Hit,
    PriceSpan,
    SearchQuery,
    SearchResult,
    Sort,
    Suggestion,
    SuggestionKind,
)
from search.rewriting import Attempt, Rewritten, attempts, rewrite, suggesting
from search.suggesting import TITLES_READ, put_together

ENGINE_NAME = "embedded"
_FIRST_LIMIT = 96
_WIDENING = 6
_MAX_COLLECTED = 300_000
_MAX_GROUPS = 5_000
_MAX_FACET_VALUES = 200
_ORDERS: dict[Sort, tuple[str, Order]] = {
    Sort.PRICE_ASC: ("price_rupiah", Order.Asc),
    Sort.PRICE_DESC: ("price_down", Order.Desc),
    Sort.NEWEST: ("listed_at", Order.Desc),
}


class _Collected(msgspec.Struct):
    """The first hits in order, each product once, and how many there are in all (at most 1.000)."""

    addresses: list[DocAddress]
    total: int


def answer(snapshot: Snapshot, query: SearchQuery) -> SearchResult:
    """Answer `query`, which was checked before."""
    started = time.perf_counter()
    rewritten = rewrite(query.text)
    conditions = conditions_of(query, rewritten)
    needed = min(query.page * query.hits_per_page, MAX_DEPTH)
    attempt, text, found = _first_with_hits(snapshot, query, rewritten, conditions, needed)
    shown = found.addresses[(query.page - 1) * query.hits_per_page : needed]
    hits = [_hit(snapshot, query.index, address) for address in shown]
    counts, span = _facets(snapshot, query, text, conditions)
    answered = Found(attempt, hits, found.total, counts, span)
    result = assembled(ENGINE_NAME, query, rewritten, answered, started=started)
    again = without_guess(result)
    return result if again is None else with_guess_given_up(result, answer(snapshot, again))


def _first_with_hits(
    snapshot: Snapshot,
    query: SearchQuery,
    rewritten: Rewritten,
    conditions: Sequence[Condition],
    needed: int,
) -> tuple[Attempt, Query | None, _Collected]:
    tried = attempts(rewritten)
    for attempt in tried:
        if not attempt.words:
            return (
                attempt,
                None,
                _collect(snapshot, query, filtered(None, conditions), needed, has_text=False),
            )
        if not query.is_prefix:
            attempt = msgspec.structs.replace(attempt, is_typing=False)  # noqa: PLW2901 - the same attempt, narrowed
        for text in text_queries(attempt, snapshot.vocabulary):
            found = _collect(snapshot, query, filtered(text.query, conditions), needed, has_text=True)
            if found.total:
                return attempt, text.query, found
    return tried[0], Query.empty_query(), _Collected([], 0)


def _collect(
    snapshot: Snapshot,
    query: SearchQuery,
    tantivy_query: Query,
    needed: int,
    *,
    has_text: bool,
) -> _Collected:
    if query.sort is Sort.NEAREST:
        return _collect_nearest(snapshot, query, tantivy_query, needed)
    searcher = snapshot.searcher
    field, order = _ORDERS.get(query.sort, ("rank", Order.Desc))
    is_ranked = query.sort is Sort.RELEVANCE and has_text
    limit = max(_FIRST_LIMIT, 4 * needed)
    while True:
        if is_ranked:
            hits = searcher.search(tantivy_query, limit, count=False, weight_by_field="weight").hits
        else:
            hits = searcher.search(tantivy_query, limit, count=False, order_by_field=field, order=order).hits
        addresses = [address for _, address in hits]
        is_whole = len(addresses) < limit
        if query.index is Index.LISTINGS:
            addresses = _once_per_product(snapshot, addresses)
        if is_whole:
            return _Collected(addresses, min(len(addresses), MAX_DEPTH))
        if len(addresses) >= needed or limit >= _MAX_COLLECTED:
            total = min(_count_groups(snapshot, query.index, tantivy_query), MAX_DEPTH)
            return _Collected(addresses, total)
        limit *= _WIDENING


def _collect_nearest(snapshot: Snapshot, query: SearchQuery, tantivy_query: Query, needed: int) -> _Collected:
    """Order by the store's place in the list, then by relevance: the caller already knows which store is nearer."""
    if query.near is None:
        raise AssertionError
    hits = snapshot.searcher.search(tantivy_query, _MAX_COLLECTED, count=False, weight_by_field="weight").hits
    addresses = [address for _, address in hits]
    place = {store_id: position for position, store_id in enumerate(query.near.store_ids)}
    stores = snapshot.searcher.fast_field_values("store_id", addresses)
    ordered = sorted(
        zip(stores, range(len(addresses)), strict=True),
        key=lambda pair: (place[int(pair[0] or 0)], pair[1]),
    )
    addresses = [addresses[position] for _, position in ordered]
    if query.index is Index.LISTINGS:
        addresses = _once_per_product(snapshot, addresses)
    total = min(len(addresses), MAX_DEPTH)
    return _Collected(addresses[:needed], total)


def _once_per_product(snapshot: Snapshot, addresses: list[DocAddress]) -> list[DocAddress]:
    products = snapshot.searcher.fast_field_values("product_id", addresses)
    first: dict[int | float | bool | None, DocAddress] = {}
    for product, address in zip(products, addresses, strict=True):
        first.setdefault(product, address)
    return list(first.values())


def _count_groups(snapshot: Snapshot, index: Index, tantivy_query: Query) -> int:
    if index is not Index.LISTINGS:
        counted = snapshot.searcher.aggregate(tantivy_query, {"all": {"value_count": {"field": "rank"}}})
        return int(counted["all"]["value"])
    wanted = {"groups": {"terms": {"field": "product_id", "size": MAX_DEPTH}}}
    return len(snapshot.searcher.aggregate(tantivy_query, wanted)["groups"]["buckets"])


def _hit(snapshot: Snapshot, index: Index, address: DocAddress) -> Hit:
    stored = snapshot.searcher.doc(address)
    body = stored.get_first("body")
    document = decode_body(index, bytes(body or b""))
    return Hit(document.id, document)


def read_all(snapshot: Snapshot, index: Index, addresses: Sequence[DocAddress]) -> list[Document]:
    """Return the documents at these places."""
    return [_hit(snapshot, index, address).document for address in addresses]


# Facets


def _facets(
    snapshot: Snapshot,
    query: SearchQuery,
    text: Query | None,
    conditions: Sequence[Condition],
) -> tuple[dict[Facet, list[FacetCount]], PriceSpan | None]:
    counts: dict[Facet, list[FacetCount]] = {}
    span: PriceSpan | None = None
    for facet in query.facets:
        others = [condition for condition in conditions if condition.facet is not facet]
        if facet is Facet.PRICE:
            span = _price_span(snapshot, text, others)
        elif facet in GROUPED_FACETS and query.index is Index.LISTINGS:
            counts[facet] = _grouped_counts(snapshot, facet, filtered(text, others))
        else:
            counts[facet] = _plain_counts(snapshot, facet_field(facet, query), filtered(text, others))
    return counts, span


def _price_span(snapshot: Snapshot, text: Query | None, conditions: list[Condition]) -> PriceSpan | None:
    priced = [*conditions, Condition("price_rupiah", Operator.AT_MOST, (NO_PRICE - 1,))]
    found = snapshot.searcher.aggregate(filtered(text, priced), {"price": {"stats": {"field": "price_rupiah"}}})[
        "price"
    ]
    return None if not found["count"] else PriceSpan(int(found["min"]), int(found["max"]))


def _plain_counts(snapshot: Snapshot, field: str, tantivy_query: Query) -> list[FacetCount]:
    wanted = {"values": {"terms": {"field": field, "size": _MAX_FACET_VALUES}}}
    buckets = snapshot.searcher.aggregate(tantivy_query, wanted)["values"]["buckets"]
    return _sorted_counts({bucket.get("key_as_string", bucket["key"]): bucket["doc_count"] for bucket in buckets})


def _grouped_counts(snapshot: Snapshot, facet: Facet, tantivy_query: Query) -> list[FacetCount]:
    """Count each product once, from the different values of the combined field.

    Beyond 5.000 different products the counts are of those with most listings; they are then lower bounds.
    """
    wanted = {"products": {"terms": {"field": COUNTED, "size": _MAX_GROUPS}}}
    buckets = snapshot.searcher.aggregate(tantivy_query, wanted)["products"]["buckets"]
    counted: Counter[str] = Counter()
    for bucket in buckets:
        _, is_halal, *categories = bucket["key"].split(SEPARATOR)
        counted.update((is_halal,) if facet is Facet.HALAL else categories)
    return _sorted_counts(counted)


def _sorted_counts(counts: dict[str, int]) -> list[FacetCount]:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [FacetCount(value, count) for value, count in ordered if value][:_MAX_FACET_VALUES]


# Suggestions


def suggestions(listings: Snapshot, stores: Snapshot, prefix: str, limit: int) -> list[Suggestion]:
    """Suggest titles, categories and stores whose words begin like `prefix`."""
    for attempt in suggesting(rewrite(prefix)):
        titles = [
            Suggestion(SuggestionKind.TITLE, document.title, str(document.product_id))
            for document in _best(listings, Index.LISTINGS, attempt, limit * TITLES_READ)
            if isinstance(document, ListingDocument)
        ]
        names = [
            Suggestion(SuggestionKind.STORE, document.name, str(document.store_id))
            for document in _best(stores, Index.STORES, attempt, limit)
            if isinstance(document, StoreDocument)
        ]
        found = put_together(attempt.words, listings.categories, titles, names, limit)
        if found:
            return found
    return []


def _best(snapshot: Snapshot, index: Index, attempt: Attempt, limit: int) -> list[Document]:
    for text in text_queries(attempt, snapshot.vocabulary):
        found = _collect(snapshot, SearchQuery(index=index), text.query, limit, has_text=True)
        return [_hit(snapshot, index, address).document for address in found.addresses[:limit]]
    return []
