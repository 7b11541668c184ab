"""How many days that are over stand open, told on the home of the cooperative."""

from datetime import timedelta

from marketplace import clock, orders
from marketplace.actor import Actor
from marketplace.books import book_of
from marketplace.database import Connection
from marketplace.formats.dates import day_of
from marketplace.http.policy import STORE_MANAGERS
from payments import find_book

# A day that has only just ended is nobody's backlog.
_USUAL_DAYS = 7


async def closing_tasks(connection: Connection, actor: Actor) -> list[orders.HomeTask]:
    """Days since the last closing; a store that never closed one decides by itself when it begins."""
    if actor.require_hat().role not in STORE_MANAGERS:
        return []
    its = await find_book(connection, book=book_of(actor.require_store()))
    if its is None or its.closed_through is None:
        return []
    yesterday = day_of(clock.now(), its.time_zone) - timedelta(days=1)
    count = (yesterday - its.closed_through).days
    if count < _USUAL_DAYS:
        return []
    return [
        orders.HomeTask(sentence="Hari belum ditutup bukunya", count=count, href="/koperasi/buku/tutup", icon="lock")
    ]
