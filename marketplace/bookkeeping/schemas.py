"""The books as the API tells them: rupiah as whole numbers, days as YYYY-MM-DD."""

from datetime import date, datetime

import msgspec

from marketplace.bookkeeping.read_books import ShownActivity
from payments import BalanceSheet, DayTrialBalance, ProfitAndLoss
from payments.books.reports import Amount
from payments.ledger.accounts import AccountKind


class TrialBalanceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of account: what moved on each side since the beginning, and its balance on the side where it stands."""

    kind: AccountKind
    debit_moved_rupiah: int
    credit_moved_rupiah: int
    debit_rupiah: int
    credit_rupiah: int


class TrialBalanceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Neraca saldo on a day; both sums are equal."""

    on: date
    lines: list[TrialBalanceLine]
    debit_rupiah: int
    credit_rupiah: int


class KindAmount(msgspec.Struct, frozen=True, kw_only=True):
    """A kind and its amount as its report counts it; negative where it lessens its section."""

    kind: AccountKind
    amount_rupiah: int


class ProfitAndLossAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Perhitungan hasil usaha of a span of days; `earnings_rupiah` is the SHU."""

    since: date
    through: date
    income: list[KindAmount]
    expenses: list[KindAmount]
    income_rupiah: int
    expense_rupiah: int
    earnings_rupiah: int


class BalanceSheetAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Neraca on a day: assets equal liabilities and equity; the earnings of this year and of those before is equity."""

    on: date
    assets: list[KindAmount]
    liabilities: list[KindAmount]
    equity: list[KindAmount]
    earnings_this_year_rupiah: int
    earnings_before_rupiah: int
    asset_rupiah: int
    liability_rupiah: int
    equity_rupiah: int


class AccountLine(msgspec.Struct, frozen=True, kw_only=True):
    """An account with its balance of now on its normal side; `held_rupiah` is set aside on either side."""

    kind: AccountKind
    reference: str
    name: str
    balance_rupiah: int
    held_rupiah: int


class ActivityEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer as seen from the account; `balance_rupiah` is the account's after it."""

    transfer_id: int
    booked_on: date
    occurred_at: datetime
    debit_rupiah: int
    credit_rupiah: int
    balance_rupiah: int
    counterpart_kind: AccountKind
    counterpart_reference: str
    source: str
    event: str
    author: str
    reason: str
    corrects_transfer_id: int | None


class ActivityAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of an account's activity; opening and closing balance are of the whole span."""

    kind: AccountKind
    reference: str
    since: date
    through: date
    opening_rupiah: int
    closing_rupiah: int
    items: list[ActivityEntry]
    next_cursor: str | None


class CloseDays(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Close all open days through `through`; `reason` is needed while differences are open."""

    through: date
    reason: str = ""


def trial_balance_answer(report: DayTrialBalance) -> TrialBalanceAnswer:
    """Tell a trial balance."""
    return TrialBalanceAnswer(
        on=report.on,
        lines=[
            TrialBalanceLine(
                kind=line.kind,
                debit_moved_rupiah=line.debit_moved.rupiah,
                credit_moved_rupiah=line.credit_moved.rupiah,
                debit_rupiah=line.debit.rupiah,
                credit_rupiah=line.credit.rupiah,
            )
            for line in report.lines
        ],
        debit_rupiah=report.debit.rupiah,
        credit_rupiah=report.credit.rupiah,
    )


def profit_and_loss_answer(report: ProfitAndLoss) -> ProfitAndLossAnswer:
    """Tell profit and loss."""
    return ProfitAndLossAnswer(
        since=report.since,
        through=report.through,
        income=_amounts(report.income),
        expenses=_amounts(report.expenses),
        income_rupiah=report.income_total.rupiah,
        expense_rupiah=report.expense_total.rupiah,
        earnings_rupiah=report.earnings.rupiah,
    )


def balance_sheet_answer(report: BalanceSheet) -> BalanceSheetAnswer:
    """Tell a balance sheet."""
    return BalanceSheetAnswer(
        on=report.on,
        assets=_amounts(report.assets),
        liabilities=_amounts(report.liabilities),
        equity=_amounts(report.equity),
        earnings_this_year_rupiah=report.earnings_this_year.rupiah,
        earnings_before_rupiah=report.earnings_before.rupiah,
        asset_rupiah=report.asset_total.rupiah,
        liability_rupiah=report.liability_total.rupiah,
        equity_rupiah=report.equity_total.rupiah,
    )


def activity_answer(shown: ShownActivity) -> ActivityAnswer:
    """Tell a page of an activity."""
    its = shown.activity
    return ActivityAnswer(
        kind=its.account.kind,
        reference=its.account.reference,
        since=shown.span.since,
        through=shown.span.through,
        opening_rupiah=its.opening.rupiah,
        closing_rupiah=its.closing.rupiah,
        items=[
            ActivityEntry(
                transfer_id=line.transfer_id,
                booked_on=line.booked_on,
                occurred_at=line.occurred_at,
                debit_rupiah=line.debit.rupiah,
                credit_rupiah=line.credit.rupiah,
                balance_rupiah=line.balance.rupiah,
                counterpart_kind=line.counterpart.kind,
                counterpart_reference=line.counterpart.reference,
                source=line.source,
                event=line.event,
                author=line.author,
                reason=line.reason,
                corrects_transfer_id=line.corrects_transfer_id,
            )
            for line in its.lines
        ],
        next_cursor=shown.next_cursor,
    )


def _amounts(amounts: tuple[Amount, ...]) -> list[KindAmount]:
    return [KindAmount(kind=each.kind, amount_rupiah=each.amount.rupiah) for each in amounts]
