"""A till that differs is counted once more without knowing by how much, and then explained."""

import asyncio

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from tests.orders.counter_shop import Shop, browser, command, make_shop, press
from tests.orders.till_shop import CHIPS, held, open_shift, said, sell, send

CLOSING = "/shifts/current/closing"


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


@pytest.fixture
async def cashier(client: httpx.AsyncClient, shop: Shop) -> str:
    """Return the token of a cashier whose open till holds one packet's price."""
    await open_shift(client, shop.tokens["cashier"])
    assert (await sell(client, shop.tokens["cashier"], shop)).status_code == 201
    return shop.tokens["cashier"]


async def shift_row() -> tuple[object, ...]:
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "SELECT closed_at IS NOT NULL, first_counted_rupiah, counted_rupiah, closing_note FROM shift"
        )
        assert row is not None
        return tuple(row)


async def test_small_change_closes_at_once(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    closed = await send(client, cashier, CLOSING, counted_rupiah=CHIPS - 5_000)
    assert (closed.status_code, closed.json()["variance_rupiah"]) == (200, -5_000)
    assert await shift_row() == (True, None, CHIPS - 5_000, "")


@pytest.mark.parametrize("counted", [CHIPS - 5_001, CHIPS + 5_001])
async def test_first_count_that_differs_closes_nothing_and_tells_no_figure(
    client: httpx.AsyncClient, shop: Shop, cashier: str, counted: int
) -> None:
    before = await held(shop)
    again = await send(client, cashier, CLOSING, counted_rupiah=counted, note="Pasti kurang")
    assert (again.status_code, again.json()["code"]) == (409, "count_differs")
    assert str(CHIPS) not in again.text
    assert "15.000" not in again.text
    assert "5.001" not in again.text
    assert await held(shop) == before
    assert await shift_row() == (False, counted, None, "")
    # The till goes on meanwhile.
    assert (await sell(client, cashier, shop)).status_code == 201


async def test_second_count_needs_a_note_before_anything_is_said_and_closes_whatever_it_is(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    await send(client, cashier, CLOSING, counted_rupiah=0)
    # Right or wrong: the answer without a note is the same, so nothing is learnt by trying.
    for counted in (1_000, CHIPS):
        silent = await send(client, cashier, CLOSING, counted_rupiah=counted, note="  ")
        assert (silent.status_code, silent.json()["errors"][0]["field"]) == (422, "note")
    assert await shift_row() == (False, 0, None, "")
    long = await send(client, cashier, CLOSING, counted_rupiah=1_000, note="a" * 301)
    assert long.json()["errors"][0]["field"] == "note"
    closed = await send(client, cashier, CLOSING, counted_rupiah=1_000, note=" Kembalian tertukar ")
    assert closed.json() | {"shift_id": 0} == {
        "shift_id": 0,
        "expected_rupiah": CHIPS,
        "counted_rupiah": 1_000,
        "variance_rupiah": 1_000 - CHIPS,
    }
    assert await shift_row() == (True, 0, 1_000, "Kembalian tertukar")
    books = await held(shop)
    assert (books["cash_over_short"], books["safe_cash"]) == (CHIPS - 1_000, 1_000)
    head = {"authorization": f"Bearer {shop.tokens['pengawas']}"}
    shown = (await client.get(f"/api/v1/shifts/{closed.json()['shift_id']}", headers=head)).json()["cash"]
    assert (shown["first_counted_rupiah"], shown["closing_note"]) == (0, "Kembalian tertukar")


async def test_one_press_counts_once_however_often_it_arrives(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    once = command(cashier)
    answers = await asyncio.gather(
        *(client.post(f"/api/v1{CLOSING}", json={"counted_rupiah": 0}, headers=once) for _ in range(4))
    )
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(409, "count_differs")}
    assert await shift_row() == (False, 0, None, "")


async def test_two_first_counts_at_once_leave_one_and_ask_for_the_note(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    answers = await asyncio.gather(*(send(client, cashier, CLOSING, counted_rupiah=counted) for counted in (0, 1)))
    assert sorted(answer.status_code for answer in answers) == [409, 422]
    is_closed, first, counted, _ = await shift_row()
    assert (is_closed, counted) == (False, None)
    assert first in (0, 1)


async def test_page_asks_again_without_a_figure_and_then_shows_what_was_missing(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    async with browser(app, cashier) as person:
        first = await press(person, await person.get("/kasir/tutup"), "/kasir/tutup", pieces_2000="2")
        assert first.status_code == 409
        assert "Hitungan pertama Anda Rp 4.000 berbeda dari catatan." in said(first)
        assert "15.000" not in said(first)
        assert "11.000" not in said(first)
        assert 'name="pieces_2000" value="2"' not in first.text, "it is counted anew"
        # Whoever comes back later is asked the same.
        later = await person.get("/kasir/tutup")
        assert "Hitungan pertama Anda" in said(later)
        silent = await press(person, later, "/kasir/tutup", counted_rupiah="4rb")
        assert "Tulis apa yang terjadi" in said(silent)
        assert 'value="4rb"' in silent.text
        closed = await press(person, silent, "/kasir/tutup", counted_rupiah="4rb", note="Kembalian tertukar")
        assert closed.status_code == 303
        page = said(await person.get(closed.headers["location"]))
        assert "Uang di laci kurang" in page
        assert "Rp 11.000" in page
        assert "Kembalian tertukar" in page


async def test_what_an_open_till_should_hold_is_told_to_managers_alone(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    for role, expected in (("cashier", None), ("store_manager", CHIPS), ("pengawas", CHIPS)):
        head = {"authorization": f"Bearer {shop.tokens[role]}"}
        (shift,) = (await client.get("/api/v1/reports/day", headers=head)).json()["shifts"]
        assert (role, shift["expected_rupiah"]) == (role, expected)
    async with browser(app, cashier) as person:
        assert (await person.get("/koperasi/laporan")).status_code == 200
        sheet = (await person.get("/koperasi/laporan/unduh")).content.decode("utf-8-sig")
    (line,) = [line for line in sheet.split("\r\n") if "Seharusnya" in line]
    assert line.endswith("Seharusnya;;")
    closed = await send(client, cashier, CLOSING, counted_rupiah=CHIPS)
    assert closed.status_code == 200
    head = {"authorization": f"Bearer {cashier}"}
    (shift,) = (await client.get("/api/v1/reports/day", headers=head)).json()["shifts"]
    assert shift["expected_rupiah"] == CHIPS
