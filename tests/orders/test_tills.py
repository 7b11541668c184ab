"""Cash between a till and the safe, and a till from one cashier to the next."""

import asyncio

import asyncpg
import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.orders.till_refusals import TOO_MUCH
from tests.orders.counter_shop import Shop, add_person, browser, command, make_shop, press
from tests.orders.till_shop import CHIPS, fill_safe, held, open_shift, said, sell, send

COUNT = "/stores/current/handovers/{}/count"


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


@pytest.fixture
async def first(client: httpx.AsyncClient, shop: Shop) -> str:
    """Return the token of a cashier with an open shift of 100.000 and 200.000 left in the safe."""
    await fill_safe(client, shop, 300_000)
    await open_shift(client, shop.tokens["cashier"], 100_000)
    return shop.tokens["cashier"]


@pytest.fixture
async def second(shop: Shop) -> str:
    return await add_person(shop, "cashier")


async def current(client: httpx.AsyncClient, token: str) -> dict[str, object]:
    answer = await client.get("/api/v1/shifts/current", headers={"authorization": f"Bearer {token}"})
    return answer.json() if answer.status_code == 200 else {}


async def offer(client: httpx.AsyncClient, token: str, counted: int) -> int:
    answer = await send(client, token, "/shifts/current/handovers", counted_rupiah=counted)
    assert answer.status_code == 201, answer.text
    return answer.json()["handover_id"]


async def test_drop_and_refill_move_cash_and_are_listed(client: httpx.AsyncClient, shop: Shop, first: str) -> None:
    dropped = await send(client, first, "/shifts/current/drops", amount_rupiah=70_000)
    refilled = await send(client, first, "/shifts/current/refills", amount_rupiah=20_000, reason="Uang kecil")
    assert (dropped.status_code, refilled.status_code) == (201, 201)
    shift_id = dropped.json()["shift_id"]
    books = await held(shop)
    assert (books[f"till_cash:shift:{shift_id}"], books["safe_cash"]) == (50_000, 250_000)
    head = {"authorization": f"Bearer {shop.tokens['pengawas']}"}
    shown = (await client.get(f"/api/v1/shifts/{shift_id}", headers=head)).json()
    assert (shown["cash"]["dropped_rupiah"], shown["cash"]["refilled_rupiah"]) == (70_000, 20_000)
    assert shown["cash"]["expected_rupiah"] is None
    assert [(move["kind"], move["amount_rupiah"], move["reason"]) for move in shown["moves"]] == [
        ("drop", 70_000, ""),
        ("refill", 20_000, "Uang kecil"),
    ]
    report = (await client.get("/api/v1/reports/day", headers=head)).json()
    assert [move["amount_rupiah"] for move in report["moves"]] == [70_000, 20_000]
    closed = await send(client, first, "/shifts/current/closing", counted_rupiah=49_000)
    assert (closed.json()["expected_rupiah"], closed.json()["variance_rupiah"]) == (50_000, -1_000)


async def test_more_than_till_or_safe_hold_is_refused_and_nothing_moves(
    client: httpx.AsyncClient, shop: Shop, first: str
) -> None:
    before = await held(shop)
    for path, amount, sentence in (
        ("drops", 100_001, TOO_MUCH),
        ("refills", 200_001, "Menurut buku, uang di brankas tidak sebanyak itu."),
        ("drops", 0, "Jumlah harus antara Rp 1 dan Rp 50.000.000."),
        ("refills", -5, "Jumlah harus antara Rp 1 dan Rp 50.000.000."),
    ):
        refused = await send(client, first, f"/shifts/current/{path}", amount_rupiah=amount)
        assert refused.status_code == 422
        assert refused.json()["errors"][0] == {"field": "amount_rupiah", "message": sentence}
    assert await held(shop) == before
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM till_move") == 0


async def test_drop_twice_under_one_key_happens_once(client: httpx.AsyncClient, shop: Shop, first: str) -> None:
    once = command(first)
    answers = await asyncio.gather(
        *(client.post("/api/v1/shifts/current/drops", json={"amount_rupiah": 60_000}, headers=once) for _ in range(4))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["move_id"] for answer in answers}) == 1
    assert (await held(shop))["safe_cash"] == 260_000


async def test_racing_drops_and_refills_never_take_more_than_there_is(
    client: httpx.AsyncClient, shop: Shop, first: str, second: str
) -> None:
    await open_shift(client, second)
    drops = [send(client, first, "/shifts/current/drops", amount_rupiah=40_000) for _ in range(4)]
    answers = await asyncio.gather(*drops)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422]
    # 280.000 in the safe; two tills fetch 60.000 six times.
    fetches = [send(client, token, "/shifts/current/refills", amount_rupiah=60_000) for token in (first, second) * 3]
    answers = await asyncio.gather(*fetches)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 201, 422, 422]
    assert (await held(shop))["safe_cash"] == 40_000


async def test_till_changes_hands_where_both_counts_agree(
    client: httpx.AsyncClient, shop: Shop, first: str, second: str
) -> None:
    assert (await sell(client, first, shop)).status_code == 201
    # 115.000 by the book; both find 114.500.
    handover = await offer(client, first, 114_500)
    waiting = await client.get(
        "/api/v1/stores/current/handovers/waiting", headers={"authorization": f"Bearer {second}"}
    )
    assert [row["handover_id"] for row in waiting.json()] == [handover]
    assert "counted" not in waiting.text
    counted = (await send(client, second, COUNT.format(handover), counted_rupiah=114_500)).json()
    assert counted["state"] == "done"
    assert await current(client, first) == {}
    assert (await current(client, second))["float_rupiah"] == 114_500
    books = await held(shop)
    assert books[f"till_cash:shift:{counted['next_shift_id']}"] == 114_500
    assert f"till_cash:shift:{counted['shift_id']}" not in books
    assert (books["cash_over_short"], books["safe_cash"]) == (500, 200_000)
    head = {"authorization": f"Bearer {shop.tokens['pengawas']}"}
    shown = (await client.get(f"/api/v1/shifts/{counted['shift_id']}", headers=head)).json()
    assert (shown["cash"]["expected_rupiah"], shown["cash"]["variance_rupiah"]) == (115_000, -500)
    assert [row["state"] for row in shown["handovers"]] == ["done"]
    assert (await sell(client, second, shop)).status_code == 201


async def test_dispute_hands_nothing_over_and_keeps_both_counts(
    client: httpx.AsyncClient, shop: Shop, first: str, second: str
) -> None:
    before = await held(shop)
    handover = await offer(client, first, 100_000)
    counted = (await send(client, second, COUNT.format(handover), counted_rupiah=90_000)).json()
    assert (counted["state"], counted["next_shift_id"]) == ("disputed", None)
    assert await current(client, second) == {}
    assert await held(shop) == before
    # It has ended: another guess is of no use, and the first cashier goes on.
    again = await send(client, second, COUNT.format(handover), counted_rupiah=100_000)
    assert (again.status_code, again.json()["code"]) == (409, "handover_has_ended")
    assert (await sell(client, first, shop)).status_code == 201
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT counted_rupiah, recounted_rupiah FROM till_handover")
        assert tuple(row or ()) == (100_000, 90_000)


async def test_no_cash_moves_while_a_till_waits_until_it_is_taken_back(
    client: httpx.AsyncClient, shop: Shop, first: str, second: str
) -> None:
    handover = await offer(client, first, 100_000)
    before = await held(shop)
    refused = [
        await sell(client, first, shop),
        await send(client, first, "/shifts/current/drops", amount_rupiah=1_000),
        await send(client, first, "/shifts/current/refills", amount_rupiah=1_000),
        await send(client, first, "/shifts/current/closing", counted_rupiah=100_000),
        await send(client, first, "/shifts/current/handovers", counted_rupiah=100_000),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "till_is_offered")] * 5
    assert await held(shop) == before
    path = f"/stores/current/handovers/{handover}"
    foreign = await send(client, second, f"{path}/withdrawal")
    own = await send(client, first, f"{path}/count", counted_rupiah=100_000)
    assert (foreign.status_code, own.status_code) == (403, 403)
    assert (await send(client, first, f"{path}/withdrawal")).json()["state"] == "withdrawn"
    assert (await sell(client, first, shop)).status_code == 201
    late = await send(client, second, f"{path}/count", counted_rupiah=100_000)
    assert late.status_code == 409


async def test_who_has_a_shift_open_takes_no_second_till(
    client: httpx.AsyncClient, shop: Shop, first: str, second: str
) -> None:
    await open_shift(client, second)
    handover = await offer(client, first, 100_000)
    refused = await send(client, second, COUNT.format(handover), counted_rupiah=100_000)
    assert refused.status_code == 409
    assert "sif yang terbuka" in refused.json()["title"]
    assert (await current(client, first))["is_offered"] is True


async def test_two_cashiers_at_once_get_one_till(
    client: httpx.AsyncClient, shop: Shop, first: str, second: str
) -> None:
    third = await add_person(shop, "cashier")
    handover = await offer(client, first, 100_000)
    answers = await asyncio.gather(
        *(send(client, token, COUNT.format(handover), counted_rupiah=100_000) for token in (second, third)),
        send(client, first, f"/stores/current/handovers/{handover}/withdrawal"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    tills = {name: amount for name, amount in (await held(shop)).items() if name.startswith("till_cash")}
    assert list(tills.values()) == [100_000]


async def test_sale_racing_an_offer_is_in_the_count_s_book_or_refused(
    client: httpx.AsyncClient, shop: Shop, first: str, second: str
) -> None:
    sold, offered = await asyncio.gather(
        sell(client, first, shop), send(client, first, "/shifts/current/handovers", counted_rupiah=100_000)
    )
    assert offered.status_code == 201
    assert sold.status_code in (201, 409)
    handover = offered.json()["handover_id"]
    done = (await send(client, second, COUNT.format(handover), counted_rupiah=100_000)).json()
    assert done["state"] == "done"
    short = (await held(shop)).get("cash_over_short", 0)
    assert short == (CHIPS if sold.status_code == 201 else 0)


async def test_database_refuses_one_person_on_both_sides(client: httpx.AsyncClient, shop: Shop, first: str) -> None:
    await offer(client, first, 100_000)
    async with database.connection() as connection:
        with pytest.raises(asyncpg.CheckViolationError, match="till_handover_two_persons"):
            await connection.execute(
                "UPDATE till_handover SET state = 'disputed', ended_by = offered_by, ended_at = now(),"
                " recounted_rupiah = 1"
            )


async def test_killed_before_the_commit_nothing_is_handed_over(
    client: httpx.AsyncClient, shop: Shop, first: str, second: str
) -> None:
    handover, before = await offer(client, first, 100_000), await held(shop)
    async with database.connection() as connection:
        await connection.execute(
            "CREATE FUNCTION fall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'gone'; END $$;"
            "CREATE CONSTRAINT TRIGGER fall AFTER UPDATE ON till_handover DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION fall()"
        )
        try:
            once = command(second)
            fallen = await client.post(
                f"/api/v1{COUNT.format(handover)}", json={"counted_rupiah": 100_000}, headers=once
            )
            assert fallen.status_code == 500
        finally:
            await connection.execute("DROP TRIGGER fall ON till_handover; DROP FUNCTION fall()")
    assert await held(shop) == before
    assert await current(client, second) == {}
    again = await client.post(f"/api/v1{COUNT.format(handover)}", json={"counted_rupiah": 100_000}, headers=once)
    assert again.json()["state"] == "done"


async def test_pages_lead_through_moves_and_hand_over(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, first: str, second: str
) -> None:
    async with browser(app, first) as leaving, browser(app, second) as coming:
        page = await leaving.get("/kasir/laci")
        refused = await press(leaving, page, "/kasir/laci", kind="drop", amount_rupiah="200rb", reason="Penuh")
        assert refused.status_code == 422
        assert TOO_MUCH in said(refused)
        assert 'value="200rb"' in refused.text
        moved = await press(leaving, refused, "/kasir/laci", kind="drop", amount_rupiah="40rb", reason="Penuh")
        assert moved.status_code == 303
        assert "Penuh" in said(await leaving.get("/kasir/laci"))
        page = await leaving.get("/kasir/serah-terima")
        offered = await press(leaving, page, "/kasir/serah-terima", pieces_20000=3)
        assert offered.headers["location"] == "/kasir/laci"
        assert "Menunggu kasir berikutnya" in said(await leaving.get("/kasir/laci"))
        home = await coming.get("/kasir")
        assert "Laci menunggu diterima" in said(home)
        link = home.text.split('href="/kasir/serah-terima/')[1].split('"')[0]
        action = f"/kasir/serah-terima/{link}"
        page = await coming.get(action)
        assert "60.000" not in said(page)
        taken = await press(coming, page, action, counted_rupiah="60.000")
        assert taken.headers["location"] == "/kasir"
        assert "Sif terbuka" in said(await coming.get("/kasir"))
        ended = await coming.get(action)
        shown = said(await leaving.get(ended.headers["location"]))
        assert "Uang laci sudah diterima" in shown
        assert "Ke brankas" in shown
        report = said(await leaving.get("/koperasi/laporan"))
        assert "Uang antara laci dan brankas" in report


async def test_other_ways_stand_apart_from_the_cash(client: httpx.AsyncClient, shop: Shop, first: str) -> None:
    async with database.connection() as connection:
        shift_id = await connection.fetchval("SELECT id FROM shift")
    await sell(client, first, shop)
    async with database.connection() as connection:
        # A receipt is on paper and never changes: the test goes behind the database's back.
        await connection.execute("ALTER TABLE receipt DISABLE TRIGGER receipt_frozen")
        await connection.execute("UPDATE receipt SET method = 'qris'")
    head = {"authorization": f"Bearer {shop.tokens['store_manager']}"}
    shown = (await client.get(f"/api/v1/shifts/{shift_id}", headers=head)).json()["cash"]
    assert (shown["taken_rupiah"], shown["other_ways"]) == (0, [{"method": "qris", "total_rupiah": CHIPS}])
    report = (await client.get("/api/v1/reports/day", headers=head)).json()
    assert report["ways"] == [{"method": "qris", "total_rupiah": CHIPS}]
