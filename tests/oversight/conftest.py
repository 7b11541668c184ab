"""The demonstration, and an officer of each of the two agencies."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import httpx
import pytest

from marketplace import database
from marketplace.http.cookies import session_cookie_name
from marketplace.regions import load_regions
from marketplace.seeding.seed_demo import seed_demo
from tests.conftest import TEMPLATE, _on
from tests.orders.people import make_signed_in

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def demonstration_name(postgres_url: str, template_url: str) -> str:
    """Name of a database with the regions and a small demonstration, that tests are copied from."""
    name = f"oversight_{os.getpid()}"

    async def prepare() -> None:
        admin = await asyncpg.connect(postgres_url)
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        await admin.close()
        await database.open_pool(_on(template_url, name), size=2)
        try:
            async with database.transaction() as connection:
                await load_regions(connection)
            await seed_demo(now=NOW, order_total=600)
        finally:
            await database.close_pool()

    asyncio.run(prepare())
    return name


@pytest.fixture
async def database_url(postgres_url: str, template_url: str, demonstration_name: str) -> AsyncIterator[str]:
    """DSN of a copy of the demonstration for one test."""
    name = f"test_{os.getpid()}_{os.urandom(4).hex()}"
    admin = await asyncpg.connect(postgres_url)
    try:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{demonstration_name}"')
        yield _on(template_url, name)
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()


class Watch:
    """The application with the demonstration in it, and sessions of the agencies' officers."""

    http: httpx.AsyncClient
    kota: str
    kabupaten: str

    async def page(self, path: str, token: str = "") -> httpx.Response:
        return await self.http.get(path, headers={"cookie": f"{session_cookie_name()}={token}"} if token else {})

    async def report(self, path: str, token: str = "", **query: str | int) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return await self.http.get(f"/api/v1/reports/{path}", params=query, headers=headers)


@pytest.fixture
async def watch(client: httpx.AsyncClient) -> Watch:
    made = Watch()
    made.http = client
    async with database.connection() as connection:
        agencies = {
            row["region_code"]: row["id"]
            for row in await connection.fetch("SELECT id, region_code FROM organisation WHERE kind = 'agency'")
        }
        _, made.kota = await make_signed_in(connection, role="agency_officer", organisation_id=agencies["32.75"])
        _, made.kabupaten = await make_signed_in(connection, role="agency_officer", organisation_id=agencies["32.16"])
    return made
