"""Asking for money by QRIS: a code for one amount and one bill, which waits until somebody saw the money."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from payments.attempts.attempt import find_open_attempt, start_attempt
from payments.channels.store import find_qris_merchant
from payments.errors import WayNotOpen
from payments.gateway import GATEWAYS
from payments.qris.payload import for_amount

if TYPE_CHECKING:
    from payments.connection import Connection
    from payments.facts import Attempt
    from payments.money import Money


async def start_qris(
    connection: Connection,
    *,
    payable: str,
    book: str,
    amount: Money,
    bill_number: str,
    key: str,
    at: datetime,
    author: str,
    minutes: int | None = None,
) -> Attempt:
    """Start an attempt by the book's QRIS; one that waits already for the payable is answered instead.

    `bill_number` (letters, digits, hyphens, at most 25) is printed on the payer's receipt. Raises WayNotOpen where the
    store has registered no QRIS, AlreadyPaid, KeyReused.
    """
    waiting = await find_open_attempt(connection, payable=payable, method="qris")
    if waiting is not None:
        return waiting
    merchant = await find_qris_merchant(connection, book=book)
    if merchant is None:
        raise WayNotOpen(method="qris")
    seconds = GATEWAYS["qris"].capability.expires_after_seconds if minutes is None else minutes * 60
    attempt = await start_attempt(
        connection,
        payable=payable,
        book=book,
        method="qris",
        amount=amount,
        instruction=for_amount(merchant["payload"], amount=amount, bill_number=bill_number),
        key=key,
        at=at,
        author=author,
        expires_at=None if seconds is None else at + timedelta(seconds=seconds),
    )
    assert attempt is not None  # noqa: S101 - only transfers compete for an amount
    return attempt
