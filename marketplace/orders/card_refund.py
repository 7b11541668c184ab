"""Money of a card goes back to that card: owed to the buyer at once, gone when Stripe says so.

What Stripe could not bring back stays owed; it is tried again, or goes another way by two persons.
"""

import msgspec

from marketplace import clock, database
from marketplace.books import author_of, book_of, payable_of
from marketplace.errors import ConflictError
from marketplace.ids import OrderId, PersonId, StoreId
from payments import (
    Attempt,
    Money,
    PaymentRefunded,
    PaymentSucceeded,
    accounts,
    balance,
    gateway_for,
    list_attempts,
)
from payments.stripe import StripeRefused, list_disputes, pending_refunds, refund_card, take_shares_back


class BackToCardError(ConflictError):
    """What came by card goes back to the card, and out of a till only what Stripe could not bring back."""

    code = "order_was_paid_by_card"
    default_message = "Pesanan ini dibayar dengan kartu, jadi uangnya dikembalikan ke kartu itu."


class NotByCardError(ConflictError):
    """The order was not paid by card, so nothing can go back to one."""

    code = "order_is_not_paid_by_card"
    default_message = "Pesanan ini tidak dibayar dengan kartu. Kembalikan uangnya tunai."


class DisputedError(ConflictError):
    """The buyer's bank decides about this money."""

    code = "payment_is_disputed"
    default_message = "Pembayaran ini sedang disengketakan lewat bank pembeli, jadi tidak bisa dikembalikan dari sini."


def is_card(method: str) -> bool:
    """Whether money that came this way goes back by a call to its gateway."""
    return gateway_for(method).capability.refund == "api"


def check_card_way(payment: PaymentSucceeded, *, method: str) -> None:
    """Let card money go back to the card only, and only card money to a card.

    Raises:
        BackToCardError: it came by card.
        NotByCardError: it did not.

    """
    if is_card(payment.method) and method != payment.method:
        raise BackToCardError
    if is_card(method) and method != payment.method:
        raise NotByCardError


class OwedOfCard(msgspec.Struct, frozen=True, kw_only=True):
    """What of a card payment the buyer is owed because Stripe could not give it back."""

    payment: Attempt
    amount: Money


async def list_owed_of_cards(
    connection: database.Connection, *, store_id: StoreId, order_id: OrderId
) -> list[OwedOfCard]:
    """Card payments of an order that Stripe could not give back what is owed of, the oldest first.

    What is owed stands on one account of the order. Of surplus it is what is left of the payment; the rest, less what
    is on its way, is of the payment by which the order stood paid.
    """
    payable = payable_of(order_id)
    attempts = await list_attempts(connection, payable=payable)
    came = [attempt for attempt in attempts if is_card(attempt.method) and attempt.succeeded_at is not None]
    if not came:
        return []
    rest = await balance(connection, book=book_of(store_id), account=accounts.refund_due(payable))
    rest -= Money.total(attempt.left for attempt in attempts if attempt.is_surplus)
    for attempt in came:
        rest -= await pending_refunds(connection, payment_id=attempt.payment_id)
    owed = [
        OwedOfCard(payment=attempt, amount=attempt.left if attempt.is_surplus else min(attempt.left, rest))
        for attempt in came
    ]
    return [one for one in owed if one.amount.is_positive]


async def find_owed_of_card(
    connection: database.Connection, *, store_id: StoreId, order_id: OrderId, payment_id: int
) -> Money:
    """What is owed of one payment of an order because Stripe could not give it back; zero for other ways."""
    owed = await list_owed_of_cards(connection, store_id=store_id, order_id=order_id)
    return Money.total(one.amount for one in owed if one.payment.payment_id == payment_id)


async def check_undisputed(connection: database.Connection, payment_id: int) -> None:
    """Let card money go another way only where the buyer's bank has not taken it.

    Raises:
        DisputedError: it has, or may.

    """
    if any(dispute.blocks for dispute in await list_disputes(connection, payment_ids=[payment_id])):
        raise DisputedError


async def refund_to_card(
    connection: database.Connection,
    *,
    store_id: StoreId,
    payment_id: int,
    amount: Money,
    key: str,
    author_id: PersonId | None,
    reason: str,
) -> PaymentRefunded:
    """Want an amount of a payment back on its card, and suppliers' shares of it back; the key makes it happen once.

    Raises:
        DisputedError: the buyer's bank took it back.
        RefundTooLarge: more than is left.

    """
    now = clock.now()
    try:
        refunded = await refund_card(
            connection,
            payment_id=payment_id,
            book=book_of(store_id),
            amount=amount,
            key=key,
            at=now,
            author=author_of(author_id),
            reason=reason,
        )
    except StripeRefused as error:
        raise DisputedError from error
    await take_shares_back(connection, payment_id=payment_id, refund_id=refunded.refund_id, at=now)
    return refunded
