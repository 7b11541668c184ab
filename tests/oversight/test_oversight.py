"""An agency sees its region as it was and is, and changes nothing."""

import csv
import io
from datetime import date
from html import unescape

import pytest

from marketplace import database
from marketplace.app import create_app
from marketplace.http.policy import Policy
from marketplace.oversight.coverage import course_of, read_coverage
from marketplace.oversight.store import list_coverage_differences, list_turnover_differences
from marketplace.settings import load_settings
from tests.oversight.conftest import Watch

AGENCY_PAGES = (
    "/dinas",
    "/dinas/cakupan",
    "/dinas/cakupan?hari=2025-05-20",
    "/dinas/pesanan",
    "/dinas/pesanan?keadaan=completed",
    "/dinas/omzet",
    "/dinas/omzet?dari=2026-09-01&sampai=2026-11-22&urut=name",
    "/dinas/omzet?bentuk=csv",
    "/dinas/jejak",
    "/dinas/kejanggalan",
    "/cakupan",
)


async def test_two_truthful_reports_of_different_days_are_both_reproduced(watch: Watch) -> None:
    async def with_papers(region: str, on: str) -> tuple[int, int]:
        whole = (await watch.report("coverage", region=region, on=on)).json()["whole"]
        return whole["with_papers"], whole["villages"]

    assert await with_papers("32.16", "2025-05-20") == (130, 187)
    assert await with_papers("32.16", "2025-07-21") == (187, 187)
    assert await with_papers("32.75", "2025-07-21") == (56, 56)
    assert await with_papers("32.16", "2025-01-01") == (0, 187)


async def test_parts_of_a_region_add_up_to_the_whole(watch: Watch) -> None:
    answer = (await watch.report("coverage", region="32.16", on="2025-05-20")).json()
    assert len(answer["parts"]) == 23
    for field in ("villages", "with_papers", "musdes", "akta", "sk_ahu", "operating"):
        assert sum(part[field] for part in answer["parts"]) == answer["whole"][field]
    points = {point["on"]: point["with_papers"] for point in answer["course"]}
    assert points["2025-05-20"] == 130
    assert max(points.values()) == 187


async def test_coverage_page_is_walked_down_to_the_cooperatives(watch: Watch) -> None:
    page = await watch.page("/cakupan?wilayah=32.16&hari=20/05/2025")
    assert page.status_code == 200
    assert "/cakupan?wilayah=32.16.06&hari=2025-05-20" in unescape(page.text)
    district = await watch.page("/cakupan?wilayah=32.75.08&hari=2025-07-21")
    assert "Koperasi Kelurahan Merah Putih Jatimakmur" in district.text
    assert "/gerai/" in unescape(district.text)
    wrong = await watch.page("/cakupan?hari=kemarin+dulu")
    assert wrong.status_code == 422
    assert "Tanggal tidak terbaca." in wrong.text


async def test_turnover_equals_the_receipts(watch: Watch) -> None:
    answer = (await watch.report("turnover", watch.kota, first="2026-08-01", last="2026-11-22")).json()
    async with database.connection() as connection:
        assert await list_turnover_differences(connection) == []
        receipts = await connection.fetchrow(
            """
            SELECT sum(CASE r.kind WHEN 'sale' THEN r.amount_rupiah ELSE -r.amount_rupiah END)::bigint AS turnover,
                   sum(CASE r.kind WHEN 'sale' THEN r.amount_rupiah ELSE -r.amount_rupiah END)
                       FILTER (WHERE d.is_member)::bigint AS member,
                   count(*) FILTER (WHERE r.kind = 'sale') AS sales
            FROM receipt r JOIN orders d ON d.id = r.order_id JOIN store s ON s.id = r.store_id
            WHERE s.village_code LIKE '32.75.%'
            """
        )
    assert receipts is not None
    assert receipts["sales"] > 100
    assert (answer["total_rupiah"], answer["member_rupiah"], answer["sale_count"]) == tuple(receipts)
    assert len(answer["rows"]) == 56
    assert answer["rows"] == sorted(answer["rows"], key=lambda row: (-row["turnover_rupiah"], row["name"]))
    by_name = (await watch.report("turnover", watch.kota, sort="name")).json()["rows"]
    assert [row["name"] for row in by_name] == sorted(row["name"] for row in by_name)


async def test_turnover_table_holds_whatever_is_broken_is_found(watch: Watch) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            "UPDATE turnover_day SET sold_rupiah = sold_rupiah + 1"
            " WHERE (store_id, day, is_member) = (SELECT store_id, day, is_member FROM turnover_day LIMIT 1)"
        )
        assert len(await list_turnover_differences(connection)) == 1


async def test_turnover_comes_as_csv_with_whole_rupiah(watch: Watch) -> None:
    page = await watch.page("/dinas/omzet?dari=2026-09-01&sampai=2026-11-22&bentuk=csv", watch.kota)
    assert page.headers["content-type"].startswith("text/csv")
    assert 'filename="omzet-32.75-2026-09-01-2026-11-22.csv"' in page.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(page.content.decode("utf-8-sig"))))
    report = (await watch.report("turnover", watch.kota, first="2026-09-01", last="2026-11-22")).json()
    assert len(rows) == 56
    assert sum(int(row["omzet_rupiah"]) for row in rows) == report["total_rupiah"]


@pytest.mark.parametrize("query", [{"first": "2026-11-02", "last": "2026-11-01"}, {"first": "2020-01-01"}])
async def test_period_that_is_no_period_is_refused(watch: Watch, query: dict[str, str]) -> None:
    answer = await watch.report("turnover", watch.kota, **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_orders_are_walked_newest_first_without_their_buyers(watch: Watch) -> None:
    seen: list[tuple[str, int]] = []
    cursor: str | None = ""
    fields: set[str] = set()
    while cursor is not None:
        page = (await watch.report("orders", watch.kota, limit=40, cursor=cursor)).json()
        for item in page["items"]:
            fields |= set(item)
            seen.append((item["placed_at"], item["id"]))
        cursor = page["next_cursor"]
    assert seen == sorted(seen, reverse=True)
    async with database.connection() as connection:
        number = await connection.fetchval(
            "SELECT count(*) FROM orders d JOIN store s ON s.id = d.store_id WHERE s.village_code LIKE '32.75.%'"
        )
    assert len(seen) == len(set(seen)) == number
    assert fields.isdisjoint({"person_id", "contact_sealed", "address_sealed", "tracking_token", "note"})


async def test_agency_sees_its_own_region_only(watch: Watch) -> None:
    kota = {row["region_code"][:5] for row in (await watch.report("turnover", watch.kota)).json()["rows"]}
    kabupaten = {row["region_code"][:5] for row in (await watch.report("turnover", watch.kabupaten)).json()["rows"]}
    assert (kota, kabupaten) == ({"32.75"}, {"32.16"})
    assert (await watch.report("turnover", watch.kota, region="32.16")).status_code == 404
    assert (await watch.report("turnover", watch.kota, region="32")).status_code == 404
    assert (await watch.report("turnover", watch.kota, region="32.75.08")).status_code == 200
    assert (await watch.page("/dinas/cakupan?wilayah=32.16", watch.kota)).status_code == 404
    assert (await watch.report("turnover")).status_code == 401


async def test_each_check_finds_what_was_broken_and_nothing_elsewhere(watch: Watch) -> None:
    clean = await watch.page("/dinas/kejanggalan", watch.kota)
    assert clean.status_code == 200
    async with database.transaction() as connection:
        stock = await connection.fetchrow(
            "SELECT k.listing_id FROM stock k JOIN store s ON s.id = k.store_id"
            " WHERE s.village_code LIKE '32.75.%' ORDER BY 1 LIMIT 1"
        )
        assert stock is not None
        await connection.execute("UPDATE stock SET on_hand = on_hand + 7 WHERE listing_id = $1", stock["listing_id"])
        line = await connection.fetchrow(
            "SELECT l.order_id, l.listing_id FROM order_line l JOIN orders d ON d.id = l.order_id"
            " JOIN store s ON s.id = l.store_id WHERE s.village_code LIKE '32.75.%' AND l.source = 'own_stock'"
            " AND d.state = 'completed' ORDER BY d.placed_at DESC LIMIT 1"
        )
        assert line is not None
        await connection.execute(
            "UPDATE order_line SET unit_cost_rupiah = unit_price_rupiah + 987 WHERE order_id = $1 AND listing_id = $2",
            *line,
        )
        # What stands on paper cannot be changed by the product; this is somebody at the database.
        await connection.execute("ALTER TABLE orders DISABLE TRIGGER orders_frozen")
        await connection.execute("UPDATE orders SET placed_at = now() WHERE id = $1", line["order_id"])
        await connection.execute("ALTER TABLE orders ENABLE TRIGGER orders_frozen")
    broken = unescape((await watch.page("/dinas/kejanggalan", watch.kota)).text)
    stock_part = broken.split('id="stock"')[1].split("</section>")[0]
    cost_part = broken.split('id="below_cost"')[1].split("</section>")[0]
    assert stock_part.count("<tr>") == 2
    assert cost_part.count("<tr>") >= 2
    other = unescape((await watch.page("/dinas/kejanggalan", watch.kabupaten)).text)
    assert "Tidak ada" in other.split('id="stock"')[1].split("</section>")[0]


async def _fingerprint() -> dict[str, tuple[int, str]]:
    """Count and digest of every table, apart from sessions (a visit may be noted there)."""
    found = {}
    async with database.connection() as connection:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'session'"
        )
        for (name,) in tables:
            row = await connection.fetchrow(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM \"{name}\" t"
            )
            assert row is not None
            found[name] = (row[0], row[1])
    return found


async def test_walking_every_page_of_oversight_leaves_the_database_as_it_was(watch: Watch) -> None:
    before = await _fingerprint()
    for path in AGENCY_PAGES:
        answer = await watch.page(path, watch.kota)
        assert answer.status_code == 200, path
    for report in ("coverage", "turnover", "orders"):
        assert (await watch.report(report, watch.kota)).status_code == 200
    assert await _fingerprint() == before


def test_no_route_that_changes_anything_lets_an_agency_in() -> None:
    app = create_app(load_settings())
    handlers = [handler for route in app.routes for handler in getattr(route, "route_handlers", [])]
    admitting = [
        f"{sorted(handler.http_methods)} {handler.handler_name}"
        for handler in handlers
        if isinstance(policy := handler.opt.get("policy"), Policy)
        and "agency_officer" in policy.roles
        and not set(handler.http_methods) <= {"GET", "HEAD", "OPTIONS"}
    ]
    assert admitting == []
    of_oversight = [handler for handler in handlers if ".oversight." in handler.fn.__module__]
    assert len(of_oversight) >= 10
    assert {method for handler in of_oversight for method in handler.http_methods} == {"GET"}


def test_course_has_the_chosen_day_and_ends_at_the_last_change() -> None:
    changes = [
        {"day": date(2025, 5, 1), "papers": 3, "operating": 0},
        {"day": date(2025, 7, 1), "papers": 2, "operating": 4},
    ]
    course = course_of(changes, on=date(2025, 5, 20))
    assert [point.with_papers for point in course if point.on == date(2025, 5, 20)] == [3]
    assert (course[0].on, course[0].with_papers) == (date(2025, 4, 24), 0)
    assert (course[-1].on, course[-1].with_papers, course[-1].operating) == (date(2025, 7, 1), 5, 4)
    assert course_of([], on=date(2025, 5, 20)) == []


async def test_coverage_counted_by_day_follows_the_history_whatever_happens_to_it(watch: Watch) -> None:
    """Steps recorded late, suspensions, several lines at once, a seat that moves; what is broken by hand is found."""
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT sum(number) FROM coverage_change WHERE step = 'with_papers'") > 100
        assert await list_coverage_differences(connection) == []
        one, two = await connection.fetch(
            "SELECT id FROM organisation WHERE kind = 'cooperative' AND region_code LIKE '32.75.%' ORDER BY id LIMIT 2"
        )
        lines = [
            (one["id"], "suspended", date(2026, 3, 1)),
            (one["id"], "operating", date(2026, 4, 1)),
            (one["id"], "musdes", date(2025, 4, 2)),
            (two["id"], "akta", date(2024, 1, 1)),
            (two["id"], "akta", date(2024, 1, 1)),
        ]
        await connection.executemany(
            "INSERT INTO organisation_status (organisation_id, status, effective_on) VALUES ($1, $2, $3)", lines
        )
        await connection.execute(
            "INSERT INTO organisation_status (organisation_id, status, effective_on)"
            " SELECT id, 'suspended', date '2026-05-01' + id::integer % 3 FROM organisation"
            " WHERE kind IN ('cooperative', 'seller')"
        )
        assert await list_coverage_differences(connection) == []
        await connection.execute("UPDATE organisation SET region_code = '32.16.06.2002' WHERE id = $1", one["id"])
        await connection.execute("UPDATE organisation SET region_code = '11.01.01.2001' WHERE id = $1", two["id"])
        assert await list_coverage_differences(connection) == []
        await connection.execute(
            "UPDATE coverage_change SET number = number + 1 WHERE step = 'akta' AND level = 'regency'"
        )
        assert len(await list_coverage_differences(connection)) > 0


@pytest.mark.parametrize("day", [date(2025, 5, 20), date(2025, 7, 21), date(2026, 11, 22)])
async def test_coverage_of_a_province_is_the_sum_of_what_its_regencies_are_counted_one_by_one(
    watch: Watch, day: date
) -> None:
    async with database.connection() as connection:
        province = await read_coverage(connection, "32", on=day)
        country = await read_coverage(connection, "", on=day)
        regencies = [await read_coverage(connection, part.code, on=day) for part in province.parts]
    assert [part.operating for part in province.parts] == [regency.whole.operating for regency in regencies]
    assert [part.with_papers for part in province.parts] == [regency.whole.with_papers for regency in regencies]
    assert [part.villages for part in province.parts] == [regency.whole.villages for regency in regencies]
    assert province.whole.with_papers == sum(regency.whole.with_papers for regency in regencies) > 0
    west_java = next(part for part in country.parts if part.code == "32")
    assert (west_java.operating, west_java.with_papers) == (province.whole.operating, province.whole.with_papers)
    assert [point.operating for point in country.course][-1] == province.course[-1].operating
