"""Starting an attempt that waits for its money, and ending one that nobody will pay.

An attempt promises nothing: only `confirm` says that money came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.attempts import store
from payments.attempts.states import PaymentState
from payments.connection import require_transaction
from payments.errors import AlreadyPaid, KeyReused
from payments.facts import Attempt, PaymentSucceeded, attempt_of, success_of
from payments.money import ZERO, Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from payments.connection import Connection


async def start_attempt(
    connection: Connection,
    *,
    payable: str,
    book: str,
    method: str,
    amount: Money,
    key: str,
    at: datetime,
    author: str,
    discount: Money = ZERO,
    instruction: str = "",
    channel_reference: str = "",
    expires_at: datetime | None = None,
    is_pending: bool = False,
) -> Attempt | None:
    """Start an attempt; the open one of the same way for the payable is answered instead, so two tabs share it.

    `is_pending`: the gateway has yet to be asked. None where a transfer's amount belongs to another open transfer of
    the book: take another discount. Raises AlreadyPaid where the payable stands paid, KeyReused where the key has
    served for something else, ValueError for an amount that is not above zero.
    """
    require_transaction(connection)
    if not amount.is_positive:
        message = f"nobody pays {amount.rupiah} rupiah"
        raise ValueError(message)
    if await store.find_succeeded(connection, payable=payable) is not None:
        raise AlreadyPaid(payable=payable)
    row = await store.insert_attempt(
        connection,
        payable=payable,
        book=book,
        method=method,
        amount=amount,
        discount=discount,
        state=PaymentState.PENDING if is_pending else PaymentState.AWAITING_CONFIRMATION,
        instruction=instruction,
        channel_reference=channel_reference,
        expires_at=expires_at,
        key=key,
        at=at,
        author=author,
    )
    if row is not None:
        return attempt_of(row, is_new=True)
    earlier = await store.find_open(connection, payable=payable, method=method)
    if earlier is not None:
        return attempt_of(earlier, is_new=False)
    earlier = await store.find_by_key(connection, key=key)
    if earlier is None:
        return None
    if (earlier["payable"], earlier["book"], earlier["method"], earlier["amount_rupiah"]) != (
        payable,
        book,
        method,
        amount.rupiah,
    ):
        raise KeyReused(key=key)
    return attempt_of(earlier, is_new=False)


async def keep_gateway(
    connection: Connection, *, payment_id: int, gateway_id: str, instruction: str, expires_at: datetime | None
) -> None:
    """Keep what a gateway answered to the start of an attempt; from now on it waits for the buyer."""
    require_transaction(connection)
    await store.set_gateway(
        connection, payment_id=payment_id, gateway_id=gateway_id, instruction=instruction, expires_at=expires_at
    )


async def cancel_attempts(
    connection: Connection, *, payables: Sequence[str], at: datetime, author: str, detail: str
) -> int:
    """End every open attempt for payables that will not be paid this way any more; return how many.

    Money that comes all the same is recorded when it comes.
    """
    require_transaction(connection)
    return await store.cancel_open(connection, payables=payables, at=at, author=author, detail=detail)


async def expire_attempts(connection: Connection, *, now: datetime, limit: int) -> int:
    """End attempts whose time has run out, at most `limit`; return how many. Again is harmless."""
    require_transaction(connection)
    due = await store.list_due(connection, now=now, limit=limit)
    if not due:
        return 0
    return await store.set_ended(
        connection, payment_ids=due, state=PaymentState.EXPIRED, at=now, author="system", detail=""
    )


async def end_attempt(
    connection: Connection, *, payment_id: int, state: PaymentState, at: datetime, detail: str
) -> bool:
    """End one open attempt as a gateway says: failed or expired; false where it had ended or succeeded."""
    require_transaction(connection)
    ended = await store.set_ended(
        connection, payment_ids=[payment_id], state=state, at=at, author="system", detail=detail
    )
    return ended == 1


async def find_attempt(connection: Connection, *, payment_id: int, book: str) -> Attempt | None:
    """Find one attempt of a book."""
    row = await store.find_payment_row(connection, payment_id=payment_id, book=book)
    return None if row is None else attempt_of(row, is_new=False)


async def find_attempt_by_id(connection: Connection, *, payment_id: int) -> Attempt | None:
    """Find one attempt of whichever book: for those who come back with an answer from outside."""
    row = await store.find_any_payment_row(connection, payment_id=payment_id)
    return None if row is None else attempt_of(row, is_new=False)


async def find_open_attempt(connection: Connection, *, payable: str, method: str) -> Attempt | None:
    """Find the attempt of one way that waits for its money."""
    row = await store.find_open(connection, payable=payable, method=method)
    return None if row is None else attempt_of(row, is_new=False)


async def list_attempts(connection: Connection, *, payable: str) -> Sequence[Attempt]:
    """List all attempts for a payable, oldest first."""
    return [attempt_of(row, is_new=False) for row in await store.list_of_payable(connection, payable=payable)]


async def list_waiting(connection: Connection, *, book: str, limit: int) -> Sequence[Attempt]:
    """List a book's attempts that wait for their money, the oldest first."""
    return [attempt_of(row, is_new=False) for row in await store.list_waiting(connection, book=book, limit=limit)]


async def find_success(connection: Connection, *, payment_id: int, book: str) -> PaymentSucceeded | None:
    """Find a payment of a book whose money came, settled or surplus; None where there is none."""
    row = await store.find_payment_row(connection, payment_id=payment_id, book=book)
    return None if row is None or row["succeeded_at"] is None else success_of(row, is_new=False)


async def find_payment(connection: Connection, *, payable: str) -> PaymentSucceeded | None:
    """Find the payment by which a payable stands paid now; None where it is not paid, or was wholly given back."""
    row = await store.find_succeeded(connection, payable=payable)
    return None if row is None else success_of(row, is_new=False)
