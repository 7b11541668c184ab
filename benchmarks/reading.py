"""Lists and pages over HTTP against a bare Litestar handler that answers with as many bytes; and their statements."""

from statistics import median

import httpx

from benchmarks.client import Connection, burst, get
from benchmarks.server import serving
from benchmarks.world import fill, postgres
from marketplace import database
from marketplace.app import create_app, running
from marketplace.settings import load_settings

SECONDS = 2
CLIENTS = 16

PATHS = (
    ("list, JSON", "/api/v1/products?limit=24", 0.22),
    ("product, JSON", "/api/v1/products/77", None),
    ("goods of a store, HTML", "/gerai/78", 0.12),
    ("product, HTML", "/produk/77", 0.12),
    ("home, HTML, anonymous", "/", 0.8),
)


async def measure(*, products: int, rounds: int) -> None:
    """Print the ratio of each path to the floor, its latency, and how many statements it takes."""
    async with postgres() as url:
        await fill(url, products=products, carts=1)
        counts = await _count_statements(url)
        print(f"\nreading, {products} products, {CLIENTS} clients; floor = a bare handler with as many bytes")
        print("path                       status   bytes  statements     /s  floor/s  ratio (min–max)  goal  latency")
        async with serving(url, LUMBUNG_POOL_SIZE="8") as port:
            for label, path, goal in PATHS:
                status, body = await Connection(port).ask(get(path))
                ratios, rates, floors, spread = [], [], [], ""
                for _ in range(rounds):
                    floor = await burst(
                        port, lambda _number, size=len(body): get(f"/floor/{size}"), clients=CLIENTS, seconds=SECONDS
                    )
                    ours = await burst(port, lambda _number, path=path: get(path), clients=CLIENTS, seconds=SECONDS)
                    ratios.append(ours.per_second / floor.per_second)
                    rates.append(ours.per_second)
                    floors.append(floor.per_second)
                    spread = ours.spread()
                print(
                    f"{label:25s}  {status:6d} {len(body):7d}  {counts[path]:10d} {median(rates):6.0f}"
                    f"  {median(floors):7.0f}  {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
                    f"  {goal if goal is not None else '–':>5}  {spread}"
                )


async def _count_statements(url: str) -> dict[str, int]:
    """Statements that each path sends, in one process with the application."""
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
        for _label, path, _goal in PATHS:
            await client.get(path)
            async with database.observed_statements() as seen:
                await client.get(path)
            counts[path] = len(seen)
    return counts
