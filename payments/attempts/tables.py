"""The payment tables as Piccolo knows them: a mirror of the SQL in `payments/migrations`, where the rules stand."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, ForeignKey, OnDelete, Text, Timestamptz
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
    discount_rupiah = BigInt(null=False, default=0)
    refunded_rupiah = BigInt(null=False, default=0)
    is_surplus = Boolean(null=False, default=False)
    instruction = Text(null=False, default="")
    channel_reference = Text(null=False, default="")
    gateway_id = Text(null=False, default="")
    expires_at = Timestamptz(null=True, default=None)


class PaymentHistory(Table, tablename="payment_history"):
    """What happened to an attempt; append-only."""

    id = BigSerial(primary_key=True)
    payment_id = ForeignKey(Payment, null=False, on_delete=OnDelete.restrict, index=True)
    state = Text(null=False)
    happened_at = Timestamptz(null=False)
    author = Text(null=False)
    detail = Text(null=False, default="")


class PaymentRefund(Table, tablename="payment_refund"):
    """A payment given back, whole or in part."""

    id = BigSerial(primary_key=True)
    payment_id = ForeignKey(Payment, null=False, on_delete=OnDelete.restrict, index=True)
    book = Text(null=False)
    amount_rupiah = BigInt(null=False)
    till_reference = Text(null=False, default="")
    key = Text(null=False, unique=True)
    author = Text(null=False)
    reason = Text(null=False)
    refunded_at = Timestamptz(null=False)
    recorded_at = Timestamptz(null=False, default=TimestamptzNow())
    method = Text(null=False)
    state = Text(null=False)
    reference = Text(null=False, default="")
    gateway_id = Text(null=False, default="")
