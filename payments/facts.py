"""What payments tells the rest: past facts about money, whichever way it came."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from payments.money import ZERO, Money

if TYPE_CHECKING:
    import asyncpg


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that waits, or how it ended. `due` is what the buyer is to send: the amount less the discount.

    `instruction` is what the buyer is shown: the text of a QRIS, a bank account, a gateway's address.
    `is_new` is false where the attempt was there before.
    """

    payment_id: int
    payable: str
    book: str
    method: str
    amount: Money
    discount: Money
    state: str
    instruction: str
    channel_reference: str
    gateway_id: str
    reference: str
    is_surplus: bool
    refunded: Money
    recorded_at: datetime
    expires_at: datetime | None
    succeeded_at: datetime | None
    is_new: bool

    @property
    def due(self) -> Money:
        """Return what the buyer is to send."""
        return self.amount - self.discount

    @property
    def left(self) -> Money:
        """Return what of it came and was not given back, nor is on its way back."""
        return ZERO if self.succeeded_at is None else self.due - self.refunded


class PaymentSucceeded(msgspec.Struct, frozen=True, kw_only=True):
    """Money came for a payable. `is_new` is false where it had been told before.

    `is_surplus`: another payment had settled the payable already; this money is the buyer's. `discount` is what the
    buyer was let off (transfers only). `tendered`, `change` and `till_reference` are those of cash; None and empty for
    other ways. `channel_reference` is the store's own account that it landed in (transfers), `reference` the other
    side's number for it; both are empty for cash.
    """

    payment_id: int
    payable: str
    book: str
    method: str
    amount: Money
    discount: Money
    tendered: Money | None
    change: Money | None
    till_reference: str
    channel_reference: str
    reference: str
    author: str
    succeeded_at: datetime
    refunded: Money
    is_surplus: bool
    is_new: bool

    @property
    def left(self) -> Money:
        """Return what came and was not given back."""
        return self.amount - self.discount - self.refunded


class PaymentRefunded(msgspec.Struct, frozen=True, kw_only=True):
    """A payment was given back, whole (`is_whole`) or in part; wholly given back, its payable may be paid anew.

    `state` is pending while a gateway has yet to say so, failed where it could not. `is_new` is false where the same
    key had served before.
    """

    refund_id: int
    payment_id: int
    payable: str
    book: str
    method: str
    state: str
    amount: Money
    is_whole: bool
    till_reference: str
    author: str
    reason: str
    refunded_at: datetime
    is_new: bool


def attempt_of(row: asyncpg.Record, *, is_new: bool) -> Attempt:
    """Tell an attempt by its row."""
    return Attempt(
        payment_id=row["id"],
        payable=row["payable"],
        book=row["book"],
        method=row["method"],
        amount=Money(row["amount_rupiah"]),
        discount=Money(row["discount_rupiah"]),
        state=row["state"],
        instruction=row["instruction"],
        channel_reference=row["channel_reference"],
        gateway_id=row["gateway_id"],
        reference=row["reference"],
        is_surplus=row["is_surplus"],
        refunded=Money(row["refunded_rupiah"]),
        recorded_at=row["recorded_at"],
        expires_at=row["expires_at"],
        succeeded_at=row["succeeded_at"],
        is_new=is_new,
    )


def success_of(row: asyncpg.Record, *, is_new: bool) -> PaymentSucceeded:
    """Tell a success by its row."""
    return PaymentSucceeded(
        payment_id=row["id"],
        payable=row["payable"],
        book=row["book"],
        method=row["method"],
        amount=Money(row["amount_rupiah"]),
        discount=Money(row["discount_rupiah"]),
        tendered=None if row["tendered_rupiah"] is None else Money(row["tendered_rupiah"]),
        change=None if row["change_rupiah"] is None else Money(row["change_rupiah"]),
        till_reference=row["till_reference"],
        channel_reference=row["channel_reference"],
        reference=row["reference"],
        author=row["author"],
        succeeded_at=row["succeeded_at"],
        refunded=Money(row["refunded_rupiah"]),
        is_surplus=row["is_surplus"],
        is_new=is_new,
    )


def refund_of(row: asyncpg.Record, payment: asyncpg.Record, *, is_whole: bool, is_new: bool) -> PaymentRefunded:
    """Tell a refund by its row and its payment's."""
    return PaymentRefunded(
        refund_id=row["id"],
        payment_id=payment["id"],
        payable=payment["payable"],
        book=payment["book"],
        method=row["method"],
        state=row["state"],
        amount=Money(row["amount_rupiah"]),
        is_whole=is_whole,
        till_reference=row["till_reference"],
        author=row["author"],
        reason=row["reason"],
        refunded_at=row["refunded_at"],
        is_new=is_new,
    )
