"""Cash over the counter: taking it, with what was tendered and the change.

Only the record of the payment is made here. The postings that go with it (`payments.ledger.recipes`) are composed by
whoever knows what was paid for, in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.attempts import store
from payments.connection import require_transaction
from payments.errors import AlreadyPaid, KeyReused, TenderTooSmall
from payments.facts import PaymentSucceeded, success_of

if TYPE_CHECKING:
    from datetime import datetime

    from payments.connection import Connection
    from payments.money import Money


async def take_cash(
    connection: Connection,
    *,
    payable: str,
    book: str,
    till_reference: str,
    amount: Money,
    tendered: Money,
    key: str,
    at: datetime,
    author: str,
) -> PaymentSucceeded:
    """Record that a payable was paid in cash into a shift's till; the same key again answers with the first record.

    `key` is the caller's, one for each press of the button. Raises TenderTooSmall, AlreadyPaid (by another key),
    KeyReused (for another payable or amount), ValueError for an amount that is not above zero.
    """
    require_transaction(connection)
    if not amount.is_positive:
        message = f"nobody pays {amount.rupiah} rupiah"
        raise ValueError(message)
    if tendered < amount:
        raise TenderTooSmall(short_by=amount - tendered)
    row = await store.insert_cash_payment(
        connection,
        payable=payable,
        book=book,
        till_reference=till_reference,
        amount=amount,
        tendered=tendered,
        key=key,
        at=at,
        author=author,
    )
    if row is not None:
        return success_of(row, is_new=True)
    earlier = await store.find_by_key(connection, key=key)
    if earlier is None:
        raise AlreadyPaid(payable=payable)
    asked = (payable, book, "cash", amount.rupiah, tendered.rupiah, till_reference)
    kept = ("payable", "book", "method", "amount_rupiah", "tendered_rupiah", "till_reference")
    if tuple(earlier[column] for column in kept) != asked:
        raise KeyReused(key=key)
    return success_of(earlier, is_new=False)
