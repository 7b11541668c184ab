"""The pool and the one way to open a transaction.

Connections are passed explicitly: a use case opens `transaction()` once and hands the connection down, so a nested
transaction cannot happen by accident. Piccolo's own transaction leaks its connection when COMMIT fails and treats a
nested one as a no-op, which is why it is not used here (docs/decisions/0002-database.md). What each statement says is
left to the areas.
"""

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeAlias, TypeVar

import asyncpg
import msgspec
import structlog
from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()

_pool: "asyncpg.Pool[asyncpg.Record] | None" = None
_in_transaction: ContextVar[bool] = ContextVar("in_transaction", default=False)
_statements: ContextVar[list[str] | None] = ContextVar("statements", default=None)

# Deadlock and serialisation failures are the database asking us to try again; nothing was written.
_RETRYABLE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_ATTEMPTS = 4


# Timing every statement for the observer costs 15 µs each, so only tests and benchmarks ask for it.
_is_watched = False


def watch_statements() -> None:
    """Let `observed_statements` see statements of connections opened from now on; for tests and benchmarks."""
    global _is_watched  # noqa: PLW0603 - a switch of the process
    _is_watched = True


class NestedTransactionError(RuntimeError):
    """A use case opened a second transaction inside its own: pass the connection instead."""


async def open_pool(database_url: str, *, size: int = 10, limit_seconds: float = 30) -> None:
    """Open the process's pool: at most `size` connections, a statement is called off after `limit_seconds`."""
    global _pool  # noqa: PLW0603 - one pool per process is the point
    if _pool is not None:
        message = "the pool is open already"
        raise RuntimeError(message)
    _pool = await asyncpg.create_pool(
        database_url,
        min_size=1,
        max_size=size,
        init=_prepare_connection,
        reset=_no_reset,
        command_timeout=limit_seconds,
        server_settings={
            "application_name": "lumbung",
            "timezone": "UTC",
            "jit": "off",
        },
    )


async def close_pool() -> None:
    """Close the pool, waiting for connections in use."""
    global _pool
    if _pool is not None:
        pool, _pool = _pool, None
        await pool.close()


async def _prepare_connection(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )
    if _is_watched:
        connection.add_query_logger(_note_statement)


async def _no_reset(_connection: object) -> None:
    """Nothing here leaves session state behind, so a released connection needs no round trip."""


def _note_statement(record: Any) -> None:
    if (seen := _statements.get()) is not None:
        seen.append(record.query)


def _open_pool() -> "asyncpg.Pool[asyncpg.Record]":
    if _pool is None:
        message = "the database pool is not open"
        raise RuntimeError(message)
    return _pool


@asynccontextmanager
async def connection() -> AsyncIterator[Connection]:
    """A connection for reading outside a transaction; each statement is its own snapshot."""
    async with _open_pool().acquire() as acquired:
        yield acquired


@asynccontextmanager
async def transaction() -> AsyncIterator[Connection]:
    """One transaction for one use case, READ COMMITTED; commits on leaving, rolls back on any exception.

    Raises:
        NestedTransactionError: this task already holds one.
        asyncpg.PostgresConnectionError: the connection was lost; whether it was committed is not known.

    """
    if _in_transaction.get():
        message = "a transaction is open in this task: pass its connection"
        raise NestedTransactionError(message)
    token = _in_transaction.set(True)
    try:
        async with _open_pool().acquire() as acquired:
            try:
                async with acquired.transaction():
                    yield acquired
            except asyncpg.InterfaceError as error:
                # A lost connection cannot roll back (the server does), and complains of that instead of the loss.
                if not _is_lost(acquired):
                    raise
                message = "the connection was lost within a transaction"
                raise asyncpg.ConnectionDoesNotExistError(message) from error
    finally:
        _in_transaction.reset(token)


def _is_lost(connection: Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        # The pool has taken it back already.
        return True


def refuse_inside_transaction() -> None:
    """Say no to what takes as long as it likes, such as a call over the network, while locks may be held.

    Raises:
        NestedTransactionError: this task has a transaction open.

    """
    if _in_transaction.get():
        message = "a transaction is open in this task: call the network before or after it"
        raise NestedTransactionError(message)


def retry_on_conflict(use_case: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Run a use case again, at most three times, when the database aborted it for a deadlock.

    Only for coroutines whose whole effect is one transaction.
    """

    @functools.wraps(use_case)
    async def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, _ATTEMPTS):
            try:
                return await use_case(*args, **kwargs)
            except _RETRYABLE as error:
                log.warning(
                    "transaction_retried",
                    use_case=use_case.__qualname__,
                    attempt=attempt,
                    reason=str(error),
                )
                await asyncio.sleep(0.005 * 4**attempt)
        return await use_case(*args, **kwargs)

    return wrapped


@asynccontextmanager
async def observed_statements() -> AsyncIterator[list[str]]:
    """Collect the SQL text of every statement that this task and its children run: for tests and benchmarks."""
    seen: list[str] = []
    token = _statements.set(seen)
    try:
        yield seen
    finally:
        _statements.reset(token)
