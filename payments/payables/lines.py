"""What is owed to suppliers, line by line, and which lines a payment settled.

A line is what remains of one source ('order:12', 'receipt:…'): its transfers, less the allocations of payments to it.
The lines of a supplier add up to the balance of its account. A line may be negative: goods came back after they had
been paid for, or money was given that was never allocated.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from payments.connection import require_transaction
from payments.ledger.check import Finding
from payments.money import Money
from payments.payables import store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import asyncpg

    from payments.connection import Connection


class OpenLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a book owes a supplier of one source; `since` is when it came up."""

    book: str
    supplier_reference: str
    source: str
    amount: Money
    since: datetime


class SettledLine(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a payment went to one source."""

    source: str
    amount: Money
    since: datetime


async def open_lines(
    connection: Connection, *, book: str, supplier_reference: str | None = None
) -> tuple[OpenLine, ...]:
    """Return the lines that a book has open, of one supplier or of all, each supplier's oldest first."""
    rows = await store.list_lines_of_book(connection, book=book, supplier_reference=supplier_reference)
    return _told(rows)


async def open_lines_of_supplier(connection: Connection, *, supplier_reference: str) -> tuple[OpenLine, ...]:
    """Return the lines that all books have open of one supplier, each book's oldest first."""
    return _told(await store.list_lines_of_supplier(connection, supplier_reference=supplier_reference))


async def allocate(connection: Connection, *, transfer_id: int, amounts: Mapping[str, Money]) -> None:
    """Say which sources a payment to a supplier settled; the amounts add up to the payment, or the database refuses."""
    require_transaction(connection)
    await store.insert_allocations(
        connection,
        transfer_id=transfer_id,
        sources=list(amounts),
        amounts=[amount.rupiah for amount in amounts.values()],
    )


async def settled_lines(connection: Connection, *, transfer_id: int) -> tuple[SettledLine, ...]:
    """Return what a payment settled, the oldest first."""
    return tuple(
        SettledLine(source=row["source"], amount=Money(row["amount_rupiah"]), since=row["since"])
        for row in await store.list_allocations(connection, transfer_id=transfer_id)
    )


async def check_payables(connection: Connection) -> list[Finding]:
    """Return suppliers whose lines are not their balance, and payments that are not allocated whole; empty when right.

    Rules: lines_differ, allocation_differs.
    """
    return [
        Finding(
            rule=row["rule"],
            book=row["book"],
            account_id=row["account_id"],
            transfer_id=row["transfer_id"],
            particulars=row["particulars"],
        )
        for row in await store.list_findings(connection)
    ]


def _told(rows: Sequence[asyncpg.Record]) -> tuple[OpenLine, ...]:
    return tuple(
        OpenLine(
            book=row["book"],
            supplier_reference=row["reference"],
            source=row["source"],
            amount=Money(row["open_rupiah"]),
            since=row["since"],
        )
        for row in rows
    )
