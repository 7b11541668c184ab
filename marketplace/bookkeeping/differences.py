"""What should be zero before a day is closed, as those areas say that know it.

An area that compares the book with the world (reconciliation, settlement) registers a finder here. Where any finds
something, a day can still be closed, but only with a reason, which is kept with the act.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeAlias

import msgspec

from marketplace.database import Connection
from marketplace.ids import StoreId


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is open: an Indonesian sentence with its places, filled by `facts`, and where to look at it."""

    code: str
    sentence: str
    facts: dict[str, str | int] = {}
    amount_rupiah: int | None = None
    href: str = ""


Finder: TypeAlias = Callable[[Connection, StoreId, date], Awaitable[list[Difference]]]

_finders: list[Finder] = []


def register_differences(finder: Finder) -> None:
    """Ask `finder` for what is open through a day, whenever a store is about to close it. Registering twice is once."""
    if finder not in _finders:
        _finders.append(finder)


def forget_differences(finder: Finder) -> None:
    """Ask this finder no more."""
    _finders.remove(finder)


async def find_differences(connection: Connection, store_id: StoreId, *, through: date) -> list[Difference]:
    """Everything that is open through a day, in the order of registration."""
    return [found for finder in _finders for found in await finder(connection, store_id, through)]
