"""Calls to gateways: written down in the transaction that makes them due, made outside of any, ended in another.

A call may be made several times (a crash, no answer); its key and input never change, so the gateway does it once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from payments.calls import store
from payments.connection import require_transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import asyncpg

    from payments.connection import Connection

# Longer than the longest call, so that two never make one at the same time.
LEASE: Final = timedelta(seconds=45)
# Stripe forgets keys after a day: later the same call might be done twice.
KEY_LIFETIME: Final = timedelta(hours=23)
_LONGEST_WAIT: Final = timedelta(minutes=15)
_LONGEST_OUTCOME: Final = 500


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was claimed. `attempts` counts this one; `made_at` is when it was first wanted.

    `payment_id` is 0 where it is about no payment.
    """

    call_id: int
    key: str
    purpose: str
    payment_id: int
    refund_id: int | None
    input: dict[str, Any]
    attempts: int
    made_at: datetime


async def want_call(
    connection: Connection,
    *,
    provider: str,
    key: str,
    purpose: str,
    payment_id: int | None,
    at: datetime,
    input_: Mapping[str, Any] | None = None,
    refund_id: int | None = None,
    after: timedelta = timedelta(0),
) -> bool:
    """Write a call down; false where one with this key was wanted before."""
    require_transaction(connection)
    return await store.insert_call(
        connection,
        provider=provider,
        key=key,
        purpose=purpose,
        payment_id=payment_id,
        refund_id=refund_id,
        input_json=msgspec.json.encode(input_ or {}).decode(),
        at=at,
        next_try_at=at + after,
    )


async def claim_call(connection: Connection, *, provider: str, key: str, now: datetime) -> Call | None:
    """Take one call to make it now; None where it is not to be made now, by us."""
    require_transaction(connection)
    row = await store.claim_call(connection, provider=provider, key=key, now=now, lease=LEASE)
    return None if row is None else _call(row)


async def claim_calls(
    connection: Connection, *, provider: str, purposes: Iterable[str], now: datetime, limit: int
) -> list[Call]:
    """Take due calls of these purposes to make them now."""
    require_transaction(connection)
    rows = await store.claim_calls(
        connection, provider=provider, purposes=list(purposes), now=now, lease=LEASE, limit=limit
    )
    return [_call(row) for row in rows]


async def reopen_call(connection: Connection, *, provider: str, key: str, now: datetime) -> Call | None:
    """Take a call that was given up, to see what became of it; None where there is no such.

    It is as old as it was: whoever makes calls only looks for what the gateway has forgotten the key of.
    """
    require_transaction(connection)
    row = await store.reopen_call(connection, provider=provider, key=key, now=now, lease=LEASE)
    return None if row is None else _call(row)


async def end_call(connection: Connection, *, call: Call, state: str, outcome: str) -> bool:
    """End a call for good: 'done', 'refused' (the gateway will not) or 'given_up' (nobody knows).

    False where it has ended: whoever was faster has also seen to what follows. Locks the call.
    """
    require_transaction(connection)
    return await store.end_call(connection, call_id=call.call_id, state=state, outcome=outcome[:_LONGEST_OUTCOME])


async def defer_call(
    connection: Connection, *, call: Call, now: datetime, outcome: str, at_least: timedelta = timedelta(0)
) -> None:
    """Make a call again later: after 4, 8, 16 … seconds, at most a quarter of an hour."""
    require_transaction(connection)
    wait = min(max(timedelta(seconds=2 ** min(call.attempts + 1, 12)), at_least), _LONGEST_WAIT)
    await store.defer_call(connection, call_id=call.call_id, next_try_at=now + wait, outcome=outcome[:_LONGEST_OUTCOME])


def _call(row: asyncpg.Record) -> Call:
    return Call(
        call_id=row["id"],
        key=row["key"],
        purpose=row["purpose"],
        payment_id=row["payment_id"] or 0,
        refund_id=row["refund_id"],
        input=msgspec.json.decode(row["input"]),
        attempts=row["attempts"],
        made_at=row["made_at"],
    )
