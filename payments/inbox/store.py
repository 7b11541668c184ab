"""Every SQL statement about the inbox, one named function each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    import asyncpg

    from payments.connection import Connection


async def insert_event(
    connection: Connection,
    *,
    provider: str,
    event_id: str,
    kind: str,
    object_id: str,
    account_id: str,
    is_live: bool,
    body: str,
    received_at: datetime,
    handled_at: datetime | None,
    outcome: str,
) -> bool:
    """Insert an event; false where it came before."""
    return bool(
        await connection.fetchval(
            """
            INSERT INTO gateway_event (provider, event_id, kind, object_id, is_live, body, received_at, handled_at,
                                       outcome, next_try_at, account_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, $10)
            ON CONFLICT (provider, event_id) DO NOTHING RETURNING true
            """,
            provider,
            event_id,
            kind,
            object_id,
            is_live,
            body,
            received_at,
            handled_at,
            outcome,
            account_id,
        )
    )


async def claim_events(
    connection: Connection, *, provider: str, now: datetime, lease: timedelta, limit: int
) -> list[asyncpg.Record]:
    """Claim events that wait, skipping those that others are claiming; each claim counts as an attempt."""
    return await connection.fetch(
        """
        UPDATE gateway_event SET attempts = attempts + 1, next_try_at = $2::timestamptz + $3
        WHERE id IN (
            SELECT id FROM gateway_event WHERE provider = $1 AND handled_at IS NULL AND next_try_at <= $2
            ORDER BY next_try_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
        RETURNING *
        """,
        provider,
        now,
        lease,
        limit,
    )


async def list_given_up(connection: Connection, *, provider: str, limit: int) -> list[asyncpg.Record]:
    """Events that were given up, the oldest first."""
    return await connection.fetch(
        "SELECT event_id, kind, object_id, received_at, outcome FROM gateway_event"
        " WHERE provider = $1 AND starts_with(outcome, 'given up') ORDER BY id LIMIT $2",
        provider,
        limit,
    )


async def reopen_event(
    connection: Connection, *, provider: str, event_id: str, now: datetime, lease: timedelta
) -> asyncpg.Record | None:
    """Claim an event that was given up, counted anew; None where it was not, or somebody was faster."""
    return await connection.fetchrow(
        "UPDATE gateway_event SET handled_at = NULL, outcome = '', attempts = 1, next_try_at = $3::timestamptz + $4"
        " WHERE provider = $1 AND event_id = $2 AND starts_with(outcome, 'given up') RETURNING *",
        provider,
        event_id,
        now,
        lease,
    )


async def find_event(connection: Connection, *, provider: str, event_id: str) -> asyncpg.Record | None:
    """Read an event by its name."""
    return await connection.fetchrow(
        "SELECT * FROM gateway_event WHERE provider = $1 AND event_id = $2", provider, event_id
    )


async def set_handled(connection: Connection, *, event_row_id: int, at: datetime, outcome: str) -> None:
    """Mark an event as handled."""
    await connection.execute(
        "UPDATE gateway_event SET handled_at = $2, outcome = $3 WHERE id = $1 AND handled_at IS NULL",
        event_row_id,
        at,
        outcome,
    )


async def set_next_try(connection: Connection, *, event_row_id: int, next_try_at: datetime, outcome: str) -> None:
    """Let an event be handled later, and say why."""
    await connection.execute(
        "UPDATE gateway_event SET next_try_at = $2, outcome = $3 WHERE id = $1 AND handled_at IS NULL",
        event_row_id,
        next_try_at,
        outcome,
    )
