"""How many differences nobody has explained yet, told on the home of the cooperative."""

from marketplace import clock, orders
from marketplace.actor import Actor
from marketplace.books import book_of
from marketplace.database import Connection
from marketplace.formats.dates import day_of
from marketplace.http.policy import BOOK_READERS
from marketplace.reconciliation import store
from marketplace.reconciliation.differences import open_differences


async def reconciliation_tasks(connection: Connection, actor: Actor) -> list[orders.HomeTask]:
    """Differences of today to whoever leads the store or watches it."""
    if actor.require_hat().role not in BOOK_READERS:
        return []
    store_id = actor.require_store()
    today = day_of(clock.now(), await store.find_time_zone(connection, store_id))
    found = await open_differences(connection, book_of(store_id), today)
    count = sum(not one.explanation for one in found)
    if not count:
        return []
    return [
        orders.HomeTask(
            sentence="Selisih uang belum cocok atau dijelaskan",
            count=count,
            href="/koperasi/rekonsiliasi",
            icon="scale",
        )
    ]
