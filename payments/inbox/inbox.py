"""The inbox: events are kept as they come, once, and handled later, each at most so many times.

An event only says "look at this object again", so twins and a wrong order do no harm.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from payments.connection import require_transaction
from payments.inbox import store

if TYPE_CHECKING:
    import asyncpg

    from payments.connection import Connection

LEASE: Final = timedelta(seconds=60)
# About a day, with the waits in between. Each claim counts, so an event that kills its worker ends here too.
MOST_ATTEMPTS: Final = 20
_LONGEST_WAIT: Final = timedelta(hours=2)
_LONGEST_OUTCOME: Final = 500


class WaitingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event that was claimed; `account_id` names a connected account whose event it is, empty for our own."""

    event_row_id: int
    event_id: str
    kind: str
    object_id: str
    account_id: str
    attempts: int

    @property
    def is_poison(self) -> bool:
        """Whether it was tried so often that nobody should try again."""
        return self.attempts > MOST_ATTEMPTS


async def keep_event(
    connection: Connection,
    *,
    provider: str,
    event_id: str,
    kind: str,
    object_id: str,
    is_live: bool,
    body: str,
    at: datetime,
    account_id: str = "",
    refused: str = "",
) -> bool:
    """Keep an event; false where it came before. With `refused` it is kept as handled, with that outcome."""
    require_transaction(connection)
    return await store.insert_event(
        connection,
        provider=provider,
        event_id=event_id,
        kind=kind[:100],
        object_id=object_id[:200],
        account_id=account_id[:100],
        is_live=is_live,
        body=body,
        received_at=at,
        handled_at=at if refused else None,
        outcome=refused,
    )


async def claim_events(connection: Connection, *, provider: str, now: datetime, limit: int) -> list[WaitingEvent]:
    """Take events that wait, oldest first."""
    require_transaction(connection)
    rows = await store.claim_events(connection, provider=provider, now=now, lease=LEASE, limit=limit)
    return [_waiting(row) for row in rows]


async def reopen_event(connection: Connection, *, provider: str, event_id: str, now: datetime) -> WaitingEvent | None:
    """Take an event that was given up, to handle it once more; None where there is no such."""
    require_transaction(connection)
    row = await store.reopen_event(connection, provider=provider, event_id=event_id, now=now, lease=LEASE)
    return None if row is None else _waiting(row)


def _waiting(row: asyncpg.Record) -> WaitingEvent:
    return WaitingEvent(
        event_row_id=row["id"],
        event_id=row["event_id"],
        kind=row["kind"],
        object_id=row["object_id"],
        account_id=row["account_id"],
        attempts=row["attempts"],
    )


async def finish_event(connection: Connection, *, event: WaitingEvent, at: datetime, outcome: str) -> None:
    """Say what an event led to; it is not looked at again."""
    require_transaction(connection)
    await store.set_handled(connection, event_row_id=event.event_row_id, at=at, outcome=outcome[:_LONGEST_OUTCOME])


async def defer_event(connection: Connection, *, event: WaitingEvent, now: datetime, outcome: str) -> None:
    """Handle an event again later: after 2, 4, 8 … seconds, at most two hours."""
    require_transaction(connection)
    wait = min(timedelta(seconds=2 ** min(event.attempts, 13)), _LONGEST_WAIT)
    await store.set_next_try(
        connection, event_row_id=event.event_row_id, next_try_at=now + wait, outcome=outcome[:_LONGEST_OUTCOME]
    )
