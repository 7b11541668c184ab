"""Every SQL statement about what suppliers are owed line by line, on the caller's connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg

    from payments.connection import Connection

# A payment that was allocated counts by its allocations, any other transfer by its own source: so the lines of an
# account add up to its balance. Reads the account's transfers by ledger_transfer_credit and ledger_transfer_debit.
_LINES = """
    SELECT account.book, account.reference, moved.source, sum(moved.rupiah)::bigint AS open_rupiah,
           min(moved.occurred_at) AS since
    FROM ledger_account AS account
    CROSS JOIN LATERAL (
        SELECT credit.source, credit.amount_rupiah AS rupiah, credit.occurred_at
        FROM ledger_transfer AS credit WHERE credit.credit_account_id = account.id
        UNION ALL
        SELECT debit.source, -debit.amount_rupiah, debit.occurred_at
        FROM ledger_transfer AS debit
        WHERE debit.debit_account_id = account.id
          AND NOT EXISTS (SELECT 1 FROM supplier_allocation AS part WHERE part.transfer_id = debit.id)
        UNION ALL
        SELECT part.source, -part.amount_rupiah, NULL
        FROM supplier_allocation AS part WHERE part.account_id = account.id
    ) AS moved
"""
_GROUPED = """
    GROUP BY account.book, account.reference, moved.source HAVING sum(moved.rupiah) <> 0
    ORDER BY account.book, account.reference, since, moved.source
"""


async def list_lines_of_book(
    connection: Connection, *, book: str, supplier_reference: str | None
) -> list[asyncpg.Record]:
    """List the open lines of a book, of one supplier or of all, the oldest of each supplier first."""
    return await connection.fetch(
        _LINES
        + " WHERE account.book = $1 AND account.kind = 'supplier_payable'"
        + " AND ($2::text IS NULL OR account.reference = $2)"
        + _GROUPED,
        book,
        supplier_reference,
    )


async def list_lines_of_supplier(connection: Connection, *, supplier_reference: str) -> list[asyncpg.Record]:
    """List the open lines that all books have of one supplier."""
    return await connection.fetch(
        _LINES + " WHERE account.kind = 'supplier_payable' AND account.reference = $1" + _GROUPED, supplier_reference
    )


async def insert_allocations(
    connection: Connection, *, transfer_id: int, sources: Sequence[str], amounts: Sequence[int]
) -> None:
    """Write which debts a payment settled; the database refuses what does not add up to it."""
    await connection.execute(
        "INSERT INTO supplier_allocation (transfer_id, source, book, account_id, amount_rupiah)"
        " SELECT transfer.id, part.source, transfer.book, transfer.debit_account_id, part.amount_rupiah"
        " FROM ledger_transfer AS transfer, unnest($2::text[], $3::bigint[]) AS part (source, amount_rupiah)"
        " WHERE transfer.id = $1",
        transfer_id,
        list(sources),
        list(amounts),
    )


async def list_allocations(connection: Connection, *, transfer_id: int) -> list[asyncpg.Record]:
    """List what a payment settled, with since when it was owed."""
    return await connection.fetch(
        """
        SELECT part.source, part.amount_rupiah, (
            SELECT min(moved.occurred_at) FROM ledger_transfer AS moved
            WHERE moved.source = part.source AND part.account_id IN (moved.debit_account_id, moved.credit_account_id)
        ) AS since
        FROM supplier_allocation AS part WHERE part.transfer_id = $1 ORDER BY since, part.source
        """,
        transfer_id,
    )


async def list_findings(connection: Connection) -> list[asyncpg.Record]:
    """List payments whose allocations do not add up, suppliers whose lines are not their balance; reads all books."""
    return await connection.fetch(
        f"""
        SELECT 'allocation_differs' AS rule, transfer.book, transfer.debit_account_id AS account_id,
               transfer.id AS transfer_id,
               format('paid %s, allocated %s', transfer.amount_rupiah, sum(part.amount_rupiah)) AS particulars
        FROM supplier_allocation AS part JOIN ledger_transfer AS transfer ON transfer.id = part.transfer_id
        GROUP BY transfer.id
        HAVING sum(part.amount_rupiah) <> transfer.amount_rupiah
            OR bool_or(part.account_id <> transfer.debit_account_id)
        UNION ALL
        SELECT 'lines_differ', account.book, account.id, NULL,
               format('balance %s, lines %s', balance.credit_rupiah - balance.debit_rupiah, coalesce(lines.rupiah, 0))
        FROM ledger_account AS account
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        LEFT JOIN (
            SELECT line.book, line.reference, sum(line.open_rupiah) AS rupiah
            FROM ({_LINES} WHERE account.kind = 'supplier_payable' {_GROUPED}) AS line
            GROUP BY line.book, line.reference
        ) AS lines ON lines.book = account.book AND lines.reference = account.reference
        WHERE account.kind = 'supplier_payable'
          AND coalesce(lines.rupiah, 0) <> balance.credit_rupiah - balance.debit_rupiah
        ORDER BY rule, book, account_id, transfer_id
        """
    )
