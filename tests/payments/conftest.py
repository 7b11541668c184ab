"""Databases for the tests of payments: nothing in them but the schema of payments, to show that it stands alone.

A fresh one for each test, because the ledger refuses to be emptied.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest

MIGRATIONS = Path(__file__).parents[2] / "payments" / "migrations"
TEMPLATE = "payments_template"

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Connect: TypeAlias = Callable[[], Awaitable[Connection]]


def _parts() -> list[Path]:
    """The folders of SQL in the order of their migrations."""
    texts = [path.read_text() for path in MIGRATIONS.glob("payments_*.py")]
    found = sorted(
        (re.findall(r'^ID = "(.+)"', text, re.MULTILINE), re.findall(r'parent / "(\w+)"', text)) for text in texts
    )
    return [MIGRATIONS / folder for _, (folder,) in found]


@pytest.fixture(scope="session")
def payments_template(postgres_url: str) -> str:
    """Name of a database with the schema of payments, to be copied."""

    async def prepare() -> str:
        admin = await asyncpg.connect(postgres_url)
        await admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        await admin.execute(f"CREATE DATABASE {TEMPLATE}")
        await admin.close()
        template = await asyncpg.connect(postgres_url, database=TEMPLATE)
        for migration in (path for part in _parts() for path in sorted(part.glob("*.sql"))):
            await template.execute(migration.read_text())
        await template.close()
        return TEMPLATE

    return asyncio.run(prepare())


@pytest.fixture
async def connect(postgres_url: str, payments_template: str) -> AsyncIterator[Connect]:
    """Open connections to one fresh database; they are closed after the test."""
    name = f"payments_{os.getpid()}_{os.urandom(4).hex()}"
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {payments_template}")
    opened: list[Connection] = []

    async def _connect() -> Connection:
        connection = await asyncpg.connect(postgres_url, database=name)
        opened.append(connection)
        return connection

    yield _connect
    for connection in opened:
        await connection.close()
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def connection(connect: Connect) -> Connection:
    """Open one connection, without a transaction."""
    return await connect()
