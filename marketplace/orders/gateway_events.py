"""Stripe's events: kept as they come and answered at once; handled later by fetching the object they speak of."""

from collections.abc import Awaitable, Callable

import asyncpg
import structlog

from marketplace import clock, database
from marketplace.books import order_of, store_of
from marketplace.errors import InvalidError, NotFoundError
from marketplace.orders import payment_store
from marketplace.orders.follow_dispute import follow_dispute
from marketplace.orders.refund_elsewhere import NotKnownYetError
from marketplace.orders.settle_card import take_page, take_refund_fact
from marketplace.orders.share_card import want_own_part_of
from marketplace.orders.stripe_access import StripeNotSetError, configured_stripe, stripe_in_use
from payments.stripe import (
    PROVIDER,
    BadSignature,
    ChargeFee,
    DisputeFact,
    StripeKeyRefused,
    StripeNotFound,
    StripeRefused,
    StripeUnavailable,
    WaitingEvent,
    are_own_parts_under_way,
    book_fee,
    claim_events,
    defer_event,
    find_by_charge,
    find_by_key,
    finish_event,
    is_own_account,
    keep_event,
    kept_body,
    note_capability,
    read_event,
    take_dispute,
    take_own_back,
    take_payout,
    take_transfer,
)

log = structlog.get_logger()

BATCH = 50


class BadEventError(InvalidError):
    """Not Stripe's word, or not for this installation."""

    status_code = 400
    code = "bad_event"
    default_message = "Kejadian ini tidak dapat diterima."


async def receive_event(body: bytes, signature: str) -> None:
    """Keep an event whose signature holds; what came before is known already.

    Raises:
        NotFoundError: this installation has no Stripe account, or no webhook secret.
        BadEventError: unsigned, too old, or of the other mode (live, test); the latter is kept as refused.

    """
    settings = configured_stripe()
    if settings is None or not settings.webhook_secrets:
        raise NotFoundError
    now = clock.now()
    try:
        event = read_event(body, signature, secrets=settings.webhook_secrets, now_seconds=int(now.timestamp()))
    except BadSignature as error:
        log.warning("stripe_event_refused", reason=str(error))
        raise BadEventError from error
    is_ours = event.livemode == settings.is_live
    async with database.transaction() as connection:
        is_new = await keep_event(
            connection,
            provider=PROVIDER,
            event_id=event.id,
            kind=event.type,
            object_id=event.data.object.id,
            account_id=event.account or "",
            is_live=event.livemode,
            body=kept_body(event),
            at=now,
            refused="" if is_ours else "refused: live and test do not mix",
        )
    if not is_ours:
        log.warning("stripe_event_refused", reason="live and test do not mix", event_id=event.id)
        raise BadEventError
    if not is_new:
        log.info("stripe_event_again", event_id=event.id)


async def handle_gateway_events() -> int:
    """Handle events that wait; return how many were tried. For the worker; several may run."""
    if configured_stripe() is None:
        return 0
    for handled in range(BATCH):
        # One by one: a lease is for one event, however slow those before it were.
        async with database.transaction() as connection:
            events = await claim_events(connection, provider=PROVIDER, now=clock.now(), limit=1)
        if not events:
            return handled
        await handle_event(events[0])
    return BATCH


async def handle_event(event: WaitingEvent) -> None:
    """Look at what one claimed event speaks of, and keep what came of it."""
    if event.is_poison:
        log.error("stripe_event_given_up", event_id=event.event_id, kind=event.kind, attempts=event.attempts)
        await _finish(event, outcome="given up: tried too often")
        return
    try:
        outcome = await look_at(event.kind, event.object_id, account_id=event.account_id)
    except StripeNotFound:
        outcome = "unknown object"
    except StripeRefused as error:
        outcome = f"refused: {error}"
    except NotKnownYetError:
        await _defer(event, outcome="not known yet")
        return
    except (StripeUnavailable, StripeKeyRefused) as error:
        await _defer(event, outcome=str(error))
        return
    except StripeNotSetError:
        raise
    except Exception as error:
        # Whatever it is, it is this event's: the others go on, and it ends at MOST_ATTEMPTS.
        log.exception("stripe_event_broke", event_id=event.event_id, kind=event.kind, attempts=event.attempts)
        await _defer(event, outcome=f"broke: {type(error).__name__}")
        return
    await _finish(event, outcome=outcome)


async def look_at(kind: str, object_id: str, *, account_id: str = "") -> str:
    """Fetch the object of an event and let our records follow it; the outcome in a few words.

    Of a connected account (`account_id`) only what it may receive concerns us, and payouts of a cooperative's own.
    """
    if account_id and kind.startswith("payout."):
        return await _look_at_own_payout(object_id, account_id)
    if account_id and kind != "account.updated":
        return "not for us"
    for prefix, look in _LOOKS:
        if kind.startswith(prefix):
            return await look(object_id)
    return "not for us"


async def _look_at_page(page_id: str) -> str:
    return await take_page(await stripe_in_use().fetch_page(page_id))


async def _look_at_refund(refund_id: str) -> str:
    return await take_refund_fact(await stripe_in_use().fetch_refund(refund_id))


@database.retry_on_conflict
async def _finish(event: WaitingEvent, *, outcome: str) -> None:
    async with database.transaction() as connection:
        await finish_event(connection, event=event, at=clock.now(), outcome=outcome)


@database.retry_on_conflict
async def _defer(event: WaitingEvent, *, outcome: str) -> None:
    async with database.transaction() as connection:
        await defer_event(connection, event=event, now=clock.now(), outcome=outcome)


async def _look_at_charge(charge_id: str) -> str:
    return await _take_fee(await stripe_in_use().fetch_charge(charge_id))


@database.retry_on_conflict
async def _take_fee(fact: ChargeFee) -> str:
    async with database.transaction() as connection:
        payment = await find_by_charge(connection, charge_id=fact.charge_id)
        if payment is None or fact.fee is None:
            # The look at the page books the fee as well.
            return "no payment yet" if payment is None else "no fee yet"
        # Fee and hand-over wait for each other here: whichever is second sends the cooperative its part.
        order = await _lock_order_of(connection, payment)
        is_new = await book_fee(connection, payment=payment, fee=fact.fee, at=clock.now(), paid_at=fact.paid_at)
        if is_new and order is not None:
            await want_own_part_of(connection, order=order, payment=payment)
    return "fee" if is_new else "fee already"


async def _lock_order_of(connection: database.Connection, payment: asyncpg.Record) -> asyncpg.Record | None:
    return await payment_store.lock_order_by_id(
        connection, store_id=store_of(payment["book"]), order_id=order_of(payment["payable"])
    )


async def _look_at_dispute(dispute_id: str) -> str:
    return await _take_dispute(await stripe_in_use().fetch_dispute(dispute_id))


@database.retry_on_conflict
async def _take_dispute(fact: DisputeFact) -> str:
    now = clock.now()
    async with database.transaction() as connection:
        payment = await find_by_charge(connection, charge_id=fact.charge_id)
        if payment is None:
            if fact.attempt_key and await find_by_key(connection, key=fact.attempt_key) is not None:
                raise NotKnownYetError
            return "unknown payment"
        order = await _lock_order_of(connection, payment)
        outcome = await take_dispute(connection, payment=payment, fact=fact, at=now)
        if order is None or outcome.endswith("already"):
            return outcome
        order_id, state, reason = order["id"], order["state"], DISPUTE_REASONS[fact.state]
        if fact.state == "asked":
            await payment_store.note_history_once(connection, order_id=order_id, state=state, at=now, reason=reason)
            return outcome
        if fact.state == "won":
            await want_own_part_of(connection, order=order, payment=payment, won=fact.amount)
        else:
            # Stripe takes it from the platform's balance, so the cooperative's part of it comes back.
            cause = f"dispute:{fact.dispute_id}"
            await take_own_back(connection, payment_id=payment["id"], cause=cause, at=now)
        await payment_store.note_history(
            connection, order_id=order_id, state=state, at=now, author_id=None, reason=reason
        )
        await follow_dispute(connection, payment=payment, order=order)
    return outcome


async def _look_at_payout(payout_id: str) -> str:
    fact = await stripe_in_use().fetch_payout(payout_id)
    async with database.transaction() as connection:
        return await take_payout(connection, fact=fact, at=clock.now())


async def _look_at_own_payout(payout_id: str, account_id: str) -> str:
    """A payout of a connected account: a cooperative's own is in its books, a supplier's is the supplier's affair."""
    async with database.connection() as connection:
        if not await is_own_account(connection, account_id=account_id):
            return "not for us"
        if await are_own_parts_under_way(connection, account_id=account_id):
            # What is in the payout may have come by a transfer whose answer is not kept yet.
            raise NotKnownYetError
    fact = await stripe_in_use().fetch_payout(payout_id, account_id=account_id)
    async with database.transaction() as connection:
        return await take_payout(connection, fact=fact, at=clock.now(), account_id=account_id)


async def _look_at_account(account_id: str) -> str:
    fact = await stripe_in_use().fetch_account(account_id)
    async with database.transaction() as connection:
        is_known = await note_capability(connection, fact=fact, at=clock.now())
    return ("may receive" if fact.may_receive else "may not receive") if is_known else "unknown account"


async def _look_at_transfer(transfer_id: str) -> str:
    fact = await stripe_in_use().fetch_transfer(transfer_id)
    async with database.transaction() as connection:
        outcome = await take_transfer(connection, fact=fact, at=clock.now())
    if outcome is None and fact.key and fact.reversed.is_positive:
        # Our own call's answer has not been kept yet.
        raise NotKnownYetError
    return outcome or "unknown transfer"


DISPUTE_REASONS = {
    "asked": "Bank pembeli menanyakan pembayaran kartu ini; uangnya belum ditahan",
    "open": "Pembeli menyengketakan pembayaran kartu; uangnya ditahan Stripe",
    "won": "Sengketa dimenangkan; uangnya kembali",
    "lost": "Sengketa kalah; uangnya tidak kembali",
}

# The longer prefix first: a dispute is no charge.
_LOOKS: tuple[tuple[str, Callable[[str], Awaitable[str]]], ...] = (
    ("checkout.session.", _look_at_page),
    ("charge.dispute.", _look_at_dispute),
    ("charge.refund.updated", _look_at_refund),
    ("charge.succeeded", _look_at_charge),
    ("charge.updated", _look_at_charge),
    ("refund.", _look_at_refund),
    ("payout.", _look_at_payout),
    ("transfer.", _look_at_transfer),
    ("account.updated", _look_at_account),
)
