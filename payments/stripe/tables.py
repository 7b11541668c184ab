"""Stripe's part of the schema as Piccolo knows it: mirrors `payments/migrations/stripe`, `stripe_2`, `own_part`."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, ForeignKey, Integer, OnDelete, Text, Timestamptz
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
    is_submitted = Boolean(null=False, default=False)
    needs_more = Boolean(null=False, default=False)
    changed_at = Timestamptz(null=False)


class StripeTransfer(Table, tablename="stripe_transfer"):
    """What went to a connected account: a share of a payment, the cooperative's own part, or what a book owed."""

    id = BigSerial(primary_key=True)
    payment_id = ForeignKey(Payment, null=True, default=None, on_delete=OnDelete.restrict)
    owner = Text(null=False)
    account_id = Text(null=False)
    amount_rupiah = BigInt(null=False)
    reversed_rupiah = BigInt(null=False, default=0)
    state = Text(null=False, default="pending")
    gateway_id = Text(null=False, default="")
    book = Text(null=True, default=None)
    source = Text(null=True, default=None)
    is_own = Boolean(null=False, default=False)
    number = Integer(null=False, default=1)
    refunded_before_rupiah = BigInt(null=False, default=0)
    arrived_as = Text(null=False, default="")


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


class StripeBalanceTransaction(Table, tablename="stripe_balance_transaction"):
    """A movement on our account's balance, or (`account_id`) on a cooperative's own, as Stripe lists it."""

    id = Text(primary_key=True, null=False)
    kind = Text(null=False)
    source_id = Text(null=False)
    charge_id = Text(null=False, default="")
    transfer_id = Text(null=False, default="")
    amount_sen = BigInt(null=False)
    fee_sen = BigInt(null=False)
    currency = Text(null=False)
    happened_at = Timestamptz(null=False)
    kept_at = Timestamptz(null=False)
    account_id = Text(null=False, default="")


class StripeListing(Table, tablename="stripe_listing"):
    """How far the list of an account's movements has been read whole; one row for each account."""

    provider = Text(primary_key=True, null=False)
    read_through = Timestamptz(null=False)
    account_id = Text(null=False, default="")
