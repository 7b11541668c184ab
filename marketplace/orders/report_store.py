"""SQL of what a store's people look at: the day's report and the home of the cooperative. Locks nothing.

Every statement is bound to one store and a span of time by an index; nothing here reads a whole table.
"""

from datetime import datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrganisationId, PersonId, StoreId
from marketplace.orders.till_store import SHIFT_SUM_COLUMNS, SHIFT_SUMS

# Fewer than this many free units on the shelf is worth a look.
NEARLY_OUT_UNITS = 3


async def find_store(connection: Connection, store_id: StoreId) -> asyncpg.Record | None:
    """The store's name, zone and cooperative."""
    return await connection.fetchrow(
        "SELECT s.id, s.name, s.address, s.landmark, s.phone, s.time_zone, s.cooperative_id, s.is_active,"
        " o.name AS cooperative_name FROM store s JOIN organisation o ON o.id = s.cooperative_id WHERE s.id = $1",
        store_id,
    )


async def list_sales_by_hour(
    connection: Connection, store_id: StoreId, *, start: datetime, end: datetime, time_zone: str
) -> list[asyncpg.Record]:
    """Paid orders of a span of time, summed up by the hour of the store's clock."""
    return await connection.fetch(
        """
        SELECT extract(hour FROM o.paid_at AT TIME ZONE $4)::int AS hour, count(*)::int AS sale_count,
               sum(o.goods_rupiah)::bigint AS goods_rupiah, sum(o.delivery_rupiah)::bigint AS delivery_rupiah,
               sum(o.total_rupiah)::bigint AS total_rupiah, (count(*) FILTER (WHERE o.is_member))::int AS member_count
        FROM orders o
        WHERE o.store_id = $1 AND o.paid_at >= $2 AND o.paid_at < $3
        GROUP BY 1 ORDER BY 1
        """,
        store_id,
        start,
        end,
        time_zone,
    )


async def list_sales_by_source(
    connection: Connection, store_id: StoreId, *, start: datetime, end: datetime
) -> list[asyncpg.Record]:
    """Goods of the same orders, by whose they are: own stock, consignment, made to order."""
    return await connection.fetch(
        """
        SELECT l.source, sum(l.quantity)::bigint AS unit_count, sum(l.total_rupiah)::bigint AS total_rupiah
        FROM orders o JOIN order_line l ON l.order_id = o.id
        WHERE o.store_id = $1 AND o.paid_at >= $2 AND o.paid_at < $3
        GROUP BY l.source ORDER BY l.source
        """,
        store_id,
        start,
        end,
    )


async def sum_returns(
    connection: Connection, store_id: StoreId, *, start: datetime, end: datetime
) -> asyncpg.Record | None:
    """How often and how much money of sales was given back in a span of time; surplus is no part of sales."""
    return await connection.fetchrow(
        "SELECT count(*)::int AS return_count, coalesce(sum(amount_rupiah), 0)::bigint AS returned_rupiah"
        " FROM receipt WHERE store_id = $1 AND issued_at >= $2 AND issued_at < $3 AND kind = 'return'",
        store_id,
        start,
        end,
    )


async def list_sales_by_way(
    connection: Connection, store_id: StoreId, *, start: datetime, end: datetime
) -> list[asyncpg.Record]:
    """What receipts of a span of time say was paid, by the way to pay."""
    return await connection.fetch(
        "SELECT method, sum(amount_rupiah)::bigint AS total_rupiah FROM receipt"
        " WHERE store_id = $1 AND issued_at >= $2 AND issued_at < $3 AND kind = 'sale' GROUP BY method ORDER BY method",
        store_id,
        start,
        end,
    )


async def list_moves(
    connection: Connection, store_id: StoreId, *, start: datetime, end: datetime
) -> list[asyncpg.Record]:
    """Cash moved between tills and safe in a span of time, oldest first."""
    return await connection.fetch(
        """
        SELECT m.id AS move_id, m.shift_id, m.kind, m.amount_rupiah, m.reason, m.moved_at,
               p.display_name AS moved_by_name
        FROM till_move m JOIN person p ON p.id = m.moved_by
        WHERE m.store_id = $1 AND m.moved_at >= $2 AND m.moved_at < $3 ORDER BY m.moved_at, m.id
        """,
        store_id,
        start,
        end,
    )


async def list_shifts(
    connection: Connection, store_id: StoreId, *, start: datetime, end: datetime
) -> list[asyncpg.Record]:
    """Shifts that were open at some time of the span, with what each took and gave back in all."""
    return await connection.fetch(
        f"""
        SELECT f.id AS shift_id, p.display_name AS cashier_name, f.opened_at, f.closed_at, f.float_rupiah,
               f.counted_rupiah, f.expected_rupiah, f.first_counted_rupiah, f.closing_note, f.refusal_count,
               {SHIFT_SUM_COLUMNS}
        FROM shift f
        JOIN person p ON p.id = f.cashier_id
        {SHIFT_SUMS}
        WHERE f.store_id = $1 AND f.opened_at < $3 AND (f.closed_at IS NULL OR f.closed_at >= $2)
        ORDER BY f.opened_at, f.id
        """,
        store_id,
        start,
        end,
    )


async def list_organisation_names(connection: Connection, ids: list[OrganisationId]) -> dict[int, str]:
    """Names of suppliers by id."""
    rows = await connection.fetch("SELECT id, name FROM organisation WHERE id = ANY($1::bigint[])", ids)
    return {row["id"]: row["name"] for row in rows}


async def find_home(
    connection: Connection, *, store_id: StoreId, person_id: PersonId, now: datetime
) -> asyncpg.Record | None:
    """What waits at a store now, and what today brought; today is the store's day."""
    return await connection.fetchrow(
        """
        WITH place AS (
            SELECT s.*, date_trunc('day', $3::timestamptz AT TIME ZONE s.time_zone) AT TIME ZONE s.time_zone AS today_at
            FROM store s WHERE s.id = $1
        )
        SELECT s.name AS store_name, s.time_zone, waiting.*, sales.*, f.opened_at AS shift_opened_at,
               (SELECT count(*)::int FROM shift e WHERE e.store_id = s.id AND e.closed_at IS NULL
                AND e.opened_at > $3 - interval '7 days') AS open_shift_count,
               (SELECT count(*)::int FROM stock t JOIN listing g ON g.id = t.listing_id
                WHERE t.store_id = s.id AND g.state = 'active' AND t.on_hand - t.reserved <= $4) AS low_count,
               (SELECT count(*)::int FROM partnership_application a
                WHERE a.cooperative_id = s.cooperative_id AND a.state = 'applied') AS application_count,
               (SELECT count(*)::int FROM membership_application m
                WHERE m.cooperative_id = s.cooperative_id AND m.decision IS NULL) AS member_count,
               (SELECT count(*)::int FROM organisation u WHERE u.kind = 'seller' AND u.status = 'applied'
                AND u.region_code = c.region_code) AS seller_count
        FROM place s
        JOIN organisation c ON c.id = s.cooperative_id
        LEFT JOIN shift f ON f.store_id = s.id AND f.cashier_id = $2 AND f.closed_at IS NULL
        CROSS JOIN LATERAL (
            SELECT (count(*) FILTER (WHERE o.state = 'placed'))::int AS placed_count,
                   (count(*) FILTER (WHERE o.state = 'accepted'))::int AS accepted_count,
                   (count(*) FILTER (WHERE o.state = 'ready'))::int AS ready_count,
                   min(o.placed_at) FILTER (WHERE o.state = 'placed') AS oldest_placed_at
            FROM orders o WHERE o.store_id = s.id AND o.state IN ('placed', 'accepted', 'ready')
        ) waiting
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS sale_count, coalesce(sum(o.total_rupiah), 0)::bigint AS sales_rupiah
            FROM orders o WHERE o.store_id = s.id AND o.paid_at >= s.today_at AND o.paid_at <= $3
        ) sales
        """,
        store_id,
        person_id,
        now,
        NEARLY_OUT_UNITS,
    )


async def count_waiting(connection: Connection, store_id: StoreId, *, person_id: PersonId) -> asyncpg.Record:
    """What waits at a store for somebody other than who began it: returns, deposits, tills; and approved returns."""
    row = await connection.fetchrow(
        """
        SELECT (SELECT count(*)::int FROM order_return r
                WHERE r.store_id = $1 AND r.state = 'requested' AND r.requested_by <> $2) AS return_count,
               (SELECT count(*)::int FROM order_return r
                WHERE r.store_id = $1 AND r.state = 'approved') AS approved_count,
               (SELECT count(*)::int FROM bank_deposit d
                WHERE d.store_id = $1 AND d.state = 'on_the_way' AND d.made_by <> $2) AS deposit_count,
               (SELECT count(*)::int FROM till_handover h
                WHERE h.store_id = $1 AND h.state = 'waiting' AND h.offered_by <> $2) AS till_count
        """,
        store_id,
        person_id,
    )
    assert row is not None  # noqa: S101 - counts always are
    return row


async def list_nearly_out(connection: Connection, store_id: StoreId, *, limit: int) -> list[asyncpg.Record]:
    """Goods on sale with few or no free units, the emptiest shelf first."""
    return await connection.fetch(
        """
        SELECT p.name, p.unit_code, g.id AS listing_id, t.on_hand - t.reserved AS available
        FROM stock t JOIN listing g ON g.id = t.listing_id JOIN product p ON p.id = g.product_id
        WHERE t.store_id = $1 AND g.state = 'active' AND t.on_hand - t.reserved <= $2
        ORDER BY t.on_hand - t.reserved, p.popularity DESC, g.id LIMIT $3
        """,
        store_id,
        NEARLY_OUT_UNITS,
        limit,
    )


async def list_member_orders(
    connection: Connection, *, store_id: StoreId, person_id: PersonId, limit: int
) -> list[asyncpg.Record]:
    """A member's latest orders at their own cooperative's store."""
    return await connection.fetch(
        """
        SELECT o.code, o.tracking_token, o.state, o.fulfilment, o.channel, o.total_rupiah, o.placed_at
        FROM orders o WHERE o.person_id = $2 AND o.store_id = $1 ORDER BY o.id DESC LIMIT $3
        """,
        store_id,
        person_id,
        limit,
    )
