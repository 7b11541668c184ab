"""Every SQL statement about providers and their callbacks, one named function each, on the caller's connection.

Locks: the book's provider while one is registered; the row of the inbox that is claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection


async def replace_provider(
    connection: Connection,
    *,
    book: str,
    provider: str,
    partner_id: str,
    scheme: str,
    secret_sealed: bytes,
    public_key: str,
    at: datetime,
    author: str,
) -> None:
    """Make this the provider that is listened to for a book. Breaks snap_provider_partner_once for another's number."""
    await stop_provider(connection, book=book)
    await connection.execute(
        "INSERT INTO snap_provider (book, provider, partner_id, scheme, secret_sealed, public_key, registered_at,"
        " author) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        book,
        provider,
        partner_id,
        scheme,
        secret_sealed,
        public_key,
        at,
        author,
    )


async def stop_provider(connection: Connection, *, book: str) -> None:
    """Listen to nobody for a book; other changes of it wait."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('snap:' || $1, 0))", book)
    await connection.execute("UPDATE snap_provider SET is_active = false WHERE book = $1 AND is_active", book)


async def find_provider(connection: Connection, *, provider: str, partner_id: str) -> asyncpg.Record | None:
    """Find the store's settings by what a callback says of itself."""
    return await connection.fetchrow(
        "SELECT * FROM snap_provider WHERE provider = $1 AND partner_id = $2 AND is_active", provider, partner_id
    )


async def find_provider_of(connection: Connection, *, book: str) -> asyncpg.Record | None:
    """Find the provider that is listened to for a book."""
    return await connection.fetchrow("SELECT * FROM snap_provider WHERE book = $1 AND is_active", book)


async def insert_event(
    connection: Connection, *, provider: str, event_id: str, book: str, body: str, at: datetime
) -> str | None:
    """Keep a callback; None where it is new, else the body that its number came with before."""
    is_new = await connection.fetchval(
        "INSERT INTO gateway_event (provider, event_id, kind, object_id, body, received_at, next_try_at)"
        " VALUES ($1, $2, 'qr.paid', $3, $4, $5, $5) ON CONFLICT (provider, event_id) DO NOTHING RETURNING true",
        provider,
        event_id,
        book,
        body,
        at,
    )
    if is_new:
        return None
    return await connection.fetchval(  # type: ignore[no-any-return]
        "SELECT body FROM gateway_event WHERE provider = $1 AND event_id = $2", provider, event_id
    )


async def claim_event(
    connection: Connection, *, provider_prefix: str, now: datetime, again_at: datetime
) -> asyncpg.Record | None:
    """Claim the callback that has waited longest, skipping what others work on; it comes back at `again_at`."""
    return await connection.fetchrow(
        """
        UPDATE gateway_event SET attempts = attempts + 1, next_try_at = $3
        WHERE id = (
            SELECT id FROM gateway_event
            WHERE handled_at IS NULL AND next_try_at <= $2 AND starts_with(provider, $1)
            ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING *
        """,
        provider_prefix,
        now,
        again_at,
    )


async def postpone_event(connection: Connection, *, event_id: int, again_at: datetime, outcome: str) -> None:
    """Try a claimed callback again later."""
    await connection.execute(
        "UPDATE gateway_event SET next_try_at = $2, outcome = $3 WHERE id = $1 AND handled_at IS NULL",
        event_id,
        again_at,
        outcome,
    )


async def finish_event(connection: Connection, *, event_id: int, at: datetime, outcome: str) -> None:
    """Say what a callback led to; it is not claimed again."""
    await connection.execute(
        "UPDATE gateway_event SET handled_at = $2, outcome = $3 WHERE id = $1 AND handled_at IS NULL",
        event_id,
        at,
        outcome,
    )


async def list_given_up(connection: Connection, *, book: str, limit: int) -> list[asyncpg.Record]:
    """List callbacks of a book that nothing could be made of, the oldest first."""
    return await connection.fetch(
        "SELECT id, event_id, received_at, outcome FROM gateway_event"
        " WHERE object_id = $1 AND handled_at IS NOT NULL AND starts_with(outcome, 'given up')"
        " AND starts_with(provider, 'snap_') ORDER BY id LIMIT $2",
        book,
        limit,
    )
