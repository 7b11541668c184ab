"""What the agency's pages show, in the API: the same rows, of one's own region only."""

import html
from typing import Any

import httpx

from marketplace import database
from tests.oversight.conftest import Watch


async def _get(watch: Watch, path: str, token: str, **params: str | int) -> httpx.Response:
    return await watch.http.get(f"/api/v1/reports/{path}", params=params, headers={"authorization": f"Bearer {token}"})


async def test_audit_trail_goes_on_by_cursor_and_stays_in_its_region(watch: Watch) -> None:
    async with database.connection() as connection:
        for code in ("32.75.", "32.16."):
            await connection.execute(
                "INSERT INTO audit_event (organisation_id, action, subject, detail)"
                " SELECT (SELECT min(id) FROM organisation WHERE region_code LIKE $1 || '%'), 'product_edited',"
                " 'product:' || n, '{\"price_rupiah\": 15000}' FROM generate_series(1, 10) AS n",
                code,
            )
    seen: list[dict[str, Any]] = []
    cursor, limit = "", 4
    while True:
        page = (await _get(watch, "audit", watch.kota, limit=limit, cursor=cursor)).json()
        seen += page["items"]
        cursor = page["next_cursor"] or ""
        if not cursor:
            break
        # What the demonstration lived through comes after these, and is much.
        limit = 4 if len(seen) < 20 else 100
    assert len({event["id"] for event in seen}) == len(seen) > 20
    mine = [event for event in seen if event["facts"] == {"price_rupiah": 15_000}]
    assert mine == seen[:10]
    assert [event["subject"] for event in mine] == [f"product:{number}" for number in range(10, 0, -1)]


async def test_remarkable_things_are_named_with_their_rule(watch: Watch) -> None:
    found = (await _get(watch, "anomalies", watch.kota)).json()
    assert [thing["key"] for thing in found] == ["stock", "below_cost", "variance", "returns", "silent"]
    assert all(thing["title"] and "{" not in thing["rule"] for thing in found)
    assert all(row["name"] for thing in found for row in thing["rows"])


async def test_cooperatives_of_a_district_are_named_to_everyone(watch: Watch) -> None:
    answer = await watch.http.get("/api/v1/reports/coverage/cooperatives", params={"region": "32.75.08"})
    assert answer.status_code == 200
    assert "Jatimakmur" in answer.text
    too_wide = await watch.http.get("/api/v1/reports/coverage/cooperatives", params={"region": "32.75"})
    assert [error["code"] for error in too_wide.json()["errors"]] == ["wrong_form"]


async def test_audit_trail_names_no_member_and_tells_no_typed_text_about_buyers(watch: Watch) -> None:
    async with database.connection() as connection:
        for action, subject, detail in (
            ("tab.repaid", "person:4711", {"number": 1, "amount": 5_000, "left": 0}),
            ("return.done", "order:9", {"code": "K7M2QP", "amount": 5_000, "reason": "Bu Ani sakit"}),
            ("role.granted", "role_assignment:8", {"role": "cashier", "person_id": 4711}),
            ("settlement.rejected", "settlement_run:3", {"note": "Tunggu laporan kas."}),
        ):
            await connection.execute(
                "INSERT INTO audit_event (organisation_id, action, subject, detail)"
                " SELECT min(id), $1, $2, $3 FROM organisation WHERE region_code LIKE '32.75.%'",
                action,
                subject,
                detail,
            )
    told = await _get(watch, "audit", watch.kota, limit=4)
    assert "4711" not in told.text
    assert "Bu Ani" not in told.text
    assert [(event["subject"], event["facts"]) for event in told.json()["items"]] == [
        ("settlement_run:3", {"note": "Tunggu laporan kas."}),
        ("role_assignment:8", {"role": "cashier"}),
        ("order:9", {"code": "K7M2QP", "amount": 5_000}),
        ("person", {"number": 1, "amount": 5_000, "left": 0}),
    ]
    page = await watch.http.get("/dinas/jejak", headers={"cookie": f"lumbung_session={watch.kota}"})
    shown = html.unescape(page.text).replace("\u00a0", " ")
    for text in (
        "Pelunasan no. 3 · catatan: Tunggu laporan kas.",
        "Peran · kasir",
        "Pesanan · pesanan K7M2QP, jumlah Rp 5.000",
    ):
        assert text in shown
    assert "role_assignment" not in shown
    assert "4711" not in shown
