"""What Stripe says about a page, a refund or a dispute becomes true here, in one transaction each; again is harmless.

Everything was fetched before: no word of an event is believed, only that something happened.
"""

from datetime import datetime

import asyncpg

from marketplace import clock, database
from marketplace.books import author_of, order_of, store_of
from marketplace.orders import counter_store, payment_store
from marketplace.orders.follow_dispute import follow_dispute
from marketplace.orders.refund_elsewhere import NotKnownYetError, take_elsewhere
from marketplace.orders.settle_order import keep_surplus, settle_order
from marketplace.orders.share_card import want_own_part_of
from marketplace.orders.states import OPEN_STATES
from marketplace.orders.stripe_access import configured_stripe
from payments import AlreadyConfirmed, PaymentState, PaymentSucceeded, ReferenceUsed, confirm, end_attempt, keep_gateway
from payments.stripe import (
    HostedPage,
    RefundFact,
    book_fee,
    end_refund,
    find_by_charge,
    find_by_key,
    find_by_page,
    find_card_payment,
    find_card_refund,
    find_card_refund_by_id,
    refund_card,
    take_refund,
)


@database.retry_on_conflict
async def take_page(page: HostedPage) -> str:
    """Let an attempt follow its page: paid, expired, or still open; how it went, in a few words.

    Locks store, order, payment, ledger accounts.
    """
    settings = configured_stripe()
    if settings is None or page.is_live != settings.is_live:
        return "refused: live and test do not mix"
    now = clock.now()
    async with database.transaction() as connection:
        attempt = await find_by_page(connection, page_id=page.page_id, key=page.attempt_key)
        if attempt is None:
            return "unknown page"
        if page.state == "expired":
            is_ended = await end_attempt(
                connection, payment_id=attempt["id"], state=PaymentState.EXPIRED, at=now, detail="halaman Stripe"
            )
            return "expired" if is_ended else "expired, nothing waited"
        if page.state != "paid":
            return f"page {page.state}"
        return await _take_money(connection, attempt, page, at=now)


async def _take_money(
    connection: database.Connection, attempt: asyncpg.Record, page: HostedPage, *, at: datetime
) -> str:
    store_id = store_of(attempt["book"])
    await payment_store.lock_receipts(connection, store_id)
    order = await payment_store.lock_order_by_id(connection, store_id=store_id, order_id=order_of(attempt["payable"]))
    if order is None:
        return "unknown order"
    if page.amount is None or page.amount.rupiah != attempt["amount_rupiah"]:
        # Real money, but not what was asked: a person has to look, and nothing is handed over for it.
        came = f"{page.currency} {page.amount.rupiah if page.amount is not None else 'pecahan'}"
        await payment_store.note_history_once(
            connection,
            order_id=order["id"],
            state=order["state"],
            at=at,
            reason="Jumlah pembayaran kartu tidak cocok dan harus diperiksa di Stripe",
        )
        return f"wrong amount: {came}"
    if not attempt["gateway_id"]:
        # The event was faster than the answer to our own call.
        await keep_gateway(
            connection,
            payment_id=attempt["id"],
            gateway_id=page.page_id,
            instruction=page.url,
            expires_at=page.expires_at,
        )
    try:
        payment = await confirm(
            connection,
            payment_id=attempt["id"],
            book=attempt["book"],
            reference=page.charge_id,
            at=at,
            author=author_of(None),
            is_surplus=order["state"] not in OPEN_STATES or order["paid_at"] is not None,
        )
    except (AlreadyConfirmed, ReferenceUsed):
        return "refused: the payment stands under another number"
    outcome = "paid already"
    if payment.is_new:
        outcome = await _settle(connection, order, payment, paid_at=page.paid_at)
    if page.fee is not None and await book_fee(connection, payment=attempt, fee=page.fee, at=at, paid_at=page.paid_at):
        await want_own_part_of(connection, order=order, payment=attempt)
    return outcome


async def _settle(
    connection: database.Connection, order: asyncpg.Record, payment: PaymentSucceeded, *, paid_at: datetime | None
) -> str:
    if payment.is_surplus:
        await keep_surplus(connection, order, payment, author_id=None, paid_at=paid_at)
        # Nobody at a counter has to remember it: the card gets it back.
        await refund_card(
            connection,
            payment_id=payment.payment_id,
            book=payment.book,
            amount=payment.amount,
            key=f"surplus:{payment.payment_id}",
            at=payment.succeeded_at,
            author=author_of(None),
            reason="Uang masuk untuk pesanan yang sudah dibayar atau berakhir",
        )
        return "surplus, goes back"
    await settle_order(
        connection,
        order,
        payment,
        number=await counter_store.take_receipt_number(connection, order["store_id"]),
        shift_id=None,
        author_id=None,
        is_handed_over=False,
        paid_at=paid_at,
    )
    return "paid"


@database.retry_on_conflict
async def take_refund_fact(fact: RefundFact) -> str:
    """Let a refund follow what Stripe says; one that was made at Stripe itself is recorded.

    Raises:
        NotKnownYetError: its payment is ours and not recorded as paid yet.

    """
    now = clock.now()
    async with database.transaction() as connection:
        payment = await find_by_charge(connection, charge_id=fact.charge_id)
        if payment is None:
            if fact.attempt_key and await find_by_key(connection, key=fact.attempt_key) is not None:
                raise NotKnownYetError
            return "unknown payment"
        store_id = store_of(payment["book"])
        order = await payment_store.lock_order_by_id(
            connection, store_id=store_id, order_id=order_of(payment["payable"])
        )
        refund_row = await find_card_refund(connection, gateway_id=fact.refund_id, key=fact.refund_key)
        if refund_row is None:
            return await take_elsewhere(connection, payment=payment, order=order, fact=fact, at=now)
        if refund_row["reference"] == fact.refund_id and fact.state != "failed":
            return "refund elsewhere already"
        outcome = await take_refund(connection, refund_row=refund_row, fact=fact, at=now)
        if order is not None and fact.state == "failed":
            await follow_dispute(connection, payment=payment, order=order)
        return outcome


async def lose_refund(connection: database.Connection, refund_id: int) -> None:
    """Note that Stripe will not make a refund: it is owed to its buyer again, or settled by a dispute that was lost."""
    refund_row = await find_card_refund_by_id(connection, refund_id=refund_id)
    payment = None if refund_row is None else await find_card_payment(connection, payment_id=refund_row["payment_id"])
    if refund_row is None or payment is None:
        return
    order = await payment_store.lock_order_by_id(
        connection, store_id=store_of(payment["book"]), order_id=order_of(payment["payable"])
    )
    await end_refund(connection, refund_row=refund_row, is_done=False, gateway_id="", at=clock.now())
    if order is not None:
        await follow_dispute(connection, payment=payment, order=order)
