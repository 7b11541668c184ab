"""Find goods: ask the engine, then show price, stock and visibility as the tables have them now."""

from typing import Any

import msgspec

from marketplace import database
from marketplace.actor import Actor
from marketplace.discovery import store
from marketplace.discovery.engine import current_engine
from marketplace.discovery.errors import SearchDownError
from marketplace.errors import InvalidError
from marketplace.ids import ListingId, ProductId, StoreId
from marketplace.regions import distance_km
from search import (
    Facet,
    Filters,
    Index,
    InvalidSearch,
    ListingDocument,
    Near,
    SearchError,
    SearchQuery,
    SearchResult,
    Sort,
)

PER_PAGE = 24
_ANY_STORE = ("relevance", "newest")
"""Orders in which it does not matter which of the near stores a product is shown at, so the nearest is."""
_HIGHEST = 2**62


class GoodsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the visitor asked. `is_near` keeps to stores near `village_code`, where one is known."""

    text: str = ""
    category: str | None = None
    price_min_rupiah: int | None = None
    price_max_rupiah: int | None = None
    region: str | None = None
    is_in_stock: bool | None = None
    is_halal: bool | None = None
    store_id: int | None = None
    sort: str = "relevance"
    village_code: str | None = None
    is_near: bool = True
    page: int = 1


class FoundListing(msgspec.Struct, frozen=True, kw_only=True):
    """One product at the store that serves it best; amounts in rupiah, distance in km."""

    listing_id: ListingId
    product_id: ProductId
    store_id: StoreId
    name: str
    unit_code: str
    category_slug: str
    photo_digest: str | None
    price_rupiah: int
    member_price_rupiah: int | None
    store_name: str
    distance_km: float | None
    is_in_stock: bool
    is_halal: bool


class FoundGoods(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. `is_everywhere` says that nothing was near, so the whole country was asked.

    `price_min_rupiah` and `price_max_rupiah` are the limits that hold, as chosen or as read in the text ("beras dibawah
    70rb").
    """

    items: list[FoundListing]
    total: int
    is_total_exact: bool
    page: int
    has_next: bool
    corrected: str | None
    missing_words: tuple[str, ...]
    facets: dict[str, list[dict[str, Any]]]
    price_span: tuple[int, int] | None
    price_min_rupiah: int | None
    price_max_rupiah: int | None
    is_everywhere: bool
    is_degraded: bool


async def find_goods(query: GoodsQuery, *, actor: Actor) -> FoundGoods:
    """Answer a visitor's search; at most three statements.

    Raises:
        InvalidError: a filter or page that cannot be asked, field by field.
        SearchDownError: no engine answers; never shown as "nothing found".

    """
    near_rows = []
    if query.village_code and (query.is_near or query.sort == "nearest"):
        async with database.connection() as connection:
            near_rows = await store.find_near(connection, query.village_code)
    near = _near(near_rows)
    _check_sort(query, near)
    try:
        result = await current_engine().search(search_query_of(query, near, near_rows))
        is_everywhere = False
        if not result.total and near_rows and query.sort != "nearest":
            result = await current_engine().search(search_query_of(query, None, []))
            is_everywhere = bool(result.total)
    except InvalidSearch as error:
        raise InvalidError(fields=dict(error.fields.items())) from error
    except SearchError as error:
        raise SearchDownError from error
    is_at_nearest = bool(near_rows) and not is_everywhere and not query.store_id and query.sort in _ANY_STORE
    async with database.connection() as connection:
        if is_at_nearest:
            low, high = result.price_min_rupiah, result.price_max_rupiah
            shown = await store.read_nearest(
                connection,
                [document.product_id for hit in result.hits if isinstance(document := hit.document, ListingDocument)],
                [row["id"] for row in near_rows],
                low or 0,
                _HIGHEST if high is None else high,
            )
        else:
            shown = await store.read_shown(connection, [int(hit.id) for hit in result.hits])
    return _answer(result, shown, near, actor, is_everywhere=is_everywhere)


def _check_sort(query: GoodsQuery, near: Near | None) -> None:
    if query.sort not in tuple(Sort):
        message = "Urutan ini tidak dikenal."
    elif query.sort != "nearest" or near is not None:
        return
    elif query.village_code:
        message = "Belum ada gerai yang letaknya diketahui di dekat wilayah Anda. Pilih urutan lain."
    else:
        message = "Pilih kelurahan atau desa Anda dulu untuk mengurutkan dari yang terdekat."
    raise InvalidError(message, fields={"sort": message})


def _distance(near: Near | None, row: Any) -> float | None:
    if near is None or row["latitude"] is None or row["longitude"] is None:
        return None
    return round(distance_km(near.latitude, near.longitude, row["latitude"], row["longitude"]), 1)


def _near(rows: list[Any]) -> Near | None:
    if not rows or rows[0]["latitude"] is None:
        return None
    return Near(
        latitude=rows[0]["latitude"],
        longitude=rows[0]["longitude"],
        store_ids=tuple(row["id"] for row in rows),
    )


def search_query_of(query: GoodsQuery, near: Near | None, near_rows: list[Any]) -> SearchQuery:
    """What the engine is asked for a visitor's query; the benchmark asks it the same without HTTP around it."""
    store_ids = (query.store_id,) if query.store_id else ()
    if not store_ids and near_rows:
        store_ids = tuple(row["id"] for row in near_rows)
    return SearchQuery(
        text=query.text,
        index=Index.LISTINGS,
        filters=Filters(
            category=query.category,
            region=query.region,
            price_min_rupiah=query.price_min_rupiah,
            price_max_rupiah=query.price_max_rupiah,
            is_in_stock=query.is_in_stock,
            is_halal=query.is_halal,
            store_ids=store_ids,
        ),
        sort=Sort(query.sort),
        near=near if query.sort == "nearest" else None,
        page=query.page,
        hits_per_page=PER_PAGE,
        facets=(Facet.CATEGORY, Facet.PRICE, Facet.REGION),
    )


def _answer(
    result: SearchResult, shown: dict[int, Any], near: Near | None, actor: Actor, *, is_everywhere: bool
) -> FoundGoods:
    items: list[FoundListing] = []
    member_of = actor.member_of
    for hit in result.hits:
        # What was hidden or taken off since the index was written is left out.
        if not isinstance(hit.document, ListingDocument) or (row := shown.get(hit.document.product_id)) is None:
            continue
        is_member = row["cooperative_id"] in member_of
        items.append(
            FoundListing(
                listing_id=row["id"],
                product_id=row["product_id"],
                store_id=row["store_id"],
                name=row["name"],
                unit_code=row["unit_code"],
                category_slug=row["category_slug"],
                photo_digest=row["photo_digest"],
                price_rupiah=row["price_rupiah"],
                member_price_rupiah=row["member_price_rupiah"] if is_member else None,
                store_name=row["store_name"],
                distance_km=_distance(near, row),
                is_in_stock=row["source"] == "made_to_order" or (row["available"] or 0) > 0,
                is_halal=row["is_halal"],
            )
        )
    span = result.price_span
    reach = result.query.page * result.query.hits_per_page
    return FoundGoods(
        items=items,
        total=result.total,
        is_total_exact=result.is_total_exact,
        page=result.query.page,
        has_next=result.total > reach and len(result.hits) == result.query.hits_per_page,
        corrected=result.corrected,
        missing_words=result.missing_words,
        facets={
            facet.value: [{"value": count.value, "count": count.count} for count in counts]
            for facet, counts in result.facets.items()
        },
        price_span=(span.min_rupiah, span.max_rupiah) if span else None,
        price_min_rupiah=result.price_min_rupiah,
        price_max_rupiah=result.price_max_rupiah,
        is_everywhere=is_everywhere,
        is_degraded=result.is_degraded,
    )
