"""Dying between two statements: the next one is never sent, as when a process is killed there.

What was sent has been answered, so nothing is under way and no luck is in it. A connection that dies with a statement
under way is `tests/http/wire.py`.
"""

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import asyncpg


@contextmanager
def dying_after(at: int) -> Iterator[list[str]]:
    """Let whoever wants to send the statement after `at` of them be cancelled instead; gives what was sent before."""
    sent: list[str] = []
    plain: Any = asyncpg.Connection.execute
    prepared: Any = asyncpg.Connection._execute  # type: ignore[attr-defined]  # what all with parameters go through
    is_dead = False

    def note(statement: str) -> None:
        nonlocal is_dead
        if is_dead:
            # What is left to do is the ROLLBACK, which the database would do by itself.
            return
        if len(sent) == at:
            is_dead = True
            raise asyncio.CancelledError
        sent.append(statement)

    async def execute(self: Any, query: str, *args: Any, **options: Any) -> Any:
        if not args:
            note(query)
        return await plain(self, query, *args, **options)

    async def execute_prepared(self: Any, query: str, *args: Any, **options: Any) -> Any:
        note(query)
        return await prepared(self, query, *args, **options)

    with (
        patch.object(asyncpg.Connection, "execute", execute),
        patch.object(asyncpg.Connection, "_execute", execute_prepared),
    ):
        yield sent


async def kill_after(use_case: Awaitable[Any], at: int) -> str | None:
    """Run a use case and kill it after so many statements; the last one, or None where it needed no more."""
    with dying_after(at) as sent:
        try:
            await use_case
        except asyncio.CancelledError:
            return sent[-1]
    return None
