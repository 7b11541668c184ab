"""Which stores count as near: by distance where the buyer's village has a position, else by district and regency."""

import secrets
from typing import Any

import httpx
import pytest

from marketplace import database
from marketplace.database import Connection
from marketplace.ids import ProductId, StoreId
from marketplace.orders.plan import levels_apart
from marketplace.regions import load_regions
from tests.factories_trade import JATIMAKMUR, LAMBANGSARI, make_listing, make_seller_product, make_store

JATIWARINGIN = "32.75.08.1001"  # same district as Jatimakmur
BEKASIJAYA = "32.75.01.1001"  # same regency
SUKADANAU = "32.16.08.2001"  # another regency of the province


async def forget_positions(connection: Connection) -> None:
    await connection.execute("UPDATE region SET latitude = NULL, longitude = NULL, is_position_approximate = false")


async def make_stores(connection: Connection, *village_codes: str) -> tuple[ProductId, dict[str, StoreId]]:
    """Make a product that a store in each of these villages has."""
    product_id = await make_seller_product(connection)
    stores = {}
    for code in village_codes:
        stores[code] = await make_store(connection, village_code=code)
        await make_listing(connection, store_id=stores[code], product_id=product_id)
    return product_id, stores


async def read_plan(client: httpx.AsyncClient, product_id: ProductId, village_code: str | None) -> dict[str, Any]:
    cart = await client.post(
        "/api/v1/carts",
        json={"lines": [{"product_id": product_id, "quantity": 1}], "village_code": village_code},
        headers={"idempotency-key": secrets.token_hex(8)},
    )
    assert cart.status_code == 201, cart.text
    answer = await client.get("/api/v1/carts/current/plan", headers={"cart-token": cart.json()["cart_token"]})
    plan: dict[str, Any] = answer.json()
    return plan


async def test_village_with_position_gets_the_nearest_store_across_a_border(client: httpx.AsyncClient) -> None:
    async with database.connection() as connection:
        product_id, stores = await make_stores(connection, BEKASIJAYA, LAMBANGSARI)
        await connection.execute(
            "UPDATE store SET latitude = -6.28, longitude = 106.94 WHERE id = $1", stores[LAMBANGSARI]
        )
    plan = await read_plan(client, product_id, JATIMAKMUR)
    (order,) = plan["orders"]
    assert (order["store_id"], order["rule"], order["distance_km"]) == (stores[LAMBANGSARI], "nearest", 1.1)


@pytest.mark.parametrize(
    ("there", "expected", "rule"),
    [
        ((LAMBANGSARI, BEKASIJAYA, JATIWARINGIN), JATIWARINGIN, "same_area"),
        ((LAMBANGSARI, SUKADANAU, BEKASIJAYA, "32.75.02.1001"), BEKASIJAYA, "same_area"),
        ((LAMBANGSARI, BEKASIJAYA, JATIWARINGIN, JATIMAKMUR), JATIMAKMUR, "home"),
        ((LAMBANGSARI,), LAMBANGSARI, "only_one"),
    ],
)
async def test_village_without_position_gets_a_store_of_its_district_then_regency(
    client: httpx.AsyncClient, there: tuple[str, ...], expected: str, rule: str
) -> None:
    async with database.connection() as connection:
        product_id, stores = await make_stores(connection, *there)
        await forget_positions(connection)
    plan = await read_plan(client, product_id, JATIMAKMUR)
    (order,) = plan["orders"]
    assert (order["store_id"], order["rule"], order["distance_km"]) == (stores[expected], rule, None)


async def test_without_position_the_next_stores_are_offered_nearest_area_first(client: httpx.AsyncClient) -> None:
    async with database.connection() as connection:
        product_id, stores = await make_stores(connection, LAMBANGSARI, BEKASIJAYA, JATIWARINGIN)
        await forget_positions(connection)
    plan = await read_plan(client, product_id, JATIMAKMUR)
    offered = [(offer["store_id"], offer["distance_km"]) for offer in plan["alternatives"][str(product_id)]]
    # The store in the other regency is not looked at: there are nearer ones.
    assert offered == [(stores[JATIWARINGIN], None), (stores[BEKASIJAYA], None)]


async def test_without_position_forty_stores_of_the_regency_are_looked_at_the_district_first(
    client: httpx.AsyncClient,
) -> None:
    async with database.connection() as connection:
        codes = await connection.fetch(
            "SELECT code FROM region WHERE code LIKE '32.16.%' AND level = 'village' AND code NOT LIKE '32.16.23.%'"
            " ORDER BY code LIMIT 45"
        )
        await make_stores(connection, *(row["code"] for row in codes))
        product_id, stores = await make_stores(connection, "32.16.23.2001")
        await forget_positions(connection)
    plan = await read_plan(client, product_id, "32.16.23.2002")
    (order,) = plan["orders"]
    assert (order["store_id"], order["rule"]) == (stores["32.16.23.2001"], "only_one")


def test_levels_apart_are_read_from_the_codes() -> None:
    others = (JATIMAKMUR, JATIWARINGIN, BEKASIJAYA, LAMBANGSARI, "33.29.10.2009")
    assert [levels_apart(JATIMAKMUR, other) for other in others] == [0, 1, 2, 3, 4]
    assert levels_apart(None, JATIMAKMUR) == 4


@pytest.mark.parametrize(("village_code", "expected"), [(JATIMAKMUR, LAMBANGSARI), ("33.01.01.2001", "33.01.02.2001")])
async def test_goods_that_nobody_near_has_come_from_the_province_if_they_can(
    client: httpx.AsyncClient, village_code: str, expected: str
) -> None:
    async with database.transaction() as connection:
        await load_regions(connection, only=["33.01.01", "33.01.02.2001", "33.02.01.2001"])
        await forget_positions(connection)
        product_id, stores = await make_stores(connection, LAMBANGSARI, "33.01.02.2001", "33.02.01.2001")
        # The most of it lies far away, for either.
        await connection.execute("UPDATE stock SET on_hand = 500 WHERE store_id = $1", stores["33.02.01.2001"])
    plan = await read_plan(client, product_id, village_code)
    (order,) = plan["orders"]
    assert order["store_id"] == stores[expected]
