"""What the cart says of its stores, prices and villages is true, and every note leads on."""

import re
from html import unescape

import httpx
import pytest

from marketplace import database
from tests.factories import make_person, sign_in
from tests.factories_trade import JATIMAKMUR, LAMBANGSARI
from tests.orders.test_buyer_pages import Shop, add, lay_out, order, text_of


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await lay_out(client)


async def test_quantity_at_a_chosen_store_is_no_change_of_price(client: httpx.AsyncClient, shop: Shop) -> None:
    # The far store sells rice for less; the near one is chosen, then more is taken.
    await add(client, shop.rice, store_id=shop.near)
    line = {"product_id": str(shop.rice), "shown_store_id": str(shop.near), "store_id": str(shop.near)}
    assert (await client.post("/keranjang/ubah", data=line | {"quantity": "2"})).status_code == 303
    said = text_of(await client.get("/keranjang"))
    assert "Gerai pilihan Anda" in said
    assert "Rp 130.000" in said
    assert "Harga berubah" not in said


async def test_store_that_a_guest_chose_keeps_its_price_by_signing_in(client: httpx.AsyncClient, shop: Shop) -> None:
    person = await make_person("Warga Uji")
    await sign_in(client, person)
    await add(client, shop.rice)
    client.cookies.delete("lumbung_session")
    await client.get(f"/keranjang/wilayah?village={LAMBANGSARI}&next=/keranjang")
    await add(client, shop.rice, store_id=shop.near)
    entered = await client.post("/masuk", data={"contact": person.contact, "password": person.password})
    assert entered.status_code == 303
    said = text_of(await client.get("/keranjang"))
    assert "Gerai pilihan Anda" in said
    assert "Harga berubah" not in said
    # Where the guest shopped a moment ago is where they shop now.
    assert "Belanja dari Lambangsari" in said


async def test_cart_without_a_village_says_so_and_where_its_stores_are(client: httpx.AsyncClient, shop: Shop) -> None:
    client.cookies.delete("lumbung_village")
    await add(client, shop.chips)
    cart = await client.get("/keranjang")
    said = text_of(cart)
    assert "Kami belum tahu desa Anda" in said
    assert "Jatimakmur, Pondokgede" in said
    assert "Lanjut memesan dari gerai ini" in said
    assert 'href="/wilayah?next=/keranjang/wilayah"' in unescape(cart.text)
    # Who chose the store knows where they go.
    line = {"product_id": str(shop.chips), "quantity": "1", "store_id": str(shop.near)}
    await client.post("/keranjang/ubah", data=line)
    said = text_of(await client.get("/keranjang"))
    assert "Kami belum tahu desa Anda" not in said
    assert "Lanjut memesan" in said
    assert (await order(client)).status_code == 303


async def test_village_told_is_the_one_that_stores_are_found_by(client: httpx.AsyncClient, shop: Shop) -> None:
    await sign_in(client, await make_person())
    client.cookies.delete("lumbung_village")
    await add(client, shop.rice)
    # A village remembered by the device alone, of somebody else perhaps, is not the cart's.
    client.cookies.set("lumbung_village", JATIMAKMUR, domain="lumbung.test", path="/")
    said = text_of(await client.get("/keranjang"))
    assert "Belanja dari" not in said
    assert "Kami belum tahu desa Anda" in said


async def test_goods_sold_out_say_where_and_offer_stores_that_have_them(client: httpx.AsyncClient, shop: Shop) -> None:
    await add(client, shop.rice, 20, store_id=shop.near)
    cart = await client.get("/keranjang")
    assert "Tersisa 5, Anda minta 20." in text_of(cart)
    options = re.findall(r'<option value="([0-9]+)"', cart.text.split('id="store-')[1])
    assert options == [str(shop.far)], "the store itself cannot serve them either"
    # Five are taken where they are, whatever the select shows.
    taken = {"product_id": str(shop.rice), "quantity": "20", "take_left": "5", "store_id": str(shop.far)}
    await client.post("/keranjang/ubah", data=taken)
    assert "Rp 325.000" in text_of(await client.get("/keranjang"))
    async with database.connection() as connection:
        await connection.execute("UPDATE stock SET on_hand = 0, value_rupiah = 0 WHERE listing_id = $1", shop.rice_near)
    assert "Sedang habis di gerai pilihan Anda." in text_of(await client.get("/keranjang"))
