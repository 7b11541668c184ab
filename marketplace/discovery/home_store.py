"""SQL of the front page: goods that sell, stores nearby, offers of partners. One statement each."""

from datetime import date

import asyncpg

from marketplace.database import Connection
from marketplace.ids import StoreId

# About 35 km: nobody fetches groceries from farther away.
_NEAR_DEGREES = 0.32


async def list_popular_goods(connection: Connection, *, limit: int) -> list[asyncpg.Record]:
    """Products most in demand that some store has now, each with its lowest price.

    Two of a kind come before a third, so that the shop window shows more than rice. Member prices are not told.
    """
    return await connection.fetch(
        """
        WITH wanted AS (
            SELECT id, popularity, category_slug
            FROM product WHERE state = 'published' ORDER BY popularity DESC, id DESC LIMIT $1 * 20
        ), ranked AS (
            SELECT *, (row_number() OVER (PARTITION BY category_slug ORDER BY popularity DESC, id DESC) - 1) / 2 AS turn
            FROM wanted
        )
        SELECT p.id, p.name, p.unit_code, p.category_slug, p.photo_digest, g.price_rupiah, NULL AS village
        FROM (SELECT * FROM ranked ORDER BY turn, popularity DESC, id DESC) AS r
        JOIN product p ON p.id = r.id
        CROSS JOIN LATERAL (
            SELECT l.price_rupiah
            FROM listing l JOIN store s ON s.id = l.store_id AND s.is_active LEFT JOIN stock t ON t.listing_id = l.id
            WHERE l.product_id = r.id AND l.state = 'active'
              AND (l.source = 'made_to_order' OR t.on_hand > t.reserved)
            ORDER BY l.price_rupiah, l.id LIMIT 1
        ) g
        ORDER BY r.turn, r.popularity DESC, r.id DESC LIMIT $1
        """,
        limit,
    )


async def list_goods_near(connection: Connection, store_ids: list[StoreId], *, limit: int) -> list[asyncpg.Record]:
    """Products most in demand among what these stores have now, each at the first of them that has it.

    `store_ids` come nearest first; the `limit` most wanted of each are looked at, and two of a kind come before a
    third. Starting from few stores keeps the cost apart from how many goods there are.
    """
    return await connection.fetch(
        """
        WITH shelves AS MATERIALIZED (
            SELECT DISTINCT best.*
            FROM unnest($1::bigint[]) AS near (store_id)
            CROSS JOIN LATERAL (
                SELECT p.id, p.popularity, p.category_slug
                FROM (SELECT product_id FROM listing WHERE store_id = near.store_id AND state = 'active' OFFSET 0) AS l
                JOIN product p ON p.id = l.product_id AND p.state = 'published'
                ORDER BY p.popularity DESC, p.id DESC LIMIT $2
            ) AS best
        ), ranked AS (
            SELECT *, (row_number() OVER (PARTITION BY category_slug ORDER BY popularity DESC, id DESC) - 1) / 2 AS turn
            FROM shelves
        )
        SELECT p.id, p.name, p.unit_code, p.category_slug, p.photo_digest, p.popularity, g.price_rupiah, g.village
        FROM (SELECT * FROM ranked ORDER BY turn, popularity DESC, id DESC) AS r
        JOIN product p ON p.id = r.id
        CROSS JOIN LATERAL (
            SELECT l.price_rupiah, region.name AS village
            FROM unnest($1::bigint[]) WITH ORDINALITY AS near (store_id, rank)
            JOIN listing l ON l.store_id = near.store_id AND l.product_id = r.id AND l.state = 'active'
            JOIN store s ON s.id = l.store_id
            JOIN region ON region.code = s.village_code
            LEFT JOIN stock t ON t.listing_id = l.id
            WHERE l.source = 'made_to_order' OR t.on_hand > t.reserved
            ORDER BY near.rank LIMIT 1
        ) g
        ORDER BY r.turn, r.popularity DESC, r.id DESC LIMIT $2
        """,
        store_ids,
        limit,
    )


async def list_near_stores(connection: Connection, village_code: str, *, limit: int) -> list[asyncpg.Record]:
    """Stores nearest to a village, with the place of each and whether it is open now.

    Where positions are not known: those of the same district, then of the same kabupaten/kota.
    """
    return await connection.fetch(
        """
        SELECT s.id, s.name, s.address, s.latitude, s.longitude, r.name AS village, d.name AS district,
               c.latitude AS from_latitude, c.longitude AS from_longitude,
               EXISTS (SELECT FROM store_hours h WHERE h.store_id = s.id
                       AND h.weekday = extract(isodow FROM now() AT TIME ZONE s.time_zone)
                       AND (now() AT TIME ZONE s.time_zone)::time >= h.opens_at
                       AND (now() AT TIME ZONE s.time_zone)::time < h.closes_at) AS is_open
        FROM region c
        JOIN store s ON s.is_active AND (
            (s.latitude BETWEEN c.latitude - $3 AND c.latitude + $3
             AND s.longitude BETWEEN c.longitude - $3 AND c.longitude + $3)
            OR (s.village_code ~>=~ (left(c.code, 5) || '.') AND s.village_code ~<~ (left(c.code, 5) || '/')))
        JOIN region r ON r.code = s.village_code
        LEFT JOIN region d ON d.code = r.parent_code
        WHERE c.code = $1
        ORDER BY s.village_code <> c.code, (s.latitude - c.latitude) ^ 2 + (s.longitude - c.longitude) ^ 2,
                 left(s.village_code, 8) <> left(c.code, 8), s.id LIMIT $2
        """,
        village_code,
        limit,
        _NEAR_DEGREES,
    )


async def list_newest_offers(connection: Connection, *, today: date, limit: int) -> list[asyncpg.Record]:
    """Partners' offers that may be applied for today, the newest first."""
    return await connection.fetch(
        """
        SELECT o.id, o.title, o.pattern, o.ends_on, o.unit_code, p.name AS partner_name,
               (SELECT min(t.price_rupiah) FROM partnership_offer_tier t WHERE t.offer_id = o.id) AS price_rupiah
        FROM partnership_offer o JOIN organisation p ON p.id = o.partner_id AND p.status IN ('verified', 'active')
        WHERE o.state = 'published' AND o.starts_on <= $1 AND o.ends_on >= $1
        ORDER BY o.id DESC LIMIT $2
        """,
        today,
        limit,
    )
