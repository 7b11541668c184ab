"""Terms in days, lines held and disputed, and where a supplier's money goes."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest

from marketplace import clock, database
from marketplace.formats.dates import day_of
from tests.orders.people import make_signed_in
from tests.settlement.settling import OWED, Settling, approve, ask, make_settling, owed, pay, propose, sell


@pytest.fixture
async def made(client: httpx.AsyncClient) -> Settling:
    return await make_settling(client)


async def lines_of(client: httpx.AsyncClient, made: Settling) -> list[dict[str, Any]]:
    """The lines as the store sees them, which are those that the seller sees."""
    store = (await ask(client, made.manager, "GET", f"stores/current/payables/{made.seller_id}")).json()
    seller = (await ask(client, made.seller, "GET", f"sellers/current/receivables/{made.shop.store_id}")).json()
    assert store == seller
    lines: list[dict[str, Any]] = store["lines"]
    return lines


async def test_new_terms_count_for_what_comes_up_after_them(client: httpx.AsyncClient, made: Settling) -> None:
    await sell(client, made, 1)
    path = f"stores/current/payables/{made.seller_id}/terms"
    for wrong in ({"rule": "besok"}, {"rule": "in_days", "days": 0}, {"rule": "in_days", "days": 366}):
        assert (await ask(client, made.manager, "PUT", path, **wrong)).status_code == 422, wrong
    assert (await ask(client, made.shop.tokens["cashier"], "PUT", path, rule="as_sold")).status_code == 403
    agreed = await ask(client, made.manager, "PUT", path, rule="in_days", days=14)
    assert agreed.json() == {"rule": "in_days", "days": 14}
    await sell(client, made, 2)
    today = day_of(clock.now(), "Asia/Jakarta")
    lines = await lines_of(client, made)
    assert [(line["amount_rupiah"], line["due_on"], line["is_due"]) for line in lines] == [
        (OWED, today.isoformat(), True),
        (2 * OWED, (today + timedelta(days=14)).isoformat(), False),
    ]
    shown = (await ask(client, made.manager, "GET", f"stores/current/payables/{made.seller_id}")).json()
    assert (shown["owed_rupiah"], shown["due_rupiah"]) == (3 * OWED, OWED)
    assert (shown["rule"], shown["days"]) == ("in_days", 14)
    run = await approve(client, made, await propose(client, made))
    assert run["amount_rupiah"] == OWED
    await pay(client, made, run)
    assert await owed(made) == 2 * OWED
    later = await ask(client, made.manager, "POST", "stores/current/settlements", due_on="2999-01-01")
    assert later.status_code == 422


async def test_held_and_disputed_lines_are_left_out_until_they_are_released(
    client: httpx.AsyncClient, made: Settling
) -> None:
    for chips in (1, 2, 4):
        await sell(client, made, chips)
    first, second, _ = [line["source"] for line in await lines_of(client, made)]
    hold = f"stores/current/payables/{made.seller_id}/holds"
    dispute = f"sellers/current/receivables/{made.shop.store_id}/disputes"
    assert (await ask(client, made.manager, "POST", hold, source=first, reason=" ")).status_code == 422
    assert (await ask(client, made.manager, "POST", hold, source="order:0", reason="keliru")).status_code == 404
    assert (await ask(client, made.stranger, "POST", dispute, source=first, reason="keliru")).status_code == 404
    held = await ask(client, made.manager, "POST", hold, source=first, reason="menunggu nota")
    assert held.status_code == 201, held.text
    again = await ask(client, made.manager, "POST", hold, source=first, reason="menunggu nota")
    assert (again.status_code, again.json()["code"]) == (409, "line_held")
    disputed = await ask(client, made.seller, "POST", dispute, source=second, reason="seharusnya tiga bungkus")
    assert disputed.json()["kind"] == "dispute"
    marks = [[(hold["kind"], hold["reason"]) for hold in line["holds"]] for line in await lines_of(client, made)]
    assert marks == [[("hold", "menunggu nota")], [("dispute", "seharusnya tiga bungkus")], []]
    shown = (await ask(client, made.manager, "GET", f"stores/current/payables/{made.seller_id}")).json()
    assert (shown["owed_rupiah"], shown["due_rupiah"], shown["held_rupiah"]) == (7 * OWED, 4 * OWED, 3 * OWED)
    run = await approve(client, made, await propose(client, made))
    assert run["amount_rupiah"] == 4 * OWED
    assert (await pay(client, made, run)).json()["run_state"] == "done"

    release = f"stores/current/holds/{held.json()['hold_id']}/release"
    assert (await ask(client, made.manager, "POST", release, note="")).status_code == 422
    assert (await ask(client, made.seller, "POST", release, note="sudah")).status_code == 404
    assert (await ask(client, made.manager, "POST", release, note="nota sudah ada")).json()["is_released"] is True
    assert (await ask(client, made.manager, "POST", release, note="nota sudah ada")).status_code == 404
    run = await approve(client, made, await propose(client, made))
    assert run["amount_rupiah"] == OWED
    assert await owed(made) == 3 * OWED


async def test_line_disputed_after_the_approval_is_not_paid(client: httpx.AsyncClient, made: Settling) -> None:
    await sell(client, made, 1)
    await sell(client, made, 2)
    run = await approve(client, made, await propose(client, made))
    source = (await lines_of(client, made))[1]["source"]
    path = f"sellers/current/receivables/{made.shop.store_id}/disputes"
    assert (await ask(client, made.seller, "POST", path, source=source, reason="salah hitung")).status_code == 201
    refused = await pay(client, made, run)
    assert (refused.status_code, refused.json()["code"]) == (409, "less_owed")
    shown = (await ask(client, made.manager, "GET", f"stores/current/settlements/{run['run_id']}")).json()
    assert shown["entries"][0]["payable_rupiah"] == OWED
    assert (await pay(client, made, run, amount_rupiah=OWED)).status_code == 201
    assert [line["source"] for line in await lines_of(client, made)] == [source]


async def test_account_is_sealed_masked_and_in_full_only_for_who_pays(
    client: httpx.AsyncClient, made: Settling
) -> None:
    path = "sellers/current/payout-account"
    wrong = await ask(client, made.seller, "PUT", path, bank="B", number="12", holder="")
    assert {error["field"] for error in wrong.json()["errors"]} == {"bank", "number", "holder"}
    saved = await ask(client, made.seller, "PUT", path, bank="=Bank BJB", number="0012-3456 789", holder="Ibu Uji")
    assert (saved.json()["bank"], saved.json()["number"]) == ("=Bank BJB", "••••6789")
    async with database.connection() as connection:
        assert b"00123456789" not in await connection.fetchval("SELECT sealed FROM settlement_account")
        audit = await connection.fetch("SELECT detail::text AS detail FROM audit_event")
        assert all("6789" not in row["detail"] for row in audit)
        _, staff = await make_signed_in(connection, role="seller_staff", organisation_id=made.seller_id)
    assert (await ask(client, staff, "PUT", path, bank="BRI", number="123456", holder="Lain")).status_code == 403
    assert "00123456789" not in (await ask(client, staff, "GET", path)).text

    await sell(client, made, 2)
    run = await approve(client, made, await propose(client, made))
    assert run["entries"][0]["account"]["number"] == "••••6789"
    assert run["entries"][0]["is_account_new"] is False
    for token, status in ((made.shop.tokens["cashier"], 403), (made.seller, 404)):
        closed = await client.get(
            f"/koperasi/pelunasan/{run['run_id']}/unduh", headers={"cookie": f"lumbung_session={token}"}
        )
        assert closed.status_code == status
        assert "00123456789" not in closed.text
    table = await client.get(
        f"/koperasi/pelunasan/{run['run_id']}/unduh", headers={"cookie": f"lumbung_session={made.board}"}
    )
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff")), delimiter=";"))
    text = f"Pelunasan {run['run_id']}-{run['entries'][0]['entry_id']}"
    assert rows[1:] == [["'=Bank BJB", "00123456789", "Ibu Uji", str(2 * OWED), text]]

    await ask(client, made.seller, "PUT", path, bank="BRI", number="99887766", holder="Ibu Uji")
    shown = (await ask(client, made.manager, "GET", f"stores/current/settlements/{run['run_id']}")).json()
    assert shown["entries"][0]["is_account_new"] is True
