"""What a suspended organisation sells or offers leaves the market with it."""

import secrets

import httpx

from marketplace import database
from tests.factories import make_staff, sign_in
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store


def _key() -> dict[str, str]:
    return {"idempotency-key": secrets.token_hex(8)}


async def _suspend(client: httpx.AsyncClient, organisation_id: int) -> None:
    operator, _ = await make_staff("platform_operator", region_code=None)
    await sign_in(client, operator)
    answer = await client.post(
        f"/api/v1/organisations/{organisation_id}/suspension", json={"reason": "Aduan pembeli"}, headers=_key()
    )
    assert answer.status_code == 200, answer.text
    client.headers.pop("authorization")
    client.cookies.clear()


async def _goods() -> tuple[int, int, int, int]:
    async with database.connection() as connection:
        store_id = await make_store(connection)
        product_id = await make_seller_product(connection)
        listing_id = await make_listing(
            connection, store_id=store_id, product_id=product_id, price_rupiah=15_000, stock=10
        )
        row = await connection.fetchrow(
            "SELECT s.cooperative_id, p.seller_id FROM store s, product p WHERE s.id = $1 AND p.id = $2",
            store_id,
            product_id,
        )
        await connection.execute("DELETE FROM search_dirty")
    return row["cooperative_id"], row["seller_id"], product_id, listing_id


async def _fill_cart(client: httpx.AsyncClient, product_id: int) -> httpx.Response:
    return await client.post(
        "/api/v1/carts",
        json={"lines": [{"product_id": product_id, "quantity": 1}], "village_code": JATIMAKMUR},
        headers=_key(),
    )


async def _marked() -> list[tuple[str, int]]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT index_name, document_id FROM search_dirty ORDER BY 1, 2")
    return [(row["index_name"], row["document_id"]) for row in rows]


async def test_store_of_a_suspended_cooperative_takes_no_orders(client: httpx.AsyncClient) -> None:
    cooperative_id, _, product_id, listing_id = await _goods()
    cart = (await _fill_cart(client, product_id)).json()["cart_token"]
    await _suspend(client, cooperative_id)
    plan = (await client.get("/api/v1/carts/current/plan", headers={"cart-token": cart})).json()
    assert plan["orders"] == []
    assert [goods["product_id"] for goods in plan["unserved"]] == [product_id]
    assert (await _fill_cart(client, product_id)).status_code == 422
    async with database.connection() as connection:
        store_id = await connection.fetchval("SELECT id FROM store WHERE cooperative_id = $1", cooperative_id)
    assert (await client.get(f"/gerai/{store_id}")).status_code == 404
    assert await _marked() == [("listings", listing_id), ("stores", store_id)]


async def test_goods_of_a_suspended_seller_are_not_sold_by_any_store(client: httpx.AsyncClient) -> None:
    _, seller_id, product_id, listing_id = await _goods()
    cart = (await _fill_cart(client, product_id)).json()["cart_token"]
    await _suspend(client, seller_id)
    plan = (await client.get("/api/v1/carts/current/plan", headers={"cart-token": cart})).json()
    assert plan["orders"] == []
    assert (await client.get(f"/produk/{product_id}")).status_code == 404
    assert await _marked() == [("listings", listing_id)]


async def test_offers_of_a_suspended_partner_are_forgotten_by_search(client: httpx.AsyncClient) -> None:
    _, partner_id = await make_staff("partner_staff")
    async with database.connection() as connection:
        offer_id = await connection.fetchval(
            "INSERT INTO partnership_offer (partner_id, title, pattern, subject, unit_code, min_quantity, quota,"
            " region_code, starts_on, ends_on, payment_term, state) VALUES ($1, 'Beras SPHP', 'distribusi_keagenan',"
            " 'goods', 'kg', 1, 10, '32.75', '2025-01-01', '2099-01-01', 'tunai', 'published') RETURNING id",
            partner_id,
        )
    await _suspend(client, partner_id)
    assert await _marked() == [("offers", offer_id)]
