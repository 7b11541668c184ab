"""What Stripe's balance moved, kept once, and where the books say something else.

A book's clearing account is compared thing by thing: an order with its fees, refunds, disputes and shares, or a payment
to a supplier. So is what a cooperative's own account was sent, order by order. What belongs to no book is for the
operator to look at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from payments.connection import require_transaction
from payments.inbox.inbox import keep_event
from payments.money import Money
from payments.stripe import movement_store as store
from payments.stripe.checkout import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payments.connection import Connection
    from payments.stripe.facts import Movement

# Stripe dates a movement when it makes it, but lists it a little later.
OVERLAP: Final = timedelta(hours=1)
# What happened a moment ago is still on its way between the books.
GRACE: Final = timedelta(minutes=15)
_LONGEST_HEALING: Final = timedelta(days=30)
_EVENTS: Final = {
    "refund": "refund.listed",
    "payment_refund": "refund.listed",
    "refund_failure": "refund.listed",
    "payment_failure_refund": "refund.listed",
    "adjustment": "charge.dispute.listed",
    "payout": "payout.listed",
    "payout_failure": "payout.listed",
    "transfer_refund": "transfer.listed",
}


class StripeDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A thing ('order:12', 'settlement:3:1') of which Stripe moved another amount than the book has.

    `is_own`: on the cooperative's own account.
    """

    thing: str
    is_own: bool
    booked: Money
    moved: Money
    since: datetime


class StrangeMovement(msgspec.Struct, frozen=True, kw_only=True):
    """A movement that belongs to no book, or a payout that is booked with another amount; net, in sen."""

    movement_id: str
    kind: str
    source_id: str
    currency: str
    net_sen: int
    booked_sen: int
    happened_at: datetime


async def read_through(connection: Connection, *, account_id: str = "") -> datetime | None:
    """Return up to when the list of our account, or a connected one, has been read whole; None where it never was."""
    return await store.find_read_through(connection, account_id=account_id)


async def list_own_accounts(connection: Connection) -> list[str]:
    """List the accounts of cooperatives that were sent their own parts: their movements are read too."""
    return await store.list_own_accounts(connection)


async def keep_movements(
    connection: Connection, *, movements: Sequence[Movement], at: datetime, account_id: str = ""
) -> int:
    """Keep movements, each once; how many were new."""
    require_transaction(connection)
    return await store.insert_movements(connection, movements=movements, account_id=account_id, at=at)


async def note_read(connection: Connection, *, through: datetime, account_id: str = "") -> None:
    """Note that everything up to an instant has been kept."""
    require_transaction(connection)
    await store.save_read_through(connection, through=through, account_id=account_id)


async def look_at_unbooked(connection: Connection, *, is_live: bool, now: datetime) -> int:
    """Let the worker look at what moved without a trace here, once each, as if its event had come; to how many."""
    require_transaction(connection)
    rows = await store.list_unbooked(connection, since=now - _LONGEST_HEALING, until=now - GRACE)
    for row in rows:
        await keep_event(
            connection,
            provider=PROVIDER,
            event_id=f"listed:{row['id']}",
            kind=_EVENTS[row["kind"]],
            object_id=row["transfer_id"] or row["source_id"],
            account_id=row["account_id"],
            is_live=is_live,
            body="{}",
            at=now,
        )
    return len(rows)


async def list_stripe_differences(connection: Connection, *, book: str, now: datetime) -> list[StripeDifference]:
    """List where a book and Stripe disagree, the oldest first; nothing that moved after the list was read."""
    read = await store.find_read_through(connection, account_id="")
    if read is None:
        return []
    own_read = await store.find_own_read_through(connection, book=book)
    rows = await store.list_differences(
        connection,
        book=book,
        until=min(read, now) - GRACE,
        own_until=None if own_read is None else min(own_read, now) - GRACE,
    )
    return [
        StripeDifference(
            thing=row["thing"],
            is_own=row["is_own"],
            booked=Money(row["booked_rupiah"]),
            moved=Money(row["moved_rupiah"]),
            since=row["since"],
        )
        for row in rows
    ]


async def list_strange_movements(connection: Connection, *, now: datetime, limit: int) -> list[StrangeMovement]:
    """List what belongs to no book and payouts that are booked otherwise, the newest first."""
    rows = await store.list_strange(connection, until=now - GRACE, limit=limit)
    return [
        StrangeMovement(
            movement_id=row["id"],
            kind=row["kind"],
            source_id=row["source_id"],
            currency=row["currency"],
            net_sen=row["net_sen"],
            booked_sen=row["booked_sen"],
            happened_at=row["happened_at"],
        )
        for row in rows
    ]
