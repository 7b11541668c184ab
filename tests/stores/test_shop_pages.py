"""The public's pages: what is on sale, where, and that they stay within their statements."""

import html

import httpx
import pytest

from marketplace import database
from marketplace.stores import shop_queries
from tests.factories_trade import (
    JATIMAKMUR,
    make_listing,
    make_seller_product,
    make_store,
)


def _text(response: httpx.Response) -> str:
    return html.unescape(response.text)


async def test_product_page_shows_stores_and_a_form_into_the_cart(client: httpx.AsyncClient) -> None:
    """Price, grosir, what is left; a guest learns that members pay less, not how much."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        product_id = await make_seller_product(connection, name="Keripik tempe pedas", tiers=((10, 11_500),))
        await make_listing(connection, store_id=store_id, product_id=product_id, member_price_rupiah=13_999, stock=3)
    async with database.observed_statements() as statements:
        response = await client.get(f"/produk/{product_id}-keripik-tempe-pedas")
    assert response.status_code == 200
    assert len(statements) <= 4
    text = _text(response)
    for shown in ("Keripik tempe pedas", "Rp\u00a015.000", "Rp\u00a014.000", "Sisa 3", "membayar lebih murah", "250 g"):
        assert shown in text
    assert "13.999" not in text
    assert f'name="product_id" value="{product_id}"' in response.text
    assert 'action="/keranjang/tambah"' in text


async def test_store_that_the_visitor_comes_from_is_chosen(client: httpx.AsyncClient) -> None:
    """With its price, although another one is cheaper; a sold-out store is not offered."""
    async with database.transaction() as connection:
        product_id = await make_seller_product(connection)
        await make_listing(connection, product_id=product_id, price_rupiah=14_000)
        store_id = await make_store(connection)
        listing_id = await make_listing(connection, store_id=store_id, product_id=product_id, price_rupiah=17_000)
    text = _text(await client.get(f"/produk/{product_id}?gerai={store_id}"))
    assert f'value="{store_id}" checked' in text
    assert text.index("Rp\u00a017.000") < text.index("Rp\u00a014.000")
    async with database.transaction() as connection:
        await connection.execute("UPDATE listing SET state = 'paused' WHERE id = $1", listing_id)
    assert 'value="" checked' in _text(await client.get(f"/produk/{product_id}?gerai={store_id}"))


async def test_store_that_the_visitor_comes_from_is_chosen_among_very_many(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rice is in every store: the one whose page it was is neither the nearest nor the cheapest."""
    monkeypatch.setattr(shop_queries, "MOST_OFFERS", 2)
    monkeypatch.setattr(shop_queries, "_CHEAP_OFFERS", 2)
    async with database.transaction() as connection:
        product_id = await make_seller_product(connection)
        for _ in range(3):
            await make_listing(connection, product_id=product_id, price_rupiah=14_000)
        store_id = await make_store(connection)
        await make_listing(connection, store_id=store_id, product_id=product_id, price_rupiah=17_000)
    text = _text(await client.get(f"/produk/{product_id}?gerai={store_id}"))
    assert f'value="{store_id}" checked' in text
    assert text.index("Rp\u00a017.000") < text.index("Rp\u00a014.000")
    for nonsense in ("9" * 30, "0", "-1"):
        answer = await client.get(f"/produk/{product_id}?gerai={nonsense}")
        assert 'value="" checked' in _text(answer), nonsense


async def test_product_that_is_not_shown_is_not_found(client: httpx.AsyncClient) -> None:
    """Neither a draft nor nonsense."""
    async with database.transaction() as connection:
        product_id = await make_seller_product(connection, state="draft")
    for key in (str(product_id), "0", "abc", "9" * 30):
        assert (await client.get(f"/produk/{key}")).status_code == 404


async def test_product_without_stock_says_so(client: httpx.AsyncClient) -> None:
    """No form into the cart."""
    async with database.transaction() as connection:
        product_id = await make_seller_product(connection)
    assert "Belum ada gerai yang menjual" in _text(await client.get(f"/produk/{product_id}"))
    async with database.transaction() as connection:
        await make_listing(connection, product_id=product_id, stock=0)
    text = _text(await client.get(f"/produk/{product_id}"))
    assert "Sedang habis di semua gerai." in text
    assert "/keranjang/tambah" not in text


async def test_stores_are_found_and_opened(client: httpx.AsyncClient) -> None:
    """By typing, by village, and an empty answer that says what to do."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        await make_listing(connection, store_id=store_id)
    for query in ("?q=jati+makmur", f"?village={JATIMAKMUR}", ""):
        assert f"/gerai/{store_id}" in _text(await client.get(f"/gerai{query}"))
    assert "Tidak ada gerai di sana" in _text(await client.get("/gerai?q=atlantis"))
    async with database.observed_statements() as statements:
        page = await client.get(f"/gerai/{store_id}")
    assert len(statements) <= 3
    text = _text(page)
    for shown in ("Buka sekarang", "Keripik singkong", "00.00-24.00", "Jatimakmur"):
        assert shown in text


async def test_store_that_is_switched_off_is_not_found(client: httpx.AsyncClient) -> None:
    """Nor in any list."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        await connection.execute("UPDATE store SET is_active = false WHERE id = $1", store_id)
    assert (await client.get(f"/gerai/{store_id}")).status_code == 404
    assert f"/gerai/{store_id}" not in _text(await client.get("/gerai"))


async def test_goods_of_many_stores_show_the_near_one_first_and_sold_out_ones_last(client: httpx.AsyncClient) -> None:
    """However many stores far away are cheaper, and however many of those have none left."""
    async with database.transaction() as connection:
        product_id = await make_seller_product(connection)
        near = await make_store(connection)
        await connection.execute("UPDATE store SET latitude = -6.28, longitude = 106.93 WHERE id = $1", near)
        await make_listing(connection, store_id=near, product_id=product_id, price_rupiah=20_000)
        await connection.execute(
            """
            WITH cooperative AS (
                INSERT INTO organisation (kind, name, region_code, status, status_on)
                SELECT 'cooperative', 'Koperasi ' || i, $2, 'operating', '2025-07-21' FROM generate_series(1, 140) i
                RETURNING id
            ), far AS (
                INSERT INTO store (cooperative_id, name, village_code)
                SELECT id, 'Gerai ' || id, $2 FROM cooperative RETURNING id
            ), shelf AS (
                INSERT INTO listing (store_id, product_id, source, price_rupiah)
                SELECT id, $1, 'own_stock', 10000 + row_number() OVER (ORDER BY id) FROM far
                RETURNING id, store_id, price_rupiah
            )
            INSERT INTO stock (listing_id, store_id, on_hand)
            SELECT id, store_id, CASE WHEN price_rupiah > 10130 THEN 5 ELSE 0 END FROM shelf
            """,
            product_id,
            JATIMAKMUR,
        )
    offers = (await client.get(f"/api/v1/products/{product_id}", params={"village": JATIMAKMUR})).json()["offers"]
    assert [offer["left"] > 0 for offer in offers] == [True] * 11 + [False] * 19
    assert offers[0]["store_id"] == near
    assert [offer["price_rupiah"] for offer in offers[1:]] == [*range(10_131, 10_141), *range(10_001, 10_020)]
    page = _text(await client.get(f"/produk/{product_id}", params={"village": JATIMAKMUR}))
    assert "Lihat 25 gerai lain" in page
    assert "0.0 km" not in page
