"""Placing an order, killed between any two statements, many at once, and across several stores."""

import asyncio
import secrets

import pytest

from marketplace import database
from marketplace.actor import GUEST
from marketplace.cart import CartKey, ChangeLine, change_cart
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId, ProductId, StoreId, hash_token
from marketplace.inventory import check_stock
from marketplace.orders import complete_orders, expire_orders
from marketplace.orders.errors import NotServedError
from marketplace.orders.place_order import ExpectedLine, PlacedCheckout, PlaceOrder, place_order
from marketplace.orders.show_plan import show_plan
from tests.factories_trade import JATIMAKMUR, LAMBANGSARI, make_listing, make_seller_product, make_store
from tests.killing import kill_after

pytestmark = pytest.mark.usefixtures("pool")


def once(key: str | None = None) -> Once:
    return Once(scope="test", key=key or secrets.token_hex(8), request_hash=b"same")


async def make_goods(*, stock: int, count: int = 1) -> tuple[StoreId, list[ProductId], list[ListingId]]:
    async with database.connection() as connection:
        store_id = await make_store(connection)
        products = [await make_seller_product(connection) for _ in range(count)]
        listings = [
            await make_listing(connection, store_id=store_id, product_id=product_id, stock=stock)
            for product_id in products
        ]
    return store_id, products, listings


async def fill_cart(products: list[ProductId], *, quantity: int = 1) -> CartKey:
    key = CartKey(token_hash=hash_token(secrets.token_hex(8)))
    await change_cart(
        [ChangeLine(product_id=product_id, quantity=quantity) for product_id in products],
        actor=GUEST,
        key=key,
        village_code=JATIMAKMUR,
    )
    return key


async def command_for(key: CartKey) -> PlaceOrder:
    plan = await show_plan(key, actor=GUEST)
    return PlaceOrder(
        lines=[
            ExpectedLine(
                product_id=line.product_id,
                store_id=order.store_id,
                quantity=line.quantity,
                unit_price_rupiah=line.unit_price_rupiah,
            )
            for order in plan.orders
            for line in order.lines
        ],
        contact_name="Pembeli Uji",
        contact_phone="081200000001",
    )


async def place(key: CartKey, command: PlaceOrder, key_text: str | None = None) -> PlacedCheckout:
    return await place_order(command, actor=GUEST, key=key, channel="api", once=once(key_text))


async def totals() -> dict[str, int]:
    async with database.connection() as connection:
        assert await check_stock(connection) == []
        row = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM checkout) AS checkouts,"
            " (SELECT count(*) FROM order_line) AS lines, (SELECT count(*) FROM reservation) AS reservations,"
            " (SELECT coalesce(sum(reserved), 0) FROM stock)::int AS reserved,"
            " (SELECT count(*) FROM cart_line) AS cart_lines, (SELECT count(*) FROM idempotency_key) AS keys,"
            " (SELECT count(*) FROM search_dirty WHERE index_name = 'listings') AS marked"
        )
        assert row is not None
        return dict(row)


async def test_killed_between_any_two_statements_loses_doubles_and_reserves_nothing() -> None:
    # The last of each, so that what sold out is marked for search: a statement of its own.
    _, products, _ = await make_goods(stock=1, count=2)
    key = await fill_cart(products)
    command = await command_for(key)
    before = await totals()
    struck_after: list[str] = []
    for statement_number in range(1, 40):
        last = await kill_after(place(key, command, "the-one-key"), statement_number)
        if last is None:
            break
        struck_after.append(" ".join(last.split()[:2]))
        assert await totals() == before, f"killed after statement {statement_number}"
    for step in ("BEGIN;", "WITH claimed", "WITH visitor", "WITH kept"):
        assert step in struck_after, "the kill must have struck between the statements of placing"
    after = await totals()
    assert after == {
        "orders": 1,
        "checkouts": 1,
        "lines": 2,
        "reservations": 2,
        "reserved": 2,
        "cart_lines": 0,
        "keys": 1,
        "marked": 2,
    }
    again = await place(key, command, "the-one-key")
    assert len(again.orders) == 1
    assert await totals() == after


async def test_sixty_buyers_and_twenty_units_sell_exactly_twenty() -> None:
    _, products, listings = await make_goods(stock=20)
    carts = [await fill_cart(products) for _ in range(60)]
    commands = [await command_for(key) for key in carts]
    answers = await asyncio.gather(
        *(place(key, command) for key, command in zip(carts, commands, strict=True)), return_exceptions=True
    )
    placed = [answer for answer in answers if isinstance(answer, PlacedCheckout)]
    refused = [answer for answer in answers if isinstance(answer, NotServedError)]
    assert (len(placed), len(refused)) == (20, 40)
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT on_hand, reserved FROM stock WHERE listing_id = $1", listings[0])
    assert (row["on_hand"], row["reserved"]) == (20, 20)
    assert (await totals())["orders"] == 20


async def test_same_command_at_once_places_one_order() -> None:
    _, products, _ = await make_goods(stock=50)
    key = await fill_cart(products)
    command = await command_for(key)
    answers = await asyncio.gather(*(place(key, command, "pressed-twice") for _ in range(8)))
    assert len({answer.token for answer in answers}) == 1
    assert (await totals())["orders"] == 1


async def test_basket_of_two_stores_makes_one_order_for_each() -> None:
    async with database.connection() as connection:
        first, second = await make_store(connection), await make_store(connection, village_code=LAMBANGSARI)
        chips, rice = await make_seller_product(connection), await make_seller_product(connection)
        await make_listing(connection, store_id=first, product_id=chips, price_rupiah=10_000)
        await make_listing(connection, store_id=second, product_id=rice, price_rupiah=65_000)
    key = await fill_cart([chips, rice])
    placed = await place(key, await command_for(key))
    assert [(order.store_id, order.total_rupiah) for order in placed.orders] == [(first, 10_000), (second, 65_000)]
    async with database.connection() as connection:
        mixed = await connection.fetchval(
            "SELECT count(*) FROM order_line l JOIN listing g ON g.id = l.listing_id WHERE g.store_id <> l.store_id"
        )
    assert mixed == 0


async def test_baskets_of_two_stores_that_race_for_one_stand_whole_or_not_at_all() -> None:
    async with database.connection() as connection:
        first, second = await make_store(connection), await make_store(connection, village_code=LAMBANGSARI)
        chips, rice = await make_seller_product(connection), await make_seller_product(connection)
        plenty = await make_listing(connection, store_id=first, product_id=chips, stock=100)
        scarce = await make_listing(connection, store_id=second, product_id=rice, stock=5)
    carts = [await fill_cart([chips, rice]) for _ in range(15)]
    commands = [await command_for(key) for key in carts]
    answers = await asyncio.gather(
        *(place(key, command) for key, command in zip(carts, commands, strict=True)), return_exceptions=True
    )
    placed = [answer for answer in answers if isinstance(answer, PlacedCheckout)]
    refused = [answer for answer in answers if isinstance(answer, NotServedError)]
    assert (len(placed), len(refused)) == (5, 10)
    assert {error.goods[0]["product_id"] for error in refused} == {rice}
    after = await totals()
    assert (after["orders"], after["checkouts"], after["lines"], after["keys"]) == (10, 5, 10, 5)
    assert after["cart_lines"] == 20, "a refused buyer keeps the basket"
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT listing_id, reserved FROM stock ORDER BY listing_id")
    assert {row["listing_id"]: row["reserved"] for row in rows} == {plenty: 5, scarce: 5}


async def test_basket_of_goods_made_to_order_reserves_nothing() -> None:
    async with database.connection() as connection:
        store_id, product_id = await make_store(connection), await make_seller_product(connection)
        await make_listing(connection, store_id=store_id, product_id=product_id, source="made_to_order")
    key = await fill_cart([product_id])
    placed = await place(key, await command_for(key))
    assert len(placed.orders) == 1
    after = await totals()
    assert (after["orders"], after["lines"], after["reservations"], after["cart_lines"]) == (1, 1, 0, 0)


async def test_statements_of_placing_are_planned_once_for_all_orders() -> None:
    """To plan the basket takes longer than to read it, and a careless parameter makes PostgreSQL plan each time."""
    _, products, _ = await make_goods(stock=50, count=2)
    for _ in range(12):
        key = await fill_cart(products)
        await place(key, await command_for(key))
    # The pool hands out the connection that was given back last, so this is the one that did it all.
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements")
    for step in ("WITH claimed", "WITH visitor", "WITH kept", "WITH asked", "INSERT INTO cart"):
        plans = [
            (row["generic_plans"], row["custom_plans"])
            for row in rows
            if " ".join(row["statement"].split()).startswith(step)
        ]
        assert plans, step
        assert all(generic >= 7 and custom <= 5 for generic, custom in plans), (step, plans)


async def test_uncollected_order_expires_and_frees_its_goods() -> None:
    _, products, listings = await make_goods(stock=3)
    key = await fill_cart(products, quantity=2)
    await place(key, await command_for(key))
    assert await expire_orders() == 0
    async with database.connection() as connection:
        await connection.execute("UPDATE orders SET hold_until = now() - interval '1 minute'")
    assert await expire_orders() == 1
    assert await expire_orders() == 0
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT state FROM orders") == "expired"
        row = await connection.fetchrow("SELECT on_hand, reserved FROM stock WHERE listing_id = $1", listings[0])
    assert (row["on_hand"], row["reserved"]) == (3, 0)
    assert await complete_orders() == 0


async def test_placing_takes_few_statements() -> None:
    _, products, _ = await make_goods(stock=50, count=3)
    key = await fill_cart(products)
    command = await command_for(key)
    async with database.observed_statements() as seen:
        await place(key, command)
    work = [statement for statement in seen if statement.strip(" ;").upper() not in {"BEGIN", "COMMIT"}]
    assert len(work) <= 6, work
