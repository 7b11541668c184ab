"""Knowing that another connection has come to a lock, without guessing how long that takes."""

import asyncio

from marketplace.database import Connection

_SOMEBODY = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database())"
)


async def until_somebody_waits(connection: Connection) -> None:
    """Return when a connection of this database waits for a lock; `connection` may be the one that holds it."""
    # Only the database knows when the other one has come to the lock.
    while not await connection.fetchval(_SOMEBODY):
        # Inside a transaction what was seen first is shown again, unless told otherwise.
        await connection.execute("SELECT pg_stat_clear_snapshot()")
        await asyncio.sleep(0.01)
