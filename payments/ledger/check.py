"""Reading the ledger of now: balances, the trial balance of all accounts, and the proof that it holds together.

`check` trusts no constraint and no projection: it computes everything anew from the transfers.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from payments.books.store import list_closing_findings
from payments.ledger import store
from payments.ledger.accounts import KINDS, AccountKey, AccountKind, Side
from payments.money import ZERO, Money

if TYPE_CHECKING:
    from collections.abc import Collection

    import asyncpg

    from payments.connection import Connection


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the ledger that should never be; `rule` names what is broken."""

    rule: str
    book: str
    account_id: int | None
    transfer_id: int | None
    particulars: str


class TrialBalanceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One account of a book with the sums of its two sides; `balance` is on the normal side of its kind."""

    account: AccountKey
    debit: Money
    credit: Money
    balance: Money


class Debt(msgspec.Struct, frozen=True, kw_only=True):
    """What a book owes a supplier; `since` is when the oldest part of it that is not paid came up."""

    book: str
    owed: Money
    since: datetime


class TrialBalance(msgspec.Struct, frozen=True, kw_only=True):
    """All accounts of a book; both sums are equal in a sound book."""

    book: str
    lines: tuple[TrialBalanceLine, ...]
    debit: Money
    credit: Money


async def check(connection: Connection, *, book: str | None = None) -> list[Finding]:
    """Return everything in one book, or in all, that should never be. Sound books give an empty list.

    Rules of transfers: book_unbalanced, balance_missing, balance_differs, negative, account_outside_book,
    correction_differs. Of holds: pending_differs, held_beyond_balance, hold_differs. Of days: day_sum_differs,
    closing_gap, closing_count_differs, closed_mark_differs, day_differs.
    """
    rows = [
        *await store.list_findings(connection, book=book),
        *await store.list_hold_findings(connection, book=book),
        *await list_closing_findings(connection, book=book),
    ]
    return [
        Finding(
            rule=row["rule"],
            book=row["book"],
            account_id=row["account_id"],
            transfer_id=row["transfer_id"],
            particulars=row["particulars"],
        )
        for row in rows
    ]


async def balance(connection: Connection, *, book: str, account: AccountKey) -> Money:
    """Return an account's balance on its normal side, in constant time; zero before its first transfer."""
    row = await store.find_balance(connection, book=book, account=account)
    if row is None:
        return ZERO
    return _on_normal_side(account.kind, net_debit_rupiah=row["debit_rupiah"] - row["credit_rupiah"])


async def trial_balance(connection: Connection, *, book: str) -> TrialBalance:
    """Return all accounts of a book with their sums, by kind and reference."""
    lines = [_line(row) for row in await store.list_balances(connection, book=book)]
    return TrialBalance(
        book=book,
        lines=tuple(lines),
        debit=Money.total(line.debit for line in lines),
        credit=Money.total(line.credit for line in lines),
    )


async def balances(
    connection: Connection, *, book: str, kinds: Collection[AccountKind]
) -> tuple[TrialBalanceLine, ...]:
    """Return the accounts of some kinds only: a book opens one receivable for each order, so all of them are many."""
    rows = await store.list_balances_of_kinds(connection, book=book, kinds=[kind.value for kind in kinds])
    return tuple(_line(row) for row in rows)


async def inventories(connection: Connection) -> dict[str, Money]:
    """Return what the inventory of every book is worth, by book; books without one are left out."""
    return {
        row["book"]: Money(row["debit_rupiah"] - row["credit_rupiah"])
        for row in await store.list_inventories(connection)
    }


async def owed_to_supplier(connection: Connection, *, supplier_reference: str) -> tuple[Debt, ...]:
    """Return what each book owes one supplier now, the largest debt first; settled books are left out."""
    return tuple(
        Debt(book=row["book"], owed=Money(row["owed_rupiah"]), since=row["since"])
        for row in await store.list_owed(connection, supplier_reference=supplier_reference)
    )


def _line(row: asyncpg.Record) -> TrialBalanceLine:
    kind = AccountKind(row["kind"])
    return TrialBalanceLine(
        account=AccountKey(kind, row["reference"]),
        debit=Money(row["debit_rupiah"]),
        credit=Money(row["credit_rupiah"]),
        balance=_on_normal_side(kind, net_debit_rupiah=row["debit_rupiah"] - row["credit_rupiah"]),
    )


def _on_normal_side(kind: AccountKind, *, net_debit_rupiah: int) -> Money:
    return Money(net_debit_rupiah if KINDS[kind].normal_side == Side.DEBIT else -net_debit_rupiah)
