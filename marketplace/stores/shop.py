"""What the public sees: products with the stores that sell them, and stores with their goods. Reads only.

The member price is told to members of that cooperative and nobody else; others learn only that there is one.
"""

from typing import Final

import asyncpg

from marketplace import database
from marketplace.actor import Actor
from marketplace.catalog import photo_url, thumbnail_url
from marketplace.errors import NotFoundError
from marketplace.formats.packs import packs_of
from marketplace.http.pagination import Page, decode_cursor, encode_cursor
from marketplace.ids import ProductId, StoreId
from marketplace.regions import bounding_box, distance_km, find_regions
from marketplace.stores import queries, shop_queries
from marketplace.stores.prices import PriceBasis, Tier, tier_prices
from marketplace.stores.schemas import (
    Licence,
    ProductOffer,
    ShownListing,
    ShownProduct,
    ShownProductDetail,
    ShownStore,
    StoreDetail,
)

_RADII_KM: Final = (10.0, 60.0, 400.0)
_NEAREST: Final = 12
# More than are shown: on the globe two may lie the other way round than on the flat map that the database sorts by.
_LOOKED_AT: Final = 50


async def list_products(
    *, category_slug: str | None, seller_id: int | None, cursor: str | None, limit: int
) -> Page[ShownProduct]:
    """List published products, most popular first; one statement."""
    position = decode_cursor(cursor, tuple[int, int])
    async with database.connection() as connection:
        rows = await shop_queries.list_products(
            connection, category_slug=category_slug, seller_id=seller_id, position=position, limit=limit
        )
    return Page(
        items=[
            ShownProduct(
                id=row["id"],
                name=row["name"],
                category_slug=row["category_slug"],
                unit_code=row["unit_code"],
                seller_id=row["seller_id"],
                seller_name=row["seller_name"],
                photo_url=thumbnail_url(row["photo_digest"]) if row["photo_digest"] else None,
                price_rupiah=row["price_rupiah"],
                store_count=row["store_count"],
                is_halal=row["is_halal"],
            )
            for row in rows[:limit]
        ],
        next_cursor=_next_cursor(rows, limit, "id"),
    )


def _next_cursor(rows: list[asyncpg.Record], limit: int, key: str) -> str | None:
    return encode_cursor(rows[limit - 1]["popularity"], rows[limit - 1][key]) if len(rows) > limit else None


async def show_product(product_id: ProductId, *, actor: Actor, village_code: str | None) -> ShownProductDetail:
    """Read a product with the stores that sell it, near `village_code` first; two statements.

    Raises:
        NotFoundError: there is none, or it is not shown.

    """
    async with database.connection() as connection:
        row = await shop_queries.find_shown_product(connection, product_id)
        if row is None:
            raise NotFoundError
        offers = await shop_queries.list_offers(connection, product_id, village_code=village_code)
    tiers = tuple(Tier(**tier) for tier in row["tiers"])
    return ShownProductDetail(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        category_slug=row["category_slug"],
        unit_code=row["unit_code"],
        content_quantity=row["content_quantity"],
        base_unit=row["base_unit"],
        min_quantity=row["min_quantity"],
        is_halal=row["is_halal"],
        is_counter_only=row["is_counter_only"],
        seller_id=row["seller_id"],
        seller_name=row["seller_name"],
        seller_place=row["seller_place"],
        photo_url=photo_url(row["photo_digest"]) if row["photo_digest"] else None,
        price_rupiah=row["price_rupiah"],
        conversions=list(reversed(packs_of(row["conversions"]))),
        licences=[Licence(**licence) for licence in row["licences"]],
        offers=[_offer(offer, row["price_rupiah"], tiers, actor) for offer in offers],
    )


def _offer(row: asyncpg.Record, product_price_rupiah: int, tiers: tuple[Tier, ...], actor: Actor) -> ProductOffer:
    is_member = row["cooperative_id"] in actor.member_of
    basis = PriceBasis(
        price_rupiah=row["price_rupiah"],
        member_price_rupiah=row["member_price_rupiah"],
        product_price_rupiah=product_price_rupiah,
        tiers=tiers,
    )
    return ProductOffer(
        listing_id=row["listing_id"],
        store_id=row["store_id"],
        store_name=row["store_name"],
        village=row["village"],
        distance_km=_distance(row["buyer_latitude"], row["buyer_longitude"], row),
        is_open=row["is_open"],
        is_delivering=row["is_delivering"],
        source=row["source"],
        price_rupiah=row["price_rupiah"],
        member_price_rupiah=row["member_price_rupiah"] if is_member else None,
        has_member_price=row["member_price_rupiah"] is not None,
        is_member=is_member,
        left=row["left"],
        tiers=tier_prices(basis),
    )


def _distance(latitude: float | None, longitude: float | None, row: asyncpg.Record) -> float | None:
    if latitude is None or longitude is None or row["latitude"] is None or row["longitude"] is None:
        return None
    return round(distance_km(latitude, longitude, row["latitude"], row["longitude"]), 1)


def _shown_store(row: asyncpg.Record, place: asyncpg.Record | None = None) -> ShownStore:
    return ShownStore(
        id=row["id"],
        name=row["name"],
        village=row["village"],
        regency=row["regency"],
        address=row["address"],
        is_open=row["is_open"],
        is_delivering=row["is_delivering"],
        distance_km=_distance(place["latitude"], place["longitude"], row) if place else None,
    )


async def list_stores(*, typed: str, cursor: str | None, limit: int) -> Page[ShownStore]:
    """List stores in the regions that were typed (all stores where nothing was), by id."""
    position = decode_cursor(cursor, tuple[int])
    async with database.connection() as connection:
        codes: list[str] = []
        if typed.strip():
            found = await find_regions(connection, typed, limit=20)
            if not found.regions:
                return Page(items=[])
            codes = [region.code for region in found.regions]
        rows = await shop_queries.list_stores_in(
            connection, codes, after_id=position[0] if position else None, limit=limit
        )
    more = len(rows) > limit
    return Page(
        items=[_shown_store(row) for row in rows[:limit]],
        next_cursor=encode_cursor(rows[limit - 1]["id"]) if more else None,
    )


async def list_nearest_stores(village_code: str) -> tuple[str, list[ShownStore]]:
    """Name of the village and the stores around it, nearest first; empty for an unknown village.

    The box grows until enough stores lie in the circle inside it, so that full recall costs an index range.
    """
    async with database.connection() as connection:
        place = await shop_queries.find_place(connection, village_code)
        if place is None:
            return "", []
        near: list[ShownStore] = []
        for radius_km in _RADII_KM:
            box = bounding_box(place["latitude"], place["longitude"], radius_km)
            rows = await shop_queries.list_stores_in_box(
                connection, latitude=place["latitude"], longitude=place["longitude"], box=box, limit=_LOOKED_AT
            )
            stores = [_shown_store(row, place) for row in rows]
            near = [store for store in stores if store.distance_km is not None and store.distance_km <= radius_km]
            if len(near) >= _NEAREST:
                break
    near.sort(key=lambda store: (store.distance_km or 0.0, store.id))
    return place["name"], near[:_NEAREST]


async def show_store(
    store_id: StoreId, *, actor: Actor, category_slug: str | None, cursor: str | None, limit: int
) -> tuple[StoreDetail, Page[ShownListing]]:
    """Read a store and a page of its goods, most popular first; two statements.

    Raises:
        NotFoundError: there is none, or it is switched off.

    """
    position = decode_cursor(cursor, tuple[int, int])
    async with database.connection() as connection:
        store = await queries.get_store(connection, store_id)
        if not store.is_active:
            raise NotFoundError
        rows = await shop_queries.list_goods(
            connection, store_id, category_slug=category_slug, position=position, limit=limit
        )
    is_member = store.cooperative_id in actor.member_of
    goods = [
        ShownListing(
            listing_id=row["listing_id"],
            product_id=row["product_id"],
            name=row["name"],
            category_slug=row["category_slug"],
            unit_code=row["unit_code"],
            photo_url=thumbnail_url(row["photo_digest"]) if row["photo_digest"] else None,
            price_rupiah=row["price_rupiah"],
            member_price_rupiah=row["member_price_rupiah"] if is_member else None,
            left=row["left"],
        )
        for row in rows[:limit]
    ]
    return store, Page(items=goods, next_cursor=_next_cursor(rows, limit, "product_id"))
