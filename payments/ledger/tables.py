"""The ledger's tables as Piccolo knows them: a mirror of the SQL in `payments/migrations`.

The constraints, triggers and the posting function live in the SQL alone. Nothing is written through these classes.
"""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, Date, ForeignKey, OnDelete, Text, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class LedgerAccountKind(Table, tablename="ledger_account_kind"):
    """What is true of all accounts of a kind; the same data as `accounts.KINDS`."""

    kind = Text(primary_key=True, null=False)
    statement_class = Text(null=False)
    normal_side = Text(null=False)
    may_be_negative = Boolean(null=False)
    is_passing = Boolean(null=False, default=False)


class LedgerBook(Table, tablename="ledger_book"):
    """A book's clock, and the last day that is closed."""

    book = Text(primary_key=True, null=False)
    time_zone = Text(null=False, default="Asia/Jakarta")
    closed_through = Date(null=True, default=None)


class LedgerAccount(Table, tablename="ledger_account"):
    """One account of one book."""

    id = BigSerial(primary_key=True)
    book = Text(null=False)
    kind = Text(null=False)
    reference = Text(null=False, default="")
    normal_side = Text(null=False)
    may_be_negative = Boolean(null=False)
    opened_at = Timestamptz(null=False, default=TimestamptzNow())


class LedgerTransfer(Table, tablename="ledger_transfer"):
    """One amount moved from the credited to the debited account; append-only."""

    id = BigSerial(primary_key=True)
    book = Text(null=False)
    debit_account_id = ForeignKey(LedgerAccount, null=False, on_delete=OnDelete.restrict, index=True)
    credit_account_id = ForeignKey(LedgerAccount, null=False, on_delete=OnDelete.restrict, index=True)
    amount_rupiah = BigInt(null=False)
    source = Text(null=False)
    event = Text(null=False)
    occurred_at = Timestamptz(null=False)
    booked_on = Date(null=False)
    recorded_at = Timestamptz(null=False, default=TimestamptzNow())
    author = Text(null=False)
    reason = Text(null=False, default="")
    corrects_transfer_id: ForeignKey[LedgerTransfer] = ForeignKey(
        "self", null=True, default=None, on_delete=OnDelete.restrict, index=True
    )


class LedgerBalance(Table, tablename="ledger_balance"):
    """The sums of an account's debits and credits, kept by a trigger on `ledger_transfer`."""

    account_id = ForeignKey(LedgerAccount, primary_key=True, null=False, on_delete=OnDelete.restrict)
    normal_side = Text(null=False)
    may_be_negative = Boolean(null=False)
    debit_rupiah = BigInt(null=False, default=0)
    credit_rupiah = BigInt(null=False, default=0)
    pending_debit_rupiah = BigInt(null=False, default=0)
    pending_credit_rupiah = BigInt(null=False, default=0)


class LedgerHold(Table, tablename="ledger_hold"):
    """An amount set aside between two accounts; append-only."""

    id = BigSerial(primary_key=True)
    book = Text(null=False)
    debit_account_id = ForeignKey(LedgerAccount, null=False, on_delete=OnDelete.restrict, index=True)
    credit_account_id = ForeignKey(LedgerAccount, null=False, on_delete=OnDelete.restrict, index=True)
    amount_rupiah = BigInt(null=False)
    source = Text(null=False)
    event = Text(null=False)
    held_at = Timestamptz(null=False)
    author = Text(null=False)
    reason = Text(null=False, default="")


class LedgerHoldEnd(Table, tablename="ledger_hold_end"):
    """What became of a hold: posted or voided; append-only."""

    hold_id = ForeignKey(LedgerHold, primary_key=True, null=False, on_delete=OnDelete.restrict)
    outcome = Text(null=False)
    ended_at = Timestamptz(null=False)
    author = Text(null=False)
    reason = Text(null=False, default="")


class LedgerClose(Table, tablename="ledger_close"):
    """One act of closing a book's days; append-only."""

    id = BigSerial(primary_key=True)
    book = Text(null=False)
    after_day = Date(null=True, default=None)
    through_day = Date(null=False)
    transfer_count = BigInt(null=False)
    closed_at = Timestamptz(null=False)
    author = Text(null=False)
    reason = Text(null=False, default="")


class LedgerDaySum(Table, tablename="ledger_day_sum"):
    """What a closed day moved, by kind, and by account where accounts of the kind stay."""

    book = Text(primary_key=True, null=False)
    on_day = Date(null=False)
    kind = Text(null=False)
    reference = Text(null=False)
    debit_rupiah = BigInt(null=False)
    credit_rupiah = BigInt(null=False)
