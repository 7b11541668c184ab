"""What money for an order means: the order is paid, the book and the receipt say so, the goods may go out.

Whichever way it came, this is where it arrives; it never asks which way it was. Money that came twice, or for an order
that has ended, is not the store's: it is booked as owed back to the buyer, and the store's people see it.
"""

from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from marketplace import database
from marketplace.books import author_of, book_of, payable_of
from marketplace.formats.dates import day_of
from marketplace.ids import OrderId, PersonId, ShiftId, StoreId
from marketplace.inventory import sell_reserved
from marketplace.orders import counter_store, payment_store, store
from marketplace.orders.freeze_taxes import freeze_taxes
from marketplace.orders.postings import post_payment, post_sale, post_surplus
from marketplace.orders.states import PAID_HOLD
from payments import (
    ZERO,
    AccountKey,
    Booking,
    Money,
    PaymentSucceeded,
    bookable,
    cancel_attempts,
    gateway_for,
    qris_fee,
)

# Bank Indonesia's rules begin on days of the capital.
_QRIS_TIME_ZONE: Final = "Asia/Jakarta"

PAID_REASONS: Final = {
    "cash": "Dibayar tunai",
    "qris": "Dibayar dengan QRIS",
    "transfer": "Dibayar lewat transfer bank",
    "stripe": "Dibayar dengan kartu",
    "tab": "Dicatat di kasbon anggota",
}


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """The order's state now; `receipt_number` is None for money that goes back to the buyer."""

    state: str
    receipt_number: int | None


def landing_account(payment: PaymentSucceeded) -> AccountKey:
    """Account that the money reached first."""
    return gateway_for(payment.method).lands_in(payment.till_reference or payment.channel_reference)


async def settle_order(
    connection: database.Connection,
    order: asyncpg.Record,
    payment: PaymentSucceeded,
    *,
    number: int,
    shift_id: ShiftId | None,
    author_id: PersonId | None,
    is_handed_over: bool,
    paid_at: datetime | None = None,
) -> Settled:
    """Mark a locked open order as paid: receipt, book, history; with `is_handed_over` the goods leave as well.

    The caller holds the store's receipt row and took `number` from it. Other attempts for the order end here. `paid_at`
    is when the money came, where that was told late; a closed day of it is not touched.

    Raises:
        StockNotHeldError: the goods to hand over were released before.

    """
    store_id, order_id, now = StoreId(order["store_id"]), OrderId(order["id"]), payment.succeeded_at
    author, paid_into = author_of(author_id), landing_account(payment)
    await write_receipt(
        connection, payment, store_id=store_id, number=number, order_id=order_id, shift_id=shift_id, author_id=author_id
    )
    await freeze_taxes(connection, store_id=store_id, order_id=order_id, at=now)
    fee = await _fee(connection, payment, store_id=store_id, at=now)
    if is_handed_over:
        await sell_reserved(connection, order_id=order_id, author_id=author_id)
        await post_sale(
            connection,
            store_id=store_id,
            order_id=order_id,
            lines=await counter_store.list_order_lines(connection, order_id),
            delivery_rupiah=order["delivery_rupiah"],
            author=author,
            at=now,
            paid_now=(paid_into, payment.amount, payment.discount, fee),
        )
    else:
        await post_payment(
            connection,
            store_id=store_id,
            order_id=order_id,
            payment=payment,
            paid_into=paid_into,
            fee=fee,
            author=author,
            booking=await _booking(connection, payment, paid_at),
        )
    state = "handed_over" if is_handed_over else order["state"]
    await store.set_state(
        connection,
        order_id=order_id,
        state=state,
        at=now,
        author_id=author_id,
        reason=PAID_REASONS[payment.method],
        hold_until=None if is_handed_over else now + PAID_HOLD,
        is_paid=True,
    )
    await cancel_attempts(
        connection, payables=[payable_of(order_id)], at=now, author=author, detail="dibayar dengan cara lain"
    )
    return Settled(state=state, receipt_number=number)


async def keep_surplus(
    connection: database.Connection,
    order: asyncpg.Record,
    payment: PaymentSucceeded,
    *,
    author_id: PersonId | None,
    paid_at: datetime | None = None,
) -> Settled:
    """Book money that came for an order that was paid or has ended as owed back to its buyer, and note it there."""
    store_id, order_id = StoreId(order["store_id"]), OrderId(order["id"])
    await post_surplus(
        connection,
        store_id=store_id,
        order_id=order_id,
        payment=payment,
        paid_into=landing_account(payment),
        fee=await _fee(connection, payment, store_id=store_id, at=payment.succeeded_at),
        author=author_of(author_id),
        booking=await _booking(connection, payment, paid_at),
    )
    await payment_store.note_history(
        connection,
        order_id=order_id,
        state=order["state"],
        at=payment.succeeded_at,
        author_id=author_id,
        reason="Uang masuk lagi dan akan dikembalikan",
    )
    return Settled(state=order["state"], receipt_number=None)


async def _booking(connection: database.Connection, payment: PaymentSucceeded, paid_at: datetime | None) -> Booking:
    now = payment.succeeded_at
    if paid_at is None:
        return Booking(occurred_at=now, reason="")
    return await bookable(connection, book=payment.book, happened_at=min(paid_at, now), now=now)


async def _fee(connection: database.Connection, payment: PaymentSucceeded, *, store_id: StoreId, at: datetime) -> Money:
    if payment.method != "qris":
        return ZERO
    return await qris_fee(connection, book=book_of(store_id), amount=payment.amount, on=day_of(at, _QRIS_TIME_ZONE))


async def write_receipt(
    connection: database.Connection,
    payment: PaymentSucceeded,
    *,
    store_id: StoreId,
    number: int,
    order_id: OrderId,
    shift_id: ShiftId | None,
    author_id: PersonId | None,
) -> None:
    """Write the numbered receipt of a payment."""
    await counter_store.insert_receipt(
        connection,
        store_id=store_id,
        number=number,
        order_id=order_id,
        kind="sale",
        method=payment.method,
        payment_id=payment.payment_id,
        refund_id=None,
        shift_id=shift_id,
        amount_rupiah=payment.amount.rupiah,
        tendered_rupiah=payment.tendered.rupiah if payment.tendered is not None else None,
        change_rupiah=payment.change.rupiah if payment.change is not None else None,
        issued_at=payment.succeeded_at,
        issued_by=author_id,
    )
