"""Task of the worker: sessions and reset links that have been of no use for long leave the database."""

from datetime import timedelta

from marketplace import clock, database
from marketplace.accounts import store

BATCH = 2_000
# Long enough that "where was I signed in" can still be answered after a complaint.
_SESSIONS_KEPT = timedelta(days=90)
_RESETS_KEPT = timedelta(days=7)


async def remove_old_sessions() -> int:
    """Remove a batch of each; return how many of the larger."""
    now = clock.now()
    async with database.transaction() as connection:
        sessions = await store.delete_old_sessions(connection, now - _SESSIONS_KEPT, BATCH)
        resets = await store.delete_old_password_resets(connection, now - _RESETS_KEPT, BATCH)
    return max(sessions, resets)
