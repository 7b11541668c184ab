"""Every SQL statement about calls to gateways, one named function each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    import asyncpg

    from payments.connection import Connection


async def insert_call(
    connection: Connection,
    *,
    provider: str,
    key: str,
    purpose: str,
    payment_id: int | None,
    refund_id: int | None,
    input_json: str,
    at: datetime,
    next_try_at: datetime,
) -> bool:
    """Insert a call; false where its key is there already, which then stays as it is."""
    return bool(
        await connection.fetchval(
            "INSERT INTO gateway_call (provider, key, purpose, payment_id, refund_id, input, made_at, next_try_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO NOTHING RETURNING true",
            provider,
            key,
            purpose,
            payment_id,
            refund_id,
            input_json,
            at,
            next_try_at,
        )
    )


async def claim_call(
    connection: Connection, *, provider: str, key: str, now: datetime, lease: timedelta
) -> asyncpg.Record | None:
    """Claim one due call by its key; None where it is not due, done, or claimed by somebody else."""
    return await connection.fetchrow(
        "UPDATE gateway_call SET attempts = attempts + 1, next_try_at = $3::timestamptz + $4"
        " WHERE provider = $1 AND key = $2 AND state = 'waiting' AND next_try_at <= $3 RETURNING *",
        provider,
        key,
        now,
        lease,
    )


async def claim_calls(
    connection: Connection,
    *,
    provider: str,
    purposes: list[str],
    now: datetime,
    lease: timedelta,
    limit: int,
) -> list[asyncpg.Record]:
    """Claim due calls, skipping those that others are claiming; whoever dies with one loses it after the lease."""
    return await connection.fetch(
        """
        UPDATE gateway_call SET attempts = attempts + 1, next_try_at = $2::timestamptz + $3
        WHERE id IN (
            SELECT id FROM gateway_call WHERE provider = $1 AND state = 'waiting' AND next_try_at <= $2
              AND purpose = ANY ($5::text[])
            ORDER BY next_try_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
        RETURNING *
        """,
        provider,
        now,
        lease,
        limit,
        purposes,
    )


async def end_call(connection: Connection, *, call_id: int, state: str, outcome: str) -> bool:
    """End a waiting call: done, refused or given up; false where it has ended."""
    return bool(
        await connection.fetchval(
            "UPDATE gateway_call SET state = $2, outcome = $3 WHERE id = $1 AND state = 'waiting' RETURNING true",
            call_id,
            state,
            outcome,
        )
    )


async def defer_call(connection: Connection, *, call_id: int, next_try_at: datetime, outcome: str) -> None:
    """Let a call be made again later."""
    await connection.execute(
        "UPDATE gateway_call SET next_try_at = $2, outcome = $3 WHERE id = $1 AND state = 'waiting'",
        call_id,
        next_try_at,
        outcome,
    )


async def bring_forward(connection: Connection, *, key: str, at: datetime) -> None:
    """Let a waiting call be made sooner."""
    await connection.execute(
        "UPDATE gateway_call SET next_try_at = $2 WHERE key = $1 AND state = 'waiting' AND next_try_at > $2", key, at
    )


async def count_ended_badly(connection: Connection, *, key_start: str) -> int:
    """Count calls whose key begins so that were refused or given up."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM gateway_call WHERE starts_with(key, $1) AND state IN ('refused', 'given_up')"
        " AND payment_id IS NULL",
        key_start,
    )
    return count


async def list_ended_here(connection: Connection, *, since: datetime, limit: int) -> list[tuple[int, str]]:
    """List attempts that ended here while their page at the gateway may still be open: id and page."""
    rows = await connection.fetch(
        """
        SELECT p.id, p.gateway_id FROM payment p
        WHERE p.method = 'stripe' AND p.state IN ('cancelled', 'failed') AND p.gateway_id <> '' AND p.recorded_at > $1
          AND NOT EXISTS (SELECT FROM gateway_call c WHERE c.payment_id = p.id AND c.purpose = 'expire')
        ORDER BY p.id LIMIT $2
        """,
        since,
        limit,
    )
    return [(row["id"], row["gateway_id"]) for row in rows]


# Money that did not move though it should have, and what nobody knows the end of. Pages and accounts that were given up
# are begun anew by whoever wants them; a payment of what is owed says on its settlement run how it went.
_STUCK = """
    provider = $1 AND state IN ('refused', 'given_up') AND seen_at IS NULL
    AND (purpose IN ('refund', 'transfer', 'reversal')
         OR (state = 'given_up' AND purpose IN ('look', 'look_refund', 'expire')))
"""


async def count_stuck(connection: Connection, *, provider: str) -> tuple[int, int]:
    """Count calls that a person has to look at, and events that were given up."""
    row = await connection.fetchrow(
        f"""
        SELECT (SELECT count(*) FROM gateway_call WHERE {_STUCK}) AS calls,
               (SELECT count(*) FROM gateway_event WHERE provider = $1 AND starts_with(outcome, 'given up')) AS events
        """,
        provider,
    )
    assert row is not None  # noqa: S101 - counts of nothing are a row too
    return row["calls"], row["events"]


async def list_stuck(connection: Connection, *, provider: str, limit: int) -> list[asyncpg.Record]:
    """Calls that a person has to look at, the oldest first, with the book and payable that they are about."""
    return await connection.fetch(
        f"""
        SELECT stuck.id, stuck.key, stuck.purpose, stuck.state, stuck.outcome, stuck.made_at,
               payment.book, payment.payable, payment_refund.amount_rupiah AS refund_rupiah
        FROM (SELECT * FROM gateway_call WHERE {_STUCK} ORDER BY id LIMIT $2) AS stuck
        LEFT JOIN payment ON payment.id = stuck.payment_id
        LEFT JOIN payment_refund ON payment_refund.id = stuck.refund_id
        ORDER BY stuck.id
        """,
        provider,
        limit,
    )


async def reopen_call(
    connection: Connection, *, provider: str, key: str, now: datetime, lease: timedelta
) -> asyncpg.Record | None:
    """Claim a call that was given up; None where it was not, or somebody was faster."""
    return await connection.fetchrow(
        "UPDATE gateway_call SET state = 'waiting', attempts = attempts + 1, next_try_at = $3::timestamptz + $4"
        " WHERE provider = $1 AND key = $2 AND state = 'given_up' RETURNING *",
        provider,
        key,
        now,
        lease,
    )


async def set_seen(connection: Connection, *, provider: str, key: str, at: datetime) -> bool:
    """Note that a person has looked at a call that was refused; false where there is nothing to look at."""
    return bool(
        await connection.fetchval(
            "UPDATE gateway_call SET seen_at = $3 WHERE provider = $1 AND key = $2 AND state = 'refused'"
            " AND seen_at IS NULL RETURNING true",
            provider,
            key,
            at,
        )
    )


async def find_call(connection: Connection, *, provider: str, key: str) -> asyncpg.Record | None:
    """Read a call by its key."""
    return await connection.fetchrow("SELECT * FROM gateway_call WHERE provider = $1 AND key = $2", provider, key)
