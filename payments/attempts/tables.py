"""The payment tables as Piccolo knows them: a mirror of `payments/migrations/foundation/20_payment.sql`."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, ForeignKey, OnDelete, Text, Timestamptz
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class Payment(Table, tablename="payment"):
    """One attempt to pay one payable."""

    id = BigSerial(primary_key=True)
    payable = Text(null=False, index=True)
    book = Text(null=False)
    method = Text(null=False)
    amount_rupiah = BigInt(null=False)
    tendered_rupiah = BigInt(null=True, default=None)
    change_rupiah = BigInt(null=True, default=None)
    state = Text(null=False)
    reference = Text(null=False, default="")
    till_reference = Text(null=False, default="")
    key = Text(null=False, unique=True)
    author = Text(null=False)
    recorded_at = Timestamptz(null=False, default=TimestamptzNow())
    succeeded_at = Timestamptz(null=True, default=None)


class PaymentRefund(Table, tablename="payment_refund"):
    """A payment given back."""

    id = BigSerial(primary_key=True)
    payment_id = ForeignKey(Payment, null=False, unique=True, on_delete=OnDelete.restrict)
    book = Text(null=False)
    amount_rupiah = BigInt(null=False)
    till_reference = Text(null=False, default="")
    key = Text(null=False, unique=True)
    author = Text(null=False)
    reason = Text(null=False)
    refunded_at = Timestamptz(null=False)
    recorded_at = Timestamptz(null=False, default=TimestamptzNow())
