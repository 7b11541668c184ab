"""What residents type finds what they mean, on the real demonstration and on every engine at hand."""

import asyncio
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from marketplace import database
from marketplace.discovery import store
from marketplace.discovery.documents import document_of
from marketplace.regions import load_regions
from marketplace.seeding.seed_demo import seed_demo
from search import EmbeddedEngine, Index, ListingDocument, SearchEngine, SearchQuery
from search.meilisearch_engine import MeilisearchEngine
from tests.conftest import TEMPLATE
from tests.discovery.judged_queries import JUDGED, NOTHING, Judged
from tests.discovery.typed_queries import BROWSE, RUBBISH, TYPED
from tests.search.engines import engine_names, running_meilisearch
from tests.seeding.conftest import NOW

PAGE = 24


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Judge each engine at hand."""
    if "engine_name" in metafunc.fixturenames:
        metafunc.parametrize("engine_name", engine_names(), scope="module")


@pytest.fixture(scope="module")
def documents(postgres_url: str, template_url: str) -> list[ListingDocument]:
    """Load the demonstration into a database of its own and return the documents of all its listings."""

    async def prepare() -> list[ListingDocument]:
        name = f"judged_{os.getpid()}_{secrets.token_hex(4)}"
        admin = await asyncpg.connect(postgres_url)
        try:
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
            await database.open_pool(template_url.replace(f"/{TEMPLATE}", f"/{name}"), size=2)
            async with database.transaction() as connection:
                await load_regions(connection, only=("32.75", "32.16", "31.75"))
            await seed_demo(now=NOW, order_total=200)
            async with database.connection() as connection:
                rows = await store.list_rows_after(connection, Index.LISTINGS.value, 0, 100_000)
            await database.close_pool()
            await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        finally:
            await admin.close()
        made = [document_of(Index.LISTINGS, row) for row in rows]
        return [one for one in made if isinstance(one, ListingDocument)]

    return asyncio.run(prepare())


@pytest.fixture(scope="module")
def place(
    engine_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, tuple[str, str], set[str]]]:
    """Where the engine keeps the documents; filled by the first test."""
    if engine_name == "embedded":
        yield tmp_path_factory.mktemp("judged"), ("", ""), set()
        return
    with running_meilisearch() as server:
        yield Path(), server, set()


@pytest.fixture
async def engine(
    engine_name: str, place: tuple[Path, tuple[str, str], set[str]], documents: list[ListingDocument]
) -> AsyncIterator[SearchEngine]:
    """Give an engine that holds the demonstration, for reading only."""
    directory, (url, key), done = place
    made: SearchEngine = (
        EmbeddedEngine(directory)
        if engine_name == "embedded"
        else MeilisearchEngine(url, key, prefix=f"judged{os.getpid()}_")
    )
    if not done:
        await made.ensure_index(Index.LISTINGS)
        await made.put(Index.LISTINGS, documents)
        done.add(engine_name)
    yield made
    await made.close()


async def titles(engine: SearchEngine, text: str) -> list[str]:
    """Return the titles of the first page."""
    found = await engine.search(SearchQuery(text=text, hits_per_page=PAGE, is_prefix=True))
    return [getattr(hit.document, "title", "") for hit in found.hits]


@pytest.mark.parametrize("judged", [*JUDGED, *TYPED], ids=[judged.text for judged in (*JUDGED, *TYPED)])
async def test_what_is_typed_shows_what_is_meant_first(
    engine: SearchEngine, documents: list[ListingDocument], judged: Judged
) -> None:
    found = await titles(engine, judged.text)
    sold = {one.product_id for one in documents if re.search(judged.title, one.title, re.IGNORECASE)}
    # What the demonstration has on its shelves varies a little; what it has must come first.
    expected = min(judged.top, len(sold))
    first = found[:expected]
    assert len(first) == expected > 0, found
    assert [title for title in first if not re.search(judged.title, title, re.IGNORECASE)] == [], found
    assert [title for title in found if re.search(judged.never, title, re.IGNORECASE)] == []


@pytest.mark.parametrize("text", [*NOTHING, *RUBBISH])
async def test_what_nobody_sells_shows_nothing_instead_of_something_else(engine: SearchEngine, text: str) -> None:
    assert await titles(engine, text) == []


@pytest.mark.parametrize("text", BROWSE)
async def test_what_names_nothing_shows_everything(
    engine: SearchEngine, documents: list[ListingDocument], text: str
) -> None:
    found = await engine.search(SearchQuery(text=text, hits_per_page=PAGE))
    assert found.total == min(1000, len({one.product_id for one in documents}))
    assert len(found.hits) == PAGE


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("beras di bawah 70rb", 0, 70_000), ("keripik 10rban", 7_500, 12_500), ("batik di atas 1,5jt", 1_500_000, 2**53)],
)
async def test_price_in_the_text_limits_what_is_shown(engine: SearchEngine, text: str, low: int, high: int) -> None:
    found = await engine.search(SearchQuery(text=text, hits_per_page=PAGE))
    prices = [hit.document.price_rupiah for hit in found.hits if isinstance(hit.document, ListingDocument)]
    assert all(low <= price <= high for price in prices), prices
    assert prices or text.startswith("batik")


async def test_guessed_price_that_nothing_has_is_given_up_and_named(engine: SearchEngine) -> None:
    found = await engine.search(SearchQuery(text="beras 12rb"))
    assert found.total > 0
    assert found.missing_words == ("12rb",)
    assert (found.price_min_rupiah, found.price_max_rupiah) == (None, None)


async def test_mended_word_is_shown_as_it_is_spelt(engine: SearchEngine) -> None:
    found = await engine.search(SearchQuery(text="rempeyak"))
    assert (found.corrected, found.missing_words) == ("rempeyek", ())
