"""Closing a book's days, and where a fact that comes too late for its day is booked.

A closed day never opens again: the database refuses whatever would be booked there, and what was wrong is put right by
new transfers on an open day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import asyncpg
import msgspec

from payments.books import store
from payments.connection import require_transaction
from payments.ledger.errors import DayNotOver

if TYPE_CHECKING:
    from payments.connection import Connection

_NOT_OVER_SQLSTATE: Final = "LG006"


class BookDays(msgspec.Struct, frozen=True, kw_only=True):
    """A book's clock and the last day that is closed; None where none is."""

    time_zone: str
    closed_through: date | None


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """Through which day a book is closed now; `is_new` is false where it was already."""

    closed_through: date
    is_new: bool


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """One act of closing: the days after `after_day` (None: from the beginning) through `through_day`."""

    after_day: date | None
    through_day: date
    transfer_count: int
    closed_at: datetime
    author: str
    reason: str


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """When and with which reason a fact is to be posted."""

    occurred_at: datetime
    reason: str


async def find_book(connection: Connection, *, book: str) -> BookDays | None:
    """Find a book's clock and how far it is closed; None before its first account."""
    row = await store.find_book(connection, book=book)
    return None if row is None else BookDays(time_zone=row["time_zone"], closed_through=row["closed_through"])


async def set_time_zone(connection: Connection, *, book: str, time_zone: str) -> None:
    """Say where a book's days begin ('Asia/Makassar'). What was booked before keeps its day."""
    await store.upsert_time_zone(connection, book=book, time_zone=time_zone)


async def close_days(
    connection: Connection, *, book: str, through: date, at: datetime, author: str, reason: str = ""
) -> Closed:
    """Close all open days of a book through `through`, which must be over at `at`; again changes nothing.

    Waits for postings under way and counts them; those that come later are refused. Joins the caller's transaction,
    which must be READ COMMITTED. Raises DayNotOver.
    """
    require_transaction(connection)
    try:
        row = await store.close_days(connection, book=book, through=through, at=at, author=author, reason=reason)
    except asyncpg.PostgresError as error:
        if error.sqlstate != _NOT_OVER_SQLSTATE:
            raise
        raise DayNotOver(through=through) from error
    return Closed(closed_through=row["closed_through"], is_new=row["is_new"])


async def list_closings(
    connection: Connection, *, book: str, before_day: date | None = None, limit: int = 20
) -> tuple[Closing, ...]:
    """List acts of closing, the latest first; `before_day` goes on after the last one seen."""
    rows = await store.list_closings(connection, book=book, before_day=before_day, limit=limit)
    return tuple(Closing(**row) for row in rows)


async def bookable(
    connection: Connection, *, book: str, happened_at: datetime, now: datetime, reason: str = ""
) -> Booking:
    """Say how to post a fact that may be late (a gateway's event about yesterday).

    As it is, while its day is open; else today, with the true time in the reason. The book stays as it is until the
    caller's transaction ends, so the posting that follows is not refused.
    """
    require_transaction(connection)
    place = await store.place_instant(connection, book=book, instant=happened_at)
    if place is None or place["closed_through"] is None or place["on_day"] > place["closed_through"]:
        return Booking(occurred_at=happened_at, reason=reason)
    late = f"terjadi {place['local']}, hari itu sudah ditutup"
    return Booking(occurred_at=now, reason=f"{reason}; {late}" if reason else late)
