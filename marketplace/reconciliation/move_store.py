"""SQL of what moved at the bank by the book: deposits, and what else a bank's line may be. Locks nothing."""

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrderId, StoreId
from payments import Line


async def list_deposit_fits(connection: Connection, *, store_id: StoreId, book: str, days: int) -> list[asyncpg.Record]:
    """Open lines with the deposits of their account and exact amount that left the safe at most some days before.

    Rows of line_id, author (who brought the statement), deposit_id, state, made_by.
    """
    return await connection.fetch(
        """
        SELECT line.id AS line_id, import.author, deposit.id AS deposit_id, deposit.state, deposit.made_by
        FROM bank_deposit AS deposit
        JOIN statement_open_line AS open ON open.book = $2
         AND open.happened_on - (deposit.made_at AT TIME ZONE 'Asia/Jakarta')::date BETWEEN 0 AND $3::int
        JOIN statement_line AS line ON line.id = open.line_id AND line.account_reference = deposit.bank_reference
         AND line.amount_sen = deposit.amount_rupiah * 100
        JOIN statement_import AS import ON import.id = line.import_id
        WHERE deposit.store_id = $1 AND deposit.line_id IS NULL AND deposit.state <> 'rejected'
        ORDER BY line.id, deposit.id
        """,
        store_id,
        book,
        days,
    )


async def list_deposit_choices(connection: Connection, *, store_id: StoreId, line: Line) -> list[asyncpg.Record]:
    """Deposits that a person may take a line for: of its account, at most sixty days old, counted about as much.

    About as much: a tenth more or less, or one banknote of Rp 100.000.
    """
    if line.kind != "bank" or line.amount_sen <= 0 or line.amount_sen % 100:
        return []
    return await connection.fetch(
        """
        SELECT deposit.id, deposit.number, deposit.state, deposit.amount_rupiah, deposit.made_by, deposit.made_at,
               maker.display_name AS made_by_name
        FROM bank_deposit AS deposit JOIN person AS maker ON maker.id = deposit.made_by
        WHERE deposit.store_id = $1 AND deposit.line_id IS NULL AND deposit.state <> 'rejected'
          AND deposit.bank_reference = $2
          AND $3::date - (deposit.made_at AT TIME ZONE 'Asia/Jakarta')::date BETWEEN 0 AND 60
          AND abs(deposit.amount_rupiah - $4::bigint) <= greatest(deposit.amount_rupiah / 10, 100000)
        ORDER BY abs(deposit.amount_rupiah - $4::bigint), deposit.id
        """,
        store_id,
        line.account_reference,
        line.on,
        line.amount_sen // 100,
    )


async def list_unseen_deposits(connection: Connection, store_id: StoreId) -> list[asyncpg.Record]:
    """Deposits of a store that no line shows: on their way, or confirmed by people; the oldest first."""
    return await connection.fetch(
        """
        SELECT id, number, state, amount_rupiah, bank_reference,
               (made_at AT TIME ZONE 'Asia/Jakarta')::date AS made_on
        FROM bank_deposit
        WHERE store_id = $1 AND line_id IS NULL AND state <> 'rejected'
        ORDER BY made_at, id
        """,
        store_id,
    )


async def list_remittances(
    connection: Connection, *, store_id: StoreId, transfer_ids: list[int]
) -> dict[int, asyncpg.Record]:
    """Payments to suppliers by the transfers that booked them: number, reference, run_id, supplier_name."""
    rows = await connection.fetch(
        """
        SELECT payment.transfer_id, payment.number, payment.reference, entry.run_id, supplier.name AS supplier_name
        FROM settlement_payment AS payment
        JOIN settlement_entry AS entry ON entry.id = payment.entry_id
        JOIN organisation AS supplier ON supplier.id = entry.supplier_id
        WHERE payment.store_id = $1 AND payment.transfer_id = ANY ($2::bigint[])
        """,
        store_id,
        transfer_ids,
    )
    return {row["transfer_id"]: row for row in rows}


async def list_paid_orders(
    connection: Connection, *, store_id: StoreId, order_ids: list[OrderId], payment_ids: list[int]
) -> dict[str, str]:
    """Codes of orders by their name in the book, and by that of a payment of theirs ('order:4', 'payment:7')."""
    rows = await connection.fetch(
        """
        SELECT 'order:' || id AS source, code FROM orders WHERE store_id = $1 AND id = ANY ($2::bigint[])
        UNION ALL
        SELECT 'payment:' || payment.id, orders.code
        FROM payment JOIN orders ON payment.payable = 'order:' || orders.id
        WHERE payment.id = ANY ($3::bigint[]) AND orders.store_id = $1
        """,
        store_id,
        order_ids,
        payment_ids,
    )
    return {row["source"]: row["code"] for row in rows}
