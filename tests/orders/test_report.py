"""The day's report: figures on a page, in the API and as CSV; whose day, which day, and at what cost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest
from litestar import Litestar

from marketplace import clock, database
from marketplace.accounts import find_actor
from marketplace.formats.dates import day_of
from marketplace.orders.report import DayReport, HourSales, Payable, ShiftCash, SourceSales, show_day_report
from marketplace.orders.report_pages import chart_hours, report_csv
from tests.orders.counter_shop import Shop, add_person, browser, command, make_shop, open_till, order_goods, press

WIB = "Asia/Jakarta"


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


@pytest.fixture
async def cashier(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["cashier"]) as person:
        await open_till(person)
        yield person


@pytest.fixture
async def manager(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["store_manager"]) as person:
        yield person


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


def bearer(shop: Shop, role: str) -> dict[str, str]:
    return {"authorization": f"Bearer {shop.tokens[role]}"}


async def trade(cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop) -> None:
    """Sell two orders of 95.000, take one back."""
    for _ in range(2):
        order = await order_goods(client, shop)
        path = f"/kasir/pesanan/{order['code']}"
        paid = await press(cashier, await cashier.get(path), f"{path}/bayar", tender="100000")
        assert paid.status_code == 303
    page = await cashier.get(f"{path}/kembalikan")
    returned = await press(cashier, page, f"{path}/kembalikan", reason="Kemasan bocor", all="1")
    assert returned.status_code == 303


async def test_day_is_summed_up(
    cashier: httpx.AsyncClient, manager: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await trade(cashier, client, shop)
    answer = await client.get("/api/v1/reports/day", headers=bearer(shop, "pengawas"))
    assert answer.status_code == 200
    report = answer.json()
    figures = ("sale_count", "unit_count", "total_rupiah", "return_count", "returned_rupiah", "net_rupiah")
    assert [report[name] for name in figures] == [2, 6, 190_000, 1, 95_000, 95_000]
    assert report["sources"] == [
        {"source": "consignment", "unit_count": 4, "total_rupiah": 60_000},
        {"source": "own_stock", "unit_count": 2, "total_rupiah": 130_000},
    ]
    assert sum(hour["total_rupiah"] for hour in report["hours"]) == 190_000
    (shift,) = report["shifts"]
    assert (shift["taken_rupiah"], shift["refunded_rupiah"], shift["expected_rupiah"]) == (190_000, 95_000, 95_000)
    assert (shift["counted_rupiah"], shift["variance_rupiah"]) == (None, None)
    (payable,) = report["payables"]
    assert payable["owed_rupiah"] == report["owed_rupiah"] == 24_000
    assert payable["name"].startswith("seller")
    page = said(await manager.get("/koperasi/laporan"))
    assert "Laporan hari ini" in page
    assert "Rp 190.000" in page
    assert payable["name"] in page
    assert "<svg" in page


async def test_report_takes_nine_statements(cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop) -> None:
    await trade(cashier, client, shop)
    actor = await find_actor(shop.tokens["pengawas"])
    assert actor is not None
    async with database.observed_statements() as seen:
        await show_day_report(None, actor=actor)
    assert len(seen) == 9


async def test_day_is_the_store_s_own(cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop) -> None:
    await trade(cashier, client, shop)
    async with database.connection() as connection:
        # 17.30 UTC of the 20th is 00.30 of the 21st in Bekasi, and 23.30 of the 20th is 16.30 UTC.
        await connection.execute("UPDATE orders SET paid_at = $1", datetime(2025, 7, 20, 17, 30, tzinfo=UTC))
    on = {"on": "2025-07-21"}
    report = (await client.get("/api/v1/reports/day", params=on, headers=bearer(shop, "cashier"))).json()
    assert [(hour["hour"], hour["sale_count"]) for hour in report["hours"]] == [(0, 2)]
    before = (
        await client.get("/api/v1/reports/day", params={"on": "2025-07-20"}, headers=bearer(shop, "cashier"))
    ).json()
    assert before["sale_count"] == 0
    page = await cashier.get("/koperasi/laporan", params=on)
    assert "/koperasi/laporan?on=2025-07-20" in said(page)
    assert "/koperasi/laporan?on=2025-07-22" in said(page)
    assert "Senin, 21 Juli 2025" in said(page)


@pytest.mark.parametrize("text", ["tomorrow", "2025-02-30", "besok", "21/07/2025", "0001-01-01", "9999-12-31"])
async def test_day_that_is_none_is_refused_kindly(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop, text: str
) -> None:
    if text == "tomorrow":
        text = (day_of(clock.now(), WIB) + timedelta(days=1)).isoformat()
    page = await cashier.get("/koperasi/laporan", params={"on": text})
    assert page.status_code == 422
    assert ("Hari itu belum tiba." in said(page)) or ("Tulis hari seperti 2025-07-21." in said(page))
    assert "Laporan hari ini" in said(page)
    answer = await client.get("/api/v1/reports/day", params={"on": text}, headers=bearer(shop, "cashier"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "on"


async def test_csv_holds_the_same_figures(
    cashier: httpx.AsyncClient, manager: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await trade(cashier, client, shop)
    sheet = await manager.get("/koperasi/laporan/unduh")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert sheet.headers["content-disposition"].startswith('attachment; filename="laporan-')
    lines = sheet.content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Bagian;Rincian;Banyaknya;Rupiah"
    assert "Penjualan;Penjualan;2;190000" in lines
    assert "Penjualan;Uang dikembalikan;1;95000" in lines
    assert "Menurut asal barang;Titip jual;4;60000" in lines


def _report(**changed: object) -> DayReport:
    opened_at = datetime(2025, 7, 21, 2, 5, tzinfo=UTC)
    values: dict[str, object] = {
        "on": opened_at.date(),
        "is_today": False,
        "store_name": "Gerai",
        "time_zone": WIB,
        "sources": [SourceSales(source="own_stock", unit_count=1, total_rupiah=10)],
        "hours": [],
        "ways": [],
        "moves": [],
        "shifts": [
            ShiftCash(
                shift_id=1,  # type: ignore[arg-type]
                cashier_name="=cmd()",
                opened_at=opened_at,
                closed_at=opened_at,
                float_rupiah=0,
                taken_rupiah=10,
                refunded_rupiah=0,
                dropped_rupiah=0,
                refilled_rupiah=0,
                repaid_rupiah=0,
                patronage_rupiah=0,
                other_ways=[],
                expected_rupiah=10,
                counted_rupiah=9,
                variance_rupiah=-1,
            )
        ],
        "payables": [Payable(organisation_id=1, name="@evil; name", owed_rupiah=5)],  # type: ignore[arg-type]
    }
    numbers = set(DayReport.__struct_fields__) - set(values)
    return DayReport(**(dict.fromkeys(numbers, 0) | values | changed))  # type: ignore[arg-type]


def test_names_are_no_formulas_in_the_csv() -> None:
    lines = report_csv(_report(), language="id").split("\r\n")
    assert 'Utang pemasok;"\'@evil; name";;5' in lines
    assert "Kas;'=cmd() 09.05 WIB: Selisih;;-1" in lines


def test_chart_shows_quiet_hours_too() -> None:
    hours = ((6, 5), (9, 7))
    rows = chart_hours([HourSales(hour=hour, sale_count=1, total_rupiah=amount) for hour, amount in hours])
    assert (rows[0], rows[1], rows[3], rows[-1]) == (("06.00", 5), ("07.00", 0), ("09.00", 7), ("20.00", 0))
    assert chart_hours([]) == []


async def test_report_is_for_the_store_s_people_alone(client: httpx.AsyncClient, shop: Shop) -> None:
    assert (await client.get("/api/v1/reports/day")).status_code == 401
    assert (await client.get("/api/v1/reports/day", headers=bearer(shop, "member"))).status_code == 403
    other = await make_shop()
    theirs = (await client.get("/api/v1/reports/day", headers=bearer(other, "cashier"))).json()
    assert theirs["sale_count"] == 0
    assert theirs["store_name"] != ""


async def test_api_tells_shift_receipt_and_safe(
    cashier: httpx.AsyncClient, client: httpx.AsyncClient, shop: Shop
) -> None:
    await trade(cashier, client, shop)
    shift = (await client.get("/api/v1/shifts/current", headers=bearer(shop, "cashier"))).json()
    assert (shift["taken_rupiah"], shift["refunded_rupiah"], shift["receipt_count"]) == (None, None, 3)
    assert (await client.get("/api/v1/shifts/current", headers=bearer(shop, "store_manager"))).status_code == 404
    receipt = (await client.get("/api/v1/receipts/1", headers=bearer(shop, "pengawas"))).json()
    assert (receipt["number"], receipt["kind"], receipt["change_rupiah"]) == (1, "sale", 5_000)
    assert receipt["amount_in_words"] == "Sembilan puluh lima ribu rupiah"
    assert [line["total_rupiah"] for line in receipt["lines"]] == [30_000, 65_000]
    assert (await client.get("/api/v1/receipts/4", headers=bearer(shop, "pengawas"))).status_code == 404
    cash = {"amount_rupiah": 500_000, "reason": "Kas awal"}
    refused = await client.post("/api/v1/safe/opening", json=cash, headers=command(shop.tokens["cashier"]))
    assert refused.status_code == 403
    once = command(shop.tokens["store_manager"])
    for _ in range(2):
        recorded = await client.post("/api/v1/safe/opening", json=cash, headers=once)
        assert (recorded.status_code, recorded.json()) == (201, {"safe_rupiah": 500_000})


async def test_two_people_under_the_same_key_record_cash_of_their_own(client: httpx.AsyncClient, shop: Shop) -> None:
    cash, key = {"amount_rupiah": 500_000, "reason": "Kas awal"}, {"idempotency-key": "contoh-kunci-1"}
    other = await make_shop()
    second = await add_person(shop, "store_manager")
    for token, safe_rupiah in (
        (shop.tokens["store_manager"], 500_000),
        (second, 1_000_000),
        (other.tokens["store_manager"], 500_000),
    ):
        recorded = await client.post(
            "/api/v1/safe/opening", json=cash, headers={"authorization": f"Bearer {token}"} | key
        )
        assert (recorded.status_code, recorded.json()) == (201, {"safe_rupiah": safe_rupiah})


async def test_longest_key_and_largest_numbers_are_answered_plainly(client: httpx.AsyncClient, shop: Shop) -> None:
    head = {"authorization": f"Bearer {shop.tokens['store_manager']}"}
    cash = {"amount_rupiah": 500_000, "reason": "Kas awal"}
    longest = await client.post("/api/v1/safe/opening", json=cash, headers=head | {"idempotency-key": "k" * 128})
    assert longest.status_code == 201
    longer = await client.post("/api/v1/safe/opening", json=cash, headers=head | {"idempotency-key": "k" * 129})
    assert longer.status_code == 422
    await client.post("/api/v1/shifts", json={"float_rupiah": 0}, headers=head | {"idempotency-key": "s" * 128})
    sale = {
        "lines": [{"listing_id": shop.chips_listing, "quantity": 1}],
        "tendered_rupiah": 10**30,
        "expected_rupiah": 15_000,
    }
    large = await client.post("/api/v1/stores/current/sales", json=sale, headers=head | {"idempotency-key": "p" * 128})
    assert large.status_code == 422
    unknown = sale | {"lines": [{"listing_id": 2**63, "quantity": 1}], "tendered_rupiah": 15_000}
    refused = await client.post(
        "/api/v1/stores/current/sales", json=unknown, headers=head | {"idempotency-key": "q" * 128}
    )
    assert refused.status_code == 422
    sold = await client.post(
        "/api/v1/stores/current/sales",
        json=sale | {"tendered_rupiah": 15_000},
        headers=head | {"idempotency-key": "r" * 128},
    )
    assert sold.status_code == 201, sold.text
