"""Give the money back: of a paid order before hand-over (it is cancelled) or after (the goods come back)."""

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, payable_of, till_of, till_reference
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.inventory import release, take_back
from marketplace.orders import counter_store, store
from marketplace.orders.postings import post_refund_before_hand_over, post_return
from marketplace.orders.shifts import NoOpenShiftError
from marketplace.orders.states import OPEN_STATES, check_step
from marketplace.outbox import mark_search_dirty
from payments import AccountKey, BalanceTooLow, PaymentSucceeded, find_payment, gateway_for, refund


class TillTooLowError(ConflictError):
    """The till does not hold what is to be given back."""

    code = "till_too_low"
    default_message = "Uang di laci tidak cukup untuk pengembalian ini. Ambil dari brankas dulu."


class BackToCardError(ConflictError):
    """What came by card goes back to the card, never out of a till."""

    code = "order_was_paid_by_card"
    default_message = "Pesanan ini dibayar dengan kartu, jadi uangnya dikembalikan ke kartu itu."


class ReturnedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The order's end and the receipt of the money given back."""

    code: str
    state: str
    receipt_number: int
    refunded_rupiah: int


@database.retry_on_conflict
async def return_order(code: str, *, reason: str, actor: Actor, once: Once) -> ReturnedOrder:
    """Refund a paid order of the actor's store in cash, whole, from their open shift's till.

    Not handed over yet: the goods are freed and the order is cancelled. Handed over: the goods go back to stock and
    the order is returned. Part of an order comes with the money issue.

    Raises:
        InvalidError: no reason.
        NotFoundError: no such order here, or it is not paid.
        WrongStateError: returned already.
        NoOpenShiftError: the cashier has no shift open.
        BackToCardError: it was paid by card.
        TillTooLowError: not enough cash.

    """
    if not reason.strip():
        raise InvalidError(fields={"reason": "Tulis alasan pengembalian."})
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ReturnedOrder)) is not None:
            return answer
        shift = await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id)
        if shift is None:
            raise NoOpenShiftError
        number = await counter_store.take_receipt_number(connection, store_id)
        order = await store.lock_order(connection, code=code, store_id=store_id)
        if order is None:
            raise NotFoundError
        is_handed_over = order["state"] not in OPEN_STATES
        state = "returned" if is_handed_over else "cancelled"
        check_step(order["state"], state)
        payment = await find_payment(connection, payable=payable_of(order["id"]))
        if payment is None:
            message = "Pesanan ini belum dibayar, jadi tidak ada uang yang dikembalikan. Batalkan saja pesanannya."
            raise ConflictError(message)
        if gateway_for(payment.method).capability.refund == "api":
            raise BackToCardError
        refunded = await refund(
            connection,
            payment_id=payment.payment_id,
            book=book_of(store_id),
            amount=payment.amount - payment.discount,
            method="cash",
            till_reference=till_reference(shift["id"]),
            key=f"refund:{payable_of(order['id'])}:{once.key}",
            at=now,
            author=author_of(cashier_id),
            reason=reason.strip(),
        )
        await give_back(
            connection, order, paid_out_of=till_of(shift["id"]), payment=payment, reason=reason, actor=actor
        )
        await counter_store.insert_receipt(
            connection,
            store_id=store_id,
            number=number,
            order_id=order["id"],
            kind="return",
            method="cash",
            payment_id=payment.payment_id,
            refund_id=refunded.refund_id,
            shift_id=shift["id"],
            amount_rupiah=refunded.amount.rupiah,
            tendered_rupiah=refunded.amount.rupiah,
            change_rupiah=0,
            issued_at=now,
            issued_by=cashier_id,
        )
        await store.set_state(
            connection, order_id=order["id"], state=state, at=now, author_id=cashier_id, reason=reason.strip()
        )
        await record_audit(
            connection,
            actor=actor,
            action=f"order.{state}",
            subject=payable_of(order["id"]),
            detail={"code": code, "refunded": refunded.amount.rupiah, "reason": reason.strip()},
        )
        answer = ReturnedOrder(code=code, state=state, receipt_number=number, refunded_rupiah=refunded.amount.rupiah)
        await once.keep_answer(connection, answer)
        return answer


async def give_back(
    connection: database.Connection,
    order: asyncpg.Record,
    *,
    paid_out_of: AccountKey,
    payment: PaymentSucceeded,
    reason: str,
    actor: Actor,
) -> None:
    """Free or take back the goods of a locked order and book what is given back, out of a till or owed to the buyer.

    Raises:
        TillTooLowError: the till does not hold it.

    """
    author, now = author_of(actor.person_id), clock.now()
    try:
        if order["state"] in OPEN_STATES:
            freed = await release(connection, order_id=order["id"])
            await post_refund_before_hand_over(
                connection,
                store_id=order["store_id"],
                order_id=order["id"],
                payment=payment,
                paid_out_of=paid_out_of,
                author=author,
                at=now,
                reason=reason.strip(),
            )
        else:
            lines = await counter_store.list_order_lines(connection, order["id"])
            stocked = {line["listing_id"]: line["quantity"] for line in lines if line["source"] != "made_to_order"}
            freed = (
                await take_back(
                    connection,
                    store_id=order["store_id"],
                    order_id=order["id"],
                    quantities=stocked,
                    author_id=actor.person_id,
                    reason=reason.strip(),
                )
                if stocked
                else []
            )
            await post_return(
                connection,
                store_id=order["store_id"],
                order_id=order["id"],
                lines=lines,
                delivery_rupiah=order["delivery_rupiah"],
                discount=payment.discount,
                paid_out_of=paid_out_of,
                author=author,
                at=now,
                reason=reason.strip(),
            )
    except BalanceTooLow as error:
        raise TillTooLowError from error
    await mark_search_dirty(connection, "listings", freed)
