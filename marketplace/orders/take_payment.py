"""At the counter: take the cash of an order, and hand its goods over with the same press if they go now."""

from datetime import datetime

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, payable_of, till_reference
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import OrderId, ShiftId, StoreId
from marketplace.orders import counter_store, store
from marketplace.orders.settle_order import settle_order
from marketplace.orders.shifts import taking_cash
from marketplace.orders.states import OPEN_STATES, check_step
from payments import Money, PaymentSucceeded, TenderTooSmall, take_cash

LARGEST_TENDER_RUPIAH = 1_000_000_000


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


@database.retry_on_conflict
async def take_payment(
    code: str, tendered_rupiah: int, *, actor: Actor, is_handed_over: bool, once: Once
) -> PaidAtCounter:
    """Take cash for an order of the actor's store in their open shift; `is_handed_over` gives the goods out as well.

    Locks shift (shared), store, order, stock, ledger accounts.

    Raises:
        NoOpenShiftError: the cashier has no shift open.
        TillOfferedError: the till waits for the next cashier.
        NotFoundError: no such order at this store.
        WrongStateError: cancelled, expired or handed over.
        AlreadyPaidError: paid before.
        InvalidError: tendered is less than the total.

    """
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, PaidAtCounter)) is not None:
            return answer
        shift = taking_cash(await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id))
        number = await counter_store.take_receipt_number(connection, store_id)
        order = await lock_payable_order(connection, store_id, code)
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
        settled = await settle_order(
            connection,
            order,
            payment,
            number=number,
            shift_id=shift["id"],
            author_id=cashier_id,
            is_handed_over=is_handed_over,
        )
        answer = PaidAtCounter(
            code=code,
            state=settled.state,
            receipt_number=number,
            amount_rupiah=payment.amount.rupiah,
            tendered_rupiah=tendered_rupiah,
            change_rupiah=tendered_rupiah - payment.amount.rupiah,
        )
        await record_audit(
            connection,
            actor=actor,
            action="order.paid",
            subject=payable_of(order["id"]),
            detail={"code": code, "receipt": number, "amount": payment.amount.rupiah},
        )
        await once.keep_answer(connection, answer)
        return answer


async def lock_payable_order(connection: database.Connection, store_id: StoreId, code: str) -> asyncpg.Record:
    """Lock an open order of a store that is not paid yet.

    Raises:
        NotFoundError: no such order at this store.
        AlreadyPaidError: paid before.
        WrongStateError: handed over or ended.

    """
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
