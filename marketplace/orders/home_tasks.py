"""What waits for the people of a store, for the home of the cooperative: each area says what it knows.

An area above (settlement, reconciliation, bookkeeping) registers a finder here; what waits with orders, tills and
deposits is found here itself. Finders look for the actor: what somebody must not decide does not wait for them.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import msgspec

from marketplace.actor import Actor
from marketplace.database import Connection
from marketplace.http.policy import STORE_MANAGERS, STORE_STAFF
from marketplace.orders import report_store


class HomeTask(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits: an Indonesian sentence, how many of it (0: no number), and where it is done."""

    sentence: str
    href: str
    icon: str
    count: int = 0


Finder: TypeAlias = Callable[[Connection, Actor], Awaitable[list[HomeTask]]]

_finders: list[Finder] = []


def register_home_tasks(finder: Finder) -> None:
    """Ask `finder` whenever somebody opens the home of their cooperative. Registering twice is once."""
    if finder not in _finders:
        _finders.append(finder)


async def find_home_tasks(connection: Connection, actor: Actor) -> list[HomeTask]:
    """Everything that waits for the actor, who works at a store."""
    waiting = await report_store.count_waiting(connection, actor.require_store(), person_id=actor.require_person())
    found = _own_tasks(waiting, actor.require_hat().role)
    for finder in _finders:
        found += await finder(connection, actor)
    return found


def _own_tasks(waiting: Any, role: str) -> list[HomeTask]:
    may_decide, may_pay = role in STORE_MANAGERS, role in STORE_STAFF
    tasks = [
        (
            may_decide,
            HomeTask(
                sentence="Pengembalian uang menunggu keputusan Anda",
                count=waiting["return_count"],
                href="/koperasi/pengembalian",
                icon="undo-2",
            ),
        ),
        (
            may_pay,
            HomeTask(
                sentence="Pengembalian disetujui, tinggal diserahkan uangnya",
                count=waiting["approved_count"],
                href="/koperasi/pengembalian",
                icon="hand-coins",
            ),
        ),
        (
            may_decide,
            HomeTask(
                sentence="Setoran bank menunggu pemeriksaan Anda",
                count=waiting["deposit_count"],
                href="/koperasi/setoran",
                icon="landmark",
            ),
        ),
        (
            may_pay,
            HomeTask(
                sentence="Laci menunggu dihitung penerimanya", count=waiting["till_count"], href="/kasir", icon="wallet"
            ),
        ),
    ]
    return [task for is_theirs, task in tasks if is_theirs and task.count]
