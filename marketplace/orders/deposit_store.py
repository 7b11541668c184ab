"""SQL of cash brought to the bank. Locks: the deposit's row."""

from datetime import datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import PersonId, StoreId


async def insert_deposit(
    connection: Connection,
    *,
    store_id: StoreId,
    amount_rupiah: int,
    bank_reference: str,
    made_by: PersonId,
    made_at: datetime,
) -> int:
    """Note that cash left the safe for the bank."""
    deposit_id: int = await connection.fetchval(
        "INSERT INTO bank_deposit (store_id, amount_rupiah, bank_reference, made_by, made_at)"
        " VALUES ($1, $2, $3, $4, $5) RETURNING id",
        store_id,
        amount_rupiah,
        bank_reference,
        made_by,
        made_at,
    )
    return deposit_id


async def lock_deposit(connection: Connection, *, store_id: StoreId, deposit_id: int) -> asyncpg.Record | None:
    """A deposit of this store, alone."""
    return await connection.fetchrow(
        "SELECT * FROM bank_deposit WHERE id = $2 AND store_id = $1 FOR UPDATE", store_id, deposit_id
    )


async def find_deposit(connection: Connection, *, store_id: StoreId, deposit_id: int) -> asyncpg.Record | None:
    """A deposit of this store with the names of both persons and the account it goes to."""
    return await connection.fetchrow(
        """
        SELECT d.*, m.display_name AS made_by_name, e.display_name AS decided_by_name, s.time_zone,
               b.bank AS bank_name, b.number AS bank_number
        FROM bank_deposit d
        LEFT JOIN bank_account b ON b.book = 'store:' || d.store_id AND 'bank:' || b.id = d.bank_reference
        JOIN store s ON s.id = d.store_id
        JOIN person m ON m.id = d.made_by
        LEFT JOIN person e ON e.id = d.decided_by
        WHERE d.store_id = $1 AND d.id = $2
        """,
        store_id,
        deposit_id,
    )


async def list_deposits(connection: Connection, store_id: StoreId, *, limit: int) -> list[asyncpg.Record]:
    """Deposits of a store, those on their way first, then the latest."""
    return await connection.fetch(
        """
        SELECT d.*, m.display_name AS made_by_name, e.display_name AS decided_by_name, s.time_zone
        FROM bank_deposit d
        JOIN store s ON s.id = d.store_id
        JOIN person m ON m.id = d.made_by
        LEFT JOIN person e ON e.id = d.decided_by
        WHERE d.store_id = $1 ORDER BY d.state = 'on_the_way' DESC, d.id DESC LIMIT $2
        """,
        store_id,
        limit,
    )


async def set_slip(connection: Connection, deposit_id: int, *, digest: str, webp: bytes) -> None:
    """Keep the slip's photo with a locked deposit, in place of an earlier one."""
    await connection.execute(
        """
        WITH kept AS (
            INSERT INTO deposit_slip (deposit_id, digest, webp) VALUES ($1, $2, $3)
            ON CONFLICT (deposit_id) DO UPDATE SET digest = excluded.digest, webp = excluded.webp
        )
        UPDATE bank_deposit SET slip_digest = $2 WHERE id = $1
        """,
        deposit_id,
        digest,
        webp,
    )


async def find_slip(connection: Connection, *, store_id: StoreId, deposit_id: int) -> bytes | None:
    """The slip's photo of a deposit of this store."""
    webp: bytes | None = await connection.fetchval(
        "SELECT s.webp FROM bank_deposit d JOIN deposit_slip s ON s.deposit_id = d.id"
        " WHERE d.store_id = $1 AND d.id = $2",
        store_id,
        deposit_id,
    )
    return webp


async def see_line(
    connection: Connection,
    deposit_id: int,
    *,
    line_id: int,
    counted_rupiah: int,
    decided_by: PersonId,
    decided_at: datetime,
) -> None:
    """Say of a locked deposit which line shows it; one on its way has arrived by it, by this person."""
    await connection.execute(
        "UPDATE bank_deposit SET line_id = $2, counted_rupiah = $3, state = 'arrived',"
        " decided_by = coalesce(decided_by, $4), decided_at = coalesce(decided_at, $5) WHERE id = $1",
        deposit_id,
        line_id,
        counted_rupiah,
        decided_by,
        decided_at,
    )


async def end_deposit(
    connection: Connection, deposit_id: int, *, state: str, decided_by: PersonId, decided_at: datetime, reason: str
) -> None:
    """Say of a locked deposit that it arrived, or went back to the safe."""
    await connection.execute(
        "UPDATE bank_deposit SET state = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $1",
        deposit_id,
        state,
        decided_by,
        decided_at,
        reason,
    )
