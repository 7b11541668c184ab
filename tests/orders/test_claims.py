"""Invoices and credit notes: for which orders, what they say, and what becomes of them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from litestar import Litestar
from pypdf import PdfReader

from marketplace import clock, database
from marketplace.formats.dates import WIB, day_of
from marketplace.orders import expire_orders
from tests.orders.counter_shop import PHONE, Shop, add_person, browser, make_shop, order_goods, press
from tests.orders.test_returns import give_back, pay, units
from tests.orders.till_shop import held, open_shift, said, send
from tests.taxes.taxed import switch

CHIPS, RICE = 15_000, 65_000
STORE = "/stores/current"


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop(phone=PHONE)


@pytest.fixture
async def cashier(client: httpx.AsyncClient, shop: Shop) -> str:
    await open_shift(client, shop.tokens["cashier"])
    return shop.tokens["cashier"]


@pytest.fixture
async def counter(app: Litestar, cashier: str) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, cashier) as person:
        yield person


async def invoice(client: httpx.AsyncClient, token: str, code: str, **body: Any) -> httpx.Response:
    new = {"buyer_name": "Warung Bu Uji", "buyer_address": "Jl. Uji 1", "buyer_npwp": "01.234.567.8-901.000"}
    return await send(client, token, f"{STORE}/orders/{code}/invoice", **(new | body))


async def read(client: httpx.AsyncClient, token: str, path: str) -> Any:
    answer = await client.get(f"/api/v1{STORE}/{path}", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def day(days: int) -> str:
    return (day_of(clock.now(), WIB) + timedelta(days=days)).isoformat()


async def test_an_order_that_waits_for_its_money_gets_one_invoice(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    order = await order_goods(client, shop, chips=2, rice=1)
    made = await invoice(client, cashier, order["code"], due_on=day(30))
    assert made.status_code == 201, made.text
    assert made.json() == {
        "number": 1,
        "order_code": order["code"],
        "total_rupiah": 2 * CHIPS + RICE,
        "tax_rupiah": 0,
        "due_on": day(30),
    }
    shown = await read(client, cashier, "invoices/1")
    assert (shown["buyer_name"], shown["buyer_npwp"], shown["state"]) == ("Warung Bu Uji", "012345678901000", "unpaid")
    assert [(line["quantity"], line["total_rupiah"]) for line in shown["lines"]] == [(2, 2 * CHIPS), (1, RICE)]
    assert shown["amount_in_words"] == "Sembilan puluh lima ribu rupiah"
    # It waits for its money until it is due.
    async with database.connection() as connection:
        until = await connection.fetchval("SELECT hold_until FROM orders")
        sealed = await connection.fetchval("SELECT buyer_sealed FROM invoice")
    assert day_of(until - timedelta(seconds=1), WIB).isoformat() == day(30)
    assert b"Warung" not in sealed
    again = await invoice(client, cashier, order["code"])
    assert (again.status_code, again.json()["code"], again.json()["facts"]) == (409, "order_has_invoice", {"number": 1})
    await pay(client, shop, order, is_handed_over=True)
    assert (await read(client, cashier, "invoices/1"))["state"] == "paid"
    assert [row["state"] for row in await read(client, cashier, "invoices")] == ["paid"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("buyer_name", "  "),
        ("buyer_name", "x" * 121),
        ("buyer_address", "x" * 201),
        ("buyer_npwp", "123"),
        ("buyer_npwp", "01234567890100٠"),
        ("due_on", -1),
        ("due_on", 91),
    ],
)
async def test_what_cannot_stand_on_an_invoice_is_refused(
    client: httpx.AsyncClient, shop: Shop, cashier: str, field: str, value: Any
) -> None:
    order = await order_goods(client, shop)
    refused = await invoice(client, cashier, order["code"], **{field: day(value) if field == "due_on" else value})
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == [field]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM invoice") == 0
        assert await connection.fetchval("SELECT count(*) FROM document_counter") == 0


async def test_what_was_paid_in_cash_or_has_ended_gets_none(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    paid = await order_goods(client, shop, chips=1, rice=0)
    await pay(client, shop, paid, is_handed_over=True)
    ended = await order_goods(client, shop, chips=1, rice=0)
    step = await send(client, cashier, f"{STORE}/orders/{ended['code']}/steps", state="cancelled", reason="Habis")
    assert step.status_code == 200, step.text
    for order in (paid, ended):
        refused = await invoice(client, cashier, order["code"])
        assert (refused.status_code, refused.json()["code"]) == (409, "order_is_not_invoiced")
    assert (await invoice(client, cashier, "XXXX-XXXX")).status_code == 404


async def test_goods_on_a_tab_get_an_invoice_that_says_so(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    limit = {"member_phone": PHONE, "limit_rupiah": 100_000}
    head = {"authorization": f"Bearer {shop.tokens['store_manager']}", "idempotency-key": "limit-of-the-tab"}
    assert (await client.put(f"/api/v1{STORE}/tabs", json=limit, headers=head)).status_code == 200
    await switch(shop, "ppn")
    order = await order_goods(client, shop, chips=1, rice=1)
    put = await send(client, cashier, f"{STORE}/orders/{order['code']}/tab", member_phone=PHONE)
    assert put.status_code == 200, put.text
    made = await invoice(client, cashier, order["code"])
    # Its taxes are those of the day it was put on the tab.
    assert (made.status_code, made.json()["tax_rupiah"]) == (201, 6_441)
    assert (await read(client, cashier, "invoices/1"))["state"] == "on_tab"


@pytest.mark.parametrize("way", ["cancelled", "expired"])
async def test_an_order_that_ends_unpaid_takes_its_invoice_back(
    client: httpx.AsyncClient, shop: Shop, cashier: str, way: str
) -> None:
    order = await order_goods(client, shop, chips=2, rice=0)
    await invoice(client, cashier, order["code"])
    if way == "cancelled":
        path = f"{STORE}/orders/{order['code']}/steps"
        assert (await send(client, cashier, path, state="cancelled", reason="Batal")).status_code == 200
    else:
        async with database.connection() as connection:
            await connection.execute("UPDATE orders SET hold_until = now() - interval '1 minute'")
        assert await expire_orders() == 1
    shown = await read(client, cashier, "invoices/1")
    assert (shown["state"], shown["credit_note_number"]) == ("void", 1)
    note = await read(client, cashier, "credit-notes/1")
    assert (note["kind"], note["invoice_number"], note["receipt_number"]) == ("void", 1, None)
    assert (note["total_rupiah"], note["refunded_rupiah"], note["stamp_duty_rupiah"]) == (2 * CHIPS, None, 0)


async def test_an_order_without_invoice_ends_without_a_note(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    order = await order_goods(client, shop, chips=2, rice=0)
    path = f"{STORE}/orders/{order['code']}/steps"
    assert (await send(client, cashier, path, state="cancelled", reason="Batal")).status_code == 200
    assert await read(client, cashier, "credit-notes") == []


async def test_every_return_has_its_note_on_the_receipt(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    order = await order_goods(client, shop, chips=2, rice=1)
    await invoice(client, cashier, order["code"])
    await pay(client, shop, order, is_handed_over=False)
    # Before the hand-over one bag is taken off, after it another comes back, and then the rest.
    await give_back(client, cashier, order, lines=[units(shop.chips_listing, 1)])
    await send(client, cashier, f"{STORE}/orders/{order['code']}/hand-over")
    await give_back(client, cashier, order, lines=[units(shop.chips_listing, 1)], reason="Sobek")
    await give_back(client, cashier, order)
    rows = await read(client, cashier, "credit-notes")
    assert [(row["number"], row["kind"], row["total_rupiah"]) for row in rows] == [
        (3, "return", RICE),
        (2, "return", CHIPS),
        (1, "return", CHIPS),
    ]
    assert {(row["receipt_number"], row["invoice_number"]) for row in rows} == {(1, 1)}
    note = await read(client, cashier, "credit-notes/2")
    assert (note["reason"], note["refunded_rupiah"]) == ("Sobek", CHIPS)
    assert [(line["quantity"], line["total_rupiah"]) for line in note["lines"]] == [(1, CHIPS)]
    # The receipt of a return shows what came back, not the whole order.
    head = {"authorization": f"Bearer {cashier}"}
    receipt = (await client.get("/api/v1/receipts/2", headers=head)).json()
    assert [(line["quantity"], line["total_rupiah"]) for line in receipt["lines"]] == [(1, CHIPS)]
    assert {name: amount for name, amount in (await held(shop)).items() if name.startswith("buyer")} == {}


async def test_a_refused_return_leaves_no_gap_in_the_notes(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    order = await order_goods(client, shop, chips=3, rice=0)
    await pay(client, shop, order, is_handed_over=True)
    assert (await give_back(client, cashier, order, lines=[units(shop.chips_listing, 1)])).status_code == 201
    # The till is emptied: the next return takes a number and fails on the money.
    dropped = await send(client, cashier, "/shifts/current/drops", amount_rupiah=2 * CHIPS, reason="Ke brankas")
    assert dropped.status_code == 201, dropped.text
    refused = await give_back(client, cashier, order, lines=[units(shop.chips_listing, 1)])
    assert (refused.status_code, refused.json()["code"]) == (409, "till_too_low")
    refilled = await send(client, cashier, "/shifts/current/refills", amount_rupiah=CHIPS, reason="Kembali")
    assert refilled.status_code == 201, refilled.text
    assert (await give_back(client, cashier, order, lines=[units(shop.chips_listing, 1)])).status_code == 201
    assert [row["number"] for row in await read(client, cashier, "credit-notes")] == [2, 1]


async def test_pages_write_and_print_an_invoice(
    client: httpx.AsyncClient, counter: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop, chips=2, rice=1)
    page = await counter.get(f"/kasir/pesanan/{order['code']}")
    assert "Buat faktur" in said(page)
    path = f"/kasir/pesanan/{order['code']}/faktur"
    form = await counter.get(path)
    assert 'value="Pembeli Uji"' in form.text
    refused = await press(counter, form, path, buyer_name="", buyer_address="Jl. Kenanga 4", due_on=day(7))
    assert refused.status_code == 422
    assert "Tulis nama pembeli" in said(refused)
    assert 'value="Jl. Kenanga 4"' in refused.text
    made = await press(counter, refused, path, buyer_name="CV Uji", buyer_address="Jl. Kenanga 4", due_on=day(7))
    assert made.headers["location"] == "/koperasi/faktur/1"
    for width in ("58", "80", "a4"):
        shown = await counter.get(f"/koperasi/faktur/1?lebar={width}")
        assert f'class="receipt receipt-{width}"' in shown.text
        for text in ("FAKTUR", "CV Uji", "Jl. Kenanga 4", "Rp 95.000", "Sembilan puluh lima ribu rupiah", "/sah"):
            assert text in said(shown)
    assert (await counter.get(path)).headers["location"] == "/koperasi/faktur/1"
    assert "CV Uji" in said(await counter.get("/koperasi/faktur"))
    assert "Faktur no. 1" in said(await counter.get(f"/kasir/pesanan/{order['code']}"))
    file = await counter.get("/koperasi/faktur/1?bentuk=pdf")
    assert file.headers["content-type"] == "application/pdf"
    text = PdfReader(BytesIO(file.content)).pages[0].extract_text().replace("\u00a0", " ")
    for part in ("FAKTUR", "CV Uji", "Rp 95.000", "Sembilan puluh lima ribu rupiah"):
        assert part in text


async def test_another_store_sees_none_of_it(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    order = await order_goods(client, shop, chips=2, rice=0)
    await invoice(client, cashier, order["code"])
    await pay(client, shop, order, is_handed_over=True)
    await give_back(client, cashier, order)
    stranger = await make_shop()
    for path in ("invoices/1", "credit-notes/1"):
        answer = await client.get(
            f"/api/v1{STORE}/{path}", headers={"authorization": f"Bearer {stranger.tokens['cashier']}"}
        )
        assert answer.status_code == 404
    assert await read(client, await add_person(stranger, "pengawas"), "invoices") == []


async def test_a_receipt_tells_what_a_member_saved(
    client: httpx.AsyncClient, counter: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    for phone, price in ((PHONE, 63_000), ("", RICE)):
        sold = await send(
            client,
            cashier,
            f"{STORE}/sales",
            lines=[{"listing_id": shop.rice_listing, "quantity": 2}],
            tendered_rupiah=2 * price,
            expected_rupiah=2 * price,
            member_phone=phone,
        )
        assert sold.status_code == 201, sold.text
    head = {"authorization": f"Bearer {cashier}"}
    saved = [
        (await client.get(f"/api/v1/receipts/{number}", headers=head)).json()["member_saving_rupiah"]
        for number in (1, 2)
    ]
    assert saved == [4_000, 0]
    assert "Anda hemat Rp 4.000 sebagai anggota." in said(await counter.get("/kasir/kuitansi/1"))
    assert "hemat" not in said(await counter.get("/kasir/kuitansi/2"))


async def test_above_five_million_the_receipt_asks_for_a_stamp(
    client: httpx.AsyncClient, counter: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE listing SET price_rupiah = 2500000, member_price_rupiah = NULL")
    for quantity in (2, 3):
        sold = await send(
            client,
            cashier,
            f"{STORE}/sales",
            lines=[{"listing_id": shop.chips_listing, "quantity": quantity}],
            tendered_rupiah=quantity * 2_500_000,
            expected_rupiah=quantity * 2_500_000,
        )
        assert sold.status_code == 201, sold.text
    assert "meterai" not in said(await counter.get("/kasir/kuitansi/1"))
    assert "Bea meterai Rp 10.000 atas dokumen ini (UU 10/2020)." in said(await counter.get("/kasir/kuitansi/2"))
