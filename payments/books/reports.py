"""What a book says as of any day: activity of accounts, trial balance, profit and loss, balance sheet.

Everything is computed from transfers, or from the sums of closed days, never from the balances of this moment; so a day
that has passed reads the same whenever it is asked for. The year is the calendar's.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from payments.books import store
from payments.ledger.accounts import KINDS, AccountKey, AccountKind, Side, StatementClass
from payments.money import ZERO, Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from payments.connection import Connection

_AFTER_ALL_IDS: Final = 2**63 - 1

Position = tuple[date, int]
"""Where an activity goes on: the day and id of the last line seen."""


class ActivityLine(msgspec.Struct, frozen=True, kw_only=True):
    """One transfer as seen from one account; `balance` is the account's after it, on its normal side."""

    transfer_id: int
    booked_on: date
    occurred_at: datetime
    debit: Money
    credit: Money
    balance: Money
    counterpart: AccountKey
    source: str
    event: str
    author: str
    reason: str
    corrects_transfer_id: int | None


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """A page of an account's days. `opening` and `closing` are of the whole span, `next_after` is None on the last."""

    account: AccountKey
    opening: Money
    closing: Money
    lines: tuple[ActivityLine, ...]
    next_after: Position | None


class TrialLine(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of account on a day: what moved on each side, and the balance on the side where it stands."""

    kind: AccountKind
    debit_moved: Money
    credit_moved: Money
    debit: Money
    credit: Money


class DayTrialBalance(msgspec.Struct, frozen=True, kw_only=True):
    """All kinds of a book on a day; both sums of balances are equal in a sound book."""

    on: date
    lines: tuple[TrialLine, ...]
    debit: Money
    credit: Money


class Amount(msgspec.Struct, frozen=True):
    """A kind and its amount as its report counts it; negative where it lessens its section."""

    kind: AccountKind
    amount: Money


class ProfitAndLoss(msgspec.Struct, frozen=True, kw_only=True):
    """What a span of days earned and cost; `earnings` is income less expenses (SHU)."""

    since: date
    through: date
    income: tuple[Amount, ...]
    expenses: tuple[Amount, ...]
    income_total: Money
    expense_total: Money
    earnings: Money


class BalanceSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a book has and owes on a day. Earnings is the equity that profit and loss made, this year and before."""

    on: date
    assets: tuple[Amount, ...]
    liabilities: tuple[Amount, ...]
    equity: tuple[Amount, ...]
    earnings_this_year: Money
    earnings_before: Money
    asset_total: Money
    liability_total: Money
    equity_total: Money

    @property
    def is_balanced(self) -> bool:
        """Whether what there is equals what is owed to others and to the members."""
        return self.asset_total == self.liability_total + self.equity_total


class AccountNow(msgspec.Struct, frozen=True, kw_only=True):
    """An account with its balance of now on its normal side; `held` is what is set aside on either side."""

    account: AccountKey
    balance: Money
    held: Money


class _Sums(msgspec.Struct, frozen=True):
    """A kind's sums in rupiah: before a span, and in it."""

    debit_before: int
    credit_before: int
    debit: int
    credit: int

    @property
    def net_in_span(self) -> int:
        return self.debit - self.credit

    @property
    def net_before(self) -> int:
        return self.debit_before - self.credit_before


async def activity(
    connection: Connection,
    *,
    book: str,
    account: AccountKey,
    since: date = date.min,
    through: date = date.max,
    after: Position | None = None,
    limit: int = 50,
) -> Activity:
    """Return up to `limit` transfers of an account in a span of days, oldest first, with the balance after each.

    `after` is an earlier page's `next_after`. What is booked later on a day already read is not seen again, so a span
    that must be whole ends before the first open day, or is read in one snapshot.
    """
    row = await store.find_account(connection, book=book, account=account)
    if row is None:
        return Activity(account=account, opening=ZERO, closing=ZERO, lines=(), next_after=None)
    before = (date.min if since == date.min else since - timedelta(days=1), _AFTER_ALL_IDS)

    async def net_at(position: Position) -> int:
        return await store.sum_account(
            connection,
            book=book,
            account=account,
            account_id=row["id"],
            summed_through=row["summed_through"],
            position=position,
        )

    opening = await net_at(before)
    net = opening if after is None else await net_at(after)
    rows = await store.page_transfers(
        connection, account_id=row["id"], after=after or before, through=through, limit=limit + 1
    )
    lines: list[ActivityLine] = []
    for line in rows[:limit]:
        net += line["debit_rupiah"] - line["credit_rupiah"]
        lines.append(
            ActivityLine(
                transfer_id=line["id"],
                booked_on=line["booked_on"],
                occurred_at=line["occurred_at"],
                debit=Money(line["debit_rupiah"]),
                credit=Money(line["credit_rupiah"]),
                balance=_normal(account.kind, net),
                counterpart=AccountKey(AccountKind(line["counter_kind"]), line["counter_reference"]),
                source=line["source"],
                event=line["event"],
                author=line["author"],
                reason=line["reason"],
                corrects_transfer_id=line["corrects_transfer_id"],
            )
        )
    has_more = len(rows) > limit
    closing = await net_at((through, _AFTER_ALL_IDS)) if has_more else net
    return Activity(
        account=account,
        opening=_normal(account.kind, opening),
        closing=_normal(account.kind, closing),
        lines=tuple(lines),
        next_after=(lines[-1].booked_on, lines[-1].transfer_id) if has_more else None,
    )


async def trial_balance_on(connection: Connection, *, book: str, on: date) -> DayTrialBalance:
    """Return every kind of a book that ever moved, as of the end of a day."""
    sums = await _sums(connection, book=book, since=date.min, through=on)
    lines = tuple(
        TrialLine(
            kind=kind,
            debit_moved=Money(its.debit),
            credit_moved=Money(its.credit),
            debit=Money(max(its.net_in_span, 0)),
            credit=Money(max(-its.net_in_span, 0)),
        )
        for kind, its in sums.items()
    )
    return DayTrialBalance(
        on=on,
        lines=lines,
        debit=Money.total(line.debit for line in lines),
        credit=Money.total(line.credit for line in lines),
    )


async def profit_and_loss(connection: Connection, *, book: str, since: date, through: date) -> ProfitAndLoss:
    """Return what the days from `since` through `through` earned and cost."""
    sums = await _sums(connection, book=book, since=since, through=through)
    moved = {kind: its.net_in_span for kind, its in sums.items() if its.debit or its.credit}
    income = _section(moved, StatementClass.INCOME, sign=-1)
    expenses = _section(moved, StatementClass.EXPENSE, sign=1)
    income_total, expense_total = _total(income), _total(expenses)
    return ProfitAndLoss(
        since=since,
        through=through,
        income=income,
        expenses=expenses,
        income_total=income_total,
        expense_total=expense_total,
        earnings=income_total - expense_total,
    )


async def balance_sheet(connection: Connection, *, book: str, on: date) -> BalanceSheet:
    """Return what a book has and owes at the end of a day."""
    sums = await _sums(connection, book=book, since=on.replace(month=1, day=1), through=on)
    net = {kind: its.net_before + its.net_in_span for kind, its in sums.items()}
    assets = _section(net, StatementClass.ASSET, sign=1)
    liabilities = _section(net, StatementClass.LIABILITY, sign=-1)
    equity = _section(net, StatementClass.EQUITY, sign=-1)
    earning = [
        its
        for kind, its in sums.items()
        if KINDS[kind].statement_class in (StatementClass.INCOME, StatementClass.EXPENSE)
    ]
    this_year = Money(-sum(its.net_in_span for its in earning))
    before = Money(-sum(its.net_before for its in earning))
    return BalanceSheet(
        on=on,
        assets=assets,
        liabilities=liabilities,
        equity=equity,
        earnings_this_year=this_year,
        earnings_before=before,
        asset_total=_total(assets),
        liability_total=_total(liabilities),
        equity_total=_total(equity) + this_year + before,
    )


async def page_accounts(
    connection: Connection,
    *,
    book: str,
    kind: AccountKind,
    after_reference: str = "",
    is_settled_too: bool = False,
    limit: int = 50,
) -> tuple[AccountNow, ...]:
    """Return accounts of a kind by reference as they are now; those at zero only if asked for."""
    rows = await store.page_accounts(
        connection,
        book=book,
        kind=kind.value,
        after_reference=after_reference,
        is_settled_too=is_settled_too,
        limit=limit,
    )
    return tuple(
        AccountNow(
            account=AccountKey(kind, row["reference"]),
            balance=_normal(kind, row["debit_rupiah"] - row["credit_rupiah"]),
            held=Money(row["pending_debit_rupiah"] + row["pending_credit_rupiah"]),
        )
        for row in rows
    )


async def _sums(connection: Connection, *, book: str, since: date, through: date) -> dict[AccountKind, _Sums]:
    """Sums by kind, in the order in which the kinds are listed."""
    rows = {
        AccountKind(row["kind"]): _Sums(
            row["debit_before_rupiah"], row["credit_before_rupiah"], row["debit_rupiah"], row["credit_rupiah"]
        )
        for row in await store.sum_kinds(connection, book=book, since=since, through=through)
    }
    return {kind: rows[kind] for kind in KINDS if kind in rows}


def _section(net: dict[AccountKind, int], statement_class: StatementClass, *, sign: int) -> tuple[Amount, ...]:
    return tuple(
        Amount(kind, Money(sign * rupiah))
        for kind, rupiah in net.items()
        if KINDS[kind].statement_class == statement_class
    )


def _total(amounts: Iterable[Amount]) -> Money:
    return Money.total(each.amount for each in amounts)


def _normal(kind: AccountKind, net_debit_rupiah: int) -> Money:
    return Money(net_debit_rupiah if KINDS[kind].normal_side == Side.DEBIT else -net_debit_rupiah)
