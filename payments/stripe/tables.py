"""Stripe's part of the schema as Piccolo knows it: a mirror of `payments/migrations/stripe/30_stores.sql`."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, ForeignKey, OnDelete, Text, Timestamptz
from piccolo.table import Table

from payments.attempts.tables import Payment


class StripeStore(Table, tablename="stripe_store"):
    """A book that takes cards."""

    book = Text(primary_key=True, null=False)
    is_active = Boolean(null=False, default=True)
    sharing = Text(null=False, default="collect")
    changed_at = Timestamptz(null=False)
    author = Text(null=False)


class StripeAccount(Table, tablename="stripe_account"):
    """A seller's connected account."""

    owner = Text(primary_key=True, null=False)
    account_id = Text(null=False, unique=True)
    may_receive = Boolean(null=False, default=False)
    changed_at = Timestamptz(null=False)


class StripeTransfer(Table, tablename="stripe_transfer"):
    """What went to a connected account for a payment."""

    id = BigSerial(primary_key=True)
    payment_id = ForeignKey(Payment, null=False, on_delete=OnDelete.restrict)
    owner = Text(null=False)
    account_id = Text(null=False)
    amount_rupiah = BigInt(null=False)
    reversed_rupiah = BigInt(null=False, default=0)
    state = Text(null=False, default="pending")
    gateway_id = Text(null=False, default="")


class PaymentDispute(Table, tablename="payment_dispute"):
    """A payment that a buyer's bank took back for now."""

    id = BigSerial(primary_key=True)
    payment_id = ForeignKey(Payment, null=False, on_delete=OnDelete.restrict)
    gateway_id = Text(null=False, unique=True)
    amount_rupiah = BigInt(null=False)
    state = Text(null=False)
    reason = Text(null=False, default="")
    evidence_until = Timestamptz(null=True, default=None)
    evidence_note = Text(null=False, default="")
    opened_at = Timestamptz(null=False)
    closed_at = Timestamptz(null=True, default=None)
