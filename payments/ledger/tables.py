"""The ledger's tables as Piccolo knows them: a mirror of `payments/migrations/foundation/10_ledger.sql`.

The constraints, triggers and the posting function live in the SQL alone. Nothing is written through these classes.
"""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, ForeignKey, OnDelete, Text, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class LedgerAccountKind(Table, tablename="ledger_account_kind"):
    """What is true of all accounts of a kind; the same data as `accounts.KINDS`."""

    kind = Text(primary_key=True, null=False)
    statement_class = Text(null=False)
    normal_side = Text(null=False)
    may_be_negative = Boolean(null=False)


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
