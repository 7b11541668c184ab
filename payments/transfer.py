"""Asking for money by bank transfer: the buyer is let off some rupiah, so that the amount tells whose it is.

Taken off, never put on: a price the law caps must not grow by a code. The lowest free one is used, so it costs the
store a few rupiah. Source of the habit: Indonesian shops' "kode unik".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from payments.attempts.attempt import find_open_attempt, start_attempt
from payments.attempts.store import list_open_amounts
from payments.channels.store import find_bank_account
from payments.errors import TooManyTransfers, WayNotOpen
from payments.gateway import GATEWAYS
from payments.money import Money

if TYPE_CHECKING:
    from payments.connection import Connection
    from payments.facts import Attempt

LARGEST_CODE: Final = 999


async def start_transfer(
    connection: Connection,
    *,
    payable: str,
    book: str,
    amount: Money,
    key: str,
    at: datetime,
    author: str,
) -> Attempt:
    """Start a transfer to the book's account, of an amount no other open one has; an open one is answered instead.

    Raises WayNotOpen where the store has no account, TooManyTransfers where every code is taken, AlreadyPaid,
    KeyReused.
    """
    waiting = await find_open_attempt(connection, payable=payable, method="transfer")
    if waiting is not None:
        return waiting
    account = await find_bank_account(connection, book=book)
    if account is None:
        raise WayNotOpen(method="transfer")
    seconds = GATEWAYS["transfer"].capability.expires_after_seconds
    taken = set(await list_open_amounts(connection, book=book))
    for code in range(1, LARGEST_CODE + 1):
        if amount.rupiah - code in taken:
            continue
        attempt = await start_attempt(
            connection,
            payable=payable,
            book=book,
            method="transfer",
            amount=amount,
            discount=Money(code),
            instruction=f"{account['bank']} {account['number']} a.n. {account['holder']}",
            channel_reference=f"bank:{account['id']}",
            key=key,
            at=at,
            author=author,
            expires_at=None if seconds is None else at + timedelta(seconds=seconds),
        )
        if attempt is not None:  # else another buyer was given this amount meanwhile
            return attempt
    raise TooManyTransfers(amount=amount)
