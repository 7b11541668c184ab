"""Buying, selling and counting by the dus: typed at the edges, whole own units inside."""

import secrets
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.http.cookies import cart_cookie_name
from marketplace.ids import ListingId, ProductId, StoreId
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store
from tests.orders.counter_shop import browser, open_till, press
from tests.orders.people import make_signed_in
from tests.orders.test_buyer_pages import add, fields_of, order, text_of


class Shop:
    """A store with crisps at 15.000, from twelve 14.000; 1 dus = 12 bungkus. `token` is its manager's."""

    store_id: StoreId
    crisps: ProductId
    listing_id: ListingId
    tokens: dict[str, str]


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    made = Shop()
    async with database.connection() as connection:
        made.store_id = await make_store(connection)
        made.crisps = await make_seller_product(
            connection, name="Keripik singkong", price_rupiah=12_500, tiers=((12, 11_500),)
        )
        made.listing_id = await make_listing(
            connection, store_id=made.store_id, product_id=made.crisps, price_rupiah=15_000, stock=100
        )
        cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", made.store_id)
        made.tokens = {
            role: (await make_signed_in(connection, role=role, organisation_id=cooperative_id))[1]
            for role in ("cashier", "store_manager")
        }
    await set_dus(made, 12)
    client.cookies.set("lumbung_village", JATIMAKMUR, domain="lumbung.test", path="/")
    return made


@pytest.fixture
async def cashier(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["cashier"]) as person:
        await open_till(person)
        yield person


async def set_dus(shop: Shop, factor: int | None) -> None:
    """What one dus of the crisps holds; None: they are not packed so."""
    async with database.connection() as connection:
        await connection.execute("DELETE FROM product_unit WHERE product_id = $1", shop.crisps)
        if factor:
            await connection.execute("INSERT INTO product_unit VALUES ($1, 'dus', $2)", shop.crisps, factor)


async def in_cart() -> list[int]:
    """Quantities of all carts, in own units."""
    async with database.connection() as connection:
        return [row["quantity"] for row in await connection.fetch("SELECT quantity FROM cart_line ORDER BY cart_id")]


async def on_hand(shop: Shop) -> int:
    """Own units on the shelf."""
    async with database.connection() as connection:
        left: int = await connection.fetchval("SELECT on_hand FROM stock WHERE listing_id = $1", shop.listing_id)
    return left


def command(**headers: str) -> dict[str, str]:
    return {"idempotency-key": secrets.token_hex(8), **headers}


async def test_two_dus_are_24_bungkus_from_the_product_page_to_the_receipt(
    client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop
) -> None:
    """A dus costs the grosir price; what was sold reads the same after the seller packs otherwise."""
    page = await client.get(f"/produk/{shop.crisps}")
    assert "dus (12 bungkus) Rp 14.000/bungkus Rp 168.000" in text_of(page)
    fields = fields_of(page, "/keranjang/tambah")
    assert fields["unit"] == "bungkus:1"
    bought = await client.post("/keranjang/tambah", data=fields | {"quantity": "2", "unit": "dus:12"})
    assert bought.status_code == 303
    assert await in_cart() == [24]
    cart = await client.get("/keranjang")
    for shown in ("24 bks (2 dus)", "Harga grosir, eceran Rp 15.000", "Rp 336.000"):
        assert shown in text_of(cart)
    assert '<option value="dus:12" selected>' in cart.text
    assert "24 bks (2 dus)" in text_of(await client.get("/pesan"))
    placed = await order(client)
    assert placed.status_code == 303, text_of(placed)
    await set_dus(shop, 10)
    async with database.connection() as connection:
        placed_order = await connection.fetchrow("SELECT code, tracking_token FROM orders")
    assert placed_order is not None
    code, tracking = placed_order
    assert "24 bks (2 dus)" in text_of(await client.get(f"/pesanan/{tracking}"))
    for path in (f"/koperasi/pesanan/{code}", f"/kasir/pesanan/{code}"):
        assert "24 bungkus (2 dus) · Keripik singkong" in text_of(await cashier.get(path))
    paid = await press(
        cashier, await cashier.get(f"/kasir/pesanan/{code}"), f"/kasir/pesanan/{code}/bayar", tender="336000"
    )
    number = paid.headers["location"].rsplit("/", 1)[1]
    assert "24 bungkus (2 dus) ×" in text_of(await cashier.get(f"/kasir/kuitansi/{number}"))
    assert await on_hand(shop) == 76


async def test_factor_that_moved_is_refused_showing_old_and_new(client: httpx.AsyncClient, shop: Shop) -> None:
    """On the product's page and in the cart; what was typed is kept, nothing is in the cart or moves in it."""
    page = await client.get(f"/produk/{shop.crisps}")
    await set_dus(shop, 10)
    fields = fields_of(page, "/keranjang/tambah") | {"quantity": "3", "unit": "dus:12"}
    refused = await client.post("/keranjang/tambah", data=fields)
    assert refused.status_code == 409
    assert "Keripik singkong: isi 1 dus berubah dari 12 menjadi 10 bungkus." in text_of(refused)
    assert fields_of(refused, "/keranjang/tambah") | {"_csrf": "", "_once": ""} == fields | {
        "_csrf": "",
        "_once": "",
        "unit": "dus:10",
    }
    assert await in_cart() == []
    assert (await client.post("/keranjang/tambah", data=fields_of(refused, "/keranjang/tambah"))).status_code == 303
    assert await in_cart() == [30]
    await set_dus(shop, 12)
    changed = await client.post(
        "/keranjang/ubah", data={"product_id": str(shop.crisps), "quantity": "5", "unit": "dus:10"}
    )
    assert changed.status_code == 409
    assert "isi 1 dus berubah dari 10 menjadi 12 bungkus" in text_of(changed)
    assert await in_cart() == [30]


@pytest.mark.parametrize(
    ("fields", "status_code", "sentence"),
    [
        ({"quantity": "2", "unit": "sak:12"}, 422, "Keripik singkong tidak dihitung per sak. Pakai bungkus / dus."),
        ({"quantity": "8334", "unit": "dus:12"}, 422, "8334 dus adalah 100008 bungkus, paling banyak 100000"),
        ({"quantity": "9" * 18, "unit": "dus:12"}, 422, "Jumlah harus antara 0 dan 100.000."),
        ({"quantity": "banyak", "unit": "dus:12"}, 422, "Tulis jumlah dengan angka"),
    ],
)
async def test_unit_or_quantity_that_cannot_be_is_refused_beside_the_field(
    client: httpx.AsyncClient, shop: Shop, fields: dict[str, str], status_code: int, sentence: str
) -> None:
    refused = await client.post("/keranjang/tambah", data={"product_id": str(shop.crisps), **fields})
    assert refused.status_code == status_code
    assert sentence in text_of(refused)
    assert f'value="{fields["quantity"]}"' in refused.text
    assert await in_cart() == []


async def test_api_takes_a_unit_for_each_line(client: httpx.AsyncClient, shop: Shop) -> None:
    """Own units come back; without a factor the present one counts; zero takes the goods out."""
    shown = (await client.get(f"/api/v1/products/{shop.crisps}")).json()
    assert shown["conversions"] == [{"unit_code": "dus", "factor": 12}]
    line = {"product_id": shop.crisps, "quantity": 2, "unit_code": "dus"}
    made = await client.post("/api/v1/carts", json={"lines": [line]}, headers=command())
    assert made.status_code == 201, made.text
    token = {"cart-token": made.json()["cart_token"]}
    client.cookies.delete(cart_cookie_name())
    plan = (await client.get("/api/v1/carts/current/plan", headers=token)).json()
    planned = plan["orders"][0]["lines"][0]
    assert (planned["quantity"], planned["unit_price_rupiah"], planned["price_reason"]) == (24, 14_000, "tier")
    assert planned["conversions"] == [{"unit_code": "dus", "factor": 12}]
    moved = await client.post("/api/v1/carts", json={"lines": [line | {"unit_factor": 10}]}, headers=command(**token))
    assert moved.status_code == 409
    assert moved.json()["code"] == "unit_changed"
    assert moved.json()["facts"] == {
        "name": "Keripik singkong", "unit": "dus", "old": 10, "new": 12, "base": "bungkus",
    }  # fmt: skip
    unknown = await client.post(
        "/api/v1/carts", json={"lines": [line | {"unit_code": "sak"}]}, headers=command(**token)
    )
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "quantity")
    assert await in_cart() == [24]


async def test_cashier_types_two_dus(cashier: httpx.AsyncClient, shop: Shop) -> None:
    """Or presses the key of a dus; a factor that moved is refused beside the row."""
    page = await press(cashier, await cashier.get("/kasir/jual"), "/kasir/jual", add=str(shop.listing_id))
    field = f"quantity_{shop.listing_id}"
    typed = await press(cashier, page, "/kasir/jual", **{field: "2 dus"})
    assert "24 bungkus (2 dus)" in text_of(typed)
    assert "Rp 336.000" in text_of(typed)
    more = await press(cashier, typed, "/kasir/jual", add_pack=f"{shop.listing_id}:12")
    assert "36 bungkus (3 dus)" in text_of(more)
    await set_dus(shop, 10)
    refused = await press(cashier, more, "/kasir/jual", **{field: "1 dus"})
    assert refused.status_code == 409
    assert "isi 1 dus berubah dari 12 menjadi 10 bungkus" in text_of(refused)
    assert f'name="line" value="{shop.listing_id}:36"' in refused.text
    assert 'value="1 dus"' in refused.text
    sold = await press(cashier, refused, "/kasir/jual/bayar", tender="504000")
    assert sold.status_code == 303, text_of(sold)
    assert await on_hand(shop) == 64


async def test_api_sells_by_the_dus_at_the_counter(
    client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop
) -> None:
    body = {
        "lines": [{"listing_id": shop.listing_id, "quantity": 2, "unit_code": "dus", "unit_factor": 12}],
        "tendered_rupiah": 336_000,
        "expected_rupiah": 336_000,
    }
    headers = {"authorization": f"Bearer {shop.tokens['cashier']}"}
    sold = await client.post("/api/v1/stores/current/sales", json=body, headers=command(**headers))
    assert sold.status_code == 201, sold.text
    assert await on_hand(shop) == 76
    receipt = await client.get(f"/api/v1/receipts/{sold.json()['receipt_number']}", headers=headers)
    (line,) = receipt.json()["lines"]
    assert (line["quantity"], line["conversions"]) == (24, [{"unit_code": "dus", "factor": 12}])
    body["lines"][0]["quantity"] = 834
    refused = await client.post("/api/v1/stores/current/sales", json=body, headers=command(**headers))
    assert refused.status_code == 422
    assert await on_hand(shop) == 76


async def test_stock_is_received_and_counted_by_the_dus(app: Litestar, client: httpx.AsyncClient, shop: Shop) -> None:
    """Typed as people count, on the page and in the API; the cost is that of one own unit."""
    card = f"/koperasi/stok/{shop.listing_id}"
    async with browser(app, shop.tokens["store_manager"]) as manager:
        page = await manager.get(card)
        assert "100 bungkus (8 dus 4 bungkus)" in text_of(await manager.get("/koperasi/stok"))
        assert "misalnya 2 dus 3. 1 dus = 12 bungkus." in text_of(page)
        took = await press(manager, page, f"{card}/terima", quantity="2 dus 3", unit_cost="12.500")
        assert took.status_code == 303, text_of(took)
        assert await on_hand(shop) == 127
        counted = await press(manager, page, f"{card}/hitung", counted="10 dus + 1 bks", count_reason="opname")
        assert counted.status_code == 303, text_of(counted)
        assert await on_hand(shop) == 121
        await set_dus(shop, 10)
        refused = await press(manager, page, f"{card}/koreksi", less="1 dus", kind="damage", correction_reason="basah")
        assert refused.status_code == 409
        assert "isi 1 dus berubah dari 12 menjadi 10 bungkus" in text_of(refused)
        assert await on_hand(shop) == 121
    headers = {"authorization": f"Bearer {shop.tokens['store_manager']}"}
    path = f"/api/v1/stock/{shop.listing_id}"
    for body, status_code, left in (
        ({"quantity": 1, "unit_code": "dus", "unit_factor": 10}, 201, 131),
        ({"quantity": 1, "unit_code": "dus", "unit_factor": 12}, 409, 131),
        ({"quantity": 100_001, "unit_code": "dus"}, 422, 131),
        ({"quantity": 1, "unit_code": "sak"}, 422, 131),
    ):
        answer = await client.post(f"{path}/receipts", json=body, headers=command(**headers))
        assert answer.status_code == status_code, answer.text
        assert await on_hand(shop) == left


async def test_cards_of_lists_add_one_own_unit(client: httpx.AsyncClient, shop: Shop) -> None:
    assert (await add(client, shop.crisps)).status_code == 303
    assert await in_cart() == [1]
