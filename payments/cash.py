"""Cash over the counter: taking it, with what was tendered and the change, and giving it back.

Only the record of the payment is made here. The postings that go with it (`payments.ledger.recipes`) are composed by
whoever knows what was paid for, in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.attempts import store
from payments.attempts.states import PaymentState
from payments.connection import require_transaction
from payments.errors import AlreadyPaid, AlreadyRefunded, KeyReused, PaymentNotFound, TenderTooSmall
from payments.facts import PaymentRefunded, PaymentSucceeded
from payments.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection


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
        return _succeeded(row, is_new=True)
    earlier = await store.find_by_key(connection, key=key)
    if earlier is None:
        raise AlreadyPaid(payable=payable)
    asked = (payable, book, "cash", amount.rupiah, tendered.rupiah, till_reference)
    kept = ("payable", "book", "method", "amount_rupiah", "tendered_rupiah", "till_reference")
    if tuple(earlier[column] for column in kept) != asked:
        raise KeyReused(key=key)
    return _succeeded(earlier, is_new=False)


async def refund_cash(
    connection: Connection,
    *,
    payment_id: int,
    book: str,
    till_reference: str,
    key: str,
    at: datetime,
    author: str,
    reason: str,
) -> PaymentRefunded:
    """Record that a cash payment was given back in full, out of a till that need not be the one it went into.

    Locks the payment. The same key again answers with the first record. Raises PaymentNotFound, AlreadyRefunded (by
    another key), KeyReused (for another payment), ValueError without a reason or a till.
    """
    require_transaction(connection)
    if not reason or not till_reference:
        message = "a refund in cash says why, and from which till"
        raise ValueError(message)
    payment = await store.lock_payment(connection, payment_id=payment_id, book=book)
    if payment is None or payment["method"] != "cash":
        raise PaymentNotFound(payment_id=payment_id)
    if payment["state"] == PaymentState.REVERSED:
        earlier = await store.find_refund(connection, payment_id=payment_id)
        if earlier is None or earlier["key"] != key:
            raise AlreadyRefunded(payment_id=payment_id)
        return _refunded(earlier, payment, is_new=False)
    refund = await store.insert_refund(
        connection,
        payment_id=payment_id,
        till_reference=till_reference,
        key=key,
        at=at,
        author=author,
        reason=reason,
    )
    if refund is None:
        raise KeyReused(key=key)
    return _refunded(refund, payment, is_new=True)


async def find_payment(connection: Connection, *, payable: str) -> PaymentSucceeded | None:
    """Find the payment by which a payable stands paid now; None where it is not paid, or was given back."""
    row = await store.find_succeeded(connection, payable=payable)
    return None if row is None else _succeeded(row, is_new=False)


def _succeeded(row: asyncpg.Record, *, is_new: bool) -> PaymentSucceeded:
    return PaymentSucceeded(
        payment_id=row["id"],
        payable=row["payable"],
        book=row["book"],
        method=row["method"],
        amount=Money(row["amount_rupiah"]),
        tendered=None if row["tendered_rupiah"] is None else Money(row["tendered_rupiah"]),
        change=None if row["change_rupiah"] is None else Money(row["change_rupiah"]),
        till_reference=row["till_reference"],
        author=row["author"],
        succeeded_at=row["succeeded_at"],
        is_new=is_new,
    )


def _refunded(row: asyncpg.Record, payment: asyncpg.Record, *, is_new: bool) -> PaymentRefunded:
    return PaymentRefunded(
        refund_id=row["id"],
        payment_id=payment["id"],
        payable=payment["payable"],
        book=payment["book"],
        method=payment["method"],
        amount=Money(row["amount_rupiah"]),
        till_reference=row["till_reference"],
        author=row["author"],
        reason=row["reason"],
        refunded_at=row["refunded_at"],
        is_new=is_new,
    )
