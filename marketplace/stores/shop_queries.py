"""SQL of what the public sees: products with the stores that sell them, stores with their goods.

Paused goods, paused listings and stores that are switched off are never in an answer. Keyset order is popularity, then
newest.
"""

from typing import Final

import asyncpg

from marketplace.database import Connection
from marketplace.ids import ProductId, StoreId
from marketplace.regions import Box

MOST_OFFERS: Final = 30
MOST_STORES_COUNTED: Final = 100
# Enough that goods of some dozens of stores are still sorted by distance exactly.
_CHEAP_OFFERS: Final = 120
_NEAR_DEGREES: Final = 0.32

# Whether the store is open now, on its own clock.
_IS_OPEN = """
    EXISTS (SELECT FROM store_hours
            WHERE store_hours.store_id = store.id
              AND weekday = extract(isodow FROM now() AT TIME ZONE store.time_zone)
              AND opens_at <= (now() AT TIME ZONE store.time_zone)::time
              AND closes_at > (now() AT TIME ZONE store.time_zone)::time)
"""


async def list_products(
    connection: Connection,
    *,
    category_slug: str | None,
    seller_id: int | None,
    position: tuple[int, int] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """List published products, most popular first, with the lowest price at a store; one more than `limit`.

    Stores are counted up to `MOST_STORES_COUNTED`: rice is in every store of the country.
    """
    # The filters are spelled out, not `$1 IS NULL OR`: so each has the index that a generic plan can use.
    conditions, arguments = ["product.state = 'published'"], [limit + 1]
    if category_slug is not None:
        arguments.append(category_slug)  # type: ignore[arg-type]
        conditions.append(f"product.category_slug = ${len(arguments)}")
    if seller_id is not None:
        arguments.append(seller_id)
        conditions.append(f"product.seller_id = ${len(arguments)}")
    if position is not None:
        arguments.extend(position)
        conditions.append(
            f"(product.popularity, product.id) < (${len(arguments) - 1}::integer, ${len(arguments)}::bigint)"
        )
    return await connection.fetch(
        f"""
        SELECT product.id, product.name, product.category_slug, product.unit_code, product.seller_id,
               (SELECT name FROM organisation WHERE id = product.seller_id) AS seller_name,
               product.photo_digest, product.is_halal, product.popularity,
               coalesce(offered.price_rupiah, product.price_rupiah) AS price_rupiah, offered.store_count
        FROM (SELECT * FROM product WHERE {" AND ".join(conditions)}
              ORDER BY product.popularity DESC, product.id DESC LIMIT $1) AS product
        CROSS JOIN LATERAL (
            SELECT min(price_rupiah) AS price_rupiah, count(*) AS store_count
            FROM (SELECT price_rupiah FROM listing WHERE product_id = product.id AND state = 'active'
                  ORDER BY price_rupiah, id LIMIT {MOST_STORES_COUNTED}) AS cheapest
        ) AS offered
        ORDER BY product.popularity DESC, product.id DESC
        """,
        *arguments,
    )


async def find_shown_product(connection: Connection, product_id: ProductId) -> asyncpg.Record | None:
    """Read a published product whole, with seller, tiers and licences; None where it is not shown."""
    return await connection.fetchrow(
        """
        SELECT product.*, seller.name AS seller_name, coalesce(region.name, '') AS seller_place,
            coalesce(commodity.is_counter_only, false) AS is_counter_only,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('from_quantity', from_quantity, 'price_rupiah', price_rupiah)
                                       ORDER BY from_quantity), '[]')
             FROM product_tier WHERE product_id = product.id) AS tiers,
            (SELECT jsonb_agg(jsonb_build_object('unit_code', unit_code, 'factor', factor))
             FROM product_unit WHERE product_id = product.id) AS conversions,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'number', number, 'expires_on', expires_on)
                                       ORDER BY kind), '[]')
             FROM product_licence WHERE product_id = product.id) AS licences
        FROM product
        JOIN organisation AS seller ON seller.id = product.seller_id
        LEFT JOIN region ON region.code = seller.region_code
        LEFT JOIN commodity ON commodity.code = product.commodity_code
        WHERE product.id = $1 AND product.state = 'published'
        """,
        product_id,
    )


async def list_offers(
    connection: Connection, product_id: ProductId, *, village_code: str | None
) -> list[asyncpg.Record]:
    """List the stores that sell a product: in stock and near `village_code` first, at most `MOST_OFFERS`.

    Chosen from those within about 35 km and the cheapest anywhere, each by an index: rice is in every store of the
    country, and sorting 84.000 of them took 0,4 s.
    """
    return await connection.fetch(
        f"""
        WITH near AS (
            SELECT listing.id
            FROM region AS buyer
            JOIN store ON store.is_active
                AND store.latitude BETWEEN buyer.latitude - {_NEAR_DEGREES} AND buyer.latitude + {_NEAR_DEGREES}
                AND store.longitude BETWEEN buyer.longitude - {_NEAR_DEGREES} AND buyer.longitude + {_NEAR_DEGREES}
            JOIN listing ON listing.store_id = store.id AND listing.product_id = $1 AND listing.state = 'active'
            LEFT JOIN stock ON stock.listing_id = listing.id
            WHERE buyer.code = $2
            ORDER BY listing.source <> 'made_to_order' AND coalesce(stock.on_hand - stock.reserved, 0) = 0,
                     (store.latitude - buyer.latitude) ^ 2 + (store.longitude - buyer.longitude) ^ 2, listing.id
            LIMIT {MOST_OFFERS}
        ), cheap AS (
            SELECT listing.id
            FROM listing
            JOIN store ON store.id = listing.store_id AND store.is_active
            LEFT JOIN stock ON stock.listing_id = listing.id
            WHERE listing.product_id = $1 AND listing.state = 'active'
              AND (listing.source = 'made_to_order' OR stock.on_hand > stock.reserved)
            ORDER BY listing.price_rupiah, listing.id LIMIT {_CHEAP_OFFERS}
        ), sold_out AS (
            SELECT listing.id
            FROM listing JOIN store ON store.id = listing.store_id AND store.is_active
            WHERE listing.product_id = $1 AND listing.state = 'active'
            ORDER BY listing.price_rupiah, listing.id LIMIT {_CHEAP_OFFERS}
        )
        SELECT listing.id AS listing_id, listing.source, listing.price_rupiah, listing.member_price_rupiah,
               store.id AS store_id, store.cooperative_id, store.name AS store_name, store.is_delivering,
               village.name AS village, store.latitude, store.longitude,
               buyer.latitude AS buyer_latitude, buyer.longitude AS buyer_longitude,
               CASE WHEN listing.source <> 'made_to_order' THEN coalesce(stock.on_hand - stock.reserved, 0) END AS left,
               {_IS_OPEN} AS is_open
        FROM listing
        JOIN store ON store.id = listing.store_id AND store.is_active
        JOIN region AS village ON village.code = store.village_code
        LEFT JOIN region AS buyer ON buyer.code = $2
        LEFT JOIN stock ON stock.listing_id = listing.id
        WHERE listing.id IN (SELECT id FROM near UNION SELECT id FROM cheap UNION SELECT id FROM sold_out)
        ORDER BY listing.source <> 'made_to_order' AND coalesce(stock.on_hand - stock.reserved, 0) = 0,
                 (store.latitude - buyer.latitude) ^ 2 + (store.longitude - buyer.longitude) ^ 2 NULLS LAST,
                 listing.price_rupiah, listing.id
        LIMIT {MOST_OFFERS}
        """,
        product_id,
        village_code,
    )


_SHOWN_STORE = f"""
    SELECT store.id, store.name, store.address, store.is_delivering, store.latitude, store.longitude,
           village.name AS village, regency.name AS regency, {_IS_OPEN} AS is_open
    FROM store
    JOIN region AS village ON village.code = store.village_code
    JOIN region AS regency ON regency.code = left(store.village_code, 5)
    WHERE store.is_active
"""


async def list_stores_in(
    connection: Connection, region_codes: list[str], *, after_id: int | None, limit: int
) -> list[asyncpg.Record]:
    """List stores in any of these regions (all where there is none), by id; one more than `limit`."""
    return await connection.fetch(
        f"""
        {_SHOWN_STORE}
          AND (cardinality($1::text[]) = 0 OR store.village_code LIKE ANY (SELECT code || '%' FROM unnest($1) AS code))
          AND ($2::bigint IS NULL OR store.id > $2)
        ORDER BY store.id LIMIT $3
        """,
        region_codes,
        after_id,
        limit + 1,
    )


async def list_stores_in_box(
    connection: Connection, *, latitude: float, longitude: float, box: Box, limit: int
) -> list[asyncpg.Record]:
    """List the `limit` stores within a box of degrees that lie nearest to a point, as on a map drawn flat there."""
    return await connection.fetch(
        f"""
        {_SHOWN_STORE}
          AND store.latitude BETWEEN $1 AND $3 AND store.longitude BETWEEN $2 AND $4
        ORDER BY (store.latitude - $5) ^ 2 + ((store.longitude - $6) * cosd($5)) ^ 2, store.id LIMIT $7
        """,
        box.south,
        box.west,
        box.north,
        box.east,
        latitude,
        longitude,
        limit,
    )


async def find_place(connection: Connection, region_code: str) -> asyncpg.Record | None:
    """Position and name of a region, or None."""
    return await connection.fetchrow(
        "SELECT name, latitude, longitude FROM region WHERE code = $1 AND latitude IS NOT NULL", region_code
    )


async def list_goods(
    connection: Connection,
    store_id: StoreId,
    *,
    category_slug: str | None,
    position: tuple[int, int] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """List the goods of a store, most popular first; one more than `limit`.

    The shelf is sorted from two indexes alone, a microsecond or two for each thing on it, and only what is shown is
    read from the tables. Written as one step the planner may walk all products by popularity instead, until enough of
    them are this store's: 195 ms at 100.000 products.
    """
    return await connection.fetch(
        """
        WITH shelf AS MATERIALIZED (
            SELECT listing.id AS listing_id, product.id AS product_id, product.popularity
            FROM listing JOIN product ON product.id = listing.product_id AND product.state = 'published'
            WHERE listing.store_id = $1 AND listing.state = 'active'
              AND ($2::text IS NULL OR product.category_slug = $2)
        ), shown AS (
            SELECT * FROM shelf
            WHERE $3::integer IS NULL OR (popularity, product_id) < ($3, $4::bigint)
            ORDER BY popularity DESC, product_id DESC LIMIT $5
        )
        SELECT shown.listing_id, shown.product_id, listing.price_rupiah, listing.member_price_rupiah,
               product.name, product.category_slug, product.unit_code, product.photo_digest, shown.popularity,
               CASE WHEN listing.source <> 'made_to_order' THEN coalesce(stock.on_hand - stock.reserved, 0) END AS left
        FROM shown
        JOIN listing ON listing.id = shown.listing_id
        JOIN product ON product.id = shown.product_id
        LEFT JOIN stock ON stock.listing_id = shown.listing_id
        ORDER BY shown.popularity DESC, shown.product_id DESC
        """,
        store_id,
        category_slug,
        position[0] if position else None,
        position[1] if position else None,
        limit + 1,
    )
