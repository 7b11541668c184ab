"""Selling at the counter and the store's order pages over HTTP, as browsers without scripts see them."""

from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.catalog import ProductUnits
from marketplace.formats.packs import Pack
from marketplace.ids import ListingId
from marketplace.orders import complete_orders
from marketplace.orders.pages_sell import change_basket, read_basket
from tests.orders.counter_shop import PHONE, Shop, browser, make_shop, open_till, order_goods, press


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop(phone=PHONE)


@pytest.fixture
async def cashier(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["cashier"]) as person:
        await open_till(person)
        yield person


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


async def stock_of(listing_id: ListingId) -> tuple[int, int]:
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT on_hand, reserved FROM stock WHERE listing_id = $1", listing_id)
        assert row is not None
        return row["on_hand"], row["reserved"]


async def test_sale_of_three_goods_takes_five_presses(cashier: httpx.AsyncClient, shop: Shop) -> None:
    page = await cashier.get("/kasir/jual")
    presses = 1
    for listing_id in (shop.chips_listing, shop.rice_listing, shop.chips_listing):
        assert f'name="add" value="{listing_id}"' in page.text
        page = await press(cashier, page, "/kasir/jual", add=listing_id)
        presses += 1
    assert "Rp 95.000" in said(page)
    sold = await press(cashier, page, "/kasir/jual/bayar", tender="100000")
    presses += 1
    assert presses <= 8
    done = await cashier.get(sold.headers["location"])
    assert '<p class="change-amount number">Rp 5.000</p>' in said(done)
    assert await stock_of(shop.chips_listing) == (8, 0)
    assert await stock_of(shop.rice_listing) == (4, 0)


async def test_form_that_differs_in_the_first_of_repeated_fields_is_no_repetition(
    cashier: httpx.AsyncClient, shop: Shop
) -> None:
    def basket(chips: int) -> dict[str, object]:
        lines = [f"{shop.chips_listing}:{chips}", f"{shop.rice_listing}:1"]
        return {"_once": "k" * 16, "line": lines, "expected_rupiah": "80000", "tender": "80000"}

    first = await cashier.post("/kasir/jual/bayar", data=basket(1))
    again = await cashier.post("/kasir/jual/bayar", data=basket(1))
    assert (first.status_code, first.headers["location"]) == (303, "/kasir/selesai/1")
    assert again.headers["location"] == "/kasir/selesai/1"
    other = await cashier.post("/kasir/jual/bayar", data=basket(2))
    assert other.status_code == 409
    assert "Kunci permintaan ini sudah dipakai untuk isian lain." in said(other)
    assert await stock_of(shop.chips_listing) == (9, 0)


async def test_search_finds_within_the_store_and_keeps_the_basket(cashier: httpx.AsyncClient, shop: Shop) -> None:
    page = await press(cashier, await cashier.get("/kasir/jual"), "/kasir/jual", add=shop.rice_listing)
    found = await press(cashier, page, "/kasir/jual", q="singkong KERIPIK")
    assert f'id="tile-{shop.chips_listing}"' in found.text
    assert f'id="tile-{shop.rice_listing}"' not in found.text
    assert f'name="line" value="{shop.rice_listing}:1"' in found.text
    nothing = await press(cashier, found, "/kasir/jual", q="<b>tidak ada</b>")
    assert "Tidak ada barang bernama “<b>tidak ada</b>” di gerai ini." in said(nothing)
    assert "<b>tidak" not in nothing.text


async def test_member_phone_gives_the_member_price_and_never_stands_in_an_address(
    cashier: httpx.AsyncClient, shop: Shop
) -> None:
    page = await press(cashier, await cashier.get("/kasir/jual"), "/kasir/jual", add=shop.rice_listing)
    unknown = await press(cashier, page, "/kasir/jual", member_phone="0812 9999 9999")
    assert unknown.status_code == 422
    assert "Nomor ini bukan nomor anggota koperasi ini." in said(unknown)
    assert 'value="0812 9999 9999"' in unknown.text
    known = await press(cashier, page, "/kasir/jual", member_phone="0812 0000 0001")
    assert known.status_code == 200
    assert "Rp 63.000" in said(known)
    sold = await press(cashier, known, "/kasir/jual/bayar", tender="63000")
    assert sold.headers["location"] == "/kasir/selesai/1"
    receipt = await cashier.get("/kasir/kuitansi/1")
    assert "harga anggota" in said(receipt)
    assert "0812" not in receipt.text
    async with database.connection() as connection:
        order = await connection.fetchrow("SELECT person_id, is_member, goods_rupiah FROM orders")
        assert tuple(order or ()) == (shop.people["member"], True, 63_000)


async def test_too_little_money_keeps_basket_and_amount(cashier: httpx.AsyncClient, shop: Shop) -> None:
    page = await press(cashier, await cashier.get("/kasir/jual"), "/kasir/jual", add=shop.chips_listing)
    for typed, sentence in (("10rb", "Uang yang diterima kurang Rp 5.000."), ("banyak", "tidak terbaca")):
        refused = await press(cashier, page, "/kasir/jual/bayar", tendered_rupiah=typed)
        assert refused.status_code == 422
        assert f'value="{typed}"' in refused.text
        assert 'id="tendered_rupiah-error"' in refused.text
        assert f'name="line" value="{shop.chips_listing}:1"' in refused.text
        if "kurang" in sentence:
            assert sentence in said(refused)
    assert await stock_of(shop.chips_listing) == (10, 0)


async def test_more_than_there_is_says_what_is_left(cashier: httpx.AsyncClient, shop: Shop) -> None:
    page = await cashier.post(
        "/kasir/jual", data={"line": f"{shop.rice_listing}:1", f"quantity_{shop.rice_listing}": "7"}
    )
    assert "Sisa 5" in said(page)
    refused = await press(cashier, page, "/kasir/jual/bayar", tender="455000")
    assert refused.status_code == 409
    assert "Beras medium 5 kg: diminta 7, tersisa 5" in said(refused)
    assert await stock_of(shop.rice_listing) == (5, 0)


async def test_goods_taken_off_sale_leave_the_basket(cashier: httpx.AsyncClient, shop: Shop) -> None:
    page = await press(cashier, await cashier.get("/kasir/jual"), "/kasir/jual", add=shop.chips_listing)
    async with database.connection() as connection:
        await connection.execute("UPDATE listing SET state = 'paused' WHERE id = $1", shop.chips_listing)
    refused = await press(cashier, page, "/kasir/jual/bayar", tender="15000")
    assert refused.status_code == 422
    assert "Ada barang yang tidak dijual di gerai ini." in said(refused)
    assert f'value="{shop.chips_listing}:1"' not in refused.text
    assert await stock_of(shop.chips_listing) == (10, 0)


async def test_fragment_for_htmx_is_the_sale_alone(cashier: httpx.AsyncClient, shop: Shop) -> None:
    part = await cashier.post("/kasir/jual", data={"add": str(shop.chips_listing)}, headers={"hx-request": "true"})
    assert part.status_code == 200
    assert part.text.lstrip().startswith('<div id="sale"')
    assert "<html" not in part.text


async def test_empty_basket_sells_nothing(cashier: httpx.AsyncClient, shop: Shop) -> None:
    refused = await cashier.post(
        "/kasir/jual/bayar", data={"_once": "x" * 16, "expected_rupiah": "0", "tender": "10000"}
    )
    assert refused.status_code == 422
    assert "Pilih barang yang dijual" in said(refused)


def test_basket_leaves_out_what_nobody_could_have_pressed() -> None:
    typed = ["1:2", "x:1", "2:0", "3:-1", "4:10001", "5", "99999999999999999999:1", "6:1:1", "٣:1", "7:3"]
    assert read_basket(typed) == {1: 2, 7: 3}


def test_keys_change_the_basket() -> None:
    one, two = ListingId(1), ListingId(2)
    units = {
        listing_id: ProductUnits(name="Minyak", unit_code="botol", packs=(Pack("dus", 12),))
        for listing_id in (one, two)
    }

    def changed(basket: dict[ListingId, int], form: dict[str, str]) -> dict[ListingId, int]:
        return change_basket(basket, form, units)[0]

    assert changed({one: 1}, {"add": "2"}) == {one: 1, two: 1}
    assert changed({one: 1, two: 3}, {"less": "1"}) == {two: 3}
    assert changed({one: 1, two: 3}, {"remove": "2", "add": "9" * 40}) == {one: 1}
    assert changed({one: 1}, {"quantity_1": "5", "add": "1"}) == {one: 6}
    assert changed({one: 1}, {"quantity_1": "0"}) == {}
    assert changed({one: 1}, {"quantity_1": "banyak"}) == {one: 1}
    assert changed({one: 1}, {"quantity_1": "2 dus 3"}) == {one: 27}
    assert changed({one: 1}, {"quantity_1": "2 karton", "units_1": "dus:12"}) == {one: 24}
    assert changed({one: 1}, {"add_pack": "1:12"}) == {one: 13}
    assert changed({one: 1}, {"add_pack": "1:x"}) == {one: 2}


@pytest.mark.parametrize(
    ("typed", "shown", "code"),
    [
        ("2 dus", "dus:10", "unit_changed"),
        ("2 sak", "dus:12", "invalid"),
        ("2,5 dus", "dus:12", "invalid"),
        ("900 dus", "dus:12", "invalid"),
        ("-1", "dus:12", "invalid"),
    ],
)
def test_quantity_that_cannot_be_meant_leaves_the_basket_and_says_why(typed: str, shown: str, code: str) -> None:
    listing_id = ListingId(1)
    units = {listing_id: ProductUnits(name="Minyak", unit_code="botol", packs=(Pack("dus", 12),))}
    basket, error = change_basket({listing_id: 3}, {"quantity_1": typed, "units_1": shown}, units)
    assert basket == {listing_id: 3}
    assert error is not None
    assert list(error.fields) == ["quantity_1"]
    assert (error.code, error.status_code) == (code, 409 if code == "unit_changed" else 422)


async def test_store_accepts_prepares_and_tells_the_buyer(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    path = f"/koperasi/pesanan/{order['code']}"
    listed = await cashier.get("/koperasi/pesanan")
    assert order["code"] in listed.text
    page = await cashier.get(path)
    assert "Pembeli Uji" in page.text
    assert "https://wa.me/6281234567890?text=Pesanan%20" in said(page)
    accepted = await press(cashier, page, f"{path}/langkah", state="accepted")
    assert accepted.status_code == 303
    stale = await press(cashier, page, f"{path}/langkah", state="accepted", _once="another-press")
    assert stale.status_code == 409
    assert "Sedang disiapkan" in said(stale)
    ready = await press(cashier, await cashier.get(path), f"{path}/langkah", state="ready")
    assert ready.status_code == 303
    assert order["code"] in (await cashier.get("/koperasi/pesanan?tab=siap")).text
    assert "siap%20diambil" in said(await cashier.get(path))


async def test_cancelling_asks_for_the_reason_and_frees_the_goods(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    path = f"/koperasi/pesanan/{order['code']}"
    page = await cashier.get(path)
    refused = await press(cashier, page, f"{path}/langkah", state="cancelled", reason=" ")
    assert refused.status_code == 422
    assert "Tulis alasan pembatalan" in said(refused)
    assert await stock_of(shop.chips_listing) == (10, 2)
    unknown = await press(cashier, page, f"{path}/langkah", state="completed", _once="another-press")
    assert unknown.status_code == 422
    done = await press(cashier, await cashier.get(path), f"{path}/langkah", state="cancelled", reason="Barang rusak")
    assert done.status_code == 303
    assert await stock_of(shop.chips_listing) == (10, 0)
    ended = await cashier.get(path)
    assert "Barang rusak" in ended.text
    assert "Pembeli Uji" not in ended.text  # nobody needs the contact any more


async def test_orders_page_by_keyset_shows_each_order_once(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO orders (store_id, code, tracking_token, channel, fulfilment, state, goods_rupiah,"
            " total_rupiah, placed_at, hold_until) SELECT $1, 'PG' || to_char(n, 'FM00') || '-TEST', 'token-p-' || n,"
            " 'web', 'pickup', 'placed', 1000, 1000, now() - n / 3 * interval '1 minute', now() + interval '1 day'"
            " FROM generate_series(1, 50) AS n",
            shop.store_id,
        )
    seen: list[str] = []
    path = "/koperasi/pesanan?tab=baru"
    while path:
        page = await cashier.get(path)
        codes = [f"PG{n:02}-TEST" for n in range(1, 51) if f">PG{n:02}-TEST<" in page.text]
        seen += codes
        text = said(page)
        end = text.find('" rel="next"')
        path = text[text.rindex('href="', 0, end) + 6 : end] if end >= 0 else ""
    assert sorted(seen) == [f"PG{n:02}-TEST" for n in range(1, 51)]
    broken = await cashier.get("/koperasi/pesanan?after=x!")
    assert broken.status_code == 422


async def test_home_says_what_waits(
    cashier: httpx.AsyncClient, app: Litestar, client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop, rice=3)
    home = said(await cashier.get("/koperasi"))
    assert "1 pesanan" in home
    assert order["code"] in home
    assert "Beras medium 5 kg" in home  # two sacks are free
    async with browser(app, shop.tokens["member"]) as member:
        theirs = await member.get("/koperasi")
        assert theirs.status_code == 200
        assert "Belum ada belanja" in theirs.text
        assert (await member.get("/koperasi/pesanan")).status_code == 403
    async with browser(app, shop.tokens["pengawas"]) as supervisor:
        watched = await supervisor.get("/koperasi")
        assert watched.status_code == 200
        assert 'href="/kasir"' not in said(watched)


async def test_order_paid_long_ago_is_complete_only_some_days_after_the_hand_over(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    path = f"/kasir/pesanan/{order['code']}"
    await press(cashier, await cashier.get(path), f"{path}/bayar", tender="95000", later="1")
    async with database.connection() as connection:
        await connection.execute("UPDATE orders SET paid_at = paid_at - interval '5 days'")
    handed = await press(cashier, await cashier.get(path), f"{path}/serahkan")
    assert handed.status_code == 303
    assert await complete_orders() == 0
    async with database.connection() as connection:
        await connection.execute("UPDATE order_history SET happened_at = happened_at - interval '3 days'")
    assert await complete_orders() == 1
