"""Give part of a card payment back to the card without goods, try refused refunds again, note what a dispute needs.

Goods and their money go back together by `request_return.py`, as for every way to pay.

What is given back is owed to the buyer at once (`refund_due`) and leaves when Stripe says so; where Stripe cannot, it
stays owed and the counter sees it.
"""

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, payable_of
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import StoreId
from marketplace.orders import counter_store, document_store, return_store, store
from marketplace.orders.card_refund import (
    NotByCardError,
    find_owed_of_card,
    is_card,
    list_owed_of_cards,
    refund_to_card,
)
from marketplace.orders.postings import post_allowance
from marketplace.orders.refund_limit import may_give_back_alone
from marketplace.orders.request_return import LONGEST_REASON
from payments import Money, PaymentRefunded, PaymentSucceeded, RefundTooLarge, find_payment, list_attempts
from payments.stripe import list_disputes, note_evidence


class AboveRefundLimitError(ConflictError):
    """More of the order than one person may give back alone, and no goods come back for a second one to decide by."""

    code = "above_refund_limit"
    default_message = (
        "Di atas {limit} untuk satu pesanan, termasuk yang sudah dikembalikan, uang hanya kembali bersama barangnya, "
        "dengan persetujuan orang kedua."
    )


class ReturnedToCard(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back to the card; `is_whole` where nothing of the payment is left.

    `receipt_number` is None where an earlier refund that failed is tried again.
    """

    code: str
    state: str
    receipt_number: int | None
    refund_id: int
    refunded_rupiah: int
    is_whole: bool


class NotedDispute(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a disputed sale now."""

    dispute_id: int
    note: str


@database.retry_on_conflict
async def refund_again(code: str, *, reason: str, actor: Actor, once: Once) -> ReturnedToCard:
    """Ask Stripe again for what an earlier refund of this order could not bring back; it is owed to the buyer still.

    Of several card payments the oldest one that is owed of; the next press is for the next.

    Raises:
        InvalidError: no reason.
        NotFoundError: no such order here.
        NotByCardError: paid in another way, or not at all.
        DisputedError: the buyer's bank took it back.
        ConflictError: nothing is owed.

    """
    reason = _reason(reason)
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ReturnedToCard)) is not None:
            return answer
        order = await _lock_order(connection, store_id, code)
        owed = await list_owed_of_cards(connection, store_id=store_id, order_id=order["id"])
        if not owed:
            await _check_by_card(connection, order)
            message = "Tidak ada uang pembeli yang masih harus dikembalikan untuk pesanan ini."
            raise ConflictError(message)
        refunded = await _refund(
            connection, order, owed[0].payment.payment_id, owed[0].amount, reason=reason, actor=actor, once=once
        )
        return await _answer(
            connection, order, refunded, state=order["state"], number=None, reason=reason, actor=actor, once=once
        )


@database.retry_on_conflict
async def refund_part_to_card(
    code: str, amount_rupiah: int, *, reason: str, actor: Actor, once: Once
) -> ReturnedToCard:
    """Give part of what was paid by card back, for goods that were handed over and not right; they are not taken back.

    The cooperative bears it; a supplier's share that was sent out is taken back in proportion.

    Raises:
        InvalidError: no reason, nothing, or more than is left of the payment.
        NotFoundError: no such order here.
        NotByCardError: paid in another way, or not at all.
        DisputedError: the buyer's bank took it back.
        ConflictError: the goods are not handed over; then the order is cancelled instead.
        AboveRefundLimitError: more of this order than the store lets one person give back.

    """
    reason = _reason(reason)
    if amount_rupiah <= 0:
        raise InvalidError(fields={"amount_rupiah": "Tulis berapa rupiah yang dikembalikan."})
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ReturnedToCard)) is not None:
            return answer
        number = await counter_store.take_receipt_number(connection, store_id)
        order = await _lock_order(connection, store_id, code)
        payment = await _check_by_card(connection, order)
        note = await document_store.take_number(connection, store_id=store_id, kind="credit_note")
        if order["state"] not in ("handed_over", "completed"):
            message = "Sebagian uang dikembalikan setelah barang diserahkan. Sebelum itu, batalkan saja pesanannya."
            raise ConflictError(message)
        if not await may_give_back_alone(
            connection, store_id=store_id, order_id=order["id"], amount_rupiah=amount_rupiah
        ):
            limit = await return_store.find_refund_limit(connection, store_id)
            raise AboveRefundLimitError(limit=Money(limit))
        amount = Money(amount_rupiah)
        owed = await find_owed_of_card(
            connection, store_id=store_id, order_id=order["id"], payment_id=payment.payment_id
        )
        if amount > (left := payment.left - owed):
            raise _above(left)
        refunded = await _refund(connection, order, payment.payment_id, amount, reason=reason, actor=actor, once=once)
        await post_allowance(
            connection,
            store_id=store_id,
            order_id=order["id"],
            amount=amount,
            refund_reference=f"refund:{refunded.refund_id}",
            author=author_of(actor.person_id),
            at=clock.now(),
            reason=reason,
        )
        await _write_receipt(connection, order, refunded, number=number, actor=actor)
        await document_store.insert_credit_note(
            connection,
            store_id=store_id,
            number=note,
            order_id=order["id"],
            kind="allowance",
            return_id=None,
            payment_id=refunded.payment_id,
            refund_id=refunded.refund_id,
            total_rupiah=amount_rupiah,
            # Goods stay with the buyer: the cooperative bears the price let off with its tax.
            tax_rupiah=0,
            withheld_rupiah=0,
            reason=reason,
            issued_at=refunded.refunded_at,
            issued_by=actor.person_id,
        )
        return await _answer(
            connection, order, refunded, state=order["state"], number=number, reason=reason, actor=actor, once=once
        )


@database.retry_on_conflict
async def write_evidence(code: str, dispute_id: int, note: str, *, actor: Actor, once: Once) -> NotedDispute:
    """Note what the store's people know of a disputed sale, for whoever answers the bank at Stripe.

    Raises:
        InvalidError: too long.
        NotFoundError: no such order here, or no such open dispute.

    """
    if len(note) > _LONGEST_NOTE:
        raise InvalidError(fields={"note": "Catatan paling panjang 2.000 huruf."})
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, NotedDispute)) is not None:
            return answer
        order = await _lock_order(connection, store_id, code)
        attempts = await list_attempts(connection, payable=payable_of(order["id"]))
        # Also of money that came twice, or was given back since.
        payment_ids = [attempt.payment_id for attempt in attempts if is_card(attempt.method)]
        disputed = {
            dispute.dispute_id: dispute.payment_id
            for dispute in await list_disputes(connection, payment_ids=payment_ids)
        }
        if dispute_id not in disputed:
            raise NotFoundError
        if not await note_evidence(
            connection, dispute_id=dispute_id, payment_id=disputed[dispute_id], note=note.strip()
        ):
            raise NotFoundError
        await record_audit(
            connection,
            actor=actor,
            action="dispute.noted",
            subject=payable_of(order["id"]),
            detail={"code": code, "dispute": dispute_id},
        )
        answer = NotedDispute(dispute_id=dispute_id, note=note.strip())
        await once.keep_answer(connection, answer)
        return answer


_LONGEST_NOTE = 2_000


def _reason(text: str) -> str:
    if not text.strip():
        raise InvalidError(fields={"reason": "Tulis alasan pengembalian."})
    if len(text) > LONGEST_REASON:
        raise InvalidError(fields={"reason": "Alasan paling panjang 300 huruf."})
    return text.strip()


async def _lock_order(connection: database.Connection, store_id: StoreId, code: str) -> asyncpg.Record:
    order = await store.lock_order(connection, code=code, store_id=store_id)
    if order is None:
        raise NotFoundError
    return order


async def _check_by_card(connection: database.Connection, order: asyncpg.Record) -> PaymentSucceeded:
    payment = await find_payment(connection, payable=payable_of(order["id"]))
    if payment is None or not is_card(payment.method):
        raise NotByCardError
    return payment


async def _refund(
    connection: database.Connection,
    order: asyncpg.Record,
    payment_id: int,
    amount: Money,
    *,
    reason: str,
    actor: Actor,
    once: Once,
) -> PaymentRefunded:
    try:
        return await refund_to_card(
            connection,
            store_id=order["store_id"],
            payment_id=payment_id,
            amount=amount,
            key=f"refund:{payable_of(order['id'])}:{once.key}",
            author_id=actor.person_id,
            reason=reason,
        )
    except RefundTooLarge as error:
        raise _above(error.left) from error


def _above(left: Money) -> InvalidError:
    sentence = "Paling banyak Rp {left} yang masih bisa dikembalikan."
    return InvalidError(fields={"amount_rupiah": (sentence, {"left": f"{left.rupiah:,}".replace(",", ".")})})


async def _write_receipt(
    connection: database.Connection, order: asyncpg.Record, refunded: PaymentRefunded, *, number: int, actor: Actor
) -> None:
    """Write the paper of a return: turnover is counted by papers, and the buyer holds one."""
    await counter_store.insert_receipt(
        connection,
        store_id=order["store_id"],
        number=number,
        order_id=order["id"],
        kind="return",
        method="stripe",
        payment_id=refunded.payment_id,
        refund_id=refunded.refund_id,
        shift_id=None,
        amount_rupiah=refunded.amount.rupiah,
        tendered_rupiah=None,
        change_rupiah=None,
        issued_at=refunded.refunded_at,
        issued_by=actor.person_id,
    )


async def _answer(
    connection: database.Connection,
    order: asyncpg.Record,
    refunded: PaymentRefunded,
    *,
    state: str,
    number: int | None,
    reason: str,
    actor: Actor,
    once: Once,
) -> ReturnedToCard:
    await record_audit(
        connection,
        actor=actor,
        action="order.refunded_to_card",
        subject=payable_of(order["id"]),
        detail={"code": order["code"], "refunded": refunded.amount.rupiah, "reason": reason},
    )
    answer = ReturnedToCard(
        code=order["code"],
        state=state,
        receipt_number=number,
        refund_id=refunded.refund_id,
        refunded_rupiah=refunded.amount.rupiah,
        is_whole=refunded.is_whole,
    )
    await once.keep_answer(connection, answer)
    return answer
