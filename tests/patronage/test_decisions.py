"""Members' shares of a closed year's earnings: proposed, approved by a second person, never above what was earned."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from tests.orders.counter_shop import add_person, browser, press
from tests.orders.people import make_signed_in
from tests.orders.till_shop import held, said
from tests.patronage.earning import (
    DECISIONS,
    EARNED,
    Earning,
    decide,
    give,
    make_earning,
    promised,
    propose,
    share,
)

# Of its own the store has five sacks at 60.000.
RICE = 300_000


@pytest.fixture
async def made(app: Litestar) -> Earning:
    return await make_earning()


async def more_members(made: Earning, number: int) -> list[int]:
    """More members of the cooperative."""
    people = []
    async with database.connection() as connection:
        for _ in range(number):
            person, _token = await make_signed_in(connection, role="member", organisation_id=made.shop.cooperative_id)
            people.append(int(person))
    return people


def field_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["field"]


async def test_approved_shares_are_owed_and_lessen_the_equity(client: httpx.AsyncClient, made: Earning) -> None:
    [other] = await more_members(made, 1)
    before = await held(made.shop)
    proposed = (await propose(client, made, share(made.member, 300_000), share(other, 200_000))).json()
    assert (proposed["state"], proposed["total_rupiah"]) == ("proposed", 500_000)
    assert await held(made.shop) == before
    assert await promised(made) == 500_000
    decided = await decide(client, made, proposed["decision_id"])
    assert decided.json() == {**proposed, "state": "approved"}
    after = await held(made.shop)
    assert after == before | {
        f"member_patronage:person:{made.member}": 300_000,
        f"member_patronage:person:{other}": 200_000,
        "earnings_shared": 500_000,
    }
    head = {"authorization": f"Bearer {made.first}"}
    sheet = (await client.get("/api/v1/stores/current/ledger/balance-sheet", headers=head)).json()
    assert (sheet["liability_rupiah"], sheet["equity_rupiah"]) == (500_000, EARNED - 500_000 + RICE)
    assert {"kind": "earnings_shared", "amount_rupiah": -500_000} in sheet["equity"]
    assert {"kind": "member_patronage", "amount_rupiah": 500_000} in sheet["liabilities"]
    shown = (await client.get(f"/api/v1{DECISIONS}/{proposed['decision_id']}", headers=head)).json()
    assert (shown["state"], shown["is_own"], shown["document"]) == ("approved", True, "Berita acara RAT 1")
    assert sorted(one["amount_rupiah"] for one in shown["shares"]) == [200_000, 300_000]


async def test_second_person_decides_and_only_once(client: httpx.AsyncClient, made: Earning) -> None:
    decision_id = (await propose(client, made, share(made.member, 100_000))).json()["decision_id"]
    own = await decide(client, made, decision_id, token=made.first)
    assert (own.status_code, own.json()["code"]) == (403, "forbidden")
    manager = await decide(client, made, decision_id, token=made.shop.tokens["store_manager"])
    assert manager.status_code == 403
    silent = await decide(client, made, decision_id, is_approved=False)
    assert field_of(silent) == (422, "note")
    assert f"member_patronage:person:{made.member}" not in await held(made.shop)
    third = await add_person(made.shop, "pengurus")
    answers = await asyncio.gather(
        *(decide(client, made, decision_id, token=token) for token in (made.second, third) * 2)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await held(made.shop))[f"member_patronage:person:{made.member}"] == 100_000
    rejected = await decide(client, made, decision_id, is_approved=False, note="Keliru.")
    assert rejected.json()["code"] == "patronage_decision_state"
    assert (await decide(client, made, decision_id + 1)).status_code == 404


async def test_rejected_shares_leave_the_earnings_to_others(client: httpx.AsyncClient, made: Earning) -> None:
    first = (await propose(client, made, share(made.member, EARNED))).json()
    again = await propose(client, made, share(made.member, 1))
    assert again.json()["code"] == "above_earnings"
    assert (await decide(client, made, first["decision_id"], is_approved=False, note="Salah tulis.")).status_code == 200
    assert await promised(made) == 0
    await give(client, made, 250_000)
    assert await promised(made) == 250_000


async def test_no_more_is_shared_than_was_earned_whoever_proposes_at_once(
    client: httpx.AsyncClient, made: Earning
) -> None:
    people = await more_members(made, 5)
    answers = await asyncio.gather(
        *(
            propose(client, made, share(person, 300_000), token=(made.first, made.second)[n % 2])
            for n, person in enumerate(people)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409, 409]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {answer["code"] for answer in refused} == {"above_earnings"}
    assert "Rp 100.000" in refused[0]["title"].replace("\u00a0", " ")
    assert await promised(made) == 900_000


async def test_member_gets_one_share_of_a_year_whoever_proposes_at_once(
    client: httpx.AsyncClient, made: Earning
) -> None:
    [other] = await more_members(made, 1)
    answers = await asyncio.gather(
        *(
            propose(client, made, share(made.member, 10_000), share(other, 10_000), token=token)
            for token in (made.first, made.second) * 2
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (refused["code"], "Orang Uji, Orang Uji" in refused["title"]) == ("share_exists", True)
    assert await promised(made) == 20_000


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"document": "  "}, "document"),
        ({"document": "x" * 121}, "document"),
        ({"shares": []}, "shares"),
        ({"shares": [{"person_id": 1, "amount_rupiah": 0}]}, "shares"),
        ({"shares": [{"person_id": 1, "amount_rupiah": 5}, {"person_id": 1, "amount_rupiah": 5}]}, "shares"),
        ({"shares": [{"person_id": 2**63, "amount_rupiah": 5}]}, "shares"),
        ({"year": 1999}, "year"),
        ({"year": 9999}, "year"),
    ],
)
async def test_proposal_that_cannot_be_right_is_refused_beside_its_field(
    client: httpx.AsyncClient, made: Earning, changed: dict[str, Any], field: str
) -> None:
    refused = await propose(client, made, share(made.member, 1_000), **changed)
    assert field_of(refused) == (422, field)
    assert await promised(made) == 0


async def test_only_members_get_a_share(client: httpx.AsyncClient, made: Earning) -> None:
    outsider = made.shop.people["cashier"]
    refused = await propose(client, made, share(made.member, 1_000), share(outsider, 1_000))
    assert field_of(refused) == (422, "shares")
    by_manager = await propose(client, made, share(made.member, 1), token=made.shop.tokens["store_manager"])
    assert by_manager.status_code == 403
    assert await promised(made) == 0


async def test_open_year_is_not_shared(client: httpx.AsyncClient, app: Litestar) -> None:
    made = await make_earning(is_closed=False)
    refused = await propose(client, made, share(made.member, 1_000))
    assert (refused.status_code, refused.json()["code"]) == (409, "year_open")
    async with browser(app, made.first) as board:
        assert f"Tutup dulu pembukuan sampai 31 Desember {made.year}" in said(await board.get("/koperasi/shu"))


async def test_database_itself_refuses_more_than_was_earned(client: httpx.AsyncClient, made: Earning) -> None:
    await give(client, made, 1_000)
    async with database.connection() as connection:
        for statement, refusal in (
            (f"UPDATE patronage_year SET promised_rupiah = {EARNED + 1}", "patronage_year_not_above_earnings"),
            ("UPDATE patronage_share SET amount_rupiah = 2", "append-only"),
            ("DELETE FROM patronage_share", "append-only"),
            ("UPDATE patronage_decision SET decided_by = proposed_by", "patronage_decision_two_persons"),
        ):
            with pytest.raises(Exception, match=refusal):
                await connection.execute(statement)


async def test_board_proposes_and_approves_by_pages(client: httpx.AsyncClient, app: Litestar, made: Earning) -> None:
    path = "/koperasi/shu"
    async with browser(app, made.first) as first, browser(app, made.second) as second:
        page = await first.get(path)
        assert "Rp 1.000.000" in said(page)
        amount = f"amount_{made.member}"
        wrong = await press(first, page, path, document="RAT 2", **{amount: "banyak"})
        assert wrong.status_code == 422
        assert 'value="banyak"' in wrong.text
        assert 'value="RAT 2"' in wrong.text
        above = await press(first, wrong, path, document="RAT 2", **{amount: "2.000.000"})
        assert "tinggal Rp 1.000.000 yang bisa dibagikan, daftar ini Rp 2.000.000" in said(above)
        none = await press(first, above, path, document="RAT 2")
        assert "sedikitnya satu anggota" in said(none)
        sent = await press(first, page, path, document="RAT 2", **{amount: "400rb"})
        assert sent.status_code == 303, said(sent)
        one = sent.headers["location"]
        assert "orang lain yang memutuskan" in said(await first.get(one))
        refused = await press(second, await second.get(one), one, step="reject", note="")
        assert "Tulis alasannya" in said(refused)
        approved = await press(second, await second.get(one), one, step="approve", note="")
        assert approved.status_code == 303
        assert "Disetujui" in said(await second.get(path))
        assert amount not in (await second.get(path)).text
        assert (await first.get("/koperasi/shu/999")).status_code == 404
    async with browser(app, made.shop.tokens["pengawas"]) as supervisor:
        shown = await supervisor.get(path)
        assert (shown.status_code, "Ajukan bagian" in said(shown)) == (200, False)
        assert "Rp 400.000" in said(await supervisor.get(one))
    async with browser(app, made.shop.tokens["member"]) as member:
        assert (await member.get(path)).status_code == 403
