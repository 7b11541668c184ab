"""The public check of a document: genuine or not, five facts and no more, not to be found or guessed."""

import re
from html import unescape

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.documents.codes import read_code, spaced
from marketplace.documents.stamp_duty import StampDuty, duty_of
from tests.orders.counter_shop import PHONE, Shop, make_shop
from tests.orders.till_shop import open_shift, sell, send

DUTY = StampDuty(above_rupiah=5_000_000, duty_rupiah=10_000)


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop(phone=PHONE)


async def sold_code(client: httpx.AsyncClient, shop: Shop) -> str:
    """The code of the receipt of a sale of two bags of chips to a member."""
    token = shop.tokens["cashier"]
    await open_shift(client, token)
    sold = await send(
        client,
        token,
        "/stores/current/sales",
        lines=[{"listing_id": shop.chips_listing, "quantity": 2}],
        tendered_rupiah=50_000,
        expected_rupiah=30_000,
        member_phone=PHONE,
    )
    assert sold.status_code == 201, sold.text
    async with database.connection() as connection:
        code: str = await connection.fetchval("SELECT code FROM document")
    return code


def test_codes_are_read_as_people_type_them() -> None:
    code = "K7QM3RTA9DFG4HJK"
    assert spaced(code) == "K7QM-3RTA-9DFG-4HJK"
    for typed in (code, "K7QM-3RTA-9DFG-4HJK", " k7qm 3rta 9dfg 4hjk ", "K7QM.3RTA.9DFG.4HJK"):
        assert read_code(typed) == code
    for typed in ("", "K7QM", code + "A", "K7QM3RTA9DFG4HJ0", "%00", "Ω" * 16):
        assert read_code(typed) is None


@pytest.mark.parametrize(
    ("kind", "total", "is_paid", "due"),
    [
        ("receipt", 5_000_000, True, 0),
        ("receipt", 5_000_001, True, 10_000),
        ("receipt", 5_000_001, False, 0),
        ("repayment", 9_000_000, True, 10_000),
        ("credit_note", 5_000_001, True, 10_000),
        ("credit_note", 5_000_001, False, 0),
        ("remittance", 5_000_001, True, 10_000),
        ("invoice", 50_000_000, True, 0),
        ("deposit", 50_000_000, True, 0),
    ],
)
def test_stamp_duty_is_due_above_five_million_where_money_was_received(
    *, kind: str, total: int, is_paid: bool, due: int
) -> None:
    assert duty_of(DUTY, kind=kind, total_rupiah=total, is_paid=is_paid) == due
    assert duty_of(None, kind=kind, total_rupiah=total, is_paid=is_paid) == 0


async def test_a_genuine_document_tells_five_facts_and_nothing_of_anybody(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    code = await sold_code(client, shop)
    told = await client.get(f"/api/v1/documents/{spaced(code)}")
    assert told.status_code == 200
    async with database.connection() as connection:
        day = await connection.fetchval("SELECT (issued_at AT TIME ZONE 'Asia/Jakarta')::date FROM document")
        store_name = await connection.fetchval("SELECT name FROM store")
        order_code = await connection.fetchval("SELECT code FROM orders")
    assert told.json() == {
        "code": spaced(code),
        "kind": "receipt",
        "number": 1,
        "store_name": store_name,
        "issued_on": day.isoformat(),
        "total_rupiah": 30_000,
    }
    page = await client.get(f"/sah/{code}")
    text = unescape(page.text).replace("\u00a0", " ")
    assert page.status_code == 200
    assert "Dokumen ini asli" in text
    assert "Rp 30.000" in text
    # Nothing of the buyer, the goods, the cashier, the order, the way to pay or the hour.
    for hidden in ("Keripik", "Orang Uji", order_code, "Tunai", "50.000", "20.000", "WIB", "harga anggota"):
        assert hidden not in text
        assert hidden not in told.text


async def test_what_nobody_issued_is_told_plainly(client: httpx.AsyncClient, shop: Shop) -> None:
    code = await sold_code(client, shop)
    other = ("A" if code[0] != "A" else "C") + code[1:]
    for path in (f"/sah/{other}", "/sah/1", "/sah/KUITANSI-1", "/sah?kode=salah"):
        page = await client.get(path)
        assert page.status_code == 404, path
        assert "Tidak ada dokumen dengan kode ini" in unescape(page.text)
    refused = await client.get(f"/api/v1/documents/{other}")
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_document")
    assert refused.headers["content-type"].startswith("application/problem+json")


async def test_the_form_leads_to_the_document(client: httpx.AsyncClient, shop: Shop) -> None:
    code = await sold_code(client, shop)
    assert (await client.get("/sah")).status_code == 200
    led = await client.get("/sah", params={"kode": spaced(code).lower()})
    assert (led.status_code, led.headers["location"]) == (303, f"/sah/{code}")


async def test_search_engines_and_caches_stay_away(client: httpx.AsyncClient, shop: Shop) -> None:
    code = await sold_code(client, shop)
    for path in ("/sah", f"/sah/{code}", "/sah/salah"):
        page = await client.get(path)
        assert page.headers["x-robots-tag"] == "noindex, nofollow"
        assert '<meta name="robots" content="noindex, nofollow">' in page.text
        assert page.headers["cache-control"] == "private, no-store"


async def test_guessing_is_limited(client: httpx.AsyncClient) -> None:
    answers = [(await client.get("/api/v1/documents/AAAACCCCDDDDEEEE")).status_code for _ in range(31)]
    assert answers[:30] == [404] * 30
    assert answers[30] == 429
    assert (await client.get("/sah/AAAACCCCDDDDEEEE")).status_code == 429


async def test_codes_do_not_follow_from_each_other(client: httpx.AsyncClient, shop: Shop) -> None:
    token = shop.tokens["cashier"]
    await open_shift(client, token)
    for _ in range(3):
        assert (await sell(client, token, shop)).status_code == 201
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT code FROM document ORDER BY number")
        drawn = await connection.fetch("SELECT document_code() AS code FROM generate_series(1, 500)")
    codes = [row["code"] for row in (*rows, *drawn)]
    assert len(set(codes)) == 503
    assert all(re.fullmatch("[34679ACDEFGHJKMNPQRTUVWXY]{16}", code) for code in codes)
    # Every place takes every letter now and then.
    assert all(len({code[place] for code in codes}) > 20 for place in range(16))
