"""A cashier counts the till without a figure to count towards; managers and supervisors see all (ADR 0027)."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.orders.till_refusals import TOO_MUCH
from tests.orders.counter_shop import Shop, add_person, browser, command, make_shop
from tests.orders.till_shop import CHIPS, fill_safe, held, open_shift, said, sell, send

FLOAT = 70_000
SOLD = 3 * CHIPS
DROPS, REFILLS = "/shifts/current/drops", "/shifts/current/refills"
CLOSING = "/shifts/current/closing"


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


@pytest.fixture
async def cashier(client: httpx.AsyncClient, shop: Shop) -> str:
    """Return the token of a cashier who opened with 70.000, sold for 15.000 and 30.000, and moved nothing."""
    await fill_safe(client, shop, 300_000)
    await open_shift(client, shop.tokens["cashier"], FLOAT)
    for chips in (1, 2):
        assert (await sell(client, shop.tokens["cashier"], shop, chips)).status_code == 201
    return shop.tokens["cashier"]


async def get(client: httpx.AsyncClient, token: str, path: str) -> Any:
    answer = await client.get(f"/api/v1{path}", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def shift_id_of(shop: Shop) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("SELECT max(id) FROM shift WHERE store_id = $1", shop.store_id)


def numbers_in(answer: Any) -> set[int]:
    """Every number of a JSON answer."""
    if isinstance(answer, dict):
        return set().union(*map(numbers_in, answer.values()))
    if isinstance(answer, list):
        return set().union(*map(numbers_in, answer))
    return {answer} if isinstance(answer, int) and not isinstance(answer, bool) else set()


HIDDEN = ("taken_rupiah", "refunded_rupiah", "repaid_rupiah", "patronage_rupiah", "other_ways", "expected_rupiah")
TELLING = {SOLD, FLOAT + SOLD}


async def test_api_tells_a_cashier_no_sum_of_an_open_till(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    shift_id = await shift_id_of(shop)
    second = await add_person(shop, "cashier")
    for token in (cashier, second):
        report = await get(client, token, "/reports/day")
        assert report["is_blind"] is True
        sums = ("total_rupiah", "net_rupiah", "goods_rupiah", "ways", "hours", "sources")
        assert {report[name] for name in sums} == {None}
        shown = await get(client, token, f"/shifts/{shift_id}")
        for cash in (report["shifts"][0], shown["cash"]):
            assert {cash[name] for name in HIDDEN} == {None}
            assert cash["float_rupiah"] == FLOAT
        assert not TELLING & (numbers_in(report) | numbers_in(shown))
    current = await get(client, cashier, "/shifts/current")
    assert (current["float_rupiah"], current["taken_rupiah"], current["receipt_count"]) == (FLOAT, None, 2)
    assert not TELLING & numbers_in(current)


@pytest.mark.parametrize("role", ["store_manager", "pengawas"])
async def test_managers_and_supervisors_see_all(client: httpx.AsyncClient, shop: Shop, cashier: str, role: str) -> None:
    assert cashier
    report = await get(client, shop.tokens[role], "/reports/day")
    (shift,) = report["shifts"]
    assert (report["is_blind"], report["total_rupiah"]) == (False, SOLD)
    assert report["ways"] == [{"method": "cash", "total_rupiah": SOLD}]
    assert (shift["taken_rupiah"], shift["expected_rupiah"]) == (SOLD, FLOAT + SOLD)
    shown = await get(client, shop.tokens[role], f"/shifts/{await shift_id_of(shop)}")
    assert shown["cash"]["taken_rupiah"] == SOLD


async def test_pages_tell_a_cashier_no_sum_and_offer_the_latest_receipts(
    app: Litestar, shop: Shop, cashier: str
) -> None:
    paths = ("/kasir", "/koperasi", "/koperasi/laporan", f"/kasir/sif/{await shift_id_of(shop)}", "/kasir/laci")
    async with browser(app, cashier) as person, browser(app, shop.tokens["store_manager"]) as manager:
        for path in (*paths, "/kasir/tutup", "/kasir/serah-terima", "/kasir/jual", "/koperasi/laporan/unduh"):
            page = await person.get(path)
            assert page.status_code == 200, path
            text = said(page)
            assert not [sum_ for sum_ in ("45.000", "115.000", ";45000", ";115000") if sum_ in text], path
        counter = said(await person.get("/kasir"))
        assert "Rp 70.000" in counter
        for number, amount in ((1, "Rp 15.000"), (2, "Rp 30.000")):
            assert f'href="/kasir/kuitansi/{number}"' in counter
            assert amount in counter
        for path in ("/koperasi", "/koperasi/laporan", paths[3]):
            assert "Rp 45.000" in said(await manager.get(path)), path


async def test_by_the_hat_worn_somebody_with_both_sees_as_manager_alone(
    app: Litestar, client: httpx.AsyncClient, shop: Shop
) -> None:
    token = shop.tokens["store_manager"]
    await open_shift(client, token)
    await sell(client, token, shop)
    assert (await get(client, token, "/shifts/current"))["taken_rupiah"] == CHIPS
    async with database.connection() as connection:
        assignment = await connection.fetchval(
            "INSERT INTO role_assignment (person_id, organisation_id, organisation_kind, role)"
            " VALUES ($1, $2, 'cooperative', 'cashier') RETURNING id",
            shop.people["store_manager"],
            shop.cooperative_id,
        )
        await connection.execute(
            "UPDATE session SET role_assignment_id = $2 WHERE person_id = $1", shop.people["store_manager"], assignment
        )
    assert (await get(client, token, "/shifts/current"))["taken_rupiah"] is None
    async with browser(app, token) as person:
        assert "Uang masuk sif ini" not in said(await person.get("/kasir"))


async def test_counted_till_is_told_and_the_next_one_hides_the_day_again(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    closed = await send(client, cashier, CLOSING, counted_rupiah=FLOAT + SOLD - 2_000)
    assert (closed.json()["expected_rupiah"], closed.json()["variance_rupiah"]) == (FLOAT + SOLD, -2_000)
    report = await get(client, cashier, "/reports/day")
    assert (report["is_blind"], report["total_rupiah"], report["shifts"][0]["variance_rupiah"]) == (False, SOLD, -2_000)
    await open_shift(client, cashier)
    report = await get(client, cashier, "/reports/day")
    assert (report["is_blind"], report["total_rupiah"], report["ways"]) == (True, None, None)
    # The first one was counted: its row stays whole.
    assert [shift["taken_rupiah"] for shift in report["shifts"]] == [SOLD, None]


async def test_refused_drop_tells_no_figure_and_is_on_record(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    before = await held(shop)
    refused = await send(client, cashier, DROPS, amount_rupiah=FLOAT + SOLD + 1)
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"field": "amount_rupiah", "message": TOO_MUCH}]
    assert not TELLING & numbers_in(refused.json())
    assert await held(shop) == before
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM till_move") == 0
        assert await connection.fetchval("SELECT detail FROM audit_event WHERE action = 'till.refused'") == {
            "amount": FLOAT + SOLD + 1
        }
    shown = await get(client, shop.tokens["pengawas"], f"/shifts/{await shift_id_of(shop)}")
    assert shown["cash"]["refusal_count"] == 1


async def test_third_try_is_refused_whatever_it_asks_for(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    for amount in (500_000, 200_000):
        assert (await send(client, cashier, DROPS, amount_rupiah=amount)).status_code == 422
    before = await held(shop)
    for amount in (1, FLOAT + SOLD, 200_000):
        ended = await send(client, cashier, DROPS, amount_rupiah=amount)
        assert (ended.status_code, ended.json()["code"]) == (409, "till_count_first")
    assert await held(shop) == before
    # The till goes on: change money comes, goods are sold, and the count closes it.
    assert (await send(client, cashier, REFILLS, amount_rupiah=1_000)).status_code == 201
    assert (await sell(client, cashier, shop)).status_code == 201
    closed = await send(client, cashier, CLOSING, counted_rupiah=FLOAT + SOLD + 1_000 + CHIPS)
    assert closed.json()["variance_rupiah"] == 0
    # Another shift begins anew.
    await open_shift(client, cashier, 10_000)
    assert (await send(client, cashier, DROPS, amount_rupiah=5_000)).status_code == 201


async def test_many_tries_at_once_find_no_more_than_two_bounds(
    client: httpx.AsyncClient, shop: Shop, cashier: str
) -> None:
    tries = [send(client, cashier, DROPS, amount_rupiah=amount) for amount in range(200_000, 800_000, 100_000)]
    answers = await asyncio.gather(*tries)
    assert sorted(answer.status_code for answer in answers) == [409, 409, 409, 409, 422, 422]


async def test_refusal_that_is_sent_again_counts_once(client: httpx.AsyncClient, shop: Shop, cashier: str) -> None:
    once = command(cashier)
    answers = await asyncio.gather(
        *(client.post(f"/api/v1{DROPS}", json={"amount_rupiah": 500_000}, headers=once) for _ in range(4))
    )
    assert {(answer.status_code, answer.json()["errors"][0]["message"]) for answer in answers} == {(422, TOO_MUCH)}
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT refusal_count FROM shift") == 1


async def test_manager_who_reads_the_book_anyway_may_try_as_often(client: httpx.AsyncClient, shop: Shop) -> None:
    token = shop.tokens["store_manager"]
    await open_shift(client, token)
    for _ in range(3):
        assert (await send(client, token, DROPS, amount_rupiah=1)).status_code == 422
    assert (await sell(client, token, shop)).status_code == 201
    assert (await send(client, token, DROPS, amount_rupiah=CHIPS)).status_code == 201
