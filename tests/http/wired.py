"""Fixtures: the whole application at the end of a wire that can be cut."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar

from marketplace.settings import load_settings
from tests.http.wire import Wire, wire_to


@pytest.fixture
async def wire(database_url: str) -> AsyncIterator[Wire]:
    """The wire that the application has to the fresh database."""
    async with wire_to(database_url) as made:
        yield made


@pytest.fixture
async def app(built_app: Litestar, wire: Wire, tmp_path: Path) -> AsyncIterator[Litestar]:
    """The whole application."""
    from marketplace.app import running  # noqa: PLC0415 - building the app is only for tests that use it

    values = {"DATABASE_URL": wire.url, "LUMBUNG_DATA": str(tmp_path), "LUMBUNG_POOL_SIZE": "3"}
    async with running(load_settings({**os.environ, **values})):
        yield built_app
