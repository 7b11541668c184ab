"""Ceilings and limits bind at the moment of selling, at the button and at the till: decrees come after listings."""

import secrets
from datetime import date
from typing import Any

import httpx
import pytest

from marketplace import database
from marketplace.ids import StoreId
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store
from tests.orders.people import make_signed_in

COMMODITY = "uji-beras"


class Shop:
    """A store with rice of 5 kg at 65.000 and the cashier's headers."""

    store_id: StoreId
    products: list[int]
    listings: list[int]
    cashier: dict[str, str]


def command(**headers: str) -> dict[str, str]:
    """Headers of an API command."""
    return {"idempotency-key": secrets.token_hex(8), **headers}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    """Make the store, two packings of the same commodity, limit 15 kg; no ceiling stands yet."""
    made = Shop()
    async with database.connection() as connection:
        made.store_id = await make_store(connection)
        await connection.execute(
            "INSERT INTO commodity (code, name_id, name_en, base_unit) VALUES ($1, 'beras uji', 'test rice', 'gram')",
            COMMODITY,
        )
        await connection.execute(
            "INSERT INTO purchase_limit (commodity_code, most_quantity, effective_on, rule, source)"
            " VALUES ($1, 15000, '2025-01-01', 'Juknis Uji', 'uji')",
            COMMODITY,
        )
        made.products = [
            int(
                await make_seller_product(
                    connection,
                    name=f"Beras uji {content} kg",
                    content_quantity=content * 1000,
                    commodity_code=COMMODITY,
                )
            )
            for content in (5, 10)
        ]
        made.listings = [
            int(
                await make_listing(
                    connection,
                    store_id=made.store_id,
                    product_id=product,  # type: ignore[arg-type]
                    price_rupiah=price,
                )
            )
            for product, price in zip(made.products, (65_000, 120_000), strict=True)
        ]
        cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", made.store_id)
        _, token = await make_signed_in(connection, role="cashier", organisation_id=cooperative_id)
    made.cashier = {"authorization": f"Bearer {token}"}
    opened = await client.post("/api/v1/shifts", json={"float_rupiah": 0}, headers=command(**made.cashier))
    assert opened.status_code == 201, opened.text
    return made


async def decree(amount_rupiah: int, *, region_code: str | None, effective_on: date = date(2026, 1, 1)) -> None:
    """Set a HET a kilogram."""
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO price_ceiling (commodity_code, kind, region_code, per_quantity, amount_rupiah, effective_on,"
            " rule, source) VALUES ($1, 'het', $2, 1000, $3, $4, 'Keputusan Uji 7/2026', 'uji')",
            COMMODITY,
            region_code,
            amount_rupiah,
            effective_on,
        )


async def place(client: httpx.AsyncClient, wanted: dict[int, int]) -> httpx.Response:
    """Order as a guest."""
    cart = await client.post(
        "/api/v1/carts",
        json={
            "lines": [{"product_id": product, "quantity": quantity} for product, quantity in wanted.items()],
            "village_code": JATIMAKMUR,
        },
        headers=command(),
    )
    assert cart.status_code == 201, cart.text
    token = {"cart-token": cart.json()["cart_token"]}
    plan = (await client.get("/api/v1/carts/current/plan", headers=token)).json()
    lines = [
        {
            "product_id": line["product_id"],
            "store_id": order["store_id"],
            "quantity": line["quantity"],
            "unit_price_rupiah": line["unit_price_rupiah"],
        }
        for order in plan["orders"]
        for line in order["lines"]
    ]
    return await client.post(
        "/api/v1/orders",
        json={"lines": lines, "contact_name": "Pembeli Uji", "contact_phone": "0812 3456 7890"},
        headers=command(**token),
    )


async def sell(client: httpx.AsyncClient, shop: Shop, lines: dict[int, int], *, total: int) -> httpx.Response:
    """Sell over the counter."""
    body: dict[str, Any] = {
        "lines": [{"listing_id": listing, "quantity": quantity} for listing, quantity in lines.items()],
        "tendered_rupiah": total,
        "expected_rupiah": total,
    }
    return await client.post("/api/v1/stores/current/sales", json=body, headers=command(**shop.cashier))


async def count_orders() -> int:
    """Orders that stand."""
    async with database.connection() as connection:
        count: int = await connection.fetchval("SELECT count(*) FROM orders")
    return count


async def test_decree_after_the_listing_stops_both_ways_of_selling(client: httpx.AsyncClient, shop: Shop) -> None:
    """13.000 a kilogram is above 12.500; the rule is named, and nothing is ordered or sold."""
    await decree(12_500, region_code="32")
    for response in (
        await place(client, {shop.products[0]: 1}),
        await sell(client, shop, {shop.listings[0]: 1}, total=65_000),
    ):
        assert response.status_code == 409, response.text
        problem = response.json()
        assert problem["code"] == "price_above_ceiling"
        for part in ("Beras uji 5 kg", "12.500/kg", "Keputusan Uji 7/2026", "62.500"):
            assert part in response.text.replace("\\u00a0", " "), part
    assert await count_orders() == 0


@pytest.mark.parametrize(
    ("amount_rupiah", "region_code", "effective_on"),
    [
        (13_000, "32", date(2026, 1, 1)),  # exactly the price
        (10_000, "32.16", date(2026, 1, 1)),  # elsewhere
        (10_000, "32", date(2999, 1, 1)),  # not yet in force
    ],
)
async def test_price_within_what_is_in_force_sells(
    client: httpx.AsyncClient, shop: Shop, amount_rupiah: int, region_code: str, effective_on: date
) -> None:
    """At the button and at the till."""
    await decree(amount_rupiah, region_code=region_code, effective_on=effective_on)
    assert (await place(client, {shop.products[0]: 1})).status_code == 201
    assert (await sell(client, shop, {shop.listings[0]: 1}, total=65_000)).status_code == 201
    assert await count_orders() == 2


async def test_required_ceiling_that_nobody_set_stops_selling(client: httpx.AsyncClient, shop: Shop) -> None:
    """As when the listing is saved."""
    async with database.connection() as connection:
        await connection.execute("UPDATE commodity SET is_ceiling_required = true WHERE code = $1", COMMODITY)
    response = await sell(client, shop, {shop.listings[0]: 1}, total=65_000)
    assert response.status_code == 409
    assert "HET beras uji belum diisi untuk wilayah gerai ini" in response.text
    assert await count_orders() == 0


@pytest.mark.parametrize("wanted", [(4, 0), (2, 1)])
async def test_more_than_one_purchase_may_hold_is_refused(
    client: httpx.AsyncClient, shop: Shop, wanted: tuple[int, int]
) -> None:
    """20 kg of 15 kg, in one packing or in two."""
    quantities = [quantity for quantity in wanted if quantity]
    products = dict(zip(shop.products, quantities, strict=False))
    listings = dict(zip(shop.listings, quantities, strict=False))
    total = wanted[0] * 65_000 + wanted[1] * 120_000
    for response in (await place(client, products), await sell(client, shop, listings, total=total)):
        assert response.status_code == 422, response.text
        assert "dibatasi paling banyak" in response.text
    assert await count_orders() == 0
