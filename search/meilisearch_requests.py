"""Queries written down for Meilisearch, and its answers read. Pure.

One question becomes several queries of one multi-search: the hits, facets that count listings and not products, and one
for each facet whose own filter is set (it must be counted as if it were not).
"""

from collections.abc import Sequence

import msgspec

from search.documents import DOCUMENT_TYPES, Document, Index, ListingDocument, StoreDocument
from search.indexed import GROUPED_FACETS, NO_PRICE, Condition, Operator, Value, facet_field, indexed_fields
from search.query import MAX_DEPTH, Facet, FacetCount, Hit, PriceSpan, SearchQuery, Sort, Suggestion, SuggestionKind
from search.rewriting import Attempt

Body = dict[str, object]

_SORTS: dict[Sort, list[str]] = {
    Sort.PRICE_ASC: ["price_rupiah:asc"],
    Sort.PRICE_DESC: ["price_down:desc"],
    Sort.NEWEST: ["listed_at:desc"],
}


class _RawHit(msgspec.Struct):
    body: msgspec.Raw = msgspec.Raw(b"")


class _Span(msgspec.Struct):
    min: float
    max: float


class Reply(msgspec.Struct, rename="camel"):
    """One result of a multi-search."""

    hits: list[_RawHit] = []
    total_hits: int | None = None
    estimated_total_hits: int | None = None
    facet_distribution: dict[str, dict[str, int]] = {}
    facet_stats: dict[str, _Span] = {}


class _Replies(msgspec.Struct):
    results: list[Reply]


_replies_decoder = msgspec.json.Decoder(_Replies)
_body_decoders = {index: msgspec.json.Decoder(kind) for index, kind in DOCUMENT_TYPES.items()}


class Bundle(msgspec.Struct, frozen=True):
    """The queries of one attempt, the one with the hits first, with the facets that each of them counts."""

    bodies: tuple[Body, ...]
    facets: tuple[tuple[Facet, ...], ...]


def to_meilisearch(index: Index, document: Document) -> dict[str, object]:
    """Return what is sent for `document`."""
    sent = msgspec.structs.asdict(indexed_fields(document))
    sent |= {"id": document.id, "body": document}
    latitude, longitude = getattr(document, "latitude", None), getattr(document, "longitude", None)
    if index is not Index.OFFERS and latitude is not None and longitude is not None:
        sent["_geo"] = {"lat": latitude, "lng": longitude}
    return sent


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def filter_expression(condition: Condition) -> str:
    """Return one condition in Meilisearch's language."""
    match condition.operator:
        case Operator.IN:
            expression = f"{condition.field} IN [{', '.join(_value(value) for value in condition.values)}]"
        case Operator.AT_LEAST:
            expression = f"{condition.field} >= {_value(condition.values[0])}"
        case Operator.AT_MOST:
            expression = f"{condition.field} <= {_value(condition.values[0])}"
    return expression if condition.or_else is None else f"{expression} OR {filter_expression(condition.or_else)}"


def _filters(conditions: Sequence[Condition]) -> list[str]:
    return [filter_expression(condition) for condition in conditions]


def bundle(uid: str, query: SearchQuery, attempt: Attempt, conditions: Sequence[Condition]) -> Bundle:
    """Return the queries for one attempt."""
    text = " ".join(attempt.words)
    base: Body = {"indexUid": uid, "matchingStrategy": attempt.matching.value}
    if attempt.is_typing and query.is_prefix:
        # Meilisearch also forgives errors in beginnings, so "beras" would begin like "Bekasi" in every address.
        base |= {"q": text, "attributesToSearchOn": ["words_title", "words_category"]}
    else:
        base["q"] = f"{text} "  # The space says that the last word is finished.
        if attempt.is_naming:
            base["attributesToSearchOn"] = ["words_title", "words_category", "words_names"]
    filtered_facets = {condition.facet for condition in conditions}
    is_grouped = query.index is Index.LISTINGS
    own = [facet for facet in query.facets if facet in filtered_facets or _needs_own_query(query, facet)]
    shared = [facet for facet in query.facets if facet not in own]
    with_hits = [facet for facet in shared if not is_grouped or facet in GROUPED_FACETS]
    plain = [facet for facet in shared if facet not in with_hits]

    hits: Body = base | {"filter": _filters(conditions), "page": query.page, "hitsPerPage": query.hits_per_page}
    hits["attributesToRetrieve"] = ["body"]
    hits["facets"] = [facet_field(facet, query) for facet in with_hits]
    if is_grouped:
        hits["distinct"] = "product_id"
    if sort := _sort(query):
        hits["sort"] = sort
    bodies, counted = [hits], [tuple(with_hits)]
    if plain:
        bodies.append(_counting(base, query, plain, conditions, is_grouped=False))
        counted.append(tuple(plain))
    for facet in own:
        others = [condition for condition in conditions if condition.facet is not facet]
        if facet is Facet.PRICE and query.index is Index.OFFERS:
            others.append(Condition("price_rupiah", Operator.AT_MOST, (NO_PRICE - 1,)))
        bodies.append(_counting(base, query, [facet], others, is_grouped=is_grouped and facet in GROUPED_FACETS))
        counted.append((facet,))
    return Bundle(tuple(bodies), tuple(counted))


def _needs_own_query(query: SearchQuery, facet: Facet) -> bool:
    return facet is Facet.PRICE and query.index is Index.OFFERS


def _counting(
    base: Body, query: SearchQuery, facets: Sequence[Facet], conditions: Sequence[Condition], *, is_grouped: bool
) -> Body:
    body = base | {"filter": _filters(conditions), "facets": [facet_field(facet, query) for facet in facets]}
    if is_grouped:
        # Only with pages, not with a limit, does Meilisearch count each distinct value once.
        return body | {"distinct": "product_id", "page": 1, "hitsPerPage": 1, "attributesToRetrieve": ["id"]}
    return body | {"limit": 0}


def _sort(query: SearchQuery) -> list[str]:
    if query.sort is Sort.NEAREST and query.near is not None:
        return [f"_geoPoint({query.near.latitude:.6f}, {query.near.longitude:.6f}):asc"]
    return _SORTS.get(query.sort, [])


def read_replies(answer: bytes) -> list[Reply]:
    """Read the answer to a multi-search. Raises msgspec.MsgspecError for what is none."""
    return _replies_decoder.decode(answer).results


def hits_of(index: Index, reply: Reply) -> list[Hit]:
    """Return the documents of a reply."""
    documents = (_body_decoders[index].decode(hit.body) for hit in reply.hits)
    return [Hit(document.id, document) for document in documents]


def suggested(listings: Reply, stores: Reply) -> tuple[list[Suggestion], list[Suggestion]]:
    """Return the titles and the stores of two replies as suggestions."""
    titles = [
        Suggestion(SuggestionKind.TITLE, hit.document.title, str(hit.document.product_id))
        for hit in hits_of(Index.LISTINGS, listings)
        if isinstance(hit.document, ListingDocument)
    ]
    names = [
        Suggestion(SuggestionKind.STORE, hit.document.name, str(hit.document.store_id))
        for hit in hits_of(Index.STORES, stores)
        if isinstance(hit.document, StoreDocument)
    ]
    return titles, names


def total_of(reply: Reply) -> int:
    """Return how many were found, at most 1.000."""
    return min(reply.total_hits if reply.total_hits is not None else reply.estimated_total_hits or 0, MAX_DEPTH)


def facets_of(
    query: SearchQuery, asked: Bundle, replies: Sequence[Reply]
) -> tuple[dict[Facet, list[FacetCount]], PriceSpan | None]:
    """Return the counts and the price span of one attempt."""
    counts: dict[Facet, list[FacetCount]] = {}
    span: PriceSpan | None = None
    for facets, reply in zip(asked.facets, replies, strict=True):
        for facet in facets:
            field = facet_field(facet, query)
            if facet is Facet.PRICE:
                stats = reply.facet_stats.get(field)
                span = None if stats is None else PriceSpan(int(stats.min), int(stats.max))
            else:
                values = reply.facet_distribution.get(field, {}).items()
                ordered = sorted(values, key=lambda pair: (-pair[1], pair[0]))
                counts[facet] = [FacetCount(value, count) for value, count in ordered if value and count]
    return {facet: counts[facet] for facet in query.facets if facet in counts}, span
