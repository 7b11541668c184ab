"""At the counter: take the cash of an order, hand the goods over, or both with one press."""

from datetime import datetime, timedelta

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, payable_of, till_of, till_reference
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import OrderId, ShiftId, StoreId
from marketplace.inventory import sell_reserved
from marketplace.orders import counter_store, store
from marketplace.orders.postings import post_payment, post_sale
from marketplace.orders.shifts import NoOpenShiftError
from marketplace.orders.states import OPEN_STATES, check_step
from payments import Money, PaymentSucceeded, TenderTooSmall, take_cash

# A paid order waits for its buyer longer than an unpaid one.
PAID_HOLD = timedelta(days=7)
LARGEST_TENDER_RUPIAH = 1_000_000_000


class NotPaidError(ConflictError):
    """Goods are handed over only when they are paid."""

    code = "order_is_not_paid"
    default_message = "Pesanan ini belum dibayar. Terima uangnya dulu."


class AlreadyPaidError(ConflictError):
    """The order was paid before, perhaps at another till."""

    code = "order_is_paid_already"
    default_message = "Pesanan ini sudah dibayar."


class PaidAtCounter(msgspec.Struct, frozen=True, kw_only=True):
    """The receipt's number and the change to give."""

    code: str
    state: str
    receipt_number: int
    amount_rupiah: int
    tendered_rupiah: int
    change_rupiah: int


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """The order is out of the door."""

    code: str
    state: str


@database.retry_on_conflict
async def take_payment(
    code: str, tendered_rupiah: int, *, actor: Actor, is_handed_over: bool, once: Once
) -> PaidAtCounter:
    """Take cash for an order of the actor's store in their open shift; `is_handed_over` gives the goods out as well.

    Locks shift (shared), store, order, stock, ledger accounts.

    Raises:
        NoOpenShiftError: the cashier has no shift open.
        NotFoundError: no such order at this store.
        WrongStateError: cancelled, expired or handed over.
        AlreadyPaidError: paid before.
        InvalidError: tendered is less than the total.

    """
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, PaidAtCounter)) is not None:
            return answer
        shift = await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id)
        if shift is None:
            raise NoOpenShiftError
        number = await counter_store.take_receipt_number(connection, store_id)
        order = await _lock_payable(connection, store_id, code)
        payment = await record_cash(
            connection,
            store_id=store_id,
            order_id=order["id"],
            shift_id=shift["id"],
            amount=Money(order["total_rupiah"]),
            tendered_rupiah=tendered_rupiah,
            key=once.key,
            at=now,
            actor=actor,
        )
        await write_receipt(connection, payment, number=number, order_id=order["id"], shift_id=shift["id"], actor=actor)
        author = author_of(cashier_id)
        till, paid = till_of(shift["id"]), payment.amount
        if is_handed_over:
            await sell_reserved(connection, order_id=order["id"], author_id=cashier_id)
            await post_sale(
                connection,
                store_id=store_id,
                order_id=order["id"],
                lines=await counter_store.list_order_lines(connection, order["id"]),
                delivery_rupiah=order["delivery_rupiah"],
                author=author,
                at=now,
                paid_now=(till, paid),
            )
        else:
            await post_payment(
                connection, store_id=store_id, order_id=order["id"], amount=paid, paid_into=till, author=author, at=now
            )
        state = "handed_over" if is_handed_over else order["state"]
        await store.set_state(
            connection,
            order_id=order["id"],
            state=state,
            at=now,
            author_id=cashier_id,
            reason="Dibayar tunai",
            hold_until=None if is_handed_over else now + PAID_HOLD,
            is_paid=True,
        )
        answer = PaidAtCounter(
            code=code,
            state=state,
            receipt_number=number,
            amount_rupiah=paid.rupiah,
            tendered_rupiah=tendered_rupiah,
            change_rupiah=tendered_rupiah - paid.rupiah,
        )
        await record_audit(
            connection,
            actor=actor,
            action="order.paid",
            subject=payable_of(order["id"]),
            detail={"code": code, "receipt": number, "amount": paid.rupiah},
        )
        await once.keep_answer(connection, answer)
        return answer


async def _lock_payable(connection: database.Connection, store_id: StoreId, code: str) -> asyncpg.Record:
    order = await store.lock_order(connection, code=code, store_id=store_id)
    if order is None:
        raise NotFoundError
    if order["paid_at"] is not None:
        raise AlreadyPaidError
    if order["state"] not in OPEN_STATES:
        check_step(order["state"], "handed_over")
    return order


async def record_cash(
    connection: database.Connection,
    *,
    store_id: StoreId,
    order_id: OrderId,
    shift_id: ShiftId,
    amount: Money,
    tendered_rupiah: int,
    key: str,
    at: datetime,
    actor: Actor,
) -> PaymentSucceeded:
    """Record the cash payment of an order.

    Raises:
        InvalidError: tendered is less than the amount (says by how much), or more than anybody carries.

    """
    if not 0 <= tendered_rupiah <= LARGEST_TENDER_RUPIAH:
        raise InvalidError(fields={"tendered_rupiah": "Tulis uang yang diterima, paling banyak Rp 1.000.000.000."})
    try:
        return await take_cash(
            connection,
            payable=payable_of(order_id),
            book=book_of(store_id),
            till_reference=till_reference(shift_id),
            amount=amount,
            tendered=Money(tendered_rupiah),
            key=f"{payable_of(order_id)}:{key}",
            at=at,
            author=author_of(actor.person_id),
        )
    except TenderTooSmall as error:
        sentence = "Uang yang diterima kurang {short_by}."
        raise InvalidError(
            fields={"tendered_rupiah": (sentence, {"short_by": f"Rp {error.short_by.rupiah:,}".replace(",", ".")})}
        ) from error


async def write_receipt(
    connection: database.Connection,
    payment: PaymentSucceeded,
    *,
    number: int,
    order_id: OrderId,
    shift_id: ShiftId,
    actor: Actor,
) -> None:
    """Write the numbered receipt of a cash payment."""
    await counter_store.insert_receipt(
        connection,
        store_id=actor.require_store(),
        number=number,
        order_id=order_id,
        kind="sale",
        payment_id=payment.payment_id,
        shift_id=shift_id,
        amount_rupiah=payment.amount.rupiah,
        tendered_rupiah=payment.tendered.rupiah if payment.tendered else payment.amount.rupiah,
        change_rupiah=payment.change.rupiah if payment.change else 0,
        issued_at=payment.succeeded_at,
        issued_by=actor.require_person(),
    )


@database.retry_on_conflict
async def hand_over(code: str, *, actor: Actor, once: Once) -> HandedOver:
    """Give out the goods of a paid order: they leave the stock and the sale enters the book.

    Raises:
        NotFoundError: no such order at this store.
        NotPaidError: not paid yet.
        WrongStateError: handed over or ended already.

    """
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, HandedOver)) is not None:
            return answer
        order = await store.lock_order(connection, code=code, store_id=store_id)
        if order is None:
            raise NotFoundError
        check_step(order["state"], "handed_over")
        if order["paid_at"] is None:
            raise NotPaidError
        await sell_reserved(connection, order_id=order["id"], author_id=person_id)
        await post_sale(
            connection,
            store_id=store_id,
            order_id=order["id"],
            lines=await counter_store.list_order_lines(connection, order["id"]),
            delivery_rupiah=order["delivery_rupiah"],
            author=author_of(person_id),
            at=now,
        )
        await store.set_state(connection, order_id=order["id"], state="handed_over", at=now, author_id=person_id)
        await record_audit(
            connection, actor=actor, action="order.handed_over", subject=payable_of(order["id"]), detail={"code": code}
        )
        answer = HandedOver(code=code, state="handed_over")
        await once.keep_answer(connection, answer)
        return answer
