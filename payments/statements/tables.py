"""The tables of statements as Piccolo knows them: a mirror of `payments/migrations/statements` and `…/bank_moves`."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Date, ForeignKey, Integer, OnDelete, Text, Timestamptz
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class StatementImport(Table, tablename="statement_import"):
    """One file, or one callback, that brought lines."""

    id = BigSerial(primary_key=True)
    book = Text(null=False)
    kind = Text(null=False)
    source = Text(null=False)
    file_name = Text(null=False)
    line_count = Integer(null=False)
    new_count = Integer(null=False)
    imported_at = Timestamptz(null=False)
    author = Text(null=False)


class StatementLine(Table, tablename="statement_line"):
    """One line of a statement; append-only."""

    id = BigSerial(primary_key=True)
    import_id = ForeignKey(StatementImport, null=False, on_delete=OnDelete.restrict, index=True)
    book = Text(null=False)
    kind = Text(null=False)
    account_reference = Text(null=False)
    digest = Text(null=False)
    happened_on = Date(null=False)
    happened_at = Timestamptz(null=True, default=None)
    amount_sen = BigInt(null=False)
    fee_sen = BigInt(null=True, default=None)
    balance_sen = BigInt(null=True, default=None)
    description = Text(null=False)
    reference = Text(null=False)
    bill_number = Text(null=False, default="")


class StatementMatch(Table, tablename="statement_match"):
    """What became of a line; append-only."""

    line_id = BigInt(null=False, primary_key=True)
    book = Text(null=False)
    kind = Text(null=False)
    payment_id = BigInt(null=True, default=None)
    matched_at = Timestamptz(null=False)
    author = Text(null=False)
    move_source = Text(null=True, default=None)
    move_part = Text(null=True, default=None)


class StatementOpenLine(Table, tablename="statement_open_line"):
    """A line of which nothing became yet; kept by triggers."""

    line_id = BigInt(null=False, primary_key=True)
    book = Text(null=False)
    happened_on = Date(null=False)


class QrisPayout(Table, tablename="qris_payout"):
    """A QRIS payment that a pay-out carried; append-only."""

    payment_id = BigInt(null=False, primary_key=True)
    book = Text(null=False)
    line_id = ForeignKey(
        LazyTableReference("StatementMatch", module_path=__name__), null=False, on_delete=OnDelete.restrict, index=True
    )
