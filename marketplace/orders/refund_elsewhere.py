"""A refund that somebody made in Stripe's own pages: recorded, and for what the buyer was not owed, a credit note.

What it pays of money that was owed to the buyer has its papers already. The rest went back for goods that stay sold:
its buyer owes it again, and holds a credit note that says so. Goods that come back later settle it first.
"""

from datetime import datetime
from typing import Final

import asyncpg

from marketplace.books import order_of, store_of
from marketplace.database import Connection
from marketplace.orders import document_store, payment_store
from marketplace.orders.card_refund import find_owed_of_card
from payments import ZERO, Money, RefundTooLarge
from payments.stripe import RefundFact, take_refund_made_elsewhere

_REASON: Final = "Uang dikembalikan lewat halaman Stripe"


class NotKnownYetError(Exception):
    """It is ours, but what it hangs on has not been recorded yet: look again later."""


async def take_elsewhere(
    connection: Connection, *, payment: asyncpg.Record, order: asyncpg.Record | None, fact: RefundFact, at: datetime
) -> str:
    """Record a refund that is not ours, with its credit note; the outcome in a few words.

    Locks (the order is locked) the counter of credit notes, payment, ledger accounts.

    Raises:
        NotKnownYetError: a refund of ours that Stripe will refuse for it is still on its way.

    """
    if fact.state != "succeeded":
        return "refund elsewhere, not done"
    settles = await _settles(connection, payment, fact.amount)
    credited = fact.amount - settles
    number = await _take_number(connection, payment, order) if credited.is_positive else None
    try:
        made = await take_refund_made_elsewhere(connection, payment=payment, fact=fact, settles=settles, at=at)
    except RefundTooLarge as error:
        raise NotKnownYetError from error
    if order is not None and number is not None:
        await document_store.insert_credit_note(
            connection,
            store_id=order["store_id"],
            number=number,
            order_id=order["id"],
            kind="refund",
            return_id=None,
            payment_id=payment["id"],
            refund_id=made.refund_id,
            total_rupiah=credited.rupiah,
            # The goods stay sold, with their tax.
            tax_rupiah=0,
            withheld_rupiah=0,
            reason=_REASON,
            issued_at=at,
            issued_by=None,
        )
    return "refund made elsewhere"


async def _settles(connection: Connection, payment: asyncpg.Record, amount: Money) -> Money:
    """How much of an amount is what the buyer was owed of the payment."""
    owed = await find_owed_of_card(
        connection,
        store_id=store_of(payment["book"]),
        order_id=order_of(payment["payable"]),
        payment_id=payment["id"],
    )
    return min(amount, max(owed, ZERO))


async def _take_number(connection: Connection, payment: asyncpg.Record, order: asyncpg.Record | None) -> int | None:
    """Number the note of a sale that has a paper to take from."""
    if order is None or await payment_store.find_payment_receipt(connection, payment_id=payment["id"]) is None:
        return None
    return await document_store.take_number(connection, store_id=order["store_id"], kind="credit_note")
