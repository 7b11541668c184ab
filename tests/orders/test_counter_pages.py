"""The cashier's pages over HTTP: shift, finding an order, cash, hand-over, return, what is refused and how."""

from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import unquote

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.orders.tenders import likely_tenders
from payments import AccountKind
from tests.factories_trade import read_books
from tests.orders.counter_shop import Shop, browser, make_shop, open_till, order_goods, press

NO_BREAK = "\u00a0"


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


@pytest.fixture
async def cashier(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["cashier"]) as person:
        yield person


@pytest.fixture
async def manager(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["store_manager"]) as person:
        yield person


@pytest.fixture
async def supervisor(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["pengawas"]) as person:
        yield person


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace(NO_BREAK, " ")


async def books(shop: Shop) -> dict[AccountKind, int]:
    async with database.connection() as connection:
        return await read_books(connection, shop.store_id)


async def test_float_from_an_empty_safe_is_refused_until_the_manager_records_cash(
    cashier: httpx.AsyncClient, manager: httpx.AsyncClient, shop: Shop
) -> None:
    page = await cashier.get("/kasir")
    assert "Sif belum dibuka" in said(page)
    refused = await press(cashier, page, "/kasir/buka", float_rupiah="100rb")
    assert refused.status_code == 409
    assert "Menurut buku, uang di brankas tidak cukup" in said(refused)
    assert 'value="100rb"' in refused.text
    assert 'href="/kasir/kas-awal"' not in said(refused)
    assert (await cashier.get("/kasir/kas-awal")).status_code == 403
    again = await press(manager, await manager.get("/kasir"), "/kasir/buka", float_rupiah="100rb")
    assert "/kasir/kas-awal" in said(again)
    recorded = await press(
        manager, await manager.get("/kasir/kas-awal"), "/kasir/kas-awal", amount_rupiah="1jt", reason="Kas awal"
    )
    assert recorded.status_code == 303
    opened = await press(cashier, await cashier.get("/kasir"), "/kasir/buka", float_rupiah="100rb")
    assert opened.status_code == 303
    assert await books(shop) == {
        AccountKind.SAFE_CASH: 900_000,
        AccountKind.TILL_CASH: 100_000,
        AccountKind.OPENING_BALANCE: 1_000_000,
    }


@pytest.mark.parametrize("typed", ["dua belas", "", "-5", "12,500"])
async def test_float_that_is_no_amount_is_refused_beside_the_field(
    cashier: httpx.AsyncClient, shop: Shop, typed: str
) -> None:
    page = await press(cashier, await cashier.get("/kasir"), "/kasir/buka", float_rupiah=typed)
    assert page.status_code == 422
    assert 'id="float_rupiah-error"' in page.text
    assert f'value="{typed}"' in unescape(page.text)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM shift") == 0


async def test_opening_cash_says_what_is_wrong_beside_each_field(manager: httpx.AsyncClient, shop: Shop) -> None:
    page = await press(manager, await manager.get("/kasir/kas-awal"), "/kasir/kas-awal", amount_rupiah="0", reason="")
    assert page.status_code == 422
    assert 'id="amount_rupiah-error"' in page.text
    assert 'id="reason-error"' in page.text
    assert await books(shop) == {}


@pytest.mark.parametrize(
    "spelling", ["{code}", "{lower}", "{bare}", " {spaced} ", "http://lumbung.test/pesanan/{token}"]
)
async def test_order_is_found_however_its_code_is_typed(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop, spelling: str
) -> None:
    await open_till(cashier)
    order = await order_goods(client, shop)
    code = order["code"]
    typed = spelling.format(
        code=code,
        lower=code.lower(),
        bare=code.replace("-", "").lower(),
        spaced=code.replace("-", " "),
        token=order["tracking_token"],
    )
    found = await press(cashier, await cashier.get("/kasir"), "/kasir/cari", code=typed)
    assert (found.status_code, found.headers["location"]) == (303, f"/kasir/pesanan/{code}")


@pytest.mark.parametrize("typed", ["", "XXXX-XXXX", "'; drop table orders; --", "/", "http://[", "é" * 400])
async def test_unknown_code_is_refused_with_what_was_typed(cashier: httpx.AsyncClient, shop: Shop, typed: str) -> None:
    await open_till(cashier)
    page = await press(cashier, await cashier.get("/kasir"), "/kasir/cari", code=typed)
    assert page.status_code == 422
    assert 'id="code-error"' in page.text


async def test_link_of_a_buyer_stands_in_no_address_and_stays_on_no_page(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await open_till(cashier)
    token = (await order_goods(client, shop))["tracking_token"]
    page = await cashier.get("/kasir")
    form = unescape(page.text).split('action="/kasir/cari"', 1)[1].split(">", 1)[0]
    assert 'method="post"' in form
    # One of another store, or a mistyped one, is no help on the page, and nobody else is to read it there.
    strange = f"http://lumbung.test/pesanan/{token[::-1]}"
    refused = await press(cashier, page, "/kasir/cari", code=strange)
    assert refused.status_code == 422
    assert token[::-1] not in refused.text
    # The address of before leads to the counter, and does not look the link up.
    old = await cashier.get("/kasir/cari", params={"code": f"http://lumbung.test/pesanan/{token}"})
    assert (old.status_code, old.headers["location"]) == (303, "/kasir")


async def test_unknown_code_is_refused_before_the_shift_too(cashier: httpx.AsyncClient, shop: Shop) -> None:
    assert shop
    page = await cashier.post("/kasir/cari", data={"code": "XXXX-XXXX"})
    assert page.status_code == 422
    assert "note-stop" in page.text


async def test_order_of_another_store_is_not_found(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await open_till(cashier)
    other = await make_shop()
    order = await order_goods(client, other)
    if order["store_id"] == shop.store_id:  # both stand in one village
        order = await order_goods(client, other)
    async with database.connection() as connection:
        code = await connection.fetchval(
            "UPDATE orders SET note = 'x' WHERE code = $1 AND store_id = $2 RETURNING code",
            order["code"],
            other.store_id,
        )
    if code is not None:
        assert (await cashier.post("/kasir/cari", data={"code": code})).status_code == 422
        assert (await cashier.get(f"/kasir/pesanan/{code}")).status_code == 404


async def test_cash_with_one_press_hands_over_and_shows_the_change(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await open_till(cashier)
    order = await order_goods(client, shop)
    path = f"/kasir/pesanan/{order['code']}"
    page = await cashier.get(path)
    assert "Rp 95.000" in said(page)
    assert 'name="tender" value="100000"' in page.text
    paid = await press(cashier, page, f"{path}/bayar", tender="100000", tendered_rupiah="")
    assert (paid.status_code, paid.headers["location"]) == (303, "/kasir/selesai/1")
    done = await cashier.get("/kasir/selesai/1")
    assert '<p class="change-amount number">Rp 5.000</p>' in said(done)
    assert "Pesanan berikutnya" in said(done)
    assert unquote(said(done)).count("https://wa.me/?text=Kuitansi no. 1 dari Gerai") == 1
    assert "0812" not in done.text
    receipt = await cashier.get("/kasir/kuitansi/1")
    assert "Terbilang: Sembilan puluh lima ribu rupiah" in said(receipt)
    assert "WIB" in said(receipt)
    assert "Orang Uji" in said(receipt)


async def test_too_little_cash_is_refused_and_the_typed_amount_kept(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await open_till(cashier)
    order = await order_goods(client, shop)
    path = f"/kasir/pesanan/{order['code']}"
    page = await press(cashier, await cashier.get(path), f"{path}/bayar", tendered_rupiah="90rb", later="1")
    assert page.status_code == 422
    assert "Uang yang diterima kurang Rp 5.000." in said(page)
    assert 'value="90rb"' in page.text
    assert "checked" in page.text
    assert await books(shop) == {}
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT next_receipt_number FROM store WHERE id = $1", shop.store_id) == 1


async def test_pay_now_and_hand_over_later(cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop) -> None:
    await open_till(cashier)
    order = await order_goods(client, shop)
    path = f"/kasir/pesanan/{order['code']}"
    paid = await press(cashier, await cashier.get(path), f"{path}/bayar", tendered_rupiah="95.000", later="1")
    assert paid.status_code == 303
    assert "barang belum diserahkan" in said(await cashier.get(paid.headers["location"]))
    waiting = await cashier.get(path)
    assert "Serahkan barang" in said(waiting)
    handed = await press(cashier, waiting, f"{path}/serahkan")
    assert handed.status_code == 303
    assert (await books(shop))[AccountKind.SUPPLIER_PAYABLE] == 24_000
    stale = await press(cashier, await cashier.get(f"{path}/kembalikan"), f"{path}/kembalikan", reason="", all="1")
    assert stale.status_code == 422
    assert 'id="reason-error"' in stale.text


async def test_return_gives_the_money_back_with_a_receipt_of_its_own(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await open_till(cashier)
    order = await order_goods(client, shop)
    path = f"/kasir/pesanan/{order['code']}"
    await press(cashier, await cashier.get(path), f"{path}/bayar", tender="95000")
    page = await cashier.get(f"{path}/kembalikan")
    returned = await press(cashier, page, f"{path}/kembalikan", reason="Kemasan bocor", all="1")
    assert returned.headers["location"] == "/kasir/selesai/2"
    assert "Berikan kepada pembeli" in said(await cashier.get("/kasir/selesai/2"))
    assert "KUITANSI PENGEMBALIAN" in said(await cashier.get("/kasir/kuitansi/2"))
    assert await books(shop) == {AccountKind.GOODS_REVENUE: 65_000, AccountKind.SALES_RETURNS: 65_000}


async def test_without_a_shift_no_money_is_taken(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    path = f"/kasir/pesanan/{order['code']}"
    page = await cashier.get(path)
    assert "Buka sif dulu" in said(page)
    refused = await cashier.post(f"{path}/bayar", data={"_once": "x" * 16, "tender": "95000"})
    assert refused.status_code == 409
    assert await books(shop) == {}


async def test_shift_is_closed_by_counting_notes(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await open_till(cashier)
    order = await order_goods(client, shop)
    path = f"/kasir/pesanan/{order['code']}"
    await press(cashier, await cashier.get(path), f"{path}/bayar", tender="95000")
    closing = await cashier.get("/kasir/tutup")
    assert "95.000" not in said(closing)
    wrong = await press(cashier, closing, "/kasir/tutup", pieces_50000="satu", pieces_20000="2")
    assert wrong.status_code == 422
    assert 'id="pieces_50000-error"' in wrong.text
    assert 'value="satu"' in wrong.text
    differs = await press(cashier, closing, "/kasir/tutup", pieces_50000="1", counted_rupiah="95rb")
    assert differs.status_code == 422
    closed = await press(cashier, closing, "/kasir/tutup", pieces_50000="1", pieces_20000="2", pieces_2000="2")
    assert closed.status_code == 303, closed.text
    page = said(await cashier.get(closed.headers["location"]))
    assert "Uang di laci kurang" in page
    assert '<p class="change-amount number">Rp 1.000</p>' in page
    totals = await books(shop)
    assert (totals[AccountKind.SAFE_CASH], totals[AccountKind.CASH_OVER_SHORT]) == (94_000, 1_000)
    assert (await cashier.get("/kasir/tutup")).headers["location"] == "/kasir"


async def test_supervisor_reads_and_touches_nothing(
    cashier: httpx.AsyncClient, supervisor: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await open_till(cashier)
    order = await order_goods(client, shop)
    page = await supervisor.get(f"/koperasi/pesanan/{order['code']}")
    assert page.status_code == 200
    assert "Pembeli Uji" not in page.text
    assert "/langkah" not in said(page)
    for path in ("/kasir", "/kasir/jual", f"/kasir/pesanan/{order['code']}", "/kasir/tutup"):
        assert (await supervisor.get(path)).status_code == 403, path
    refused = await supervisor.post(
        f"/koperasi/pesanan/{order['code']}/langkah", data={"_once": "x" * 16, "state": "accepted"}
    )
    assert refused.status_code == 403
    await press(
        cashier,
        await cashier.get(f"/kasir/pesanan/{order['code']}"),
        f"/kasir/pesanan/{order['code']}/bayar",
        tender="95000",
    )
    assert (await supervisor.get("/kasir/kuitansi/1")).status_code == 200
    assert (await supervisor.get("/koperasi/laporan")).status_code == 200


async def test_receipt_of_another_store_is_not_found(
    cashier: httpx.AsyncClient, app: Litestar, client: httpx.AsyncClient, shop: Shop
) -> None:
    await open_till(cashier)
    order = await order_goods(client, shop)
    path = f"/kasir/pesanan/{order['code']}"
    await press(cashier, await cashier.get(path), f"{path}/bayar", tender="95000")
    other = await make_shop()
    async with browser(app, other.tokens["cashier"]) as stranger:
        assert (await stranger.get("/kasir/kuitansi/1")).status_code == 404
        assert (await stranger.get("/kasir/kuitansi/99999999999999999999999")).status_code == 404
        async with database.connection() as connection:
            shift_id = await connection.fetchval("SELECT id FROM shift")
        assert (await stranger.get(f"/kasir/sif/{shift_id}")).status_code == 404


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (95_000, [95_000, 100_000]),
        (100_000, [100_000]),
        (1, [1, 5_000, 10_000, 20_000, 50_000]),
        (143_000, [143_000, 145_000, 150_000, 160_000, 200_000]),
    ],
)
def test_likely_tenders_are_the_next_notes(total: int, expected: list[int]) -> None:
    assert likely_tenders(total) == expected


async def test_tracking_page_leads_only_the_stores_own_staff_to_the_till(
    client: httpx.AsyncClient, cashier: httpx.AsyncClient, supervisor: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop, chips=1, rice=0)
    address = f"/pesanan/{order['tracking_token']}"
    way = f'href="/kasir/pesanan/{order["code"]}"'
    assert way in unescape((await cashier.get(address)).text)
    assert way not in unescape((await supervisor.get(address)).text)
    assert way not in unescape((await client.get(address)).text)
