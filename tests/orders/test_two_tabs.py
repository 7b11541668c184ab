"""One cart ordered from two tabs at the same moment, each with its own key: it is ordered once."""

import asyncio

import httpx

from marketplace import database
from tests.factories_trade import make_listing, make_seller_product
from tests.orders.test_buyer_pages import add, count_orders, fields_of


async def test_one_cart_pressed_in_two_tabs_is_ordered_once(client: httpx.AsyncClient) -> None:
    async with database.connection() as connection:
        product_id = await make_seller_product(connection)
        listing_id = await make_listing(connection, product_id=product_id, stock=10)
    for attempt in range(1, 9):
        await add(client, product_id)
        typed = {"contact_name": "Pembeli Uji", "contact_phone": "081200000001"}
        tabs = [fields_of(await client.get("/pesan"), "/pesan") | typed for _ in range(2)]
        answers = await asyncio.gather(*(client.post("/pesan", data=tab) for tab in tabs))
        assert await count_orders() == attempt, [answer.headers.get("location") for answer in answers]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT reserved FROM stock WHERE listing_id = $1", listing_id) == 8
