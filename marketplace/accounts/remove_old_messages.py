"""Task of the worker: messages leave the database; their words and addresses are personal, though sealed.

A message carries a link that is good for minutes. What was sent is kept for a week, so that a complaint can be
answered; what nobody could send for a month is of no use to anybody.
"""

from datetime import timedelta

from marketplace import clock, database
from marketplace.accounts import store

BATCH = 2_000
_SENT_KEPT = timedelta(days=7)
_UNSENT_KEPT = timedelta(days=30)


async def remove_old_messages() -> int:
    """Remove a batch; return how many."""
    now = clock.now()
    async with database.transaction() as connection:
        return await store.delete_old_messages(
            connection, sent_before=now - _SENT_KEPT, written_before=now - _UNSENT_KEPT, limit=BATCH
        )
