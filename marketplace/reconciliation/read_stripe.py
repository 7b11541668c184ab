"""Reads what moved on Stripe's balance, page by page, and keeps each movement once. For the worker.

Of our account, and of those of cooperatives that were sent their own parts. What moved without any trace here (its
event never came) is put into the inbox as if the event had come.
"""

from datetime import UTC, datetime
from typing import Final

import structlog

from marketplace import clock, database
from marketplace.orders import configured_stripe, stripe_in_use
from payments.stripe import (
    OVERLAP,
    StripeKeyRefused,
    StripeRefused,
    StripeUnavailable,
    keep_movements,
    list_own_accounts,
    look_at_unbooked,
    note_read,
    read_through,
)

log = structlog.get_logger()

_BEGINNING: Final = datetime(2011, 1, 1, tzinfo=UTC)


async def read_stripe_movements() -> int:
    """Read what moved since the last time; return how many movements were new. Whoever dies on the way begins anew."""
    settings = configured_stripe()
    if settings is None:
        return 0
    started = clock.now()
    async with database.connection() as connection:
        accounts = ["", *await list_own_accounts(connection)]
    # One after the other: an account that Stripe will not show us keeps no other from being read.
    kept = sum([await _read(account_id, started=started) for account_id in accounts])
    async with database.transaction() as connection:
        looked = await look_at_unbooked(connection, is_live=settings.is_live, now=started)
    if looked:
        log.warning("stripe_events_missing", count=looked)
    return kept


async def _read(account_id: str, *, started: datetime) -> int:
    async with database.connection() as connection:
        read = await read_through(connection, account_id=account_id)
    since = _BEGINNING if read is None else read - OVERLAP
    kept, after, has_more = 0, None, True
    try:
        while has_more:
            movements, has_more = await stripe_in_use().list_movements(since=since, after=after, account_id=account_id)
            async with database.transaction() as connection:
                kept += await keep_movements(connection, movements=movements, at=clock.now(), account_id=account_id)
            after = movements[-1].movement_id if movements else None
            has_more = has_more and after is not None
    except (StripeUnavailable, StripeKeyRefused, StripeRefused) as error:
        log.warning("stripe_movements_unread", account_id=account_id, reason=str(error))
        return kept
    async with database.transaction() as connection:
        await note_read(connection, through=started, account_id=account_id)
    return kept
