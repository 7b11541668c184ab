"""From marked rows to answers over HTTP: what is found, what is shown of it, and what happens when rows change."""

from html import unescape

import httpx
import pytest

from marketplace import database
from marketplace.discovery import compare_search, prepare_search, rebuild_search, sync_search
from marketplace.discovery.engine import current_engine
from marketplace.ids import ListingId, StoreId
from marketplace.outbox import mark_search_dirty
from search import Index
from tests.factories_trade import JATIMAKMUR, LAMBANGSARI, make_listing, make_seller_product, make_store


class Goods:
    """Two stores in two villages and three products."""

    near_store: StoreId
    far_store: StoreId
    oil: ListingId
    sugar: ListingId
    chips: ListingId


@pytest.fixture
async def goods(client: httpx.AsyncClient) -> Goods:
    made = Goods()
    async with database.connection() as connection:
        made.near_store = await make_store(connection)
        made.far_store = await make_store(connection, village_code=LAMBANGSARI)
        oil = await make_seller_product(connection, name="Minyak goreng kemasan 1 liter", category_slug="sembako")
        sugar = await make_seller_product(connection, name="Gula pasir 1 kg", category_slug="sembako")
        chips = await make_seller_product(connection, name="Keripik singkong balado 250 g")
        made.oil = await make_listing(connection, store_id=made.near_store, product_id=oil, price_rupiah=16_000)
        made.sugar = await make_listing(connection, store_id=made.near_store, product_id=sugar, price_rupiah=17_500)
        made.chips = await make_listing(connection, store_id=made.far_store, product_id=chips, price_rupiah=15_000)
    await prepare_search()
    return made


async def found(client: httpx.AsyncClient, **query: object) -> list[str]:
    answer = await client.get("/api/v1/search", params=query)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("migor", "Minyak goreng kemasan 1 liter"),
        ("gla pasir", "Gula pasir 1 kg"),
        ("kripik singkon", "Keripik singkong balado 250 g"),
        ("-gula", "Gula pasir 1 kg"),
    ],
)
async def test_words_as_people_type_them_find_the_goods(
    client: httpx.AsyncClient, goods: Goods, typed: str, name: str
) -> None:
    assert (await found(client, q=typed))[:1] == [name]


async def test_near_village_keeps_to_its_stores_and_falls_back_to_everywhere(
    client: httpx.AsyncClient, goods: Goods
) -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE store SET latitude = -7.5, longitude = 110.4 WHERE id = $1", goods.far_store)
    near = (await client.get("/api/v1/search", params={"village": JATIMAKMUR})).json()
    assert {item["store_id"] for item in near["items"]} == {goods.near_store}
    assert near["is_everywhere"] is False
    chips = (await client.get("/api/v1/search", params={"q": "keripik", "village": JATIMAKMUR})).json()
    assert [item["store_id"] for item in chips["items"]] == [goods.far_store]
    assert chips["is_everywhere"] is True


async def test_product_is_shown_at_the_nearest_store_that_has_it(client: httpx.AsyncClient, goods: Goods) -> None:
    async with database.transaction() as connection:
        oil = await connection.fetchval("SELECT product_id FROM listing WHERE id = $1", goods.oil)
        far = await make_listing(connection, store_id=goods.far_store, product_id=oil, price_rupiah=15_000)
        await mark_search_dirty(connection, "listings", [far])
    await sync_search()
    near = (await client.get("/api/v1/search", params={"q": "migor", "village": JATIMAKMUR})).json()
    assert [(item["listing_id"], item["price_rupiah"]) for item in near["items"]] == [(goods.oil, 16_000)]
    cheap = (
        await client.get("/api/v1/search", params={"q": "migor", "village": JATIMAKMUR, "price_max": 15_500})
    ).json()
    assert [item["listing_id"] for item in cheap["items"]] == [far]
    async with database.connection() as connection:
        await connection.execute("UPDATE stock SET reserved = on_hand WHERE listing_id = $1", goods.oil)
    left = (await client.get("/api/v1/search", params={"q": "migor", "village": JATIMAKMUR})).json()
    assert [item["listing_id"] for item in left["items"]] == [far]


async def test_search_page_counts_in_a_sentence_and_takes_filters_off(client: httpx.AsyncClient, goods: Goods) -> None:
    page = await client.get("/cari", params={"q": "gla pasir", "maks": "20rb", "stok": "1", "kategori": "sembako"})
    assert page.status_code == 200, page.text
    assert "1 barang ditemukan." in page.text
    assert "Sampai Rp" in page.text
    links = unescape(page.text)
    assert 'href="/cari?q=gla+pasir&kategori=sembako&stok=1"' in links
    assert 'href="/cari?q=gla+pasir&maks=20rb&stok=1" aria-current="true"' in links


async def test_search_page_takes_one_statement_and_does_not_ask_for_categories(
    client: httpx.AsyncClient, goods: Goods
) -> None:
    async with database.observed_statements() as seen:
        assert (await client.get("/cari", params={"q": "gula"})).status_code == 200
    assert len(seen) == 1, seen


async def test_price_and_visibility_are_read_again_before_they_are_shown(
    client: httpx.AsyncClient, goods: Goods
) -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE listing SET price_rupiah = 16250 WHERE id = $1", goods.oil)
        await connection.execute("UPDATE listing SET state = 'paused' WHERE id = $1", goods.sugar)
    answer = (await client.get("/api/v1/search", params={"category": "sembako"})).json()
    assert [(item["listing_id"], item["price_rupiah"]) for item in answer["items"]] == [(goods.oil, 16_250)]


async def test_marked_rows_are_sent_and_hidden_ones_removed(client: httpx.AsyncClient, goods: Goods) -> None:
    async with database.transaction() as connection:
        await connection.execute("UPDATE product SET name = 'Kopi robusta bubuk' WHERE name LIKE 'Keripik%'")
        await connection.execute("UPDATE listing SET state = 'paused' WHERE id = $1", goods.sugar)
        await mark_search_dirty(connection, "listings", [goods.chips, goods.sugar])
    assert await sync_search() == 2
    assert await sync_search() == 0
    assert await found(client, q="kopi") == ["Kopi robusta bubuk"]
    answer = (await client.get("/api/v1/search", params={"q": "gula pasir"})).json()
    assert answer["items"] == []


async def test_key_marked_again_while_it_was_sent_stays(client: httpx.AsyncClient, goods: Goods) -> None:
    async with database.transaction() as connection:
        await mark_search_dirty(connection, "listings", [goods.oil])
        row = await connection.fetchrow("SELECT generation FROM search_dirty")
        await mark_search_dirty(connection, "listings", [goods.oil])
        assert await connection.fetchval("SELECT generation FROM search_dirty") == row["generation"] + 1
    assert await sync_search() == 1


async def test_compare_finds_what_the_index_lost_and_rebuild_brings_all(
    client: httpx.AsyncClient, goods: Goods
) -> None:
    assert await compare_search() == 0
    async with database.connection() as connection:
        product_id = await make_seller_product(connection, name="Madu hutan 500 ml", category_slug="madu-herbal")
        await make_listing(connection, store_id=goods.near_store, product_id=product_id)
    assert await compare_search() == 1
    assert await sync_search() == 1
    assert await found(client, q="madu") == ["Madu hutan 500 ml"]
    assert await rebuild_search(Index.LISTINGS) == 4


async def test_search_page_shows_goods_and_keeps_a_bad_price(client: httpx.AsyncClient, goods: Goods) -> None:
    page = await client.get("/cari", params={"q": "migor"})
    assert page.status_code == 200, page.text
    assert "Minyak goreng kemasan 1 liter" in page.text
    bad = await client.get("/cari", params={"q": "migor", "min": "dua belas"})
    assert bad.status_code == 422
    assert 'value="dua belas"' in bad.text
    nothing = await client.get("/cari", params={"q": "zzzzqqq"})
    assert nothing.status_code == 200
    assert "Belum ketemu" in nothing.text
    stores = await client.get("/cari", params={"q": "gerai", "jenis": "gerai"})
    assert stores.status_code == 200
    offers = await client.get("/cari", params={"jenis": "kemitraan"})
    assert offers.status_code == 200
    suggestions = await client.get("/cari/saran", params={"q": "kerip"})
    assert "Keripik singkong" in suggestions.text


async def test_search_takes_few_statements(client: httpx.AsyncClient, goods: Goods) -> None:
    async with database.observed_statements() as seen:
        await found(client, q="gula", village=JATIMAKMUR)
    assert len(seen) <= 3, seen


async def test_page_beyond_the_last_is_not_nothing_found(client: httpx.AsyncClient, goods: Goods) -> None:
    for query in ({"q": "migor"}, {"q": "gerai", "jenis": "gerai"}):
        beyond = await client.get("/cari", params={**query, "hal": "9"})
        assert beyond.status_code == 200
        assert "Tidak ada lagi di halaman ini" in beyond.text
        assert "Belum ketemu" not in beyond.text
        assert "tidak ditemukan" not in beyond.text
    near = (await client.get("/api/v1/search", params={"q": "migor", "village": JATIMAKMUR, "page": 9})).json()
    assert (near["items"], near["total"], near["is_everywhere"]) == ([], 1, False)


async def test_goods_that_were_all_taken_off_since_are_not_nothing_found(
    client: httpx.AsyncClient, goods: Goods
) -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE listing SET state = 'paused' WHERE id = $1", goods.oil)
    page = await client.get("/cari", params={"q": "migor"})
    assert "baru saja tidak dijual lagi" in page.text
    assert "Belum ketemu" not in page.text


async def test_price_in_the_text_is_shown_as_a_filter_that_can_be_taken_off(
    client: httpx.AsyncClient, goods: Goods
) -> None:
    page = await client.get("/cari", params={"q": "minyak dibawah 16rb", "stok": "1"})
    assert "1 barang ditemukan." in page.text
    assert "Sampai Rp" in page.text
    assert 'href="/cari?q=minyak&stok=1"' in unescape(page.text)
    answer = (await client.get("/api/v1/search", params={"q": "minyak dibawah 16rb"})).json()
    assert (answer["price_min_rupiah"], answer["price_max_rupiah"]) == (None, 16_000)


async def test_nearest_says_what_is_missing(client: httpx.AsyncClient, goods: Goods) -> None:
    without = await client.get("/api/v1/search", params={"sort": "nearest"})
    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "sort")
    assert "Pilih kelurahan" in without.json()["title"]
    async with database.connection() as connection:
        await connection.execute("UPDATE store SET latitude = 4, longitude = 97")
    far = await client.get("/api/v1/search", params={"sort": "nearest", "village": JATIMAKMUR})
    assert far.status_code == 422
    assert "Belum ada gerai" in far.json()["title"]


async def test_index_that_is_not_built_is_an_error_and_not_nothing_found(client: httpx.AsyncClient) -> None:
    for index in Index:
        await current_engine().ensure_index(index)
    answer = await client.get("/api/v1/search", params={"q": "beras"})
    assert (answer.status_code, answer.json()["code"]) == (503, "search_down")
    page = await client.get("/cari", params={"q": "beras"})
    assert page.status_code == 503
    assert "Belum ketemu" not in page.text
    assert (await client.get("/api/v1/search/suggestions", params={"q": "beras"})).json() == []


async def test_ids_too_large_are_refused(client: httpx.AsyncClient, goods: Goods) -> None:
    answer = await client.get("/api/v1/search", params={"store_id": 10**20})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "store_ids")
