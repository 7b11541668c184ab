"""SQL of demand: what was handed over by day, and the popularity of products that follows it.

Counting locks the day that it writes; following locks products in id order.
"""

from datetime import date, datetime

import asyncpg

from marketplace.database import Connection


async def find_uncounted_day(connection: Connection, *, first: date, last: date) -> date | None:
    """The earliest day between two that was not counted yet."""
    found: date | None = await connection.fetchval(
        """
        SELECT $1::date + number FROM generate_series(0, $2::date - $1::date) AS number
        WHERE NOT EXISTS (SELECT FROM demand_day WHERE day = $1::date + number)
        ORDER BY number LIMIT 1
        """,
        first,
        last,
    )
    return found


async def claim_day(connection: Connection, day: date, *, kept_from: date) -> bool:
    """Note that a day is counted, in the transaction that counts it; False where another worker has done it.

    Forgets the days before `kept_from`.
    """
    await connection.execute("DELETE FROM demand_day WHERE day < $1", kept_from)
    return bool(
        await connection.fetchval(
            "INSERT INTO demand_day (day) VALUES ($1) ON CONFLICT (day) DO NOTHING RETURNING true", day
        )
    )


async def count_day(connection: Connection, day: date, *, start: datetime, end: datetime, kept_from: date) -> int:
    """Count the orders given out between two instants by product, drop what lies before `kept_from`; products touched.

    An order counts once, on the day on which it was first handed over or completed, without what came back whole.
    """
    status = await connection.execute(
        """
        WITH given AS (
            SELECT h.order_id FROM order_history h
            WHERE h.state IN ('handed_over', 'completed') AND h.happened_at >= $2 AND h.happened_at < $3
              AND NOT EXISTS (
                  SELECT FROM order_history e
                  WHERE e.order_id = h.order_id AND e.id < h.id AND e.state IN ('handed_over', 'completed'))
        ), counted AS (
            INSERT INTO product_demand AS d (product_id, day, order_count)
            SELECT l.product_id, $1, count(*)
            FROM given
            JOIN orders o ON o.id = given.order_id AND o.state <> 'returned'
            JOIN order_line l ON l.order_id = o.id AND l.cancelled_quantity + l.returned_quantity < l.quantity
            GROUP BY l.product_id ORDER BY l.product_id
            ON CONFLICT (product_id, day) DO UPDATE SET order_count = d.order_count + excluded.order_count
            RETURNING product_id
        ), faded AS (
            DELETE FROM product_demand WHERE day < $4 RETURNING product_id
        )
        INSERT INTO demand_due (product_id)
        SELECT product_id FROM (SELECT product_id FROM counted UNION SELECT product_id FROM faded) AS moved
        ORDER BY product_id
        ON CONFLICT (product_id) DO NOTHING
        """,
        day,
        start,
        end,
        kept_from,
    )
    return int(status.rsplit(" ", 1)[-1])


async def take_due(connection: Connection, *, limit: int) -> list[int]:
    """Take products whose sum has moved, skipping those that another worker has taken."""
    rows = await connection.fetch(
        """
        DELETE FROM demand_due WHERE product_id IN (
            SELECT product_id FROM demand_due ORDER BY product_id LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING product_id
        """,
        limit,
    )
    return sorted(row["product_id"] for row in rows)


async def follow_demand(connection: Connection, product_ids: list[int], *, one_in: int) -> list[asyncpg.Record]:
    """Let popularity be the sum of demand where it is off by more than one in `one_in`; (id, state) of those moved."""
    return await connection.fetch(
        """
        WITH counted AS (
            SELECT id, least(2147483647, coalesce((SELECT sum(order_count) FROM product_demand d
                                                   WHERE d.product_id = wanted.id), 0))::integer AS popularity
            FROM unnest($1::bigint[]) AS wanted (id)
        ), moved AS (
            SELECT p.id, counted.popularity FROM product p JOIN counted ON counted.id = p.id
            WHERE abs(p.popularity::bigint - counted.popularity) * $2 > p.popularity
            ORDER BY p.id FOR NO KEY UPDATE OF p
        )
        UPDATE product SET popularity = moved.popularity FROM moved WHERE product.id = moved.id
        RETURNING product.id, product.state
        """,
        product_ids,
        one_in,
    )


async def list_shown_listings(connection: Connection, product_ids: list[int]) -> list[int]:
    """Listings that search shows of these products."""
    rows = await connection.fetch(
        "SELECT id FROM listing WHERE product_id = ANY ($1::bigint[]) AND state = 'active'", product_ids
    )
    return [row["id"] for row in rows]
