"""The front page and the pages of text: what a guest, a guest with a village and a resident see, at which cost."""

import httpx
import pytest

from marketplace import database
from marketplace.web.navigation import ENTRIES_BY_ROLE
from tests.factories import JATIMAKMUR, make_person, sign_in
from tests.factories_trade import LAMBANGSARI, make_listing, make_seller_product, make_store
from tests.orders.test_buyer_pages import add, order, text_of


async def test_guest_sees_goods_and_the_page_may_be_shared(client: httpx.AsyncClient) -> None:
    async with database.connection() as connection:
        product_id = await make_seller_product(connection, name="Keripik singkong balado")
        hidden = await make_seller_product(connection, name="Keripik yang habis")
        place = await make_store(connection)
        await make_listing(connection, store_id=place, product_id=product_id, price_rupiah=15_000)
        await make_listing(connection, store_id=place, product_id=hidden, stock=0)
    async with database.observed_statements() as seen:
        page = await client.get("/")
    assert len(seen) <= 3, seen
    said = text_of(page)
    assert "Keripik singkong balado" in said
    assert "Rp 15.000" in said
    assert "Keripik yang habis" not in said
    assert page.headers["cache-control"] == "public, max-age=10"
    assert "cookie" in page.headers["vary"]


async def test_village_brings_its_stores_and_their_goods(client: httpx.AsyncClient) -> None:
    async with database.connection() as connection:
        near, far = await make_store(connection), await make_store(connection, village_code=LAMBANGSARI)
        here = await make_seller_product(connection, name="Telur ayam dekat")
        await make_listing(connection, store_id=near, product_id=here, price_rupiah=29_000)
        await make_listing(connection, store_id=far, product_id=here, price_rupiah=25_000)
    client.cookies.set("lumbung_village", JATIMAKMUR)
    async with database.observed_statements() as seen:
        page = await client.get("/")
        again = await client.get("/")
    assert len(seen) <= 7, seen  # the village's name is read once
    said = text_of(again)
    assert "Gerai di sekitar Jatimakmur, Pondokgede" in said
    assert "Rp 29.000" in said
    assert "Rp 25.000" not in said
    assert said.count(" km") == 1
    assert page.headers["cache-control"] == "public, max-age=10"
    assert "cookie" in page.headers["vary"]


async def test_resident_sees_the_orders_that_wait(client: httpx.AsyncClient) -> None:
    async with database.connection() as connection:
        product_id = await make_seller_product(connection)
        await make_listing(connection, product_id=product_id)
    await sign_in(client, await make_person(village_code=JATIMAKMUR))
    assert "Yang menunggu Anda" not in text_of(await client.get("/"))
    await add(client, product_id)
    await order(client)
    assert "Yang menunggu Anda" in text_of(await client.get("/"))


@pytest.mark.parametrize("path", ["/tentang", "/bantuan", "/privasi", "/pengaduan"])
async def test_pages_of_text_are_there_in_both_languages(client: httpx.AsyncClient, path: str) -> None:
    async with database.observed_statements() as seen:
        indonesian = await client.get(path)
        client.cookies.set("lumbung_language", "en")
        english = await client.get(path)
    assert seen == []
    assert indonesian.status_code == english.status_code == 200
    assert text_of(indonesian) != text_of(english)


def test_bar_holds_five_entries_at_most() -> None:
    assert {role: len(entries) for role, entries in ENTRIES_BY_ROLE.items() if len(entries) > 5} == {}
