"""Begin to pay an order by a way that waits: the code or the account to pay to. Nothing is paid by it."""

from datetime import datetime
from typing import Final, Literal

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, payable_of
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.formats.dates import day_of
from marketplace.http.idempotency import Once
from marketplace.ids import StoreId
from marketplace.orders import store
from marketplace.orders.gateway_calls import open_page
from marketplace.orders.states import OPEN_STATES, check_step
from marketplace.orders.stripe_access import configured_stripe
from marketplace.orders.take_payment import AlreadyPaidError, lock_payable_order
from marketplace.settings import current_settings
from payments import (
    Attempt,
    Channels,
    Money,
    TooManyTransfers,
    WayNotOpen,
    find_attempt_by_id,
    find_channels,
    gateway_for,
    start_qris,
    start_transfer,
)
from payments.stripe import ReturnAddresses, start_card

WaitingMethod = Literal["qris", "transfer", "stripe"]
WAITING_METHODS: Final = ("qris", "transfer", "stripe")


class WayNotOpenError(ConflictError):
    """The store does not take this way to pay, or not so much at once."""

    code = "way_to_pay_not_open"
    default_message = "Gerai ini tidak menerima cara bayar itu untuk jumlah ini. Pilih cara lain."


class StartedPayment(msgspec.Struct, frozen=True, kw_only=True):
    """What the buyer pays to. `instruction` is the text of the QRIS, the bank account, or the address of Stripe's page.

    `state` is pending while Stripe has not answered: ask for the payment again in a moment.
    `due_rupiah` is to be paid exactly: of a transfer some rupiah less than the total, by which it is recognised.
    """

    payment_id: int
    method: str
    state: str
    total_rupiah: int
    due_rupiah: int
    instruction: str
    expires_at: datetime | None


def open_ways(channels: Channels, total: Money) -> list[str]:
    """Ways besides cash that a store takes an amount by."""
    ways = []
    if channels.qris is not None and (channels.qris_maximum is None or total <= channels.qris_maximum):
        ways.append("qris")
    if channels.bank_account is not None and (channels.transfer_maximum is None or total <= channels.transfer_maximum):
        ways.append("transfer")
    if channels.takes_cards and configured_stripe() is not None:
        ways.append("stripe")
    return [way for way in ways if gateway_for(way).capability.takes(total)]


async def ways_to_pay(connection: database.Connection, order: asyncpg.Record) -> list[str]:
    """Ways besides cash by which an order can be paid now."""
    book = book_of(StoreId(order["store_id"]))
    channels = await find_channels(connection, book=book, on=day_of(clock.now(), "Asia/Jakarta"))
    return open_ways(channels, Money(order["total_rupiah"]))


async def start_own_payment(tracking_token: str, method: str, *, actor: Actor, once: Once) -> StartedPayment:
    """Begin to pay by the buyer, and for a card make the page to pay on.

    Raises as `_start_own_payment`, and WayNotOpenError where Stripe will not take this payment.
    """
    return _taken(await opened(await _start_own_payment(tracking_token, method, actor=actor, once=once)))


async def start_payment(code: str, method: str, *, actor: Actor, once: Once) -> StartedPayment:
    """Begin to pay at the counter, and for a card make the page to pay on. Raises as `start_own_payment`."""
    return _taken(await opened(await _start_payment(code, method, actor=actor, once=once)))


def _taken(payment: StartedPayment) -> StartedPayment:
    if payment.state == "failed":
        raise WayNotOpenError
    return payment


async def opened(payment: StartedPayment) -> StartedPayment:
    """Make the page of a card payment, outside of the transaction that started it; other ways need none.

    `state` is pending where Stripe does not answer (the worker goes on), failed where it refuses.
    """
    if payment.method != "stripe":
        return payment
    await open_page(payment.payment_id)
    async with database.connection() as connection:
        attempt = await find_attempt_by_id(connection, payment_id=payment.payment_id)
    return payment if attempt is None else started(attempt)


@database.retry_on_conflict
async def _start_own_payment(tracking_token: str, method: str, *, actor: Actor, once: Once) -> StartedPayment:
    """Begin to pay by the buyer, who holds the order's unguessable link.

    Raises:
        NotFoundError: no such order.
        InvalidError: a way that nobody knows.
        AlreadyPaidError: paid before.
        WrongStateError: handed over or ended.
        WayNotOpenError: the store does not take it.

    """
    _check_method(method)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, StartedPayment)) is not None:
            return answer
        order = await store.lock_order_by_tracking(connection, tracking_token)
        if order is None:
            raise NotFoundError
        if order["paid_at"] is not None:
            raise AlreadyPaidError
        if order["state"] not in OPEN_STATES:
            check_step(order["state"], "handed_over")
        answer = await start(connection, order, method, actor=actor, once=once)
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def _start_payment(code: str, method: str, *, actor: Actor, once: Once) -> StartedPayment:
    """Begin to pay at the counter: the code for the buyer to scan. Raises as `_start_own_payment`."""
    _check_method(method)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, StartedPayment)) is not None:
            return answer
        order = await lock_payable_order(connection, actor.require_store(), code)
        answer = await start(connection, order, method, actor=actor, once=once)
        await record_audit(
            connection,
            actor=actor,
            action="payment.started",
            subject=payable_of(order["id"]),
            detail={"code": code, "method": method, "amount": answer.total_rupiah},
        )
        await once.keep_answer(connection, answer)
        return answer


def _check_method(method: str) -> None:
    if method not in WAITING_METHODS:
        raise InvalidError(fields={"method": "Pilih QRIS, transfer bank atau kartu."})


async def start(
    connection: database.Connection, order: asyncpg.Record, method: str, *, actor: Actor, once: Once
) -> StartedPayment:
    """Start the attempt for a locked, open, unpaid order.

    Raises:
        WayNotOpenError: the store does not take this way, or not this much.

    """
    total, now, book = Money(order["total_rupiah"]), clock.now(), book_of(StoreId(order["store_id"]))
    channels = await find_channels(connection, book=book, on=day_of(now, "Asia/Jakarta"))
    if method not in open_ways(channels, total):
        raise WayNotOpenError
    payable, key, author = payable_of(order["id"]), f"{payable_of(order['id'])}:{once.key}", author_of(actor.person_id)
    try:
        if method == "qris":
            attempt = await start_qris(
                connection,
                payable=payable,
                book=book,
                amount=total,
                bill_number=order["code"],
                key=key,
                at=now,
                author=author,
            )
        elif method == "stripe":
            page = f"{current_settings().public_url}/pesanan/{order['tracking_token']}/bayar/{{payment_id}}"
            attempt = await start_card(
                connection,
                payable=payable,
                book=book,
                amount=total,
                label=f"Lumbung {order['code']}",
                addresses=ReturnAddresses(after_paying=page, after_leaving=page),
                key=key,
                at=now,
                author=author,
            )
        else:
            attempt = await start_transfer(
                connection, payable=payable, book=book, amount=total, key=key, at=now, author=author
            )
    except (WayNotOpen, TooManyTransfers) as error:
        raise WayNotOpenError from error
    return started(attempt)


def started(attempt: Attempt) -> StartedPayment:
    """Tell an attempt as the buyer and the cashier see it."""
    return StartedPayment(
        payment_id=attempt.payment_id,
        method=attempt.method,
        state=attempt.state,
        total_rupiah=attempt.amount.rupiah,
        due_rupiah=attempt.due.rupiah,
        instruction=attempt.instruction,
        expires_at=attempt.expires_at,
    )
