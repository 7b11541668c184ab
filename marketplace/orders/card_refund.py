"""Money of a card goes back to that card, and nowhere else: owed to the buyer at once, gone when Stripe says so."""

from marketplace import clock, database
from marketplace.books import author_of, book_of
from marketplace.errors import ConflictError
from marketplace.ids import PersonId, StoreId
from payments import Money, PaymentRefunded, PaymentSucceeded, gateway_for
from payments.stripe import StripeRefused, refund_card, take_shares_back


class BackToCardError(ConflictError):
    """What came by card goes back to the card, never out of a till."""

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
