"""SQL of returns. Locks: the return's order first, then the return; goods and money after, as everywhere."""

from datetime import datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrderId, PersonId, StoreId
from marketplace.orders.document_store import TAX_COLUMNS, TAX_JOIN
from marketplace.orders.return_lines import ReturnKind, ReturnPlan


async def list_lines(connection: Connection, order_id: OrderId) -> list[asyncpg.Record]:
    """Lines of an order in listing order, with what was taken off and brought back, and the sale's rates of taxes."""
    return await connection.fetch(
        f"SELECT l.*, {TAX_COLUMNS} FROM order_line l {TAX_JOIN} WHERE l.order_id = $1 ORDER BY l.listing_id", order_id
    )


async def find_delivery_left(connection: Connection, order_id: OrderId) -> int:
    """Rupiah of the delivery fee that was not given back."""
    left: int = await connection.fetchval(
        "SELECT o.delivery_rupiah - coalesce(sum(r.delivery_rupiah), 0)::bigint FROM orders o"
        " LEFT JOIN order_return r ON r.order_id = o.id AND r.state = 'done' WHERE o.id = $1 GROUP BY o.id",
        order_id,
    )
    return left


async def find_refund_limit(connection: Connection, store_id: StoreId) -> int:
    """Above this many rupiah a second person approves."""
    limit: int = await connection.fetchval("SELECT refund_limit_rupiah FROM store WHERE id = $1", store_id)
    return limit


async def set_refund_limit(connection: Connection, store_id: StoreId, limit_rupiah: int) -> None:
    """Set from how much on a second person approves."""
    await connection.execute("UPDATE store SET refund_limit_rupiah = $2 WHERE id = $1", store_id, limit_rupiah)


async def insert_return(
    connection: Connection,
    *,
    store_id: StoreId,
    order_id: OrderId,
    payment_id: int,
    kind: ReturnKind,
    method: str,
    is_resaleable: bool,
    plan: ReturnPlan,
    reason: str,
    requested_by: PersonId,
    requested_at: datetime,
) -> int | None:
    """Write a return with its lines; None where the order has one that waits."""
    return_id: int | None = await connection.fetchval(
        """
        WITH made AS (
            INSERT INTO order_return (store_id, order_id, payment_id, kind, state, method, is_resaleable, goods_rupiah,
                                      delivery_rupiah, discount_rupiah, amount_rupiah, reason, requested_by,
                                      requested_at)
            VALUES ($1, $2, $3, $4, 'requested', $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (order_id) WHERE state IN ('requested', 'approved') DO NOTHING
            RETURNING id, order_id, store_id
        ), lined AS (
            INSERT INTO order_return_line (return_id, order_id, store_id, listing_id, quantity, total_rupiah)
            SELECT made.id, made.order_id, made.store_id, wanted.listing_id, wanted.quantity, wanted.total_rupiah
            FROM made, unnest($14::bigint[], $15::integer[], $16::bigint[])
                AS wanted (listing_id, quantity, total_rupiah)
        )
        SELECT id FROM made
        """,
        store_id,
        order_id,
        payment_id,
        kind,
        method,
        is_resaleable,
        plan.goods.rupiah,
        plan.delivery.rupiah,
        plan.discount.rupiah,
        plan.amount.rupiah,
        reason,
        requested_by,
        requested_at,
        [line.listing_id for line in plan.lines],
        [line.quantity for line in plan.lines],
        [line.total_rupiah for line in plan.lines],
    )
    return return_id


_RETURN = """
    SELECT r.*, o.code, s.time_zone, asked.display_name AS requested_by_name, decided.display_name AS decided_by_name,
           (SELECT coalesce(json_agg(json_build_object('listing_id', l.listing_id, 'name', g.name,
                'unit_code', g.unit_code, 'quantity', l.quantity, 'total_rupiah', l.total_rupiah)
                ORDER BY l.listing_id), '[]')
            FROM order_return_line l JOIN order_line g ON g.order_id = l.order_id AND g.listing_id = l.listing_id
            WHERE l.return_id = r.id)::jsonb AS lines
    FROM order_return r
    JOIN orders o ON o.id = r.order_id
    JOIN store s ON s.id = r.store_id
    JOIN person asked ON asked.id = r.requested_by
    LEFT JOIN person decided ON decided.id = r.decided_by
"""


async def find_return(connection: Connection, *, store_id: StoreId, return_id: int) -> asyncpg.Record | None:
    """A return of this store with its lines and who asked and decided."""
    return await connection.fetchrow(_RETURN + " WHERE r.store_id = $1 AND r.id = $2", store_id, return_id)


async def list_waiting_returns(connection: Connection, store_id: StoreId, *, limit: int) -> list[asyncpg.Record]:
    """Returns of a store that wait for approval or for the money to be given out, the oldest first."""
    return await connection.fetch(
        _RETURN + " WHERE r.store_id = $1 AND r.state IN ('requested', 'approved') ORDER BY r.id LIMIT $2",
        store_id,
        limit,
    )


async def list_order_returns(connection: Connection, order_id: OrderId) -> list[asyncpg.Record]:
    """All returns of an order, oldest first."""
    return await connection.fetch(_RETURN + " WHERE r.order_id = $1 ORDER BY r.id", order_id)


async def lock_return(connection: Connection, *, return_id: int) -> asyncpg.Record | None:
    """Lock a return whose order is locked already."""
    return await connection.fetchrow("SELECT * FROM order_return WHERE id = $1 FOR UPDATE", return_id)


async def list_return_lines(connection: Connection, return_id: int) -> list[asyncpg.Record]:
    """Lines of a return in listing order."""
    return await connection.fetch("SELECT * FROM order_return_line WHERE return_id = $1 ORDER BY listing_id", return_id)


async def decide_return_row(
    connection: Connection, *, return_id: int, state: str, decided_by: PersonId, at: datetime, note: str
) -> None:
    """Approve or reject a locked return."""
    await connection.execute(
        "UPDATE order_return SET state = $2, decided_by = $3, decided_at = $4, decision_note = $5 WHERE id = $1",
        return_id,
        state,
        decided_by,
        at,
        note,
    )


async def finish_return(connection: Connection, *, return_id: int, refund_id: int) -> None:
    """Mark a locked return as done and count its units on the order's lines."""
    await connection.execute(
        """
        WITH done AS (
            UPDATE order_return SET state = 'done', refund_id = $2 WHERE id = $1 RETURNING id, kind, order_id
        )
        UPDATE order_line SET
            cancelled_quantity = cancelled_quantity + CASE done.kind WHEN 'before' THEN line.quantity ELSE 0 END,
            returned_quantity = returned_quantity + CASE done.kind WHEN 'after' THEN line.quantity ELSE 0 END
        FROM done JOIN order_return_line line ON line.return_id = done.id
        WHERE order_line.order_id = done.order_id AND order_line.listing_id = line.listing_id
        """,
        return_id,
        refund_id,
    )
