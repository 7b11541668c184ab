"""SQL of reconciliation: explanations, shifts that do not add up, and which orders money is held for.

Locks nothing; an explanation is added once by its unique key.
"""

from datetime import datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrderId, PersonId, StoreId


async def list_explanations(connection: Connection, store_id: StoreId) -> list[asyncpg.Record]:
    """All explanations of a store."""
    return await connection.fetch(
        "SELECT kind, subject, amount_sen, note, explained_at FROM difference_explanation WHERE store_id = $1", store_id
    )


async def insert_explanation(
    connection: Connection,
    *,
    store_id: StoreId,
    kind: str,
    subject: str,
    amount_sen: int,
    note: str,
    person_id: PersonId,
    at: datetime,
) -> None:
    """Add an explanation; the first one stands."""
    await connection.execute(
        "INSERT INTO difference_explanation (store_id, kind, subject, amount_sen, note, explained_by, explained_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        store_id,
        kind,
        subject,
        amount_sen,
        note,
        person_id,
        at,
    )


async def list_uneven_shifts(
    connection: Connection, store_id: StoreId, *, since: datetime, until: datetime
) -> list[asyncpg.Record]:
    """Shifts closed in a time whose count was not what the book says, oldest first."""
    return await connection.fetch(
        "SELECT id, closed_at, counted_rupiah - expected_rupiah AS variance_rupiah FROM shift"
        " WHERE store_id = $1 AND closed_at >= $2 AND closed_at < $3 AND counted_rupiah <> expected_rupiah"
        " ORDER BY closed_at, id",
        store_id,
        since,
        until,
    )


async def list_forgotten_shifts(connection: Connection, store_id: StoreId, *, before: datetime) -> list[asyncpg.Record]:
    """Shifts opened before an instant that nobody has closed, oldest first."""
    return await connection.fetch(
        "SELECT id, opened_at FROM shift WHERE store_id = $1 AND closed_at IS NULL AND opened_at < $2"
        " ORDER BY opened_at, id",
        store_id,
        before,
    )


async def list_refunds_due(connection: Connection, *, book: str) -> list[asyncpg.Record]:
    """What a book owes its buyers for money that came twice or too late: rows of reference, due_rupiah, since."""
    return await connection.fetch(
        """
        SELECT account.reference, balance.credit_rupiah - balance.debit_rupiah AS due_rupiah,
               (SELECT max(transfer.occurred_at) FROM ledger_transfer AS transfer
                WHERE transfer.credit_account_id = account.id) AS since
        FROM ledger_account AS account JOIN ledger_balance AS balance ON balance.account_id = account.id
        WHERE account.book = $1 AND account.kind = 'refund_due' AND balance.credit_rupiah > balance.debit_rupiah
        ORDER BY since, account.reference
        """,
        book,
    )


async def list_order_codes(
    connection: Connection, *, store_id: StoreId, order_ids: list[OrderId]
) -> dict[OrderId, str]:
    """Codes of a store's orders by id."""
    rows = await connection.fetch(
        "SELECT id, code FROM orders WHERE store_id = $1 AND id = ANY ($2::bigint[])", store_id, order_ids
    )
    return {row["id"]: row["code"] for row in rows}


async def find_time_zone(connection: Connection, store_id: StoreId) -> str:
    """Time zone of a store."""
    return await connection.fetchval("SELECT time_zone FROM store WHERE id = $1", store_id)  # type: ignore[no-any-return]


async def list_unseen_payments(connection: Connection, *, book: str) -> list[asyncpg.Record]:
    """Payments said to have come, on days that a later line of their own statement covers, that no line shows."""
    return await connection.fetch(
        """
        SELECT payment.id, payment.payable, payment.method, payment.succeeded_at,
               payment.amount_rupiah - payment.discount_rupiah AS due_rupiah
        FROM payment
        JOIN LATERAL (
            SELECT max(line.happened_on) AS covered_on FROM statement_line AS line
            WHERE line.book = payment.book AND line.account_reference =
                CASE payment.method WHEN 'qris' THEN 'qris' ELSE payment.channel_reference END
        ) AS statement ON (payment.succeeded_at AT TIME ZONE 'Asia/Jakarta')::date < statement.covered_on
        WHERE payment.book = $1 AND payment.method IN ('qris', 'transfer') AND payment.succeeded_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM statement_match AS match WHERE match.payment_id = payment.id)
          AND NOT EXISTS (SELECT FROM qris_payout WHERE qris_payout.payment_id = payment.id)
        ORDER BY payment.succeeded_at, payment.id LIMIT 200
        """,
        book,
    )
