"""SQL of members' tabs (kasbon). Locks: a member's row of one store, so that two tills share one limit."""

from datetime import datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import PersonId, ShiftId, StoreId


async def set_limit(
    connection: Connection,
    *,
    store_id: StoreId,
    person_id: PersonId,
    limit_rupiah: int,
    set_by: PersonId,
    set_at: datetime,
) -> None:
    """Say how much a member may owe; waits for a sale on this tab."""
    await connection.execute(
        """
        INSERT INTO member_tab (store_id, person_id, limit_rupiah, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (store_id, person_id) DO UPDATE
            SET limit_rupiah = excluded.limit_rupiah, set_by = excluded.set_by, set_at = excluded.set_at
        """,
        store_id,
        person_id,
        limit_rupiah,
        set_by,
        set_at,
    )


async def lock_tab(connection: Connection, *, store_id: StoreId, person_id: int) -> asyncpg.Record | None:
    """A member's tab with their name, alone: no other till sells on it meanwhile."""
    return await connection.fetchrow(
        "SELECT m.*, p.display_name FROM member_tab m JOIN person p ON p.id = m.person_id"
        " WHERE m.store_id = $1 AND m.person_id = $2 FOR UPDATE OF m",
        store_id,
        person_id,
    )


async def find_tab(connection: Connection, *, store_id: StoreId, person_id: int) -> asyncpg.Record | None:
    """A member's tab at this store, with their name and the store's zone."""
    return await connection.fetchrow(
        "SELECT m.*, p.display_name, s.time_zone, s.name AS store_name FROM member_tab m"
        " JOIN person p ON p.id = m.person_id JOIN store s ON s.id = m.store_id"
        " WHERE m.store_id = $1 AND m.person_id = $2",
        store_id,
        person_id,
    )


async def list_tabs(connection: Connection, store_id: StoreId) -> list[asyncpg.Record]:
    """All tabs of a store with the day of the oldest purchase that repayments have not reached.

    What comes back, in money or goods, settles the oldest purchase first.
    """
    return await connection.fetch(
        """
        WITH bought AS (
            SELECT y.channel_reference AS who, r.issued_at,
                   sum(r.amount_rupiah) OVER (PARTITION BY y.channel_reference ORDER BY r.issued_at, r.number)
                       AS running
            FROM receipt r JOIN payment y ON y.id = r.payment_id
            WHERE r.store_id = $1 AND r.method = 'tab' AND r.kind = 'sale'
        ), settled AS (
            SELECT who, sum(rupiah) AS rupiah FROM (
                SELECT 'person:' || b.person_id AS who, b.amount_rupiah AS rupiah
                FROM tab_repayment b WHERE b.store_id = $1
                UNION ALL
                SELECT y.channel_reference, r.amount_rupiah FROM receipt r JOIN payment y ON y.id = r.payment_id
                WHERE r.store_id = $1 AND r.method = 'tab' AND r.kind = 'return'
            ) x GROUP BY who
        )
        SELECT m.person_id, m.limit_rupiah, p.display_name,
               (SELECT min(b.issued_at) FROM bought b
                WHERE b.who = 'person:' || m.person_id
                  AND b.running > coalesce((SELECT s.rupiah FROM settled s WHERE s.who = b.who), 0)) AS since
        FROM member_tab m JOIN person p ON p.id = m.person_id
        WHERE m.store_id = $1 ORDER BY p.display_name, m.person_id
        """,
        store_id,
    )


async def list_own_tabs(connection: Connection, person_id: PersonId) -> list[asyncpg.Record]:
    """Tabs of one person, by store."""
    return await connection.fetch(
        "SELECT m.store_id, m.person_id, m.limit_rupiah, s.name AS store_name, s.time_zone FROM member_tab m"
        " JOIN store s ON s.id = m.store_id WHERE m.person_id = $1 ORDER BY s.name, m.store_id",
        person_id,
    )


async def list_entries(
    connection: Connection, *, store_id: StoreId, person_id: int, limit: int
) -> list[asyncpg.Record]:
    """What was put on a tab (`sale`) and came off it: `return`, `repayment` in cash, `patronage`; the latest first."""
    return await connection.fetch(
        """
        SELECT * FROM (
            SELECT r.kind, r.number, r.amount_rupiah, r.issued_at AS happened_at
            FROM receipt r JOIN payment y ON y.id = r.payment_id
            WHERE r.store_id = $1 AND r.method = 'tab' AND y.channel_reference = 'person:' || $2::bigint
            UNION ALL
            SELECT CASE b.way WHEN 'cash' THEN 'repayment' ELSE b.way END, b.number, b.amount_rupiah, b.repaid_at
            FROM tab_repayment b WHERE b.store_id = $1 AND b.person_id = $2
        ) e ORDER BY e.happened_at DESC, e.number DESC LIMIT $3
        """,
        store_id,
        person_id,
        limit,
    )


async def take_repayment_number(connection: Connection, store_id: StoreId) -> int:
    """Next number of this store, without gaps: the row lock is held to the commit, and a rollback gives it back."""
    number: int = await connection.fetchval(
        "UPDATE store SET next_repayment_number = next_repayment_number + 1 WHERE id = $1"
        " RETURNING next_repayment_number - 1",
        store_id,
    )
    return number


async def insert_repayment(
    connection: Connection,
    *,
    store_id: StoreId,
    number: int,
    person_id: int,
    way: str,
    shift_id: ShiftId | None,
    amount_rupiah: int,
    tendered_rupiah: int | None,
    left_rupiah: int,
    repaid_at: datetime,
    taken_by: PersonId,
) -> None:
    """Write the receipt of what came off a tab: `way` is cash (in a shift) or patronage."""
    await connection.execute(
        "INSERT INTO tab_repayment (store_id, number, person_id, shift_id, amount_rupiah, tendered_rupiah, left_rupiah,"
        " repaid_at, taken_by, way) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        store_id,
        number,
        person_id,
        shift_id,
        amount_rupiah,
        tendered_rupiah,
        left_rupiah,
        repaid_at,
        taken_by,
        way,
    )


async def find_repayment(connection: Connection, *, store_id: StoreId, number: int) -> asyncpg.Record | None:
    """The receipt of what came off a tab, with store, member and cashier."""
    return await connection.fetchrow(
        """
        SELECT b.*, m.display_name AS member_name, c.display_name AS cashier_name, s.name AS store_name,
               s.address AS store_address, s.time_zone
        FROM tab_repayment b
        JOIN store s ON s.id = b.store_id
        JOIN person m ON m.id = b.person_id
        JOIN person c ON c.id = b.taken_by
        WHERE b.store_id = $1 AND b.number = $2
        """,
        store_id,
        number,
    )


async def list_repaid_from_patronage(
    connection: Connection, *, store_id: StoreId, person_id: int, limit: int
) -> list[asyncpg.Record]:
    """What was taken off a member's share of the earnings for their tab, the latest first."""
    return await connection.fetch(
        "SELECT 'repayment' AS kind, number, amount_rupiah, repaid_at AS happened_at FROM tab_repayment"
        " WHERE store_id = $1 AND person_id = $2 AND way = 'patronage' ORDER BY repaid_at DESC, number DESC LIMIT $3",
        store_id,
        person_id,
        limit,
    )
