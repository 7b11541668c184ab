"""Fixtures on real parts: one PostgreSQL for the run, one migrated template, a fresh copy of it for each test."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

os.environ.setdefault("LUMBUNG_DATA", tempfile.mkdtemp(prefix="lumbung-test-"))
os.environ.setdefault("PICCOLO_CONF", "marketplace.piccolo_conf")
os.environ.setdefault("LUMBUNG_CHEAP_PASSWORDS", "1")
os.environ.setdefault("LUMBUNG_SECRET", "tests-only-secret")
os.environ.setdefault("LUMBUNG_SEALING_KEYS", "tests-only-sealing-secret")

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck, settings
from litestar import Litestar

from marketplace import database
from marketplace.catalog import load_reference
from marketplace.embedded import start_postgres
from marketplace.http import rate_limits
from marketplace.migrate import migrate
from marketplace.regions import load_regions
from marketplace.settings import load_settings
from tests import witness_presence
from tests.browser_presence import pytest_collection_modifyitems, pytest_terminal_summary  # noqa: F401 - hooks

TEMPLATE = "lumbung_template"

database.watch_statements()

# How fast the machine makes up examples says nothing about the code: a busy one must not fail a test.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """Let tests with a witness from elsewhere run where it is on the machine."""
    config.pluginmanager.register(witness_presence)


def pytest_sessionfinish() -> None:
    """Remove what the run wrote."""
    shutil.rmtree(os.environ["LUMBUNG_DATA"], ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Admin DSN of a real PostgreSQL: TEST_DATABASE_URL, or the embedded one without fsync (a test may lose data)."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    directory = Path(tempfile.mkdtemp(prefix="lumbung-pg-"))
    server = start_postgres(directory / "data")
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off; SELECT pg_reload_conf();")
    try:
        yield server.get_uri(database="postgres")
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _on(url: str, name: str) -> str:
    head, _, tail = url.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{tail}" if tail else "")


@pytest.fixture(scope="session")
def template_url(postgres_url: str) -> str:
    """DSN of the migrated database, with the regions of Bekasi and the reference data, that tests are copied from."""

    async def prepare() -> str:
        admin = await asyncpg.connect(postgres_url)
        try:
            await admin.execute(f'DROP DATABASE IF EXISTS "{TEMPLATE}"')
            await admin.execute(f"CREATE DATABASE \"{TEMPLATE}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        finally:
            await admin.close()
        url = _on(postgres_url, TEMPLATE)
        await migrate(url)
        fresh = await asyncpg.connect(url)
        try:
            async with fresh.transaction():
                await load_regions(fresh, only=["32.16", "32.75"])
            await load_reference(fresh)
        finally:
            await fresh.close()
        return url

    return asyncio.run(prepare())


@pytest.fixture
async def database_url(postgres_url: str, template_url: str) -> AsyncIterator[str]:
    """DSN of a fresh database for one test."""
    name = f"test_{os.getpid()}_{os.urandom(4).hex()}"
    admin = await asyncpg.connect(postgres_url)
    try:
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        yield _on(template_url, name)
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[None]:
    """The process's pool, open on the fresh database: for tests of use cases without HTTP."""
    await database.open_pool(database_url, size=10)
    try:
        yield
    finally:
        await database.close_pool()


@pytest.fixture(scope="session")
def built_app() -> Litestar:
    """The application, built once: 200 handlers take half a second, and hold nothing of a test."""
    from marketplace.app import create_app  # noqa: PLC0415 - building the app is only for tests that use it

    return create_app()


@pytest.fixture(autouse=True)
def fresh_buckets() -> None:
    """Let every test write as if nobody had before: ids of people repeat from database to database."""
    rate_limits.forget()


@pytest.fixture
async def app(built_app: Litestar, database_url: str, tmp_path: Path) -> AsyncIterator[Litestar]:
    """The whole application, running on the fresh database and a search index of its own."""
    from marketplace.app import running  # noqa: PLC0415 - as above

    # An hour passes at each look, so every page shows the tables as they are; shared pages are tested by another clock.
    built_app.state.shared_pages.forget()
    built_app.state.shared_pages.clock = count(step=3600).__next__
    settings = load_settings({**os.environ, "DATABASE_URL": database_url, "LUMBUNG_DATA": str(tmp_path)})
    async with running(settings):
        yield built_app


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP client of the application, as a browser on the same site."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),  # type: ignore[arg-type]  # Litestar's own ASGI types
        base_url="http://lumbung.test",
        headers={"sec-fetch-site": "same-origin"},
    ) as http:
        yield http
