"""Placing an order over HTTP against the same statements by pgbench; a whole guest order; 400 buyers on 100 units."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from statistics import median

import asyncpg
import httpx
import msgspec

from benchmarks.client import Answers, Connection, Request, burst, get, post
from benchmarks.floors import pgbench_script, record_statements, run_pgbench
from benchmarks.server import serving
from benchmarks.world import CARTS, cart_products, fill, postgres, price_of, refill_carts, store_of
from marketplace import database
from marketplace.app import create_app, running
from marketplace.settings import load_settings

SECONDS = 3
_HTTP_FIRST = CARTS // 2


def order_body(cart: int, *, products: int, is_hot: bool = False) -> dict[str, object]:
    """The command that places a cart of the benchmark's world as its buyer saw it."""
    return {
        "lines": [
            {
                "product_id": product,
                "store_id": store_of(product),
                "quantity": 1,
                "unit_price_rupiah": price_of(product),
            }
            for product in cart_products(cart, products=products, is_hot=is_hot)
        ],
        "contact_name": "Pembeli",
        "contact_phone": "081200000001",
    }


def place_request(number: int, *, products: int, is_hot: bool) -> Request:
    """Bytes that place the number-th cart of the HTTP half."""
    cart = _HTTP_FIRST + number
    return post(
        "/api/v1/orders",
        order_body(cart, products=products, is_hot=is_hot),
        Cart_Token=f"cart-{cart}",
        Idempotency_Key=secrets.token_hex(8),
        X_Forwarded_For=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
    )


async def measure(*, products: int, rounds: int) -> None:
    """Print the ratios of placing orders at 1, 8 and 32 clients, spread and hot."""
    async with postgres() as url:
        await fill(url, products=products)
        database.watch_statements()
        await database.open_pool(url, size=1)
        statements = await record_statements(products=products)
        await database.close_pool()
        print(f"\nplace order, {products} products, {len(statements)} SQL statements between BEGIN and COMMIT")
        print("clients  goods   HTTP/s   floor/s   ratio (min–max)        HTTP latency")
        async with serving(url, LUMBUNG_POOL_SIZE="16", LUMBUNG_PROXIES="127.0.0.1") as port:
            admin = await asyncpg.connect(url)
            for is_hot in (False, True):
                for clients in (1, 8, 32):
                    await _rounds(
                        admin, url, port, statements, products=products, is_hot=is_hot, clients=clients, rounds=rounds
                    )
            await _whole_orders(admin, url, port, statements, products=products, rounds=rounds)
            await _oversell(admin, port, products=products)
            await admin.close()


async def _rounds(
    admin: "asyncpg.Connection[asyncpg.Record]",
    url: str,
    port: int,
    statements: list[str],
    *,
    products: int,
    is_hot: bool,
    clients: int,
    rounds: int,
) -> None:
    ratios, rates, floors, last = [], [], [], Answers([], {}, 0.0, [])
    for _ in range(rounds):
        await refill_carts(admin, products=products, is_hot=is_hot)
        script = pgbench_script(statements, products=products, is_hot=is_hot, first_cart=1)
        floor, _latency = await run_pgbench(url, script, clients=clients, seconds=SECONDS)
        last = await burst(
            port,
            lambda number: place_request(number, products=products, is_hot=is_hot),
            clients=clients,
            seconds=SECONDS,
        )
        assert set(last.statuses) == {201}, (last.statuses, last.bodies)
        ratios.append(last.per_second / floor)
        rates.append(last.per_second)
        floors.append(floor)
    print(
        f"{clients:7d}  {'hot   ' if is_hot else 'spread'} {median(rates):7.0f}  {median(floors):8.0f}"
        f"   {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})   {last.spread()}"
    )


async def _whole_orders(
    admin: "asyncpg.Connection[asyncpg.Record]",
    url: str,
    port: int,
    statements: list[str],
    *,
    products: int,
    rounds: int,
) -> None:
    """A guest from nothing to a placed order: cart with three goods, plan, order: three calls."""
    count = await _count_whole_order(url, products=products)
    print(
        f"whole guest order: 3 calls (cart, plan, order), {count} statements; floor = pgbench of placing alone; ≥ 0.25"
    )
    for clients in (1, 8, 32):
        ratios, rates, last = [], [], Answers([], {}, 0.0, [])
        for _ in range(rounds):
            await refill_carts(admin, products=products)
            script = pgbench_script(statements, products=products, is_hot=False, first_cart=1)
            floor, _latency = await run_pgbench(url, script, clients=clients, seconds=SECONDS)
            last = await _whole_burst(port, products=products, clients=clients)
            ratios.append(last.per_second / floor)
            rates.append(last.per_second)
        print(
            f"{clients:7d}         {median(rates):7.0f}/s            {median(ratios):.2f}"
            f" ({min(ratios):.2f}–{max(ratios):.2f})   {last.spread()} a whole order"
        )


async def _count_whole_order(url: str, *, products: int) -> int:
    """Statements of the three calls, BEGIN and COMMIT apart, in one process with the application."""
    settings = load_settings({"DATABASE_URL": url, "LUMBUNG_SECRET": "bench", "LUMBUNG_SEALING_KEYS": "bench"})
    application = create_app(settings)
    database.watch_statements()
    async with (
        running(settings),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=application),  # type: ignore[arg-type]  # Litestar's own ASGI types
            base_url="http://bench",
        ) as client,
    ):

        async def ask(request: Request) -> bytes:
            head, _, body = request.partition(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            method, path, _ = lines[0].split(" ")
            headers = dict(line.split(": ", 1) for line in lines[1:])
            answer = await client.request(method, path, content=body, headers=headers)
            assert answer.status_code < 300, answer.text
            return answer.content

        await _one_guest(ask, 7, products=products)
        async with database.observed_statements() as seen:
            await _one_guest(ask, 8, products=products)
    return sum(statement.strip(" ;").upper() not in {"BEGIN", "COMMIT"} for statement in seen)


async def _one_guest(ask: Callable[[Request], Awaitable[bytes]], number: int, *, products: int) -> None:
    """Fill a cart with three goods, look at the plan, place it."""
    who = {"X_Forwarded_For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
    lines = [{"product_id": product, "quantity": 1} for product in cart_products(number, products=products)]
    basket = {"lines": lines, "village_code": "32.75.08.1003"}
    made = await ask(post("/api/v1/carts", basket, Idempotency_Key=secrets.token_hex(8), **who))
    token = msgspec.json.decode(made)["cart_token"]
    plan = msgspec.json.decode(await ask(get("/api/v1/carts/current/plan", Cart_Token=token, **who)))
    command = {
        "lines": [
            {
                "product_id": line["product_id"],
                "store_id": order["store_id"],
                "quantity": 1,
                "unit_price_rupiah": line["unit_price_rupiah"],
            }
            for order in plan["orders"]
            for line in order["lines"]
        ],
        "contact_name": "Pembeli",
        "contact_phone": "081200000001",
    }
    await ask(post("/api/v1/orders", command, Cart_Token=token, Idempotency_Key=secrets.token_hex(8), **who))


async def _whole_burst(port: int, *, products: int, clients: int) -> Answers:
    answers = Answers([], {}, 0.0, [])
    start = time.perf_counter()

    async def guest(client: int) -> None:
        connection = Connection(port)

        async def ask(request: Request) -> bytes:
            status, body = await connection.ask(request)
            assert status < 300, body
            return body

        number = client
        while (before := time.perf_counter()) - start < SECONDS:
            number += clients
            await _one_guest(ask, number, products=products)
            answers.milliseconds.append((time.perf_counter() - before) * 1000)
        await connection.close()

    await asyncio.gather(*(guest(client) for client in range(clients)))
    answers.seconds = time.perf_counter() - start
    return answers


async def _oversell(admin: "asyncpg.Connection[asyncpg.Record]", port: int, *, products: int) -> None:
    """400 orders at once on 100 units: exactly 100 are sold, 300 are told so plainly."""
    await refill_carts(admin, products=products, is_hot=True)
    hot = cart_products(1, products=products, is_hot=True)
    before = await admin.fetchval("SELECT count(*) FROM orders")
    await admin.execute("UPDATE stock SET on_hand = reserved + 100 WHERE listing_id = ANY($1::bigint[])", hot)
    answers = await burst(
        port, lambda number: place_request(number, products=products, is_hot=True), clients=400, count=400
    )
    sold = await admin.fetchval("SELECT count(*) FROM orders") - before
    left = await admin.fetchval("SELECT min(on_hand - reserved) FROM stock WHERE listing_id = ANY($1::bigint[])", hot)
    print(
        f"400 orders at once on 100 units: {sold} sold, {answers.statuses.get(409, 0)} refused (409), left {left},"
        f" other answers { ({k: v for k, v in answers.statuses.items() if k not in (201, 409)}) }, {answers.spread()}"
    )
