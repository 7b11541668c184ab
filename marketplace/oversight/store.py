"""Every SQL statement of oversight: all of them read, none locks.

A region and what lies in it is the range of codes from `low` to below `high` (`range_of`), compared byte by byte
(`~>=~`), so that the index serves it whatever the plan and the collation.
"""

from datetime import date, datetime

import asyncpg

from marketplace.database import Connection


def range_of(region_code: str) -> tuple[str, str]:
    """Codes of a region and all it contains: from the first to below the second. "" is the whole country."""
    # "/" follows "." and ":" follows "9" in ASCII.
    return (region_code, f"{region_code}/") if region_code else ("", ":")


async def count_by_status(
    connection: Connection, region_code: str, *, on: date, code_length: int
) -> list[asyncpg.Record]:
    """Cooperatives by part of the region (codes cut at `code_length`) and status on a day.

    `standing` is the last status that is not a suspension.
    """
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT left(o.region_code, $4) AS code, s.status, s.standing, count(*) AS number
        FROM organisation o
        JOIN LATERAL (
            SELECT (array_agg(h.status ORDER BY h.effective_on DESC, h.id DESC))[1] AS status,
                   (array_agg(h.status ORDER BY h.effective_on DESC, h.id DESC)
                        FILTER (WHERE h.status <> 'suspended'))[1] AS standing
            FROM organisation_status h WHERE h.organisation_id = o.id AND h.effective_on <= $3
        ) s ON s.status IS NOT NULL
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
        GROUP BY 1, 2, 3
        """,
        low,
        high,
        on,
        code_length,
    )


async def list_coverage_changes(connection: Connection, region_code: str) -> list[asyncpg.Record]:
    """Days on which cooperatives of a region gained (or lost) their papers or began to operate, with how many."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT day, sum(papers)::integer AS papers, sum(operating)::integer AS operating
        FROM (
            SELECT h.effective_on AS day,
                   (h.status IN ('sk_ahu', 'operating'))::integer
                       - coalesce((lag(h.status) OVER steps IN ('sk_ahu', 'operating'))::integer, 0) AS papers,
                   (h.status = 'operating')::integer
                       - coalesce((lag(h.status) OVER steps = 'operating')::integer, 0) AS operating
            FROM organisation o
            JOIN organisation_status h ON h.organisation_id = o.id AND h.status <> 'suspended'
            WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
            WINDOW steps AS (PARTITION BY h.organisation_id ORDER BY h.effective_on, h.id)
        ) AS step
        WHERE papers <> 0 OR operating <> 0
        GROUP BY day ORDER BY day
        """,
        low,
        high,
    )


async def count_steps(connection: Connection, region_code: str, *, on: date, level: str) -> list[asyncpg.Record]:
    """Cooperatives of a large region by part (its provinces or regencies, as `level` says) and step on a day."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT region_code AS code, step, sum(number)::integer AS number FROM coverage_change
        WHERE level = $1 AND region_code ~>=~ $2 AND region_code ~<~ $3 AND day <= $4 GROUP BY 1, 2
        """,
        level,
        low,
        high,
        on,
    )


async def list_step_changes(connection: Connection, region_code: str, *, level: str) -> list[asyncpg.Record]:
    """As `list_coverage_changes`, of a large region."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT day, coalesce(sum(number) FILTER (WHERE step = 'with_papers'), 0)::integer AS papers,
               coalesce(sum(number) FILTER (WHERE step = 'at_work'), 0)::integer AS operating
        FROM coverage_change
        WHERE level = $1 AND region_code ~>=~ $2 AND region_code ~<~ $3 AND step IN ('with_papers', 'at_work')
        GROUP BY day ORDER BY day
        """,
        level,
        low,
        high,
    )


async def list_coverage_differences(connection: Connection) -> list[asyncpg.Record]:
    """Numbers of `coverage_change` that are not what the history gives: none, unless something is broken."""
    return await connection.fetch(
        """
        SELECT level, region_code, step, day
        FROM coverage_recounted AS r FULL JOIN coverage_change AS c USING (level, region_code, step, day)
        WHERE coalesce(r.number, 0) <> coalesce(c.number, 0)
        ORDER BY 1, 2, 3, 4
        """
    )


async def count_villages(connection: Connection, region_code: str, *, code_length: int) -> list[asyncpg.Record]:
    """Villages by part of the region."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT left(code, $3) AS code, count(*) AS number FROM region
        WHERE level = 'village' AND code ~>=~ $1 AND code ~<~ $2 GROUP BY 1
        """,
        low,
        high,
        code_length,
    )


async def list_region_names(connection: Connection, codes: list[str]) -> list[asyncpg.Record]:
    """Names of regions."""
    return await connection.fetch("SELECT code, kind, name FROM region WHERE code = ANY ($1)", codes)


async def list_cooperatives_on(connection: Connection, region_code: str, *, on: date) -> list[asyncpg.Record]:
    """Cooperatives of a district with their status on a day, and their store."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT o.id, o.name, o.region_code, r.name AS village, s.status, s.effective_on, t.id AS store_id
        FROM organisation o
        JOIN region r ON r.code = o.region_code
        LEFT JOIN LATERAL (
            SELECT h.status, h.effective_on FROM organisation_status h
            WHERE h.organisation_id = o.id AND h.effective_on <= $3
            ORDER BY h.effective_on DESC, h.id DESC LIMIT 1
        ) s ON true
        LEFT JOIN store t ON t.cooperative_id = o.id
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
        ORDER BY r.name, o.id LIMIT 500
        """,
        low,
        high,
        on,
    )


async def sum_turnover(connection: Connection, region_code: str, *, first: date, last: date) -> list[asyncpg.Record]:
    """Turnover of each cooperative with a store, from the first to the last day; those without sales too."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT o.id AS cooperative_id, o.name, o.region_code, s.id AS store_id, t.*
        FROM organisation o
        JOIN store s ON s.cooperative_id = o.id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(sale_count), 0)::bigint AS sale_count,
                   coalesce(sum(return_count), 0)::bigint AS return_count,
                   coalesce(sum(sold_rupiah - returned_rupiah), 0)::bigint AS turnover_rupiah,
                   coalesce(sum(sold_rupiah - returned_rupiah) FILTER (WHERE is_member), 0)::bigint AS member_rupiah,
                   coalesce(sum(returned_rupiah), 0)::bigint AS returned_rupiah,
                   coalesce(sum(cash_rupiah), 0)::bigint AS cash_rupiah
            FROM turnover_day WHERE store_id = s.id AND day BETWEEN $3 AND $4
        ) t
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
        """,
        low,
        high,
        first,
        last,
    )


async def find_store_of(connection: Connection, region_code: str, *, cooperative_id: int) -> int | None:
    """Store of a cooperative that lies in a region; None elsewhere, or where it has none."""
    low, high = range_of(region_code)
    return await connection.fetchval(  # type: ignore[no-any-return]
        "SELECT s.id FROM organisation o JOIN store s ON s.cooperative_id = o.id"
        " WHERE o.id = $3 AND o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2",
        low,
        high,
        cooperative_id,
    )


async def list_turnover_days(
    connection: Connection, region_code: str, *, first: date, last: date
) -> list[asyncpg.Record]:
    """Turnover of a region day by day; days without sales are left out."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT t.day, sum(t.sold_rupiah - t.returned_rupiah)::bigint AS turnover_rupiah
        FROM organisation o
        JOIN store s ON s.cooperative_id = o.id
        JOIN turnover_day t ON t.store_id = s.id AND t.day BETWEEN $3 AND $4
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
        GROUP BY t.day ORDER BY t.day
        """,
        low,
        high,
        first,
        last,
    )


async def list_turnover_differences(connection: Connection) -> list[asyncpg.Record]:
    """Days whose turnover is not the sum of their receipts: none, unless something is broken."""
    return await connection.fetch(
        """
        SELECT store_id, day, is_member
        FROM turnover_recounted AS r FULL JOIN turnover_day AS t USING (store_id, day, is_member)
        WHERE (coalesce(r.sale_count, 0), coalesce(r.return_count, 0), coalesce(r.sold_rupiah, 0),
               coalesce(r.returned_rupiah, 0), coalesce(r.cash_rupiah, 0))
              IS DISTINCT FROM (t.sale_count, t.return_count, t.sold_rupiah, t.returned_rupiah, t.cash_rupiah)
        ORDER BY 1, 2, 3
        """
    )


async def list_orders(
    connection: Connection,
    region_code: str,
    *,
    state: str | None,
    before: tuple[datetime, int] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """Orders of a region's stores, newest first, without anything about the buyer.

    Each store gives its newest few by its own index, so the cost does not grow with the orders of other regions.
    """
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT n.*, s.name AS store_name, o.name AS cooperative_name
        FROM organisation o
        JOIN store s ON s.cooperative_id = o.id
        CROSS JOIN LATERAL (
            SELECT d.id, d.code, d.state, d.channel, d.fulfilment, d.is_member, d.total_rupiah, d.placed_at, d.paid_at
            FROM orders d
            WHERE d.store_id = s.id AND ($3::text IS NULL OR d.state = $3)
              AND ($4::timestamptz IS NULL OR (d.placed_at, d.id) < ($4, $5::bigint))
            ORDER BY d.placed_at DESC, d.id DESC LIMIT $6
        ) n
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
        ORDER BY n.placed_at DESC, n.id DESC LIMIT $6
        """,
        low,
        high,
        state,
        before[0] if before else None,
        before[1] if before else None,
        limit,
    )


async def list_audit_events(
    connection: Connection, region_code: str, *, before_id: int | None, limit: int
) -> list[asyncpg.Record]:
    """What organisations of a region did, newest first; the name only of people who act for that organisation."""
    low, high = range_of(region_code)
    return await connection.fetch(
        """
        SELECT e.id, e.happened_at, e.action, e.subject, e.detail, o.name AS organisation_name,
               (SELECT p.display_name FROM person p WHERE p.id = e.person_id AND EXISTS (
                   SELECT FROM role_assignment a WHERE a.person_id = p.id AND a.organisation_id = o.id
                   AND a.role <> 'member')) AS person_name
        FROM organisation o
        CROSS JOIN LATERAL (
            SELECT * FROM audit_event a
            WHERE a.organisation_id = o.id AND ($3::bigint IS NULL OR a.id < $3)
            ORDER BY a.id DESC LIMIT $4
        ) e
        WHERE o.region_code ~>=~ $1 AND o.region_code ~<~ $2
        ORDER BY e.id DESC LIMIT $4
        """,
        low,
        high,
        before_id,
        limit,
    )


async def count_open_orders(connection: Connection, region_code: str) -> int:
    """Orders of a region that wait, are being prepared or are ready."""
    low, high = range_of(region_code)
    number: int = await connection.fetchval(
        """
        SELECT count(*) FROM organisation o
        JOIN store s ON s.cooperative_id = o.id
        JOIN orders d ON d.store_id = s.id AND d.state IN ('placed', 'accepted', 'ready')
        WHERE o.kind = 'cooperative' AND o.region_code ~>=~ $1 AND o.region_code ~<~ $2
        """,
        low,
        high,
    )
    return number
