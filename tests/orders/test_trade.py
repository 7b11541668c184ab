"""The whole trade over HTTP: basket, order at one store, cash, hand-over, return; and the books after each."""

import secrets
from typing import Any

import httpx
import pytest

from marketplace import database
from marketplace.ids import ListingId, OrganisationId, ProductId, StoreId
from payments import AccountKind
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store, read_books
from tests.orders.people import make_signed_in


class Shop:
    """One store with a cashier whose shift is open, one consigned and one own product."""

    store_id: StoreId
    cooperative_id: OrganisationId
    chips: ProductId
    rice: ProductId
    chips_listing: ListingId
    rice_listing: ListingId
    cashier: dict[str, str]


def command(**headers: str) -> dict[str, str]:
    return {"idempotency-key": secrets.token_hex(8), **headers}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    made = Shop()
    async with database.connection() as connection:
        made.store_id = await make_store(connection)
        made.cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", made.store_id)
        made.chips = await make_seller_product(connection, name="Keripik singkong balado")
        made.rice = await make_seller_product(connection, name="Beras medium 5 kg", unit_code="sak")
        made.chips_listing = await make_listing(
            connection,
            store_id=made.store_id,
            product_id=made.chips,
            price_rupiah=15_000,
            source="consignment",
            fee_basis_points=2_000,
            stock=10,
        )
        made.rice_listing = await make_listing(
            connection,
            store_id=made.store_id,
            product_id=made.rice,
            price_rupiah=65_000,
            member_price_rupiah=63_000,
            cost_rupiah=60_000,
            stock=5,
        )
        _, token = await make_signed_in(connection, role="cashier", organisation_id=made.cooperative_id)
    made.cashier = {"authorization": f"Bearer {token}"}
    opened = await client.post("/api/v1/shifts", json={"float_rupiah": 0}, headers=command(**made.cashier))
    assert opened.status_code == 201, opened.text
    return made


async def order_goods(client: httpx.AsyncClient, shop: Shop, *, chips: int = 2, rice: int = 1) -> dict[str, Any]:
    cart = await client.post(
        "/api/v1/carts",
        json={
            "lines": [{"product_id": shop.chips, "quantity": chips}, {"product_id": shop.rice, "quantity": rice}],
            "village_code": JATIMAKMUR,
        },
        headers=command(),
    )
    assert cart.status_code == 201, cart.text
    token = {"cart-token": cart.json()["cart_token"]}
    plan = (await client.get("/api/v1/carts/current/plan", headers=token)).json()
    placed = await client.post("/api/v1/orders", json=as_command(plan), headers=command(**token))
    assert placed.status_code == 201, placed.text
    (order,) = placed.json()["orders"]
    return order


def as_command(plan: dict[str, Any]) -> dict[str, Any]:
    return {
        "lines": [
            {
                "product_id": line["product_id"],
                "store_id": order["store_id"],
                "quantity": line["quantity"],
                "unit_price_rupiah": line["unit_price_rupiah"],
            }
            for order in plan["orders"]
            for line in order["lines"]
        ],
        "contact_name": "Pembeli Uji",
        "contact_phone": "0812 0000 0001",
    }


async def books(store_id: StoreId) -> dict[AccountKind, int]:
    async with database.connection() as connection:
        return await read_books(connection, store_id)


async def stock_of(listing_id: ListingId) -> tuple[int, int]:
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT on_hand, reserved FROM stock WHERE listing_id = $1", listing_id)
        return row["on_hand"], row["reserved"]


async def test_placed_order_reserves_goods_and_belongs_to_one_store(client: httpx.AsyncClient, shop: Shop) -> None:
    order = await order_goods(client, shop)
    assert order["store_id"] == shop.store_id
    assert order["total_rupiah"] == 95_000
    assert await stock_of(shop.chips_listing) == (10, 2)
    assert await stock_of(shop.rice_listing) == (5, 1)
    followed = (await client.get(f"/api/v1/orders/{order['tracking_token']}")).json()
    assert followed["state"] == "placed"
    assert [step["state"] for step in followed["history"]] == ["placed"]
    assert followed["routing"]["rule"] == "only_one"
    assert await books(shop.store_id) == {}


async def test_cash_and_hand_over_post_a_balanced_sale(client: httpx.AsyncClient, shop: Shop) -> None:
    order = await order_goods(client, shop)
    paid = await client.post(
        f"/api/v1/stores/current/orders/{order['code']}/payment",
        json={"tendered_rupiah": 100_000},
        headers=command(**shop.cashier),
    )
    assert paid.status_code == 200, paid.text
    assert paid.json() == {
        "code": order["code"],
        "state": "handed_over",
        "receipt_number": 1,
        "amount_rupiah": 95_000,
        "tendered_rupiah": 100_000,
        "change_rupiah": 5_000,
    }
    assert await stock_of(shop.chips_listing) == (8, 0)
    assert await books(shop.store_id) == {
        AccountKind.TILL_CASH: 95_000,
        AccountKind.GOODS_REVENUE: 65_000,
        AccountKind.COST_OF_GOODS_SOLD: 60_000,
        AccountKind.INVENTORY: -60_000,
        AccountKind.SUPPLIER_PAYABLE: 24_000,
        AccountKind.CONSIGNMENT_FEE_REVENUE: 6_000,
    }
    returned = await client.post(
        f"/api/v1/stores/current/orders/{order['code']}/returns",
        json={"reason": "Kemasan bocor"},
        headers=command(**shop.cashier),
    )
    assert returned.status_code == 201, returned.text
    assert returned.json()["receipt_number"] == 2
    assert await stock_of(shop.chips_listing) == (10, 0)
    after = await books(shop.store_id)
    assert after == {AccountKind.GOODS_REVENUE: 65_000, AccountKind.SALES_RETURNS: 65_000}


async def test_same_key_twice_places_one_order(client: httpx.AsyncClient, shop: Shop) -> None:
    cart = await client.post(
        "/api/v1/carts", json={"lines": [{"product_id": shop.chips, "quantity": 1}]}, headers=command()
    )
    token = {"cart-token": cart.json()["cart_token"]}
    plan = (await client.get("/api/v1/carts/current/plan", headers=token)).json()
    headers = command(**token)
    first = await client.post("/api/v1/orders", json=as_command(plan), headers=headers)
    again = await client.post("/api/v1/orders", json=as_command(plan), headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = await client.post("/api/v1/orders", json=as_command(plan) | {"note": "lain"}, headers=headers)
    assert other.status_code == 409
    assert await stock_of(shop.chips_listing) == (10, 1)


async def test_changed_price_is_refused_with_old_and_new(client: httpx.AsyncClient, shop: Shop) -> None:
    cart = await client.post(
        "/api/v1/carts", json={"lines": [{"product_id": shop.rice, "quantity": 1}]}, headers=command()
    )
    token = {"cart-token": cart.json()["cart_token"]}
    plan = (await client.get("/api/v1/carts/current/plan", headers=token)).json()
    async with database.connection() as connection:
        await connection.execute("UPDATE listing SET price_rupiah = 66500 WHERE id = $1", shop.rice_listing)
    refused = await client.post("/api/v1/orders", json=as_command(plan), headers=command(**token))
    assert refused.status_code == 409
    (change,) = refused.json()["facts"]["changes"]
    assert (change["old_rupiah"], change["new_rupiah"]) == (65_000, 66_500)
    assert await stock_of(shop.rice_listing) == (5, 0)


async def test_walk_in_sale_of_the_last_goods_is_receipted_and_more_is_refused(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    sale = {
        "lines": [{"listing_id": shop.rice_listing, "quantity": 5}],
        "tendered_rupiah": 400_000,
        "expected_rupiah": 325_000,
    }
    sold = await client.post("/api/v1/stores/current/sales", json=sale, headers=command(**shop.cashier))
    assert sold.status_code == 201, sold.text
    assert (sold.json()["receipt_number"], sold.json()["change_rupiah"]) == (1, 75_000)
    refused = await client.post("/api/v1/stores/current/sales", json=sale, headers=command(**shop.cashier))
    assert refused.status_code == 409
    assert await stock_of(shop.rice_listing) == (0, 0)
    short = sale | {"lines": [{"listing_id": shop.chips_listing, "quantity": 1}], "expected_rupiah": 15_000}
    too_little = await client.post(
        "/api/v1/stores/current/sales", json=short | {"tendered_rupiah": 10_000}, headers=command(**shop.cashier)
    )
    assert too_little.status_code == 422
    assert too_little.json()["errors"] == [
        {"field": "tendered_rupiah", "message": "Uang yang diterima kurang Rp 5.000."}
    ]
    next_sale = await client.post(
        "/api/v1/stores/current/sales", json=short | {"tendered_rupiah": 15_000}, headers=command(**shop.cashier)
    )
    assert next_sale.json()["receipt_number"] == 2
    closed = await client.post(
        "/api/v1/shifts/current/closing", json={"counted_rupiah": 339_000}, headers=command(**shop.cashier)
    )
    assert closed.json() == {
        "shift_id": closed.json()["shift_id"],
        "expected_rupiah": 340_000,
        "counted_rupiah": 339_000,
        "variance_rupiah": -1_000,
    }
    totals = await books(shop.store_id)
    assert totals[AccountKind.SAFE_CASH] == 339_000
    assert totals[AccountKind.CASH_OVER_SHORT] == 1_000


async def test_grosir_price_counts_in_cart_and_at_the_counter(client: httpx.AsyncClient, shop: Shop) -> None:
    async with database.connection() as connection:
        product_id = await make_seller_product(connection, price_rupiah=10_000, tiers=((10, 9_000),))
        listing_id = await make_listing(
            connection, store_id=shop.store_id, product_id=product_id, price_rupiah=12_000, stock=40
        )
    for quantity, unit_price in ((9, 12_000), (10, 11_000)):
        cart = await client.post(
            "/api/v1/carts", json={"lines": [{"product_id": product_id, "quantity": quantity}]}, headers=command()
        )
        token = {"cart-token": cart.json()["cart_token"]}
        plan = (await client.get("/api/v1/carts/current/plan", headers=token)).json()
        assert plan["orders"][0]["lines"][0]["unit_price_rupiah"] == unit_price
        placed = await client.post("/api/v1/orders", json=as_command(plan), headers=command(**token))
        assert placed.json()["orders"][0]["total_rupiah"] == quantity * unit_price
    sale = {
        "lines": [{"listing_id": listing_id, "quantity": 10}],
        "tendered_rupiah": 110_000,
        "expected_rupiah": 110_000,
    }
    sold = await client.post("/api/v1/stores/current/sales", json=sale, headers=command(**shop.cashier))
    assert sold.status_code == 201, sold.text
