"""Every SQL statement of discovery: what documents are made of, which are out of date, and what a page shows now."""

from collections.abc import Sequence

import asyncpg

from marketplace.database import Connection

_NEAR_DEGREES = 0.32
NEAR_STORES = 50

_LISTING = """
    SELECT g.id, g.product_id, g.store_id, g.source, g.price_rupiah, g.member_price_rupiah, g.listed_at,
           p.name AS title, p.description, p.is_halal, p.photo_digest, p.popularity, p.category_slug,
           c.name_id AS category_name, u.name_id AS unit_name, o.name AS seller_name,
           s.name AS store_name, s.village_code, s.latitude, s.longitude,
           coalesce(t.on_hand - t.reserved, 0) > 0 OR g.source = 'made_to_order' AS is_in_stock,
           array_remove(ARRAY[v.name, d.name, k.name], NULL) AS region_names
    FROM listing g
    JOIN product p ON p.id = g.product_id
    JOIN category c ON c.slug = p.category_slug
    JOIN unit u ON u.code = p.unit_code
    JOIN organisation o ON o.id = p.seller_id
    JOIN store s ON s.id = g.store_id
    LEFT JOIN stock t ON t.listing_id = g.id
    JOIN region v ON v.code = s.village_code
    LEFT JOIN region d ON d.code = v.parent_code
    LEFT JOIN region k ON k.code = d.parent_code
    WHERE g.state = 'active' AND p.state = 'published' AND s.is_active AND o.status <> 'suspended'
"""

_OFFER = """
    SELECT f.id, f.title, f.description, f.pattern, f.subject, f.region_code, f.ends_on, f.payment_term, f.created_at,
           f.category_slug, c.name_id AS category_name, u.name_id AS unit_name, f.partner_id,
           o.name AS partner_name, r.name AS region_name, f.accepted_quantity,
           (SELECT min(e.price_rupiah) FROM partnership_offer_tier e WHERE e.offer_id = f.id) AS price_from_rupiah
    FROM partnership_offer f
    JOIN organisation o ON o.id = f.partner_id
    JOIN unit u ON u.code = f.unit_code
    JOIN region r ON r.code = f.region_code
    LEFT JOIN category c ON c.slug = f.category_slug
    WHERE f.state = 'published' AND o.status <> 'suspended'
"""

_STORE = """
    SELECT s.id, s.name, s.village_code, s.address, s.latitude, s.longitude, s.is_delivering,
           o.name AS cooperative_name,
           array_remove(ARRAY[v.name, d.name, k.name], NULL) AS region_names
    FROM store s
    JOIN organisation o ON o.id = s.cooperative_id
    JOIN region v ON v.code = s.village_code
    LEFT JOIN region d ON d.code = v.parent_code
    LEFT JOIN region k ON k.code = d.parent_code
    WHERE s.is_active AND o.status <> 'suspended'
"""

_SELECTS = {"listings": (_LISTING, "g.id"), "offers": (_OFFER, "f.id"), "stores": (_STORE, "s.id")}


async def list_rows(connection: Connection, index_name: str, ids: Sequence[int]) -> list[asyncpg.Record]:
    """Rows that documents of these ids are made of; what may not be shown is absent."""
    select, key = _SELECTS[index_name]
    return await connection.fetch(f"{select} AND {key} = ANY($1::bigint[])", ids)


async def list_rows_after(connection: Connection, index_name: str, after_id: int, limit: int) -> list[asyncpg.Record]:
    """Rows of a whole index in id order, for rebuilding it."""
    select, key = _SELECTS[index_name]
    return await connection.fetch(f"{select} AND {key} > $1 ORDER BY {key} LIMIT $2", after_id, limit)


async def list_ids(connection: Connection, index_name: str) -> set[int]:
    """Ids of all documents that should be there."""
    select, _ = _SELECTS[index_name]
    return {row["id"] for row in await connection.fetch(f"SELECT id FROM ({select}) AS shown")}


async def claim_dirty(connection: Connection, *, limit: int, lease_seconds: int) -> list[asyncpg.Record]:
    """Lease keys that are out of date, oldest first; another sender skips them until the lease ends."""
    return await connection.fetch(
        """
        UPDATE search_dirty d SET leased_until = now() + make_interval(secs => $2)
        FROM (
            SELECT index_name, document_id FROM search_dirty
            WHERE leased_until IS NULL OR leased_until < now()
            ORDER BY marked_at LIMIT $1 FOR UPDATE SKIP LOCKED
        ) due
        WHERE d.index_name = due.index_name AND d.document_id = due.document_id
        RETURNING d.index_name, d.document_id, d.generation
        """,
        limit,
        float(lease_seconds),
    )


async def finish_dirty(connection: Connection, claimed: Sequence[asyncpg.Record]) -> None:
    """Forget keys whose document was sent, unless they were marked again since they were claimed.

    Locks them in the order in which outbox.py marks them, or a sale and the sender would stop each other.
    """
    await connection.execute(
        """
        WITH held AS (
            SELECT d.index_name, d.document_id, d.generation
            FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS sent (index_name, id, generation)
            JOIN search_dirty d
                ON d.index_name = sent.index_name AND d.document_id = sent.id AND d.generation = sent.generation
            ORDER BY d.index_name, d.document_id FOR UPDATE OF d
        )
        DELETE FROM search_dirty d USING held
        WHERE d.index_name = held.index_name AND d.document_id = held.document_id AND d.generation = held.generation
        """,
        [row["index_name"] for row in claimed],
        [row["document_id"] for row in claimed],
        [row["generation"] for row in claimed],
    )


async def release_dirty(connection: Connection, claimed: Sequence[asyncpg.Record]) -> None:
    """Give claimed keys back after a failure, so that the next round takes them at once. Locks as `finish_dirty`."""
    await connection.execute(
        """
        WITH held AS (
            SELECT d.index_name, d.document_id
            FROM unnest($1::text[], $2::bigint[]) AS failed (index_name, id)
            JOIN search_dirty d ON d.index_name = failed.index_name AND d.document_id = failed.id
            ORDER BY d.index_name, d.document_id FOR UPDATE OF d
        )
        UPDATE search_dirty d SET leased_until = NULL FROM held
        WHERE d.index_name = held.index_name AND d.document_id = held.document_id
        """,
        [row["index_name"] for row in claimed],
        [row["document_id"] for row in claimed],
    )


async def count_dirty(connection: Connection) -> int:
    """How many documents wait to be sent."""
    count: int = await connection.fetchval("SELECT count(*) FROM search_dirty")
    return count


_SHOWN = """
    SELECT g.id, g.product_id, g.store_id, g.price_rupiah, g.member_price_rupiah, g.source, s.cooperative_id,
           p.name, p.unit_code, p.category_slug, p.photo_digest, p.is_halal, s.name AS store_name, s.latitude,
           s.longitude, t.on_hand - t.reserved AS available
    FROM listing g
    JOIN product p ON p.id = g.product_id AND p.state = 'published'
    JOIN store s ON s.id = g.store_id AND s.is_active
    LEFT JOIN stock t ON t.listing_id = g.id
"""


async def read_shown(connection: Connection, listing_ids: Sequence[int]) -> dict[int, asyncpg.Record]:
    """What a page shows of listings now, by product: price, stock, visibility. The index may lag, money may not."""
    rows = await connection.fetch(f"{_SHOWN} WHERE g.id = ANY($1::bigint[]) AND g.state = 'active'", listing_ids)
    return {row["product_id"]: row for row in rows}


async def read_nearest(
    connection: Connection, product_ids: Sequence[int], store_ids: Sequence[int], low_rupiah: int, high_rupiah: int
) -> dict[int, asyncpg.Record]:
    """What a page shows now of products, each at the first of `store_ids` (nearest first) that has it to sell.

    Only listings whose price lies between the limits are looked at; where no store has any left, the first is told.
    """
    rows = await connection.fetch(
        f"""
        SELECT DISTINCT ON (product_id) * FROM ({_SHOWN}
            WHERE g.product_id = ANY($1::bigint[]) AND g.store_id = ANY($2::bigint[]) AND g.state = 'active'
              AND g.price_rupiah BETWEEN $3 AND $4) AS sold
        ORDER BY product_id, source <> 'made_to_order' AND coalesce(available, 0) <= 0,
                 array_position($2::bigint[], store_id)
        """,
        product_ids,
        store_ids,
        low_rupiah,
        high_rupiah,
    )
    return {row["product_id"]: row for row in rows}


async def find_near(connection: Connection, village_code: str) -> list[asyncpg.Record]:
    """Stores near a village, nearest first, with the village's position in each row; the village's own comes first.

    Where the village's position is unknown, the stores of its district and then of its regency stand for near.
    """
    return await connection.fetch(
        f"""
        WITH place AS (SELECT code, latitude, longitude FROM region WHERE code = $1),
        boxed AS (
            SELECT s.id, (s.latitude - p.latitude) ^ 2 + (s.longitude - p.longitude) ^ 2 AS far
            FROM store s, place p
            WHERE s.is_active AND s.latitude BETWEEN p.latitude - {_NEAR_DEGREES} AND p.latitude + {_NEAR_DEGREES}
              AND s.longitude BETWEEN p.longitude - {_NEAR_DEGREES} AND p.longitude + {_NEAR_DEGREES}
            ORDER BY far, s.id LIMIT {NEAR_STORES}
        ), around AS (
            -- Pattern operators: in a collation of people the dots of codes count for nothing.
            SELECT s.id, CASE WHEN s.village_code = p.code THEN 0 WHEN left(s.village_code, 8) = left(p.code, 8) THEN 1
                              ELSE 2 END::double precision AS far
            FROM store s, place p
            WHERE p.latitude IS NULL AND s.is_active
              AND s.village_code ~>=~ (left(p.code, 5) || '.') AND s.village_code ~<~ (left(p.code, 5) || '/')
            ORDER BY far, s.id LIMIT {NEAR_STORES}
        )
        SELECT n.id, n.far, p.latitude, p.longitude
        FROM (SELECT * FROM boxed UNION SELECT * FROM around) n, place p ORDER BY n.far, n.id
        """,
        village_code,
    )


async def name_regions(connection: Connection, codes: Sequence[str]) -> dict[str, str]:
    """Names of regions, for the facet."""
    rows = await connection.fetch("SELECT code, name FROM region WHERE code = ANY($1::text[])", codes)
    return {row["code"]: row["name"] for row in rows}
