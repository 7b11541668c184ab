"""The database connection as payments knows it: the caller's, with the caller's transaction already open on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from payments.errors import OutsideTransaction

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"


def require_transaction(connection: Connection) -> None:
    """Raise OutsideTransaction unless the caller has opened one.

    A sale's stock, payment and postings stand or fall together, so writing money outside a transaction is always a
    mistake.
    """
    if not connection.is_in_transaction():
        raise OutsideTransaction
