"""Buying on trust: what is bought becomes a debt of one member, settled later in cash.

Whether a member may, and how much, is for whoever knows members; here it is a payment that succeeds at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.attempts.attempt import start_attempt
from payments.attempts.confirm import confirm

if TYPE_CHECKING:
    from datetime import datetime

    from payments.connection import Connection
    from payments.facts import PaymentSucceeded
    from payments.money import Money


async def put_on_tab(
    connection: Connection,
    *,
    payable: str,
    book: str,
    member_reference: str,
    amount: Money,
    key: str,
    at: datetime,
    author: str,
) -> PaymentSucceeded:
    """Record that a payable was paid by the debt of a member ('person:7'); it lands in the account of their tab.

    The caller holds the payable's lock and the member's. Raises AlreadyPaid, KeyReused.
    """
    attempt = await start_attempt(
        connection,
        payable=payable,
        book=book,
        method="tab",
        amount=amount,
        key=key,
        at=at,
        author=author,
        channel_reference=member_reference,
    )
    assert attempt is not None  # noqa: S101 - only transfers run out of amounts
    return await confirm(
        connection,
        payment_id=attempt.payment_id,
        book=book,
        reference=f"TAB-{attempt.payment_id}",
        at=at,
        author=author,
    )
