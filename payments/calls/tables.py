"""Calls to gateways as Piccolo knows them: a mirror of `payments/migrations/stripe/20_calls.sql`."""

from __future__ import annotations

from piccolo.columns import BigSerial, ForeignKey, Integer, OnDelete, Text, Timestamptz
from piccolo.table import Table

from payments.attempts.tables import Payment, PaymentRefund


class GatewayCall(Table, tablename="gateway_call"):
    """One call; it waits until the gateway has answered it for good."""

    id = BigSerial(primary_key=True)
    provider = Text(null=False)
    key = Text(null=False, unique=True)
    purpose = Text(null=False)
    payment_id = ForeignKey(Payment, null=True, default=None, on_delete=OnDelete.restrict)
    refund_id = ForeignKey(PaymentRefund, null=True, default=None, on_delete=OnDelete.restrict)
    input = Text(null=False)
    state = Text(null=False, default="waiting")
    outcome = Text(null=False, default="")
    attempts = Integer(null=False, default=0)
    made_at = Timestamptz(null=False)
    next_try_at = Timestamptz(null=False)
    seen_at = Timestamptz(null=True, default=None)
