"""Stripe's events: kept as they come and answered at once; handled later by fetching the object they speak of."""

from collections.abc import Awaitable, Callable

import structlog

from marketplace import clock, database
from marketplace.books import order_of, store_of
from marketplace.errors import InvalidError, NotFoundError
from marketplace.orders import payment_store
from marketplace.orders.follow_dispute import follow_dispute
from marketplace.orders.refund_elsewhere import NotKnownYetError
from marketplace.orders.settle_card import take_page, take_refund_fact
from marketplace.orders.stripe_access import StripeNotSetError, configured_stripe, stripe_in_use
from payments.stripe import (
    PROVIDER,
    BadSignature,
    StripeKeyRefused,
    StripeNotFound,
    StripeRefused,
    StripeUnavailable,
    WaitingEvent,
    book_fee,
    claim_events,
    defer_event,
    find_by_charge,
    find_by_key,
    finish_event,
    keep_event,
    kept_body,
    note_capability,
    read_event,
    take_dispute,
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
        outcome = await look_at(event.kind, event.object_id)
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


async def look_at(kind: str, object_id: str) -> str:
    """Fetch the object of an event and let our records follow it; the outcome in a few words."""
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
    fact = await stripe_in_use().fetch_charge(charge_id)
    async with database.transaction() as connection:
        payment = await find_by_charge(connection, charge_id=fact.charge_id)
        if payment is None or fact.fee is None:
            # The look at the page books the fee as well.
            return "no payment yet" if payment is None else "no fee yet"
        is_new = await book_fee(connection, payment=payment, fee=fact.fee, at=clock.now(), paid_at=fact.paid_at)
    return "fee" if is_new else "fee already"


async def _look_at_dispute(dispute_id: str) -> str:
    fact = await stripe_in_use().fetch_dispute(dispute_id)
    now = clock.now()
    async with database.transaction() as connection:
        payment = await find_by_charge(connection, charge_id=fact.charge_id)
        if payment is None:
            if fact.attempt_key and await find_by_key(connection, key=fact.attempt_key) is not None:
                raise NotKnownYetError
            return "unknown payment"
        store_id, order_id = store_of(payment["book"]), order_of(payment["payable"])
        order = await payment_store.lock_order_by_id(connection, store_id=store_id, order_id=order_id)
        outcome = await take_dispute(connection, payment=payment, fact=fact, at=now)
        if order is None or outcome.endswith("already"):
            return outcome
        state, reason = order["state"], DISPUTE_REASONS[fact.state]
        if fact.state == "asked":
            await payment_store.note_history_once(connection, order_id=order_id, state=state, at=now, reason=reason)
        else:
            await payment_store.note_history(
                connection, order_id=order_id, state=state, at=now, author_id=None, reason=reason
            )
        await follow_dispute(connection, payment=payment, order=order)
    return outcome


async def _look_at_payout(payout_id: str) -> str:
    fact = await stripe_in_use().fetch_payout(payout_id)
    async with database.transaction() as connection:
        return await take_payout(connection, fact=fact, at=clock.now())


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
