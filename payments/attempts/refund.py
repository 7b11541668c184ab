"""Giving money back, whole or in part: never more than was paid, each press of the button once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg

from payments.attempts import store
from payments.connection import require_transaction
from payments.errors import KeyReused, NothingToRefund, PaymentNotFound, RefundTooLarge
from payments.facts import PaymentRefunded, refund_of
from payments.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from payments.connection import Connection


async def refund(
    connection: Connection,
    *,
    payment_id: int,
    book: str,
    amount: Money,
    method: str,
    key: str,
    at: datetime,
    author: str,
    reason: str,
    till_reference: str = "",
    reference: str = "",
    is_pending: bool = False,
) -> PaymentRefunded:
    """Record that part or all of a payment was given back, by a way that need not be the one it came by.

    `till_reference` is the till that cash came out of, `is_pending` says that a gateway has yet to do it. Locks the
    payment. The same key again answers with the first record. A refusal of the amount leaves the transaction failed.
    Raises PaymentNotFound, NothingToRefund (its money never came), RefundTooLarge, KeyReused (for another refund),
    ValueError without a reason, for cash without a till, or an amount that is not above zero.
    """
    require_transaction(connection)
    if not reason or not amount.is_positive or (method == "cash") != bool(till_reference):
        message = "a refund says why and how much, and from which till where it is in cash"
        raise ValueError(message)
    payment = await store.lock_payment(connection, payment_id=payment_id, book=book)
    if payment is None:
        raise PaymentNotFound(payment_id=payment_id)
    earlier = await store.find_refund_by_key(connection, key=key)
    if earlier is not None:
        if (earlier["payment_id"], earlier["amount_rupiah"], earlier["method"]) != (payment_id, amount.rupiah, method):
            raise KeyReused(key=key)
        return refund_of(earlier, payment, is_whole=_is_whole(payment), is_new=False)
    if payment["succeeded_at"] is None:
        raise NothingToRefund(payment_id=payment_id)
    left = Money(payment["amount_rupiah"] - payment["discount_rupiah"] - payment["refunded_rupiah"])
    if amount > left:
        raise RefundTooLarge(left=left)
    try:
        row = await store.insert_refund(
            connection,
            payment_id=payment_id,
            book=book,
            amount=amount,
            method=method,
            state="pending" if is_pending else "succeeded",
            till_reference=till_reference,
            reference=reference,
            key=key,
            at=at,
            author=author,
            reason=reason,
        )
    except asyncpg.CheckViolationError as error:
        if error.constraint_name != "payment_refunded_is_a_part":
            raise
        raise RefundTooLarge(left=left) from error
    if row is None:
        raise KeyReused(key=key)
    return refund_of(row, payment, is_whole=amount == left, is_new=True)


async def finish_refund(
    connection: Connection, *, refund_id: int, is_done: bool, gateway_id: str = "", reference: str = ""
) -> PaymentRefunded:
    """Record how a gateway's refund ended; a success may still fail later. The same news again changes nothing.

    Raises PaymentNotFound.
    """
    require_transaction(connection)
    row = await store.lock_refund(connection, refund_id=refund_id)
    if row is None:
        raise PaymentNotFound(refund_id=refund_id)
    state = "succeeded" if is_done else "failed"
    is_new = row["state"] != state and row["state"] != "failed"
    if is_new:
        row = await store.set_refund_state(
            connection,
            refund_id=refund_id,
            state=state,
            gateway_id=gateway_id or row["gateway_id"],
            reference=reference or row["reference"],
        )
    payment = await store.find_payment_row(connection, payment_id=row["payment_id"], book=row["book"])
    assert payment is not None  # noqa: S101 - a foreign key
    return refund_of(row, payment, is_whole=_is_whole(payment), is_new=is_new)


def _is_whole(payment: asyncpg.Record) -> bool:
    """Whether nothing is left of what came, which of a transfer is less than its amount."""
    return bool(payment["refunded_rupiah"] == payment["amount_rupiah"] - payment["discount_rupiah"])


async def given_back(connection: Connection, *, payable: str) -> Money:
    """Return what people gave back for a payable so far, by whichever way; not what the program did by itself."""
    return Money(await store.sum_given_back(connection, payable=payable))


async def was_refund_wanted(connection: Connection, *, key: str) -> bool:
    """Whether a refund was recorded under a key, whatever became of it."""
    return await store.find_refund_by_key(connection, key=key) is not None
