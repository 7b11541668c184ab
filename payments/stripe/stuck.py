"""What a person has to look at: calls that were refused or given up, and events that were given up.

Looking again is harmless. A call is as old as it was, so what Stripe has forgotten the key of is only looked for.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from payments.calls import store as call_store
from payments.calls.calls import reopen_call
from payments.connection import require_transaction
from payments.inbox import store as event_store
from payments.inbox.inbox import reopen_event
from payments.stripe.checkout import PROVIDER

if TYPE_CHECKING:
    from payments.calls.calls import Call
    from payments.connection import Connection
    from payments.inbox.inbox import WaitingEvent

_EVENT: Final = "event"


class Stuck(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at. `purpose` is the call's, or 'event'; `amount_rupiah` is of refunds, else 0.

    `state`: refused (Stripe will not; it only has to be seen) or given_up (nobody knows; Stripe has to be asked).
    """

    key: str
    purpose: str
    state: str
    outcome: str
    since: datetime
    book: str = ""
    payable: str = ""
    amount_rupiah: int = 0


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """How something stands after it was looked at: done, refused, waiting (the worker goes on) or given_up."""

    state: str
    outcome: str


async def list_stuck(connection: Connection, *, limit: int) -> list[Stuck]:
    """List calls and events that a person has to look at, of each the oldest first."""
    calls = [
        Stuck(
            key=row["key"],
            purpose=row["purpose"],
            state=row["state"],
            outcome=row["outcome"],
            since=row["made_at"],
            book=row["book"] or "",
            payable=row["payable"] or "",
            amount_rupiah=row["refund_rupiah"] or 0,
        )
        for row in await call_store.list_stuck(connection, provider=PROVIDER, limit=limit)
    ]
    events = [
        Stuck(
            key=f"{_EVENT}:{row['event_id']}",
            purpose=_EVENT,
            state="given_up",
            outcome=f"{row['kind']} {row['object_id']}: {row['outcome']}",
            since=row["received_at"],
        )
        for row in await event_store.list_given_up(connection, provider=PROVIDER, limit=limit)
    ]
    return calls + events


async def note_seen(connection: Connection, *, key: str, at: datetime) -> bool:
    """Note that a person has seen what was refused; false where there is no such."""
    require_transaction(connection)
    return await call_store.set_seen(connection, provider=PROVIDER, key=key, at=at)


async def take_stuck(connection: Connection, *, key: str, now: datetime) -> Call | WaitingEvent | None:
    """Claim what was given up, to look at it now; None where it was not, or somebody is looking."""
    require_transaction(connection)
    head, _, rest = key.partition(":")
    if head == _EVENT:
        return await reopen_event(connection, provider=PROVIDER, event_id=rest, now=now)
    return await reopen_call(connection, provider=PROVIDER, key=key, now=now)


async def look_up(connection: Connection, *, key: str) -> Looked | None:
    """Say how a call or event stands now; None where there is none."""
    head, _, rest = key.partition(":")
    if head == _EVENT:
        event = await event_store.find_event(connection, provider=PROVIDER, event_id=rest)
        if event is None:
            return None
        state = "waiting" if event["handled_at"] is None else "done"
        return Looked(state="given_up" if event["outcome"].startswith("given up") else state, outcome=event["outcome"])
    call = await call_store.find_call(connection, provider=PROVIDER, key=key)
    return None if call is None else Looked(state=call["state"], outcome=call["outcome"])
