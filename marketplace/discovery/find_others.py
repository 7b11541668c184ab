"""Find stores and partnership offers, and suggest while somebody types."""

from typing import Any

import msgspec

from marketplace import clock
from marketplace.discovery.engine import current_engine
from marketplace.discovery.errors import SearchDownError
from marketplace.errors import InvalidError
from search import Filters, Index, InvalidSearch, OfferDocument, SearchError, SearchQuery, SearchResult, StoreDocument

PER_PAGE = 24
MOST_SUGGESTIONS = 8
_SHORTEST_PREFIX = 2


class FoundStore(msgspec.Struct, frozen=True, kw_only=True):
    """A store by name or place."""

    store_id: int
    name: str
    cooperative_name: str
    place: str
    is_delivering: bool


class FoundOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A partnership offer that holds today; the price is the lowest of its ladder, in rupiah."""

    offer_id: int
    title: str
    partner_name: str
    pattern: str
    kind: str
    price_from_rupiah: int | None
    unit: str
    valid_until: int | None
    payment_term: str


class FoundStores(msgspec.Struct, frozen=True, kw_only=True):
    """A page of stores."""

    items: list[FoundStore]
    total: int
    page: int
    has_next: bool
    is_degraded: bool


class FoundOffers(msgspec.Struct, frozen=True, kw_only=True):
    """A page of offers."""

    items: list[FoundOffer]
    total: int
    page: int
    has_next: bool
    is_degraded: bool


class ShownSuggestion(msgspec.Struct, frozen=True, kw_only=True):
    """Something to pick while typing: `kind` is title, category or store; `target` an id or slug."""

    kind: str
    text: str
    target: str


async def find_stores(text: str, *, region: str | None = None, page: int = 1) -> FoundStores:
    """Stores whose name, cooperative or place fits the text."""
    result = await _ask(
        SearchQuery(text=text, index=Index.STORES, filters=Filters(region=region), page=page, hits_per_page=PER_PAGE)
    )
    items = [
        FoundStore(
            store_id=document.store_id,
            name=document.name,
            cooperative_name=document.cooperative_name,
            place=", ".join(document.region_names),
            is_delivering=document.is_delivering,
        )
        for hit in result.hits
        if isinstance(document := hit.document, StoreDocument)
    ]
    return FoundStores(items=items, **_page_of(result))


async def find_offers(text: str, *, region: str | None = None, page: int = 1) -> FoundOffers:
    """Partnership offers that hold today and fit the text."""
    filters = Filters(region=region, valid_at=int(clock.now().timestamp()))
    result = await _ask(SearchQuery(text=text, index=Index.OFFERS, filters=filters, page=page, hits_per_page=PER_PAGE))
    items = [
        FoundOffer(
            offer_id=int(document.id),
            title=document.title,
            partner_name=document.partner_name,
            pattern=document.pattern,
            kind=document.kind,
            price_from_rupiah=document.price_from_rupiah,
            unit=document.unit,
            valid_until=document.valid_until,
            payment_term=document.payment_term,
        )
        for hit in result.hits
        if isinstance(document := hit.document, OfferDocument)
    ]
    return FoundOffers(items=items, **_page_of(result))


async def suggest(prefix: str) -> list[ShownSuggestion]:
    """At most eight suggestions for a text being typed; none while the engine is down (typing must not fail)."""
    if len(prefix.strip()) < _SHORTEST_PREFIX:
        return []
    try:
        found = await current_engine().suggest(prefix, MOST_SUGGESTIONS)
    except SearchError:
        return []
    return [ShownSuggestion(kind=item.kind.value, text=item.text, target=item.target) for item in found]


def _page_of(result: SearchResult) -> dict[str, Any]:
    page = result.query.page
    return {
        "total": result.total,
        "page": page,
        "has_next": result.total > page * PER_PAGE,
        "is_degraded": result.is_degraded,
    }


async def _ask(query: SearchQuery) -> SearchResult:
    try:
        return await current_engine().search(query)
    except InvalidSearch as error:
        raise InvalidError(fields=dict(error.fields.items())) from error
    except SearchError as error:
        raise SearchDownError from error
