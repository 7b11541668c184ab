"""Lists and pages over HTTP against a bare Litestar handler that answers with as many bytes; and their statements.

A page is asked for twice over: by a browser with a cookie that we do not know, so that it is made anew each time, and
by one without, so that it comes from the pages kept for everybody. Both as browsers do, with gzip; its floor then has
as many bytes as went over the wire. What each request costs the server's process is measured beside the ratio, which
two cores shared by server, database and client flatter or spoil alike.
"""

from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx

from benchmarks.client import Connection, burst, get
from benchmarks.server import Server, running_server
from benchmarks.world import fill, postgres
from marketplace import database
from marketplace.app import create_app, running
from marketplace.settings import load_settings

SECONDS = 2
CLIENTS = 16

STRANGE = {"cookie": "strange=1", "accept_encoding": "gzip"}
PLAIN = {"accept_encoding": "gzip"}


class Asked(NamedTuple):
    """What is asked for, and the ratio to the floor that is wanted."""

    label: str
    path: str
    headers: dict[str, str]
    goal: float | None


ASKED = (
    Asked("list, JSON", "/api/v1/products?limit=24", {}, 0.22),
    Asked("product, JSON", "/api/v1/products/77", {}, None),
    Asked("goods of a store, made anew", "/gerai/78", STRANGE, 0.12),
    Asked("goods of a store, kept", "/gerai/78", PLAIN, 0.8),
    Asked("product, made anew", "/produk/77", STRANGE, 0.12),
    Asked("product, kept", "/produk/77", PLAIN, 0.8),
    Asked("front page, made anew", "/", STRANGE, None),
    Asked("front page, kept", "/", PLAIN, 0.8),
)


async def measure(*, products: int, rounds: int) -> None:
    """Print the ratio of each path to the floor, its latency, and how many statements it takes."""
    async with postgres() as url:
        await fill(url, products=products, carts=1)
        counts = await _count_statements(url)
        print(f"\nreading, {products} products, {CLIENTS} clients; floor = a bare handler with as many bytes")
        with TemporaryDirectory(prefix="lumbung-bench-pyc-", ignore_cleanup_errors=True) as compiled:
            await _measure_paths(url, counts, rounds, compiled)


async def _measure_paths(url: str, counts: dict[str, int], rounds: int, compiled: str) -> None:
    async with running_server(url, PYTHONPYCACHEPREFIX=compiled) as server:
        print(
            f"first answer of all, Python compiles everything: after {server.start_seconds:.2f} s,"
            f" {server.cpu_seconds():.2f} s of processor"
        )
    async with running_server(url, LUMBUNG_POOL_SIZE="8", PYTHONPYCACHEPREFIX=compiled) as server:
        used = server.cpu_seconds()
        print(f"first answer from then on after {server.start_seconds:.2f} s (goal 0.8), {used:.2f} s of processor")
        print(
            "path                         status  bytes  statements     /s  floor/s  ratio (min–max)      goal"
            "  CPU µs  latency"
        )
        for asked in ASKED:
            await _compare(server, asked, counts[asked.label], rounds)
        print(f"the worker holds {server.memory_mib():.0f} MiB (goal 90)")


async def _compare(server: Server, asked: Asked, statements: int, rounds: int) -> None:
    request = get(asked.path, **asked.headers)
    status, body = await Connection(server.port).ask(request)
    floor_request = get(f"/floor/{len(body)}")
    ratios, rates, floors, costs, spread = [], [], [], [], ""
    for _ in range(rounds):
        floor = await burst(server.port, lambda _number: floor_request, clients=CLIENTS, seconds=SECONDS)
        before = server.cpu_seconds()
        ours = await burst(server.port, lambda _number: request, clients=CLIENTS, seconds=SECONDS)
        costs.append((server.cpu_seconds() - before) / len(ours.milliseconds) * 1e6)
        ratios.append(ours.per_second / floor.per_second)
        rates.append(ours.per_second)
        floors.append(floor.per_second)
        spread = ours.spread()
    print(
        f"{asked.label:27s}  {status:6d} {len(body):6d}  {statements:10d} {median(rates):6.0f}"
        f"  {median(floors):7.0f}  {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
        f"  {asked.goal if asked.goal is not None else '–':>8}  {median(costs):6.0f}  {spread}"
    )


async def _count_statements(url: str) -> dict[str, int]:
    """Statements that each path sends when asked again, in one process with the application."""
    settings = load_settings({"DATABASE_URL": url, "LUMBUNG_SECRET": "bench", "LUMBUNG_SEALING_KEYS": "bench"})
    application = create_app(settings)
    counts: dict[str, int] = {}
    database.watch_statements()
    async with (
        running(settings),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=application),  # type: ignore[arg-type]  # Litestar's own ASGI types
            base_url="http://bench",
        ) as client,
    ):
        for asked in ASKED:
            headers = {name.replace("_", "-"): value for name, value in asked.headers.items()}
            await client.get(asked.path, headers=headers)
            async with database.observed_statements() as seen:
                await client.get(asked.path, headers=headers)
            counts[asked.label] = len(seen)
    return counts
