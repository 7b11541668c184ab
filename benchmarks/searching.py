"""Search over HTTP against the engine alone, asked the same questions in the same run; embedded and Meilisearch."""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import quote

import msgspec

from benchmarks.client import Answers, Connection, get
from benchmarks.server import serving
from benchmarks.world import fill, postgres
from marketplace import database
from marketplace.discovery import close_search, open_search, prepare_search
from marketplace.discovery.find_goods import GoodsQuery, search_query_of
from marketplace.settings import Settings, load_settings
from search import SearchEngine
from tests.search.engines import WHY_LEFT_OUT, is_meilisearch_at_hand, running_meilisearch

TEXTS = (
    *("keripik", "beras 5kg", "migor", "gla pasir", "kopi bubuk premium", "telor", "sambel trasi", "madu hutan asli"),
    *("kripik singkon", "batik", "kecap manis gurih", "rempeyek kacang pedas", ""),
)


async def measure(*, products: int, rounds: int) -> None:
    """Print p50, p95 and p99 of both and their ratio, for each engine that is at hand."""
    async with postgres() as url:
        await fill(url, products=products, carts=1)
        print(
            f"\nsearch, {products} listings, one client, {len(TEXTS)} questions × {rounds * 20}; goal: p50 ratio ≤ 1.3"
        )
        for name in ("embedded", "meilisearch"):
            if name == "meilisearch" and not is_meilisearch_at_hand():
                print(f"meilisearch left out: {WHY_LEFT_OUT}")
                continue
            with ExitStack() as stack:
                meili = stack.enter_context(running_meilisearch()) if name == "meilisearch" else ("", "")
                directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="lumbung-bench-"))
                await _measure_engine(url, name, meili, directory, times=rounds * 20)


async def _measure_engine(url: str, name: str, meili: tuple[str, str], directory: str, *, times: int) -> None:
    environment = {
        "DATABASE_URL": url,
        "LUMBUNG_DATA": directory,
        "MEILI_URL": meili[0],
        "MEILI_KEY": meili[1],
        "LUMBUNG_SECRET": "bench",
        "LUMBUNG_SEALING_KEYS": "bench",
    }
    settings: Settings = load_settings(environment)
    await database.open_pool(url, size=2)
    engine = open_search(settings)
    started = time.perf_counter()
    built = await prepare_search()
    seconds = time.perf_counter() - started
    alone, over_http = Answers([], {}, 0.0, []), Answers([], {}, 0.0, [])
    async with serving(url, **{name: value for name, value in environment.items() if name != "DATABASE_URL"}) as port:
        connection = Connection(port)
        for number in range(times):
            for text in TEXTS:
                await _ask_engine(engine, text, alone.milliseconds.append if number else _ignore)
                await _ask_http(connection, text, over_http.milliseconds.append if number else _ignore)
        await connection.close()
    await close_search()
    await database.close_pool()
    ratio = over_http.percentile(50) / alone.percentile(50)
    print(f"{name:12s} built {built} documents in {seconds:.1f} s")
    print(f"  engine alone  {alone.spread()}")
    print(f"  over HTTP     {over_http.spread()}   ratio of p50 {ratio:.2f}")


def _ignore(_milliseconds: float) -> None:
    """The first round warms up."""


async def _ask_engine(engine: SearchEngine, text: str, note: Callable[[float], None]) -> None:
    query = search_query_of(GoodsQuery(text=text), None, [])
    before = time.perf_counter()
    await engine.search(query)
    note((time.perf_counter() - before) * 1000)


async def _ask_http(connection: Connection, text: str, note: Callable[[float], None]) -> None:
    request = get(f"/api/v1/search?q={quote(text)}")
    before = time.perf_counter()
    status, body = await connection.ask(request)
    note((time.perf_counter() - before) * 1000)
    assert status == 200, body
    assert msgspec.json.decode(body)["total"] > 0, (text, body)
