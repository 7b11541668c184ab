"""Tasks of the worker: kept answers of repeated commands, and counters of rate limits, leave when of no more use."""

from datetime import timedelta

from marketplace import clock, database
from marketplace.http.idempotency import KEPT_DAYS, SESSIONS_KEPT_DAYS

_BATCH = 5_000
_COUNTERS_KEPT = timedelta(days=1)


async def remove_old_answers() -> int:
    """Remove up to 5.000 idempotency keys older than a week; return how many."""
    async with database.transaction() as connection:
        status = await connection.execute(
            "DELETE FROM idempotency_key WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_key"
            " WHERE created_at < $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))",
            clock.now() - timedelta(days=KEPT_DAYS),
            _BATCH,
        )
    return int(status.rsplit(" ", 1)[-1])


async def remove_old_session_answers() -> int:
    """Remove up to 5.000 keys of signing in older than a day, whose answers hold tokens; return how many."""
    async with database.transaction() as connection:
        status = await connection.execute(
            # Said as the index says it.
            "DELETE FROM idempotency_key WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_key"
            " WHERE scope LIKE 'contact:%' AND created_at < $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))",
            clock.now() - timedelta(days=SESSIONS_KEPT_DAYS),
            _BATCH,
        )
    return int(status.rsplit(" ", 1)[-1])


async def remove_old_counters() -> int:
    """Remove up to 5.000 counters of windows that closed a day ago; return how many."""
    async with database.transaction() as connection:
        status = await connection.execute(
            "DELETE FROM rate_limit WHERE ctid = ANY(ARRAY(SELECT ctid FROM rate_limit"
            " WHERE window_start < $1 ORDER BY window_start LIMIT $2 FOR UPDATE SKIP LOCKED))",
            clock.now() - _COUNTERS_KEPT,
            _BATCH,
        )
    return int(status.rsplit(" ", 1)[-1])
