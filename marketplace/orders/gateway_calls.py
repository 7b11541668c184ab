"""Makes the calls to Stripe that were written down: at once by whoever wanted them, else by the worker.

Three steps, none of which holds a lock while the network is slow: claim in one transaction, call in none, keep the
answer in another. Whoever dies in between leaves a call that the worker makes again, with the same key.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from marketplace import clock, database
from marketplace.orders.settle_card import lose_refund, take_page, take_refund_fact
from marketplace.orders.share_card import keep_reversal, keep_transfer, lose_share_back, lose_transfer
from marketplace.orders.stripe_access import StripeNotSetError, configured_stripe, stripe_in_use
from payments import PaymentState, end_attempt, find_attempt_by_id, keep_gateway
from payments.stripe import (
    KEY_LIFETIME,
    PROVIDER,
    Call,
    StripeKeyRefused,
    StripeRefused,
    StripeUnavailable,
    checkout_key,
    claim_call,
    claim_calls,
    defer_call,
    done_once,
    end_call,
    list_pages_to_close,
    want_call,
    want_expiry,
    want_look,
)

log = structlog.get_logger()

BATCH = 20
# A look is for the event that never comes: often enough for a buyer who waits, seldom enough for Stripe.
_BETWEEN_LOOKS = timedelta(minutes=2)
# Looking for what a refund came to is for as long as a bank may take; less often after the first day.
_BETWEEN_LATE_LOOKS = timedelta(hours=6)
# After so long a call is given up and named by `lumbung doctor`; what is not here is made or looked for until it ends.
_LONGEST = {
    "checkout": KEY_LIFETIME,
    "look": timedelta(days=3),
    "expire": timedelta(days=3),
    "look_refund": timedelta(days=30),
}


async def make_gateway_calls() -> int:
    """Make the calls that are due; return how many were tried. For the worker; several may run."""
    if configured_stripe() is None:
        return 0
    await close_pages()
    for made in range(BATCH):
        # One by one: a lease is for one call, however slow those before it were.
        async with database.transaction() as connection:
            calls = await claim_calls(connection, provider=PROVIDER, purposes=_MAKERS, now=clock.now(), limit=1)
        if not calls:
            return made
        await make_call(calls[0])
    return BATCH


@database.retry_on_conflict
async def close_pages() -> int:
    """Want the pages closed of attempts that were cancelled here: what is cancelled here alone may still be paid."""
    now = clock.now()
    async with database.transaction() as connection:
        ended = await list_pages_to_close(connection, now=now, limit=BATCH)
        for payment_id, page_id in ended:
            await want_expiry(connection, payment_id=payment_id, page_id=page_id, at=now)
    return len(ended)


async def open_page(payment_id: int) -> None:
    """Make the page of an attempt now, while its buyer waits; where that fails the worker goes on."""
    async with database.transaction() as connection:
        call = await claim_call(connection, provider=PROVIDER, key=checkout_key(payment_id), now=clock.now())
    if call is not None:
        await make_call(call)


async def make_call(call: Call) -> None:
    """Make one claimed call and keep what came of it."""
    try:
        await _MAKERS[call.purpose](call)
    except (StripeUnavailable, StripeKeyRefused) as error:
        log.warning("stripe_call_failed", key=call.key, attempts=call.attempts, reason=str(error))
        await _put_off(call, outcome=str(error))
    except StripeRefused as error:
        log.warning("stripe_call_refused", key=call.key, reason=str(error))
        await _refused(call, outcome=str(error))
    except StripeNotSetError:
        raise
    except Exception as error:
        # Whatever it is, it is this call's: the others go on.
        log.exception("stripe_call_broke", key=call.key, attempts=call.attempts)
        await _put_off(call, outcome=f"broke: {type(error).__name__}")


@database.retry_on_conflict
async def _put_off(call: Call, *, outcome: str, at_least: timedelta = timedelta(0)) -> None:
    now = clock.now()
    longest = _LONGEST.get(call.purpose)
    async with database.transaction() as connection:
        if longest is None or now - call.made_at < longest:
            await defer_call(connection, call=call, now=now, outcome=outcome, at_least=at_least)
            return
        if call.purpose == "checkout":
            # Nobody has the address of its page, so nobody can pay on it.
            await end_attempt(
                connection, payment_id=call.payment_id, state=PaymentState.FAILED, at=now, detail=outcome[:500]
            )
        await end_call(connection, call=call, state="given_up", outcome=outcome)


@database.retry_on_conflict
async def _refused(call: Call, *, outcome: str) -> None:
    """Keep a refusal, and what follows from it."""
    now = clock.now()
    async with database.transaction() as connection:
        if not await end_call(connection, call=call, state="refused", outcome=outcome):
            return
        if call.purpose == "checkout":
            await end_attempt(
                connection, payment_id=call.payment_id, state=PaymentState.FAILED, at=now, detail=outcome[:500]
            )
        elif call.purpose == "refund" and call.refund_id is not None:
            await lose_refund(connection, call.refund_id)
        elif call.purpose == "transfer":
            await lose_transfer(connection, call)
        elif call.purpose == "reversal":
            await lose_share_back(connection, call)


async def _make_page(call: Call) -> None:
    page = await stripe_in_use().create_page(call.input, key=call.key)
    await _keep_page(call, page_id=page.page_id, url=page.url)


@database.retry_on_conflict
async def _keep_page(call: Call, *, page_id: str, url: str) -> None:
    now = clock.now()
    async with database.transaction() as connection:
        attempt = await find_attempt_by_id(connection, payment_id=call.payment_id)
        if attempt is not None and not attempt.gateway_id:
            await keep_gateway(
                connection,
                payment_id=call.payment_id,
                gateway_id=page_id,
                instruction=url,
                expires_at=attempt.expires_at,
            )
        await want_look(connection, payment_id=call.payment_id, page_id=page_id, at=now)
        await end_call(connection, call=call, state="done", outcome=page_id)


async def _look(call: Call) -> None:
    page = await stripe_in_use().fetch_page(call.input["page_id"])
    outcome = await take_page(page)
    if page.state == "expired" or (page.state == "paid" and page.fee is not None):
        await _done(call, outcome=outcome)
    else:
        await _put_off(call, outcome=outcome, at_least=_BETWEEN_LOOKS)


async def _close_page(call: Call) -> None:
    stripe = stripe_in_use()
    try:
        page = await stripe.expire_page(call.input["page_id"], key=call.key)
    except StripeRefused:
        # It has ended already: perhaps the buyer was faster, and then the money is dealt with.
        page = await stripe.fetch_page(call.input["page_id"])
    await _done(call, outcome=await take_page(page))


async def _refund(call: Call) -> None:
    stripe = stripe_in_use()
    fact = await done_once(
        call,
        now=clock.now(),
        make=lambda: stripe.create_refund(call.input, key=call.key),
        find=lambda: stripe.find_refund(call.input),
    )
    outcome = await take_refund_fact(fact)
    if fact.state == "pending":
        await _look_at_refund_later(call, refund_id=fact.refund_id)
    await _done(call, outcome=outcome)


@database.retry_on_conflict
async def _look_at_refund_later(call: Call, *, refund_id: str) -> None:
    async with database.transaction() as connection:
        await want_call(
            connection,
            provider=PROVIDER,
            key=f"look_refund:{call.payment_id}:{call.refund_id}",
            purpose="look_refund",
            payment_id=call.payment_id,
            refund_id=call.refund_id,
            input_={"refund_id": refund_id},
            at=clock.now(),
            after=_BETWEEN_LOOKS,
        )


async def _look_at_refund(call: Call) -> None:
    fact = await stripe_in_use().fetch_refund(call.input["refund_id"])
    outcome = await take_refund_fact(fact)
    if fact.state == "pending":
        is_late = clock.now() - call.made_at > KEY_LIFETIME
        await _put_off(call, outcome=outcome, at_least=_BETWEEN_LATE_LOOKS if is_late else _BETWEEN_LOOKS)
    else:
        await _done(call, outcome=outcome)


async def _send_share(call: Call) -> None:
    stripe = stripe_in_use()
    sent = await done_once(
        call,
        now=clock.now(),
        make=lambda: stripe.create_transfer(call.input, key=call.key),
        find=lambda: stripe.find_transfer(call.input),
    )
    await keep_transfer(call, sent=sent)
    await _done(call, outcome=sent.transfer_id)


async def _take_share_back(call: Call) -> None:
    stripe, transfer_id, parameters = stripe_in_use(), call.input["transfer_id"], call.input["parameters"]
    reversal_id = await done_once(
        call,
        now=clock.now(),
        make=lambda: stripe.reverse_transfer(transfer_id, parameters, key=call.key),
        find=lambda: stripe.find_reversal(transfer_id, parameters),
    )
    await keep_reversal(call)
    await _done(call, outcome=reversal_id)


@database.retry_on_conflict
async def _done(call: Call, *, outcome: str) -> None:
    async with database.transaction() as connection:
        await end_call(connection, call=call, state="done", outcome=outcome)


_MAKERS: dict[str, Callable[[Call], Awaitable[None]]] = {
    "checkout": _make_page,
    "look": _look,
    "expire": _close_page,
    "refund": _refund,
    "look_refund": _look_at_refund,
    "transfer": _send_share,
    "reversal": _take_share_back,
}
