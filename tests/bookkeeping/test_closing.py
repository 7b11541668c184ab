"""Closing a store's days by page and API: what stands in the way, once, by whom, and what is refused afterwards."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape

import httpx
import pytest
from litestar import Litestar

from marketplace import clock, database
from marketplace.bookkeeping.differences import Difference, forget_differences, register_differences
from marketplace.books import book_of
from marketplace.database import Connection
from marketplace.formats.dates import WIB, day_of
from marketplace.ids import StoreId
from payments import check, find_book, list_closings
from tests.orders.counter_shop import Shop, browser, command, make_shop, open_till, order_goods, press

PATH = "/koperasi/buku/tutup"
CLOSINGS = "/api/v1/stores/current/ledger/closings"


class Clock:
    """The time as the application reads it."""

    ahead = timedelta()

    @property
    def today(self) -> date:
        return day_of(clock.now(), WIB)

    @property
    def yesterday(self) -> date:
        return self.today - timedelta(days=1)


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a clock that can be put forward."""
    its = Clock()
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + its.ahead)
    return its


@pytest.fixture
async def shop(app: Litestar, hours: Clock) -> Shop:
    return await make_shop()


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


async def close_by_api(
    client: httpx.AsyncClient, shop: Shop, through: date, *, role: str = "store_manager", reason: str = ""
) -> httpx.Response:
    body = {"through": through.isoformat(), "reason": reason}
    return await client.post(CLOSINGS, json=body, headers=command(shop.tokens[role]))


async def closed_through(shop: Shop) -> date | None:
    async with database.connection() as connection:
        assert await check(connection) == []
        its = await find_book(connection, book=book_of(shop.store_id))
    return its.closed_through if its is not None else None


async def sell(app: Litestar, client: httpx.AsyncClient, shop: Shop, *, is_shift_closed: bool = True) -> httpx.Response:
    async with browser(app, shop.tokens["cashier"]) as cashier:
        await open_till(cashier)
        order = await order_goods(client, shop)
        path = f"/kasir/pesanan/{order['code']}"
        paid = await press(cashier, await cashier.get(path), f"{path}/bayar", tender="100000")
        if is_shift_closed:
            counted = await press(cashier, await cashier.get("/kasir/tutup"), "/kasir/tutup", counted_rupiah="95000")
            assert counted.status_code == 303
    return paid


async def test_day_is_closed_on_the_page_and_told(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, hours: Clock
) -> None:
    assert (await sell(app, client, shop)).status_code == 303
    hours.ahead = timedelta(days=1)
    async with browser(app, shop.tokens["store_manager"]) as manager:
        page = await manager.get(PATH)
        assert "belum pernah" in said(page)
        closed = await press(manager, page, PATH, through=hours.yesterday.isoformat(), reason="")
        assert (closed.status_code, closed.headers["location"]) == (303, PATH)
        page = await manager.get(PATH)
        assert "Semua hari yang selesai sudah ditutup." in said(page)
        assert "Orang Uji" in said(page)
        assert "Pembukuan ditutup sampai" in said(await manager.get("/koperasi/buku"))
    assert await closed_through(shop) == hours.yesterday
    async with database.connection() as connection:
        (act,) = await list_closings(connection, book=book_of(shop.store_id))
        assert act.author == f"person:{shop.people['store_manager']}"
        # opening stock, payment, sale (goods, cost, owed, fee), the till to the safe
        assert act.transfer_count == 7
        rows = await connection.fetch("SELECT subject, detail FROM audit_event WHERE action = 'books.day_closed'")
    assert [(row["subject"], row["detail"]["through"]) for row in rows] == [
        (book_of(shop.store_id), hours.yesterday.isoformat())
    ]


async def test_day_that_is_not_over_or_none_is_refused_beside_the_field(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, hours: Clock
) -> None:
    async with browser(app, shop.tokens["store_manager"]) as manager:
        for typed in (hours.today.isoformat(), "1999-12-31", "besok"):
            page = await press(manager, await manager.get(PATH), PATH, through=typed, reason="kata saya")
            assert page.status_code == 422
            assert f'value="{typed}"' in page.text
            assert "kata saya" in said(page)
    answer = await close_by_api(client, shop, hours.today)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "through", "message": "Pilih hari yang sudah lewat menurut jam gerai."}
    ]
    assert await closed_through(shop) is None


async def test_shift_of_the_day_that_is_open_stands_in_the_way(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, hours: Clock
) -> None:
    assert (await sell(app, client, shop, is_shift_closed=False)).status_code == 303
    hours.ahead = timedelta(days=1)
    refused = await close_by_api(client, shop, hours.yesterday)
    assert (refused.status_code, refused.json()["code"]) == (409, "shift_still_open")
    assert await closed_through(shop) is None
    async with browser(app, shop.tokens["store_manager"]) as manager:
        page = await manager.get(PATH)
        assert "1 sif dari hari itu masih terbuka." in said(page)
        again = await press(manager, page, PATH, through=hours.yesterday.isoformat(), reason="")
        assert again.status_code == 409
        assert "Masih ada sif kasir yang terbuka" in said(again)
    # the day before that shift is closed nonetheless
    before = hours.yesterday - timedelta(days=1)
    assert (await close_by_api(client, shop, before)).json() == {"closed_through": before.isoformat(), "is_new": True}


async def test_closing_again_or_an_earlier_day_changes_nothing(
    client: httpx.AsyncClient, shop: Shop, hours: Clock
) -> None:
    assert (await close_by_api(client, shop, hours.yesterday)).json()["is_new"] is True
    for day in (hours.yesterday, hours.yesterday - timedelta(days=9)):
        again = await close_by_api(client, shop, day)
        assert again.json() == {"closed_through": hours.yesterday.isoformat(), "is_new": False}
    state = (await client.get(CLOSINGS, headers={"authorization": f"Bearer {shop.tokens['pengawas']}"})).json()
    assert [act["through_day"] for act in state["acts"]] == [hours.yesterday.isoformat()]
    assert (state["is_anything_open"], state["closed_through"]) == (False, hours.yesterday.isoformat())


async def test_twin_commands_close_once(client: httpx.AsyncClient, shop: Shop, hours: Clock) -> None:
    head = command(shop.tokens["store_manager"])
    body = {"through": hours.yesterday.isoformat()}
    first = await client.post(CLOSINGS, json=body, headers=head)
    second = await client.post(CLOSINGS, json=body, headers=head)
    assert first.json() == second.json() == {"closed_through": hours.yesterday.isoformat(), "is_new": True}


@pytest.fixture
def difference() -> Iterator[list[date]]:
    """Something is open at every store; returns the days that were asked about."""
    asked: list[date] = []

    async def find(_connection: Connection, _store_id: StoreId, through: date) -> list[Difference]:
        asked.append(through)
        return [
            Difference(
                code="bank_unmatched",
                sentence="Paling panjang {n} huruf.",
                facts={"n": 3},
                amount_rupiah=12_500,
                href="/koperasi/laporan",
            )
        ]

    register_differences(find)
    register_differences(find)
    yield asked
    forget_differences(find)


async def test_open_difference_is_shown_and_asks_for_a_reason(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, hours: Clock, difference: list[date]
) -> None:
    async with browser(app, shop.tokens["store_manager"]) as manager:
        page = await manager.get(PATH)
        assert "Paling panjang 3 huruf." in said(page)
        assert "Rp 12.500" in said(page)
        refused = await press(manager, page, PATH, through=hours.yesterday.isoformat(), reason="  ")
        assert refused.status_code == 422
        assert "Tulis alasan menutup hari ini walau begitu." in said(refused)
        assert await closed_through(shop) is None
        closed = await press(manager, page, PATH, through=hours.yesterday.isoformat(), reason="bank libur")
        assert closed.status_code == 303
        assert "bank libur" in said(await manager.get(PATH))
    assert set(difference) == {hours.yesterday}
    assert await closed_through(shop) == hours.yesterday


async def test_sale_that_comes_after_its_day_was_closed_is_told_so(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, hours: Clock
) -> None:
    """Around midnight: the cashier's clock lags behind the manager's."""
    hours.ahead = timedelta(days=1)
    assert (await close_by_api(client, shop, hours.yesterday)).status_code == 200
    hours.ahead = timedelta()
    refused = await sell(app, client, shop, is_shift_closed=False)
    assert refused.status_code == 409
    assert "sudah ditutup. Ulangi: catatan masuk ke hari ini." in said(refused)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM payment") == 0
        assert await connection.fetchval("SELECT state FROM orders") == "placed"
    hours.ahead = timedelta(days=1)
    async with browser(app, shop.tokens["cashier"]) as cashier:
        code = await _code_of_order()
        path = f"/kasir/pesanan/{code}"
        assert (await press(cashier, await cashier.get(path), f"{path}/bayar", tender="100000")).status_code == 303
    assert await closed_through(shop) == hours.yesterday


async def _code_of_order() -> str:
    async with database.connection() as connection:
        return str(await connection.fetchval("SELECT code FROM orders"))


async def test_only_managers_close_and_supervisors_look(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, hours: Clock
) -> None:
    for role, status in (("cashier", 403), ("pengawas", 403), ("member", 403)):
        assert (await close_by_api(client, shop, hours.yesterday, role=role)).status_code == status
    async with browser(app, shop.tokens["pengawas"]) as supervisor:
        page = said(await supervisor.get(PATH))
        assert "Menutup hari adalah tugas pengelola gerai atau pengurus." in page
        assert "Tutup dan kunci" not in page
    assert await closed_through(shop) is None


async def test_store_s_clock_is_its_book_s(shop: Shop) -> None:
    async with database.transaction() as connection:
        await connection.execute("UPDATE store SET time_zone = 'Asia/Jayapura' WHERE id = $1", shop.store_id)
        its = await find_book(connection, book=book_of(shop.store_id))
    assert its is not None
    assert its.time_zone == "Asia/Jayapura"
