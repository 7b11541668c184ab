"""Refunds by Stripe: owed to the buyer and written down first, then asked for, then true or not.

The caller has booked what is given back as owed to the buyer (`refund_due`). Only what Stripe says moves it from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.attempts.refund import finish_refund, refund
from payments.calls.calls import want_call
from payments.ledger import gateway_recipes
from payments.ledger.accounts import STRIPE_CLEARING
from payments.ledger.post import post
from payments.money import Money
from payments.stripe import store
from payments.stripe.amounts import to_minor
from payments.stripe.checkout import METHOD, PROVIDER
from payments.stripe.disputes import list_disputes
from payments.stripe.errors import StripeRefused
from payments.stripe.late import booking_for
from payments.stripe.take_back import take_own_back

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg
    from stripe.params import RefundCreateParams

    from payments.connection import Connection
    from payments.facts import PaymentRefunded
    from payments.ledger.transfers import Transfer
    from payments.stripe.facts import RefundFact


async def refund_card(
    connection: Connection,
    *,
    payment_id: int,
    book: str,
    amount: Money,
    key: str,
    at: datetime,
    author: str,
    reason: str,
) -> PaymentRefunded:
    """Want part or all of a card payment given back to the card; the same key again is the same refund.

    Raises as `refund`, and StripeRefused while the buyer's bank disputes the payment or has taken it back.
    """
    if any(dispute.blocks for dispute in await list_disputes(connection, payment_ids=[payment_id])):
        raise StripeRefused(reason="disputed")
    asked = await refund(
        connection,
        payment_id=payment_id,
        book=book,
        amount=amount,
        method=METHOD,
        key=key,
        at=at,
        author=author,
        reason=reason,
        is_pending=True,
    )
    payment = await store.find_payment(connection, payment_id=payment_id)
    assert payment is not None  # noqa: S101 - it was locked above
    if asked.is_new:
        parameters: RefundCreateParams = {
            "charge": payment["reference"],
            "amount": to_minor(amount),
            "metadata": {"lumbung_key": key},
        }
        await want_call(
            connection,
            provider=PROVIDER,
            key=f"refund:{payment_id}:{asked.refund_id}",
            purpose="refund",
            payment_id=payment_id,
            refund_id=asked.refund_id,
            input_=parameters,
            at=at,
        )
    return asked


async def pending_refunds(connection: Connection, *, payment_id: int) -> Money:
    """Return how much of a payment Stripe has been asked to give back and has not yet."""
    return Money(await store.sum_pending_refunds(connection, payment_id=payment_id))


async def take_refund(connection: Connection, *, refund_row: asyncpg.Record, fact: RefundFact, at: datetime) -> str:
    """Let a refund of ours follow what Stripe says; the outcome in a word. Again is harmless."""
    refund_id = refund_row["id"]
    if fact.state == "pending":
        await store.set_refund_gateway(connection, refund_id=refund_id, gateway_id=fact.refund_id)
        return "refund pending"
    return await end_refund(
        connection,
        refund_row=refund_row,
        is_done=fact.state == "succeeded",
        gateway_id=fact.refund_id,
        at=at,
        made_at=fact.made_at if fact.state == "succeeded" else None,
    )


async def end_refund(
    connection: Connection,
    *,
    refund_row: asyncpg.Record,
    is_done: bool,
    gateway_id: str,
    at: datetime,
    made_at: datetime | None = None,
) -> str:
    """Book how a refund ended: given back, or still owed to the buyer."""
    reference = f"refund:{refund_row['id']}"
    ended = await finish_refund(connection, refund_id=refund_row["id"], is_done=is_done, gateway_id=gateway_id)
    if not ended.is_new:
        return f"refund {ended.state} already"
    has_left = refund_row["state"] == "succeeded"
    transfers: tuple[Transfer, ...] = ()
    if is_done:
        transfers = gateway_recipes.refund_left(
            payable=ended.payable, clearing=STRIPE_CLEARING, amount=ended.amount, refund_reference=reference
        )
    elif has_left:
        transfers = gateway_recipes.refund_came_back(
            payable=ended.payable, clearing=STRIPE_CLEARING, amount=ended.amount, refund_reference=reference
        )
    booking = await booking_for(connection, book=ended.book, happened_at=made_at, now=at, reason=ended.reason)
    await post(
        connection,
        book=ended.book,
        source=f"payment:{ended.payment_id}",
        transfers=transfers,
        author="system",
        occurred_at=booking.occurred_at,
        reason=booking.reason,
    )
    return f"refund {ended.state}"


async def take_refund_made_elsewhere(
    connection: Connection, *, payment: asyncpg.Record, fact: RefundFact, settles: Money, at: datetime
) -> PaymentRefunded:
    """Record a refund that was made at Stripe itself; it succeeded there, and is not recorded yet.

    Of it `settles` is what the buyer was owed; what it paid for beyond that stands, so the buyer owes that again. Where
    it fails later, all of it is owed to the buyer (`take_refund`). Raises as `refund`.
    """
    made = await refund(
        connection,
        payment_id=payment["id"],
        book=payment["book"],
        amount=fact.amount,
        method=METHOD,
        key=f"stripe:{fact.refund_id}",
        at=at,
        author="system",
        reason="Dikembalikan lewat Stripe",
        reference=fact.refund_id,
    )
    await take_own_back(
        connection, payment_id=payment["id"], cause=str(made.refund_id), refund_id=made.refund_id, at=at
    )
    booking = await booking_for(connection, book=payment["book"], happened_at=fact.made_at, now=at)
    await post(
        connection,
        book=payment["book"],
        source=f"payment:{payment['id']}",
        transfers=gateway_recipes.refunded_elsewhere(
            payable=payment["payable"],
            clearing=STRIPE_CLEARING,
            amount=fact.amount,
            settles=settles,
            refund_reference=f"refund:{made.refund_id}",
        ),
        author="system",
        occurred_at=booking.occurred_at,
        reason=booking.reason,
    )
    return made
