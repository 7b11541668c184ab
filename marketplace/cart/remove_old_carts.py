"""Task of the worker: guests' carts leave the database when the cookie that opens them has long run out."""

from datetime import timedelta

from marketplace import clock, database
from marketplace.cart import store

BATCH = 2_000
# As long as the cookie lasts; each change begins anew.
_KEPT = timedelta(days=90)


async def remove_old_carts() -> int:
    """Remove a batch; return how many."""
    async with database.transaction() as connection:
        return await store.delete_stale_carts(connection, before=clock.now() - _KEPT, limit=BATCH)
