"""Fees of payments, and payouts of our account and cooperatives' own, as Stripe's balance transactions have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.channels.store import find_bank_account
from payments.ledger import gateway_recipes
from payments.ledger.accounts import STRIPE_BALANCE, STRIPE_CLEARING, bank
from payments.ledger.errors import NothingToReverse
from payments.ledger.post import post, reverse
from payments.money import ZERO, Money
from payments.stripe import own_store, store
from payments.stripe.late import booking_for
from payments.stripe.transfer_store import lock_transfer

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection
    from payments.stripe.facts import PayoutFact, PayoutPart


async def book_fee(
    connection: Connection, *, payment: asyncpg.Record, fee: Money, at: datetime, paid_at: datetime | None = None
) -> bool:
    """Book what taking a payment cost; false where that is booked already."""
    booking = await booking_for(connection, book=payment["book"], happened_at=paid_at, now=at)
    posted = await post(
        connection,
        book=payment["book"],
        source=f"payment:{payment['id']}",
        transfers=gateway_recipes.gateway_fee(clearing=STRIPE_CLEARING, fee=fee),
        author="system",
        occurred_at=booking.occurred_at,
        reason=booking.reason,
    )
    return posted.is_new


async def take_payout(connection: Connection, *, fact: PayoutFact, at: datetime, account_id: str = "") -> str:
    """Book each store's part of a payout into its bank, found by the payments and shares in it; a failed one is undone.

    With `account_id` it is a payout of a cooperative's own account: of the own parts that came there. What belongs to
    no payment of ours is named in the outcome and booked nowhere.
    """
    books: dict[str, Money] = {}
    strange = ZERO
    for part in fact.parts:
        book = await (_own_book_of(connection, part, account_id) if account_id else _book_of(connection, part))
        if book is None:
            strange += part.net
        else:
            books[book] = books.get(book, ZERO) + part.net
    if fact.is_failed:
        for book in sorted(books):
            try:
                await reverse(
                    connection,
                    book=book,
                    source=_payout_source(fact, book),
                    reason="payout failed",
                    author="system",
                    occurred_at=at,
                )
            except NothingToReverse:
                continue
        return "payout failed"
    if not fact.is_paid:
        return "payout on its way"
    for book, net in sorted(books.items()):
        account = await find_bank_account(connection, book=book)
        booking = await booking_for(connection, book=book, happened_at=fact.arrives_at, now=at)
        await post(
            connection,
            book=book,
            source=_payout_source(fact, book),
            transfers=gateway_recipes.paid_out(
                bank=bank("stripe" if account is None else f"bank:{account['id']}"),
                clearing=STRIPE_BALANCE if account_id else STRIPE_CLEARING,
                net=net,
                event="payout.paid",
            ),
            author="system",
            occurred_at=booking.occurred_at,
            reason=booking.reason,
        )
    return f"payout of {len(books)} stores" + (f", {strange.rupiah} rupiah of no payment" if strange else "")


async def _book_of(connection: Connection, part: PayoutPart) -> str | None:
    """Whose money a movement is: by its charge, or by the transfer that went to a supplier."""
    if part.transfer_id:
        transfer = await lock_transfer(connection, gateway_id=part.transfer_id)
        return None if transfer is None else transfer["book"]
    payment = await store.find_payment_by_charge(connection, charge_id=part.charge_id) if part.charge_id else None
    return None if payment is None else payment["book"]


async def _own_book_of(connection: Connection, part: PayoutPart, account_id: str) -> str | None:
    """Whose money a movement on a cooperative's account is: what came by a transfer of ours is a charge there."""
    if not part.charge_id:
        return None
    arrived = await own_store.find_by_arrival(connection, arrived_as=part.charge_id, account_id=account_id)
    return None if arrived is None else arrived["book"]


def _payout_source(fact: PayoutFact, book: str) -> str:
    """Name a payout for the ledger: a source belongs to one book, and a payout holds money of several."""
    return f"payout:{fact.payout_id}:{book}"
