"""What a member was given of the earnings: taken for the tab with their agreement, or paid in cash from a till."""

import asyncio

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.orders.till_refusals import TOO_MUCH
from tests.orders.counter_shop import PHONE, add_person, browser, command, press
from tests.orders.till_shop import CHIPS, fill_safe, held, open_shift, said, send
from tests.patronage.earning import MEMBERS, Earning, give, make_earning

SHARE = 100_000
TAB = 3 * CHIPS


@pytest.fixture
async def made(app: Litestar, client: httpx.AsyncClient) -> Earning:
    """Return a member with a share of 100.000, a tab of 45.000, and a cashier with 200.000 in the till."""
    its = await make_earning()
    await open_shift(client, its.shop.tokens["cashier"], 200_000)
    limit = await client.put(
        "/api/v1/stores/current/tabs",
        json={"member_phone": PHONE, "limit_rupiah": 1_000_000},
        headers=command(its.shop.tokens["store_manager"]),
    )
    assert limit.status_code == 200
    sold = await send(
        client,
        its.shop.tokens["cashier"],
        "/stores/current/sales",
        lines=[{"listing_id": its.shop.chips_listing, "quantity": 3}],
        tendered_rupiah=0,
        expected_rupiah=TAB,
        member_phone=PHONE,
        is_on_tab=True,
    )
    assert sold.status_code == 201, sold.text
    await give(client, its, SHARE)
    return its


async def take_for_tab(
    client: httpx.AsyncClient, made: Earning, amount: int, *, token: str = "", is_agreed: bool = True
) -> httpx.Response:
    path = f"/stores/current/tabs/{made.member}/patronage-repayments"
    return await send(client, token or made.shop.tokens["cashier"], path, amount_rupiah=amount, is_agreed=is_agreed)


async def pay_out(client: httpx.AsyncClient, made: Earning, amount: int, *, token: str = "") -> httpx.Response:
    path = f"{MEMBERS}/{made.member}/payouts"
    return await send(client, token or made.shop.tokens["cashier"], path, amount_rupiah=amount)


async def left(made: Earning) -> tuple[int, int]:
    """What is left of the share, and owed on the tab; the ledger's own proof is checked on the way."""
    books = await held(made.shop)
    return (
        books.get(f"member_patronage:person:{made.member}", 0),
        books.get(f"member_tab:person:{made.member}", 0),
    )


async def test_tab_is_repaid_from_the_share_without_cash(client: httpx.AsyncClient, made: Earning) -> None:
    till = {name: rupiah for name, rupiah in (await held(made.shop)).items() if name.startswith("till_cash")}
    answer = await take_for_tab(client, made, 40_000)
    assert (answer.status_code, answer.json()) == (
        201,
        {"number": 1, "person_id": made.member, "amount_rupiah": 40_000, "change_rupiah": 0, "left_rupiah": 5_000},
    )
    assert await left(made) == (60_000, 5_000)
    assert till.items() <= (await held(made.shop)).items()
    own = {"authorization": f"Bearer {made.shop.tokens['member']}"}
    [tab] = (await client.get("/api/v1/people/me/tabs", headers=own)).json()
    assert [(entry["kind"], entry["amount_rupiah"]) for entry in tab["entries"]] == [
        ("patronage", 40_000),
        ("sale", TAB),
    ]
    [share] = (await client.get("/api/v1/people/me/patronage", headers=own)).json()
    assert share["left_rupiah"] == 60_000
    assert [(entry["kind"], entry["number"], entry["amount_rupiah"]) for entry in share["entries"]] == [
        ("repayment", 1, 40_000),
        ("share", made.year, SHARE),
    ]


async def test_tab_is_repaid_by_a_manager_without_a_shift(client: httpx.AsyncClient, made: Earning) -> None:
    answer = await take_for_tab(client, made, TAB, token=made.shop.tokens["store_manager"])
    assert (answer.status_code, answer.json()["left_rupiah"]) == (201, 0)
    tabs = await client.get(
        "/api/v1/stores/current/tabs", headers={"authorization": f"Bearer {made.shop.tokens['store_manager']}"}
    )
    assert [(tab["owed_rupiah"], tab["since"]) for tab in tabs.json()] == [(0, None)]


@pytest.mark.parametrize(
    ("amount", "is_agreed", "field", "sentence"),
    [
        (40_000, False, "is_agreed", "Tanyakan dulu kepada anggotanya, lalu beri tanda setuju."),
        (0, True, "amount_rupiah", "Jumlah harus lebih dari nol."),
        (-5, True, "amount_rupiah", "Jumlah harus lebih dari nol."),
        (TAB + 1, True, "amount_rupiah", "Kasbonnya tinggal Rp 45.000."),
        (SHARE + 1, True, "amount_rupiah", "SHU-nya tinggal Rp 100.000."),
        (10**19, True, "amount_rupiah", "SHU-nya tinggal Rp 100.000."),
    ],
)
async def test_tab_is_not_repaid_without_agreement_or_beyond_what_there_is(
    client: httpx.AsyncClient, made: Earning, amount: int, *, is_agreed: bool, field: str, sentence: str
) -> None:
    refused = await take_for_tab(client, made, amount, is_agreed=is_agreed)
    [error] = refused.json()["errors"]
    assert (refused.status_code, error["field"], error["message"].replace("\u00a0", " ")) == (422, field, sentence)
    assert await left(made) == (SHARE, TAB)


async def test_share_is_paid_out_of_the_till_and_the_shift_says_so(client: httpx.AsyncClient, made: Earning) -> None:
    cashier = made.shop.tokens["cashier"]
    paid = await pay_out(client, made, 30_000)
    assert (paid.status_code, paid.json()) == (
        201,
        {"number": 1, "person_id": made.member, "amount_rupiah": 30_000, "left_rupiah": 70_000},
    )
    assert await left(made) == (70_000, TAB)
    head = {"authorization": f"Bearer {cashier}"}
    assert (await client.get("/api/v1/shifts/current", headers=head)).json()["patronage_rupiah"] is None
    closed = (await send(client, cashier, "/shifts/current/closing", counted_rupiah=170_000)).json()
    assert (closed["expected_rupiah"], closed["variance_rupiah"]) == (170_000, 0)
    shown = (await client.get(f"/api/v1/shifts/{closed['shift_id']}", headers=head)).json()["cash"]
    assert (shown["patronage_rupiah"], shown["repaid_rupiah"]) == (30_000, 0)
    late = await pay_out(client, made, 1_000)
    assert (late.status_code, late.json()["code"]) == (409, "no_open_shift")


async def test_nobody_pays_out_their_own_share_nor_more_than_there_is(client: httpx.AsyncClient, made: Earning) -> None:
    above = await pay_out(client, made, SHARE + 1)
    assert above.json()["errors"][0]["field"] == "amount_rupiah"
    async with database.connection() as connection:
        assignment = await connection.fetchval(
            "INSERT INTO role_assignment (person_id, organisation_id, organisation_kind, role)"
            " VALUES ($1, $2, 'cooperative', 'cashier') RETURNING id",
            made.member,
            made.shop.cooperative_id,
        )
        await connection.execute(
            "UPDATE session SET role_assignment_id = $2 WHERE person_id = $1", made.member, assignment
        )
    own = await pay_out(client, made, 1_000, token=made.shop.tokens["member"])
    assert (own.status_code, own.json()["title"]) == (403, "SHU sendiri dibayarkan oleh kasir lain.")
    stranger = await send(
        client, made.shop.tokens["cashier"], f"{MEMBERS}/{made.shop.people['cashier'] + 999}/payouts", amount_rupiah=1
    )
    assert stranger.status_code == 404
    assert await left(made) == (SHARE, TAB)


async def test_empty_till_pays_nothing(client: httpx.AsyncClient, made: Earning) -> None:
    second = await add_person(made.shop, "cashier")
    await open_shift(client, second)
    refused = await pay_out(client, made, 1_000, token=second)
    assert refused.json()["errors"] == [{"field": "amount_rupiah", "message": TOO_MUCH}]
    assert await left(made) == (SHARE, TAB)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM patronage_payout") == 0


async def test_tills_and_the_tab_never_take_more_than_the_share(client: httpx.AsyncClient, made: Earning) -> None:
    second = await add_person(made.shop, "cashier")
    await fill_safe(client, made.shop, 200_000)
    await open_shift(client, second, 200_000)
    answers = await asyncio.gather(
        *(pay_out(client, made, 30_000, token=token) for token in (made.shop.tokens["cashier"], second) * 2),
        *(take_for_tab(client, made, 20_000, token=token) for token in (made.shop.tokens["cashier"], second)),
    )
    spent = sum(answer.json()["amount_rupiah"] for answer in answers if answer.status_code == 201)
    refused = [answer.json()["errors"][0]["field"] for answer in answers if answer.status_code != 201]
    share, tab = await left(made)
    assert (share, set(refused)) == (SHARE - spent, {"amount_rupiah"})
    # three payouts, or two and the tab twice
    assert share in (10_000, 0)
    async with database.connection() as connection:
        rows = await connection.fetchrow(
            "SELECT (SELECT coalesce(sum(amount_rupiah), 0) FROM patronage_payout) AS paid,"
            " (SELECT coalesce(sum(amount_rupiah), 0) FROM tab_repayment WHERE way = 'patronage') AS taken,"
            " (SELECT array_agg(number ORDER BY number) FROM patronage_payout) AS numbers"
        )
    assert (rows["paid"] + rows["taken"], rows["taken"]) == (spent, TAB - tab)
    assert rows["numbers"] == list(range(1, len(rows["numbers"]) + 1))


async def test_member_and_cashier_see_it_on_their_pages(
    client: httpx.AsyncClient, app: Litestar, made: Earning
) -> None:
    async with browser(app, made.shop.tokens["cashier"]) as cashier:
        action = f"/koperasi/kasbon/{made.member}/shu"
        page = await cashier.get(f"/koperasi/kasbon/{made.member}")
        assert "tersedia Rp 100.000" in said(page)
        silent = await press(cashier, page, action, patronage_rupiah="20rb")
        assert "beri tanda setuju" in said(silent)
        assert 'value="20rb"' in silent.text
        above = await press(cashier, silent, action, patronage_rupiah="46rb", is_agreed="1")
        assert "Kasbonnya tinggal Rp 45.000." in said(above)
        taken = await press(cashier, page, action, patronage_rupiah="20rb", is_agreed="1")
        assert taken.status_code == 303, said(taken)
        receipt = said(await cashier.get(taken.headers["location"]))
        assert "Dipotong dari SHU" in receipt
        assert "Kembalian" not in receipt
        assert "Rp 80.000" in said(await cashier.get("/koperasi/shu/anggota"))
        action = f"/koperasi/shu/anggota/{made.member}"
        page = await cashier.get(action)
        assert "Kasbonnya Rp 25.000." in said(page)
        wrong = await press(cashier, page, action, amount_rupiah="81rb")
        assert "SHU-nya tinggal Rp 80.000." in said(wrong)
        paid = await press(cashier, page, action, amount_rupiah="50rb")
        assert paid.status_code == 303, said(paid)
        assert "Sisa SHU" in said(await cashier.get(paid.headers["location"]))
        assert "Dipotong dari SHU" in said(await cashier.get(f"/koperasi/kasbon/{made.member}"))
        assert (await cashier.get("/koperasi/shu/kuitansi/9")).status_code == 404
        assert (await cashier.get("/koperasi/shu/anggota/999")).status_code == 404
    async with browser(app, made.shop.tokens["member"]) as member:
        shown = said(await member.get("/akun/shu"))
        for text in (f"Bagian SHU {made.year}", "Dipotong untuk kasbon", "Dibayarkan tunai", "Rp 30.000"):
            assert text in shown
        assert "Dipotong dari SHU" in said(await member.get("/akun/kasbon"))
    async with browser(app, made.shop.tokens["pengawas"]) as supervisor:
        assert "SHU dibayarkan" in said(await supervisor.get("/koperasi/laporan"))
        shown = said(await supervisor.get(action))
        assert "Bayarkan dari laci" not in shown
