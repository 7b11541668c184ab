"""Money set aside: held now, posted or let go later, each once.

What is held still stands in the balance, but money that may not be negative must cover it: available is posted less
pending. A hold that is posted becomes the transfer of its source and event, on the day it is posted. All three join
the caller's transaction, cost one round trip, and leave that transaction failed when they refuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import asyncpg

from payments.connection import require_transaction
from payments.ledger import store
from payments.ledger.accounts import KINDS, AccountKey, AccountKind, Side
from payments.ledger.errors import HoldEnded, HoldNotFound
from payments.ledger.refusals import refused
from payments.ledger.transfers import Hold, OpenHold, PostedTransfer, Transfer
from payments.money import ZERO, Money

if TYPE_CHECKING:
    from datetime import datetime

    from payments.connection import Connection

_ENDED_SQLSTATE: Final = "LG005"


async def hold(
    connection: Connection,
    *,
    book: str,
    source: str,
    transfer: Transfer,
    author: str,
    held_at: datetime,
    reason: str = "",
) -> Hold:
    """Set an amount aside for a transfer that is to come; the same source and event again answers with the first.

    Raises PostingConflict where they stand for something else, held or posted, BalanceTooLow where what is available
    does not cover it, ValueError for an instant without zone.
    """
    require_transaction(connection)
    _require_zone(held_at)
    try:
        row = await store.insert_hold(
            connection,
            book=book,
            source=source,
            transfer=transfer,
            held_at=held_at,
            author=author,
            reason=reason,
        )
    except asyncpg.PostgresError as error:
        if (fact := refused(error, book=book, source=source, transfers=(transfer,))) is None:
            raise
        raise fact from error
    return Hold(hold_id=row["hold_id"], is_new=row["is_new"])


async def post_held(
    connection: Connection,
    *,
    book: str,
    source: str,
    event: str,
    author: str,
    occurred_at: datetime,
    reason: str = "",
) -> PostedTransfer:
    """Make a hold the transfer it was held for, whole; again answers with that transfer.

    Raises HoldNotFound, HoldEnded (it was let go), DayClosed, ValueError for an instant without zone.
    """
    row = await _end(
        connection,
        book=book,
        source=source,
        event=event,
        outcome="posted",
        at=occurred_at,
        author=author,
        reason=reason,
    )
    return PostedTransfer(transfer_id=row["transfer_id"], event=event, is_new=row["is_new"])


async def void_held(
    connection: Connection, *, book: str, source: str, event: str, author: str, at: datetime, reason: str
) -> bool:
    """Let go what was held; whether this call did it. Again changes nothing.

    Raises HoldNotFound, HoldEnded (it was posted), ValueError without a reason.
    """
    if not reason:
        message = "letting go what was held says why"
        raise ValueError(message)
    row = await _end(
        connection, book=book, source=source, event=event, outcome="voided", at=at, author=author, reason=reason
    )
    return bool(row["is_new"])


async def available(connection: Connection, *, book: str, account: AccountKey) -> Money:
    """Return an account's balance on its normal side less what is held against it."""
    row = await store.find_balance(connection, book=book, account=account)
    if row is None:
        return ZERO
    net, held = row["debit_rupiah"] - row["credit_rupiah"], row["pending_credit_rupiah"]
    if KINDS[account.kind].normal_side == Side.CREDIT:
        net, held = -net, row["pending_debit_rupiah"]
    return Money(net - held)


async def list_holds(connection: Connection, *, book: str) -> tuple[OpenHold, ...]:
    """List what a book has set aside now, oldest first."""
    return tuple(
        OpenHold(
            hold_id=row["id"],
            source=row["source"],
            transfer=Transfer(
                debit=AccountKey(AccountKind(row["debit_kind"]), row["debit_reference"]),
                credit=AccountKey(AccountKind(row["credit_kind"]), row["credit_reference"]),
                amount=Money(row["amount_rupiah"]),
                event=row["event"],
            ),
            held_at=row["held_at"],
            author=row["author"],
            reason=row["reason"],
        )
        for row in await store.list_open_holds(connection, book=book)
    )


async def _end(
    connection: Connection,
    *,
    book: str,
    source: str,
    event: str,
    outcome: str,
    at: datetime,
    author: str,
    reason: str,
) -> asyncpg.Record:
    require_transaction(connection)
    _require_zone(at)
    try:
        row = await store.end_hold(
            connection,
            book=book,
            source=source,
            event=event,
            outcome=outcome,
            at=at,
            author=author,
            reason=reason,
        )
    except asyncpg.PostgresError as error:
        if error.sqlstate == _ENDED_SQLSTATE:
            raise HoldEnded(source=source, event=event) from error
        if (fact := refused(error, book=book, source=source, transfers=())) is None:
            raise
        raise fact from error
    if row is None:
        raise HoldNotFound(source=source, event=event)
    return row


def _require_zone(instant: datetime) -> None:
    if instant.tzinfo is None:
        message = "an instant needs its zone"
        raise ValueError(message)
