"""The tables of channels as Piccolo knows them: a mirror of `payments/migrations/ways/40_channels.sql`."""

from __future__ import annotations

from piccolo.columns import BigInt, BigSerial, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table


class QrisMerchant(Table, tablename="qris_merchant"):
    """A store's static QRIS code; the active one is used, earlier ones are kept."""

    id = BigSerial(primary_key=True)
    book = Text(null=False)
    payload = Text(null=False)
    nmid = Text(null=False)
    name = Text(null=False)
    city = Text(null=False)
    criteria = Text(null=False, default="")
    is_active = Boolean(null=False, default=True)
    registered_at = Timestamptz(null=False)
    author = Text(null=False)


class BankAccount(Table, tablename="bank_account"):
    """A store's bank account; buyers transfer to the active one."""

    id = BigSerial(primary_key=True)
    book = Text(null=False)
    bank = Text(null=False)
    number = Text(null=False)
    holder = Text(null=False)
    is_active = Boolean(null=False, default=True)
    registered_at = Timestamptz(null=False)
    author = Text(null=False)


class QrisFee(Table, tablename="qris_fee"):
    """What a merchant of some criteria pays for a payment above an amount, from a day on."""

    criteria = Text(primary_key=True, null=False)
    effective_on = Date(null=False)
    above_rupiah = BigInt(null=False)
    basis_points = Integer(null=False)


class PaymentLimit(Table, tablename="payment_limit"):
    """The most that one payment of a way may carry, from a day on."""

    method = Text(primary_key=True, null=False)
    effective_on = Date(null=False)
    maximum_rupiah = BigInt(null=False)
