"""SQL of settling payments that waited: the lock of receipts, what is noted beside an order, and looking things up.

Locks: the store row (receipt number) before the order row.
"""

from datetime import datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrderId, OrganisationId, PersonId, StoreId


async def lock_receipts(connection: Connection, store_id: StoreId) -> None:
    """Take the lock that receipt numbers are given under, before it is known whether one is needed."""
    await connection.execute("SELECT FROM store WHERE id = $1 FOR NO KEY UPDATE", store_id)


async def find_cooperative(connection: Connection, store_id: StoreId) -> OrganisationId:
    """Whose store it is."""
    cooperative_id: OrganisationId = await connection.fetchval(
        "SELECT cooperative_id FROM store WHERE id = $1", store_id
    )
    return cooperative_id


async def find_payment_receipt(connection: Connection, *, payment_id: int) -> asyncpg.Record | None:
    """The receipt of a payment, if there is one."""
    return await connection.fetchrow("SELECT * FROM receipt WHERE payment_id = $1 AND kind = 'sale'", payment_id)


async def note_history(
    connection: Connection,
    *,
    order_id: OrderId,
    state: str,
    at: datetime,
    author_id: PersonId | None,
    reason: str,
) -> None:
    """Note something about a locked order that leaves its state as it is."""
    await connection.execute(
        "INSERT INTO order_history (order_id, state, happened_at, author_id, reason) VALUES ($1, $2, $3, $4, $5)",
        order_id,
        state,
        at,
        author_id,
        reason,
    )


async def list_codes(connection: Connection, *, store_id: StoreId, order_ids: list[OrderId]) -> dict[OrderId, str]:
    """Codes of a store's orders by id."""
    rows = await connection.fetch(
        "SELECT id, code FROM orders WHERE store_id = $1 AND id = ANY($2::bigint[])", store_id, order_ids
    )
    return {row["id"]: row["code"] for row in rows}


async def lock_order_by_id(connection: Connection, *, store_id: StoreId, order_id: OrderId) -> asyncpg.Record | None:
    """Lock an order of a store by its id."""
    return await connection.fetchrow(
        "SELECT * FROM orders WHERE store_id = $1 AND id = $2 FOR UPDATE", store_id, order_id
    )


async def note_history_once(
    connection: Connection, *, order_id: OrderId, state: str, at: datetime, reason: str
) -> None:
    """Note something about a locked order, unless the same was noted before."""
    await connection.execute(
        "INSERT INTO order_history (order_id, state, happened_at, reason) SELECT $1, $2, $3, $4"
        " WHERE NOT EXISTS (SELECT FROM order_history WHERE order_id = $1 AND reason = $4)",
        order_id,
        state,
        at,
        reason,
    )
