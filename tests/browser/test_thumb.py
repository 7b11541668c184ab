"""The counter's flows with one thumb at 360 px: how many taps each takes at most, and that each does what it says.

How taps are counted stands in `thumb.py`.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Final

import httpx
import pytest
from playwright.async_api import Browser

from marketplace import database
from marketplace.books import book_of
from payments import accounts, balance, check
from tests.browser.thumb import Thumb, take_phone
from tests.factories_trade import make_listing, make_seller_product
from tests.orders.counter_shop import command, order_goods
from tests.settlement.settling import Settling, ask, make_settling, sell

pytestmark = pytest.mark.browser

QRIS: Final = (
    "00020101021126670015COM.EXAMPLE.WWW011893600091000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW"
    "0215ID10200123456780303UMI5204541153033605802ID5915KKMP JATIMAKMUR6011KOTA BEKASI61051741362070703A016304CE0A"
)
BANK: Final = {"bank": "Bank Contoh", "number": "0012345678", "holder": "KKMP Uji"}
# The smallest picture there is: one grey pixel.
PIXEL: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
SUGAR = 17_500


class Place:
    """The shop, its people's phones, and a way to act beside them."""

    made: Settling
    client: httpx.AsyncClient
    cashier: Thumb
    manager: Thumb
    board: Thumb


@pytest.fixture
async def place(pool: None, browser: Browser, live_server: str) -> AsyncIterator[Place]:
    """Three goods, QRIS and an account, a million in the safe, and the cashier's shift open and empty."""
    place = Place()
    async with httpx.AsyncClient(base_url=live_server) as client:
        place.client, place.made = client, await make_settling(client)
        async with database.connection() as connection:
            await make_listing(
                connection,
                store_id=place.made.shop.store_id,
                product_id=await make_seller_product(connection, name="Gula pasir 1 kg"),
                price_rupiah=SUGAR,
                cost_rupiah=16_000,
                stock=20,
            )
        for path, body in (("qris", {"payload": QRIS}), ("transfer", BANK)):
            kept = await client.put(
                f"/api/v1/stores/current/channels/{path}", json=body, headers=command(place.made.manager)
            )
            assert kept.status_code == 200, kept.text
        place.cashier = await take_phone(browser, live_server, place.made.shop.tokens["cashier"])
        place.manager = await take_phone(browser, live_server, place.made.manager)
        place.board = await take_phone(browser, live_server, place.made.board, scheme="dark")
        yield place
    for phone in (place.cashier, place.manager, place.board):
        if phone.visitor.hosts:  # was taken out of the pocket
            phone.visitor.check()
    async with database.connection() as connection:
        assert await check(connection) == []


async def _add(phone: Thumb, name: str, *, price: str) -> None:
    """Put one of a tile's goods into the basket, and see it there."""
    await phone.tap(phone.main.locator(".tile", has_text=name))
    await phone.main.locator(".basket-rows li", has_text=name).filter(has_text=price).wait_for()


async def _open_sale(phone: Thumb) -> None:
    await phone.start("/kasir")
    await phone.link("Jual di kasir")


async def test_cash_sale_of_three_goods_takes_five_taps(place: Place) -> None:
    phone = place.cashier
    await _open_sale(phone)
    for name, price in (("Keripik", "Rp 15.000"), ("Beras", "Rp 65.000"), ("Gula", "Rp 17.500")):
        await _add(phone, name, price=price)
    await phone.visitor.look()
    await phone.press(phone.main.locator(".sale-bar").get_by_role("button", name="Uang pas"))
    assert "Uang pas, tanpa kembalian" in await phone.visitor.text()
    assert phone.counted() == {"taps": 5, "keys": 0, "swipes": 0}


async def test_cash_sale_paid_with_a_note_takes_six_taps_and_says_the_change(place: Place) -> None:
    phone = place.cashier
    await _open_sale(phone)
    for name, price in (("Keripik", "Rp 15.000"), ("Beras", "Rp 65.000"), ("Gula", "Rp 17.500")):
        await _add(phone, name, price=price)
    await phone.tap(phone.main.locator(".sale-bar").get_by_role("link", name="Bayar"))
    await phone.button("Rp 100.000")
    assert "Rp 2.500" in await phone.visitor.text()
    assert (phone.taps, phone.keys) == (6, 0)


async def test_walk_in_pays_by_qris_and_the_cashier_confirms(place: Place) -> None:
    phone = place.cashier
    await _open_sale(phone)
    await _add(phone, "Keripik", price="Rp 15.000")
    await phone.tap(phone.main.locator(".sale-bar").get_by_role("link", name="Bayar"))
    await phone.button("QRIS")
    assert "Rp 15.000" in await phone.visitor.text()
    await phone.type("reference", "202611240001")
    await phone.button("Uang sudah masuk")
    assert "Uang sudah masuk lewat QRIS" in await phone.visitor.text()
    assert (phone.taps, phone.keys) == (6, 12)


async def test_ordered_goods_are_handed_over_in_two_taps(place: Place) -> None:
    order = await order_goods(place.client, place.made.shop, chips=1, rice=0)
    phone = place.cashier
    await phone.start("/kasir")
    await phone.link(order["code"])
    await phone.button("Uang pas")
    assert "Uang pas, tanpa kembalian" in await phone.visitor.text()
    assert (phone.taps, phone.keys) == (2, 0)


async def test_one_of_two_comes_back_for_cash(place: Place) -> None:
    code = await sell(place.client, place.made, chips=2)
    phone = place.cashier
    await phone.start("/kasir")
    await phone.type("code", code.replace("-", "").lower())
    await phone.button("Buka pesanan")
    await phone.link("Barang dikembalikan pembeli")
    await phone.type(f"quantity_{place.made.shop.chips_listing}", "1")
    await phone.tap(phone.main.get_by_text("Kemasan bocor", exact=True))
    await phone.button("Kembalikan yang dipilih")
    said = await phone.visitor.text()
    assert "Berikan kepada pembeli" in said
    assert "Rp 15.000" in said
    assert (phone.taps, phone.keys) == (6, 9)


async def test_cash_goes_to_the_bank_by_two_people(place: Place) -> None:
    phone = place.manager
    await phone.start("/koperasi")
    await phone.link("Setoran bank")
    await phone.type("amount_rupiah", "500rb")
    await phone.button("Keluarkan dari brankas")
    async with phone.page.expect_file_chooser() as chooser:
        await phone.tap(phone.main.locator('input[name="photo"]'))
    await (await chooser.value).set_files({"name": "slip.png", "mimeType": "image/png", "buffer": PIXEL})
    await phone.button("Pasang foto slip")
    assert (phone.taps, phone.keys) == (5, 5)
    other = place.board
    await other.start("/koperasi")
    await other.link("Setoran bank menunggu pemeriksaan Anda")
    await other.link("Rp 500.000")
    await other.button("Sudah di rekening")
    assert "Sudah di rekening" in await other.visitor.text()
    assert (other.taps, other.keys) == (3, 0)


async def test_till_is_counted_and_closed(place: Place) -> None:
    await sell(place.client, place.made, chips=2)
    phone = place.cashier
    await phone.start("/kasir")
    await phone.link("Tutup sif")
    await phone.type("counted_rupiah", "30rb")
    await phone.button("Tutup sif")
    assert "Uang di laci pas" in await phone.visitor.text()
    assert (phone.taps, phone.keys) == (3, 4)


async def test_manager_approves_a_settlement_and_pays_two_suppliers(place: Place) -> None:
    made = place.made
    await sell(place.client, made, chips=2)
    received = await ask(
        place.client,
        made.manager,
        "POST",
        f"stock/{made.shop.rice_listing}/receipts",
        quantity=2,
        unit_cost_rupiah=60_000,
    )
    assert received.status_code == 201, received.text
    proposed = await ask(place.client, made.manager, "POST", "stores/current/settlements")
    assert proposed.status_code == 201, proposed.text
    phone = place.board
    await phone.start("/koperasi")
    await phone.link("Pelunasan pemasok menunggu persetujuan Anda")
    await phone.button("Setujui")
    for left in (1, 0):
        row = phone.main.locator("tr", has_text="Belum dibayar").first
        await phone.press(row.locator('a[href*="/bayar/"]'))
        await phone.button("Catat pembayaran")
        if left:
            await phone.link("Pemasok berikutnya")
    # Two to approve, two for each supplier, and one from the first to the next.
    assert (phone.taps, phone.keys) == (7, 0)
    async with database.connection() as connection:
        safe = await balance(connection, book=book_of(made.shop.store_id), account=accounts.SAFE)
        assert safe.rupiah == 1_000_000 - 24_000 - 120_000
        assert await connection.fetchval("SELECT state FROM settlement_run") == "done"
