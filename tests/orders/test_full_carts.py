"""Carts that hold more kinds of goods than may be put in: a guest's and a resident's together."""

import httpx

from marketplace import database
from marketplace.cart.store import LARGEST_CART_LINES
from tests.factories import PASSWORD, make_person, sign_in, sign_out
from tests.factories_trade import make_listing, make_seller_product, make_store
from tests.orders.test_buyer_pages import add


async def test_cart_that_grew_too_full_by_signing_in_can_be_emptied_again(client: httpx.AsyncClient) -> None:
    """Nothing more comes in, quantities may change, and goods may go out."""
    async with database.connection() as connection:
        store_id = await make_store(connection)
        goods = [await make_seller_product(connection) for _ in range(LARGEST_CART_LINES + 3)]
        for product_id in goods:
            await make_listing(connection, store_id=store_id, product_id=product_id)
    person = await make_person()
    await sign_in(client, person)
    for product_id in goods[:LARGEST_CART_LINES]:
        assert (await add(client, product_id)).status_code == 303
    assert (await add(client, goods[-1])).status_code == 422
    sign_out(client)
    for product_id in goods[LARGEST_CART_LINES:-1]:
        assert (await add(client, product_id)).status_code == 303
    entered = await client.post("/masuk", data={"contact": person.contact, "password": PASSWORD})
    assert entered.status_code == 303
    assert await _count() == LARGEST_CART_LINES + 2
    assert (await add(client, goods[-1])).status_code == 422
    assert (await add(client, goods[0])).status_code == 303
    removed = await client.put(
        "/api/v1/carts/current/lines",
        json={"lines": [{"product_id": goods[0], "quantity": 0}]},
        headers={"authorization": f"Bearer {client.cookies['lumbung_session']}", "idempotency-key": "kunci-buang"},
    )
    assert removed.status_code == 200, removed.text
    assert await _count() == LARGEST_CART_LINES + 1


async def _count() -> int:
    async with database.connection() as connection:
        number: int = await connection.fetchval("SELECT count(*) FROM cart_line")
    return number
