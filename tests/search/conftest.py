"""Engines for the contract tests: each test that asks for `engine` runs on every engine at hand."""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from search import Index, SearchEngine
from search.embedded_engine import EmbeddedEngine
from tests.search import corpus
from tests.search.engines import WHY_LEFT_OUT, engine_names, is_meilisearch_at_hand, running_meilisearch


def pytest_report_header() -> str:
    """Say which engines are held against the contract."""
    return _summary()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it again at the end, where it is read."""
    terminalreporter.write_line(_summary())


def _summary() -> str:
    if is_meilisearch_at_hand():
        return "search engines under contract: embedded, meilisearch"
    return f"search engines under contract: embedded (Meilisearch left out: {WHY_LEFT_OUT})"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that uses an engine once for each engine at hand; nothing is generated for the others."""
    if "engine_name" in metafunc.fixturenames:
        metafunc.parametrize("engine_name", engine_names(), scope="session")


@pytest.fixture(scope="session")
def meilisearch_server() -> Iterator[tuple[str, str]]:
    """Give address and key of a Meilisearch."""
    with running_meilisearch() as server:
        yield server


async def filled(engine: SearchEngine) -> None:
    """Create all indexes and put the corpus into them."""
    for index in Index:
        await engine.ensure_index(index)
    await engine.put(Index.LISTINGS, corpus.listings())
    await engine.put(Index.OFFERS, corpus.offers())
    await engine.put(Index.STORES, corpus.stores())


def make_engine(name: str, directory: Path, request: pytest.FixtureRequest, prefix: str) -> SearchEngine:
    """Return an engine of that name; `prefix` keeps apart what shares one Meilisearch."""
    if name == "embedded":
        return EmbeddedEngine(directory)
    from search.meilisearch_engine import MeilisearchEngine  # noqa: PLC0415 - only where one is at hand

    url, key = request.getfixturevalue("meilisearch_server")
    return MeilisearchEngine(url, key, prefix=prefix)


@pytest.fixture
async def empty_engine(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SearchEngine]:
    """Give an engine without a single index."""
    made = make_engine(engine_name, tmp_path / "search", request, f"t{secrets.token_hex(4)}_")
    yield made
    await made.close()


@pytest.fixture(scope="session")
def filled_place(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, set[str]]:
    """Where the corpus is kept for tests that only read; filled by the first of them."""
    return tmp_path_factory.mktemp(f"search-{engine_name}"), f"t{secrets.token_hex(4)}_", set()


@pytest.fixture
async def engine(
    engine_name: str, filled_place: tuple[Path, str, set[str]], request: pytest.FixtureRequest
) -> AsyncIterator[SearchEngine]:
    """Give an engine with the corpus, for reading only."""
    directory, prefix, done = filled_place
    made = make_engine(engine_name, directory, request, prefix)
    if engine_name not in done:
        await filled(made)
        done.add(engine_name)
    yield made
    await made.close()
