"""When what Stripe tells late is booked: at its true time while that day is open, else now, with the true time said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.books.closing import Booking, bookable

if TYPE_CHECKING:
    from datetime import datetime

    from payments.connection import Connection


async def booking_for(
    connection: Connection, *, book: str, happened_at: datetime | None, now: datetime, reason: str = ""
) -> Booking:
    """Say how to post what happened; what has no time of its own, or one that lies ahead, happens now."""
    return await bookable(
        connection, book=book, happened_at=now if happened_at is None else min(happened_at, now), now=now, reason=reason
    )
