"""Two strangers who send the same Idempotency-Key, as copied from an example, do not get each other's answers."""

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.ids import ProductId
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store
from tests.orders.test_trade import as_command

KEY = {"idempotency-key": "0b9d2c54a1f7"}


def stranger(app: Litestar, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, client=(address, 40_000)),  # type: ignore[arg-type]
        base_url="http://lumbung.test",
    )


@pytest.fixture
async def product_id(app: Litestar) -> ProductId:
    del app
    async with database.connection() as connection:
        product_id = await make_seller_product(connection)
        await make_listing(connection, store_id=await make_store(connection), product_id=product_id, stock=10)
    return product_id


async def make_cart(http: httpx.AsyncClient, product_id: ProductId) -> str:
    body = {"lines": [{"product_id": product_id, "quantity": 1}], "village_code": JATIMAKMUR}
    made = await http.post("/api/v1/carts", json=body, headers=KEY)
    assert made.status_code == 201, made.text
    token: str = made.json()["cart_token"]
    return token


async def test_same_key_from_two_addresses_makes_two_carts(app: Litestar, product_id: ProductId) -> None:
    async with stranger(app, "10.0.0.1") as one, stranger(app, "10.0.0.2") as other:
        first, second = await make_cart(one, product_id), await make_cart(other, product_id)
        assert first != second
        assert await make_cart(one, product_id) == first, "a repeated command answers with the same cart"


async def test_same_key_and_order_from_two_carts_makes_two_orders(app: Litestar, product_id: ProductId) -> None:
    async with stranger(app, "10.0.0.1") as one, stranger(app, "10.0.0.2") as other:
        answers = []
        for http in (one, other):
            headers = {"cart-token": await make_cart(http, product_id)}
            plan = (await http.get("/api/v1/carts/current/plan", headers=headers)).json()
            placed = await http.post("/api/v1/orders", json=as_command(plan), headers={**KEY, **headers})
            assert placed.status_code == 201, placed.text
            again = await http.post("/api/v1/orders", json=as_command(plan), headers={**KEY, **headers})
            assert again.json() == placed.json()
            answers.append(placed.json())
    assert answers[0]["token"] != answers[1]["token"]
    assert answers[0]["orders"][0]["tracking_token"] != answers[1]["orders"][0]["tracking_token"]
