"""The queries behind the list of remarkable things: all of them read. Each gives name, facts and how much.

They point at where to look; none of them proves anything against anybody.
"""

from datetime import date, datetime

import asyncpg

from marketplace.database import Connection
from marketplace.oversight.store import range_of

MOST = 50


async def list_sales_below_cost(connection: Connection, region_code: str, *, since: datetime) -> list[asyncpg.Record]:
    """Lines of own goods sold below what they cost; by the index of just these lines."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT o.name, d.code AS order_code, l.name AS goods, l.unit_price_rupiah, l.unit_cost_rupiah, l.quantity,
               (l.unit_cost_rupiah - l.unit_price_rupiah) * l.quantity AS loss_rupiah, d.placed_at
        FROM organisation o
        JOIN store s ON s.cooperative_id = o.id
        JOIN order_line l ON l.store_id = s.id AND l.source = 'own_stock' AND l.unit_price_rupiah < l.unit_cost_rupiah
        JOIN orders d ON d.id = l.order_id AND d.placed_at >= $3 AND d.state <> 'cancelled' AND d.state <> 'expired'
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
        ORDER BY loss_rupiah DESC, d.id, l.listing_id LIMIT $4
        """,
        low,
        high,
        since,
        MOST,
    )


async def list_high_return_rates(
    connection: Connection, region_code: str, *, since: date, least_returns: int, percent: int
) -> list[asyncpg.Record]:
    """Cooperatives with many returns for their sales, from the days' turnover."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT o.name, sum(t.sale_count)::bigint AS sale_count, sum(t.return_count)::bigint AS return_count,
               sum(t.returned_rupiah)::bigint AS returned_rupiah
        FROM organisation o
        JOIN store s ON s.cooperative_id = o.id
        JOIN turnover_day t ON t.store_id = s.id AND t.day >= $3
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
        GROUP BY o.id
        HAVING sum(t.return_count) >= $4 AND sum(t.return_count) * 100 >= sum(t.sale_count) * $5
        ORDER BY sum(t.return_count) * 1000 / greatest(sum(t.sale_count), 1) DESC, o.id LIMIT $6
        """,
        low,
        high,
        since,
        least_returns,
        percent,
        MOST,
    )


async def list_shift_variances(
    connection: Connection, region_code: str, *, since: datetime, least_rupiah: int
) -> list[asyncpg.Record]:
    """Closed shifts whose counted cash differs from the book; by the index of just these shifts."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT o.name, f.id AS shift_id, f.closed_at, f.expected_rupiah, f.counted_rupiah,
               f.counted_rupiah - f.expected_rupiah AS variance_rupiah
        FROM organisation o
        JOIN store s ON s.cooperative_id = o.id
        JOIN shift f ON f.store_id = s.id AND f.counted_rupiah <> f.expected_rupiah AND f.closed_at >= $3
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
          AND abs(f.counted_rupiah - f.expected_rupiah) >= $4
        ORDER BY abs(f.counted_rupiah - f.expected_rupiah) DESC, f.id LIMIT $5
        """,
        low,
        high,
        since,
        least_rupiah,
        MOST,
    )


async def list_stock_differences(connection: Connection, region_code: str) -> list[asyncpg.Record]:
    """Stock whose balance is not the sum of its movements, of this region alone."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT o.name, p.name AS goods, k.on_hand, m.moved
        FROM organisation o
        JOIN store s ON s.cooperative_id = o.id
        JOIN stock k ON k.store_id = s.id
        JOIN listing g ON g.id = k.listing_id
        JOIN product p ON p.id = g.product_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(quantity), 0)::bigint AS moved FROM stock_movement WHERE listing_id = k.listing_id
        ) m
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2 AND k.on_hand <> m.moved
        ORDER BY o.id, k.listing_id LIMIT $3
        """,
        low,
        high,
        MOST,
    )


async def list_without_sales(connection: Connection, region_code: str, *, since: date) -> list[asyncpg.Record]:
    """Operating cooperatives without a sale since a day, those silent longest first."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT o.name, s.id AS store_id, t.last_on
        FROM organisation o
        JOIN store s ON s.cooperative_id = o.id AND s.is_active
        CROSS JOIN LATERAL (
            SELECT max(day) AS last_on FROM turnover_day WHERE store_id = s.id AND sale_count > 0
        ) t
        WHERE o.kind = 'cooperative' AND o.status = 'operating' AND o.status_on < $3
          AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2 AND (t.last_on IS NULL OR t.last_on < $3)
        ORDER BY t.last_on NULLS FIRST, o.id LIMIT $4
        """,
        low,
        high,
        since,
        MOST,
    )
