"""Saying that an attempt's money came: by a cashier who saw it, a provider's signed word, or the bank's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import asyncpg

from payments.attempts import store
from payments.attempts.states import PaymentState
from payments.connection import require_transaction
from payments.errors import AlreadyConfirmed, AlreadyPaid, PaymentNotFound, ReferenceUsed
from payments.facts import PaymentSucceeded, success_of

if TYPE_CHECKING:
    from datetime import datetime

    from payments.connection import Connection

LONGEST_REFERENCE: Final = 64


async def confirm(
    connection: Connection,
    *,
    payment_id: int,
    book: str,
    reference: str,
    at: datetime,
    author: str,
    is_surplus: bool = False,
) -> PaymentSucceeded:
    """Record that the money of an attempt came, whatever had become of it; the same reference again is no news.

    The caller holds the payable's lock and says with `is_surplus` that the payable has ended; where another payment
    settled it before, it is surplus all the same. A refusal leaves the transaction failed. Raises PaymentNotFound,
    AlreadyConfirmed (with another reference), ReferenceUsed (the number paid something else), ValueError without a
    reference.
    """
    require_transaction(connection)
    if not 1 <= len(reference) <= LONGEST_REFERENCE:
        message = "money that came has the other side's number"
        raise ValueError(message)
    row = await store.lock_payment(connection, payment_id=payment_id, book=book)
    if row is None or row["method"] == "cash":
        raise PaymentNotFound(payment_id=payment_id)
    if row["state"] in (PaymentState.SUCCEEDED, PaymentState.REVERSED):
        if row["reference"] != reference:
            raise AlreadyConfirmed(payment_id=payment_id)
        return success_of(row, is_new=False)
    try:
        row = await store.set_succeeded(
            connection, payment_id=payment_id, reference=reference, is_surplus=is_surplus, at=at, author=author
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "payment_reference_once":
            raise ReferenceUsed(reference=reference) from error
        if error.constraint_name == "payment_succeeded_once":
            raise AlreadyPaid(payable=row["payable"]) from error
        raise
    return success_of(row, is_new=True)
