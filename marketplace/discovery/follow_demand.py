"""Tasks of the worker: count what was handed over on a day that is over, and let the popularity of goods follow.

Popularity is how many orders with the goods were handed over in ninety days. It decides what shop windows show first
and stands in the search documents, so it moves only where it is off by more than an eighth: best sellers, which all
stores list, are not written anew every night for one order more.
"""

from datetime import timedelta
from typing import Final

from marketplace import clock, database
from marketplace.discovery import demand_store
from marketplace.formats.dates import WIB, day_bounds, day_of
from marketplace.outbox import mark_search_dirty

WINDOW_DAYS: Final = 90
BATCH: Final = 100
"""Products looked at in one transaction: each may be listed at many stores, all of whose documents are marked."""
# Whoever handed over before midnight has committed long before one o'clock.
_GRACE: Final = timedelta(hours=1)
_NOTICEABLE: Final = 8


async def count_demand() -> int:
    """Count the earliest day that was not counted yet; return how many days (0 or 1). Again is harmless."""
    last = day_of(clock.now() - _GRACE, WIB) - timedelta(days=1)
    first = last - timedelta(days=WINDOW_DAYS - 1)
    async with database.transaction() as connection:
        day = await demand_store.find_uncounted_day(connection, first=first, last=last)
        if day is None or not await demand_store.claim_day(connection, day, kept_from=first):
            return 0
        start, end = day_bounds(day, WIB)
        await demand_store.count_day(connection, day, start=start, end=end, kept_from=first)
    return 1


@database.retry_on_conflict
async def follow_demand() -> int:
    """Bring a batch of products up to what was counted; return how many were looked at."""
    async with database.transaction() as connection:
        due = await demand_store.take_due(connection, limit=BATCH)
        moved = await demand_store.follow_demand(connection, due, one_in=_NOTICEABLE) if due else []
        if shown := sorted(row["id"] for row in moved if row["state"] == "published"):
            await mark_search_dirty(connection, "listings", await demand_store.list_shown_listings(connection, shown))
    return len(due)
