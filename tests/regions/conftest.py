"""One database with all regions for these tests: they only read, so it is loaded once."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from marketplace import database
from marketplace.database import Connection
from marketplace.regions import load_regions

ALL_REGIONS = "lumbung_all_regions"


@pytest.fixture(scope="session")
def all_regions_url(postgres_url: str, template_url: str) -> str:
    """DSN of a migrated database with every region loaded."""
    head, _, tail = template_url.partition("?")
    url = f"{head.rsplit('/', 1)[0]}/{ALL_REGIONS}" + (f"?{tail}" if tail else "")
    template = head.rsplit("/", 1)[1]

    async def prepare() -> None:
        admin = await asyncpg.connect(postgres_url)
        try:
            await admin.execute(f'DROP DATABASE IF EXISTS "{ALL_REGIONS}"')
            await admin.execute(f'CREATE DATABASE "{ALL_REGIONS}" TEMPLATE "{template}"')
        finally:
            await admin.close()
        await database.open_pool(url, size=1)
        try:
            async with database.transaction() as connection:
                await load_regions(connection)
            async with database.connection() as connection:
                await connection.execute("ANALYZE region")
        finally:
            await database.close_pool()

    asyncio.run(prepare())
    return url


@pytest.fixture
async def regions(all_regions_url: str) -> AsyncIterator[Connection]:
    """Return a connection to the database with every region."""
    connection = await asyncpg.connect(all_regions_url)
    try:
        yield connection
    finally:
        await connection.close()
