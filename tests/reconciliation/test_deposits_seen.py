"""Cash brought to the bank is seen on its statement: tied once, by two persons, and the bank's count is what counts."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from marketplace import clock, database
from marketplace.orders import see_deposit
from payments import AccountKind
from tests.orders.counter_shop import Shop, add_person, command, make_shop, order_goods
from tests.orders.test_deposits import decide as confirm
from tests.orders.test_deposits import make, photo, show_slip
from tests.orders.test_waiting_payments import started
from tests.orders.till_shop import fill_safe
from tests.reconciliation.statements import bank_file, bank_reference, bring, count, decide, held, line_ids, open_list

SEE = "marketplace.reconciliation.take_move.see_deposit"
BROUGHT = 300_000


@pytest.fixture
async def board(client: httpx.AsyncClient, shop: Shop) -> str:
    """Token of the second person, the safe being full."""
    await fill_safe(client, shop, 2_000_000)
    return await add_person(shop, "pengurus")


async def confirmed(client: httpx.AsyncClient, shop: Shop, board: str, amount: int = BROUGHT) -> int:
    """A deposit of the manager that the board has confirmed by its slip."""
    deposit = await make(client, shop.tokens["store_manager"], amount)
    assert (await show_slip(client, shop.tokens["store_manager"], deposit, photo())).status_code == 200
    assert (await confirm(client, board, deposit)).status_code == 200
    return deposit


async def shown(client: httpx.AsyncClient, shop: Shop, deposit: int) -> dict[str, Any]:
    answer = await client.get(
        "/api/v1/stores/current/deposits", headers={"authorization": f"Bearer {shop.tokens['pengawas']}"}
    )
    return next(one for one in answer.json() if one["deposit_id"] == deposit)


async def choices(client: httpx.AsyncClient, token: str, line_id: int) -> dict[str, Any]:
    answer = await client.get(
        f"/api/v1/stores/current/statement-lines/{line_id}", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200, answer.text
    line: dict[str, Any] = answer.json()
    return line


async def choose(client: httpx.AsyncClient, token: str, line_id: int, deposit: int) -> httpx.Response:
    return await client.post(
        f"/api/v1/stores/current/statement-lines/{line_id}/decision",
        json={"move": f"deposit:{deposit}/deposit"},
        headers=command(token),
    )


async def at_bank() -> int:
    """What all transfers of the only bank account come to."""
    async with database.connection() as connection:
        return int(
            await connection.fetchval(
                "SELECT coalesce(sum(debit_rupiah - credit_rupiah), 0) FROM ledger_account"
                " JOIN ledger_balance ON account_id = id WHERE kind = 'bank'"
            )
        )


async def test_what_a_second_person_confirmed_is_tied_and_not_booked_again(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    deposit = await confirmed(client, shop, board)
    data = bank_file(("SETORAN TUNAI", BROUGHT))
    await bring(client, shop, data)
    await bring(client, shop, data)
    assert await held(shop, AccountKind.BANK, await bank_reference()) == BROUGHT
    assert await count("statement_match") == 1
    its = await shown(client, shop, deposit)
    assert (its["line_id"], its["counted_rupiah"]) == ((await line_ids())[0], BROUGHT)
    assert await open_list(client, shop) == []
    async with database.connection() as connection:
        with pytest.raises(asyncpg.PostgresError, match="bank_deposit"):
            await connection.execute("UPDATE bank_deposit SET counted_rupiah = 1")


async def test_a_statement_of_another_person_makes_it_arrive_without_a_slip(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    deposit = await make(client, shop.tokens["store_manager"], BROUGHT)
    await bring(client, shop, bank_file(("SETORAN TUNAI", BROUGHT)), headers=command(board))
    its = await shown(client, shop, deposit)
    assert (its["state"], its["has_slip"], its["counted_rupiah"]) == ("arrived", False, BROUGHT)
    async with database.connection() as connection:
        row = await connection.fetchrow("SELECT made_by, decided_by FROM bank_deposit")
        brought_by = await connection.fetchval("SELECT author FROM statement_import")
    assert row["made_by"] != row["decided_by"]
    assert brought_by == f"person:{row['decided_by']}"
    assert await held(shop, AccountKind.BANK, await bank_reference()) == BROUGHT
    assert await held(shop, AccountKind.CASH_IN_TRANSIT, f"deposit:{deposit}") == 0
    late = await confirm(client, board, deposit, has_arrived=False, reason="Keliru")
    assert late.json()["code"] == "deposit_has_ended"
    assert await open_list(client, shop) == []


async def test_a_statement_from_who_brought_the_cash_waits_for_a_second_person(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    deposit = await make(client, shop.tokens["store_manager"], BROUGHT)
    await bring(client, shop, bank_file(("SETORAN TUNAI", BROUGHT)))
    (line_id,) = await line_ids()
    assert await at_bank() == 0
    own = await choices(client, shop.tokens["store_manager"], line_id)
    assert [(one["deposit_id"], one["needs_other"]) for one in own["deposits"]] == [(deposit, True)]
    refused = await choose(client, shop.tokens["store_manager"], line_id, deposit)
    assert refused.status_code == 403
    assert (await at_bank(), await count("statement_match")) == (0, 0)
    assert [one["kind"] for one in await open_list(client, shop)] == ["line_open"]
    other = await choices(client, board, line_id)
    assert [(one["move"], one["needs_other"]) for one in other["deposits"]] == [(f"deposit:{deposit}/deposit", False)]
    assert (await choose(client, board, line_id, deposit)).json()["became"] == "deposit"
    assert (await at_bank(), (await shown(client, shop, deposit))["state"]) == (BROUGHT, "arrived")
    assert await open_list(client, shop) == []
    done = await choices(client, board, line_id)
    assert (done["became"], done["deposits"]) == ("deposit", [])


async def test_a_line_that_waited_is_tied_once_the_second_person_confirmed_by_the_slip(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    deposit = await make(client, shop.tokens["store_manager"], BROUGHT)
    data = bank_file(("SETORAN TUNAI", BROUGHT))
    await bring(client, shop, data)
    assert (await show_slip(client, shop.tokens["store_manager"], deposit, photo())).status_code == 200
    assert (await confirm(client, board, deposit)).status_code == 200
    await bring(client, shop, data)
    assert (await at_bank(), await count("statement_match")) == (BROUGHT, 1)
    assert await open_list(client, shop) == []


@pytest.mark.parametrize("before", ["confirmed", "on_the_way"])
@pytest.mark.parametrize("counted", [250_000, 310_000])
async def test_what_the_bank_counted_is_what_counts(
    client: httpx.AsyncClient, shop: Shop, board: str, counted: int, before: str
) -> None:
    manager = shop.tokens["store_manager"]
    deposit = await (confirmed(client, shop, board) if before == "confirmed" else make(client, manager, BROUGHT))
    await bring(client, shop, bank_file(("SETORAN TUNAI", counted)), headers=command(board))
    (line_id,) = await line_ids()
    assert await count("statement_match") == 0
    (offered,) = (await choices(client, board, line_id))["deposits"]
    assert offered["differs_rupiah"] == counted - BROUGHT
    assert (await choose(client, manager, line_id, deposit)).status_code == 403
    assert (await choose(client, board, line_id, deposit)).status_code == 200
    assert await held(shop, AccountKind.BANK, await bank_reference()) == counted
    assert await held(shop, AccountKind.CASH_OVER_SHORT) == BROUGHT - counted
    assert await held(shop, AccountKind.CASH_IN_TRANSIT, f"deposit:{deposit}") == 0
    its = await shown(client, shop, deposit)
    assert (its["amount_rupiah"], its["counted_rupiah"], its["state"]) == (BROUGHT, counted, "arrived")
    assert await open_list(client, shop) == []


async def test_an_amount_too_different_another_account_or_cash_that_went_back_is_no_choice(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    manager = shop.tokens["store_manager"]
    back = await make(client, manager, BROUGHT)
    assert (await confirm(client, board, back, has_arrived=False, reason="Bank tutup")).status_code == 200
    on_way = await make(client, manager, BROUGHT)
    lines = (("SETORAN A", 199_999), ("SETORAN B", 400_001), ("KELUAR", -BROUGHT))
    await bring(client, shop, bank_file(*lines), headers=command(board))
    for line_id in await line_ids():
        assert (await choices(client, board, line_id))["deposits"] == []
        for deposit in (back, on_way):
            refused = await choose(client, board, line_id, deposit)
            assert (refused.status_code, refused.json()["code"]) == (409, "line_does_not_fit")
    early = bank_file(("SETORAN KEMARIN", BROUGHT), ago=1)
    await bring(client, shop, early, headers=command(board))
    assert (await choices(client, board, (await line_ids())[-1]))["deposits"] == []
    assert (await at_bank(), await count("statement_match")) == (0, 0)


async def test_two_deposits_or_two_lines_of_an_amount_wait_for_a_person(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    first, second = [await confirmed(client, shop, board) for _ in range(2)]
    await bring(client, shop, bank_file(("SETORAN TUNAI", BROUGHT)))
    assert await count("statement_match") == 0
    await bring(client, shop, bank_file(("SETORAN TUNAI", BROUGHT), ("SETORAN TUNAI", BROUGHT)))
    assert await count("statement_match") == 0
    one, other = await line_ids()
    assert (await choose(client, board, one, second)).status_code == 200
    taken = await choose(client, board, one, first)
    assert (taken.status_code, taken.json()["code"]) == (409, "line_is_taken")
    assert (await choose(client, board, other, second)).status_code == 409
    # What is left fits one only, and needs nobody.
    await bring(client, shop, bank_file(("BUNGA", 1_000)))
    assert await count("statement_match") == 2
    assert (await shown(client, shop, first))["line_id"] == other
    assert await at_bank() == 2 * BROUGHT


async def test_a_line_that_could_be_a_deposit_or_a_buyers_transfer_waits_for_a_person(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order, "transfer")
    deposit = await confirmed(client, shop, board, payment["due_rupiah"])
    await bring(client, shop, bank_file(("SETORAN ATAU TRF", payment["due_rupiah"])))
    assert (await count("statement_match"), await count("receipt")) == (0, 0)
    (line_id,) = await line_ids()
    offered = await choices(client, board, line_id)
    assert [one["order_code"] for one in offered["payments"]] == [order["code"]]
    assert [one["deposit_id"] for one in offered["deposits"]] == [deposit]
    assert (await decide(client, shop, line_id, payment_id=payment["payment_id"])).status_code == 200
    assert await at_bank() == 2 * payment["due_rupiah"]


async def test_eight_days_later_a_person_says_so(client: httpx.AsyncClient, shop: Shop, board: str) -> None:
    with clock.standing_at(clock.now() - timedelta(days=8)):
        deposit = await confirmed(client, shop, board)
    await bring(client, shop, bank_file(("SETORAN TUNAI", BROUGHT)))
    assert await count("statement_match") == 0
    assert (await choose(client, board, (await line_ids())[0], deposit)).status_code == 200
    with clock.standing_at(clock.now() - timedelta(days=7)):
        in_time = await confirmed(client, shop, board, 200_000)
    await bring(client, shop, bank_file(("SETORAN TUNAI", 200_000)))
    assert (await shown(client, shop, in_time))["counted_rupiah"] == 200_000


async def test_cash_that_no_statement_shows_is_listed_with_its_age_for_the_board(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    with clock.standing_at(clock.now() - timedelta(days=5)):
        seen = await confirmed(client, shop, board)
        on_way = await make(client, shop.tokens["store_manager"], 100_000)
    assert [(one["kind"], one["age_days"], one["amount_sen"]) for one in await open_list(client, shop)] == [
        ("deposit_waiting", 5, 10_000_000)
    ]
    await bring(client, shop, bank_file(("BUNGA", 100), ago=6))
    await bring(client, shop, bank_file(("BUNGA", 200), ago=3))
    listed = {one["subject"] for one in await open_list(client, shop)}
    assert f"deposit:{seen}" not in listed
    await bring(client, shop, bank_file(("BUNGA", 300), ago=2))
    listed_now = [one for one in await open_list(client, shop) if one["subject"].startswith("deposit:")]
    assert sorted((one["kind"], one["subject"], one["role"], one["href"]) for one in listed_now) == [
        ("deposit_unseen", f"deposit:{seen}", "pengurus", f"/koperasi/setoran/{seen}"),
        ("deposit_waiting", f"deposit:{on_way}", "pengurus", f"/koperasi/setoran/{on_way}"),
    ]


async def test_days_before_the_first_statement_are_not_asked_about(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    with clock.standing_at(clock.now() - timedelta(days=9)):
        await confirmed(client, shop, board)
    await bring(client, shop, bank_file(("BUNGA", 100), ago=8))
    await bring(client, shop, bank_file(("BUNGA", 200)))
    assert {one["kind"] for one in await open_list(client, shop)} == {"line_open"}


async def test_another_store_neither_sees_nor_takes_it(client: httpx.AsyncClient, shop: Shop, board: str) -> None:
    deposit = await make(client, shop.tokens["store_manager"], BROUGHT)
    await bring(client, shop, bank_file(("SETORAN TUNAI", BROUGHT)))
    (line_id,) = await line_ids()
    other = await make_shop()
    token = other.tokens["store_manager"]
    hidden = await client.get(
        f"/api/v1/stores/current/statement-lines/{line_id}", headers={"authorization": f"Bearer {token}"}
    )
    assert hidden.status_code == 404
    assert (await choose(client, token, line_id, deposit)).status_code == 404


async def test_two_lines_for_one_deposit_and_two_persons_at_once_take_it_once(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    deposit = await make(client, shop.tokens["store_manager"], BROUGHT)
    await bring(client, shop, bank_file(("SETORAN", BROUGHT), ("SETORAN", BROUGHT)), headers=command(board))
    one, other = await line_ids()
    third = await add_person(shop, "pengurus")
    answers = await asyncio.gather(
        *(choose(client, token, line_id, deposit) for token in (board, third) for line_id in (one, other))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await at_bank(), await count("statement_match")) == (BROUGHT, 1)
    assert await held(shop, AccountKind.CASH_IN_TRANSIT, f"deposit:{deposit}") == 0


async def test_a_command_sent_twice_is_answered_alike_and_books_once(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    deposit = await make(client, shop.tokens["store_manager"], BROUGHT)
    await bring(client, shop, bank_file(("SETORAN", 290_000)))
    (line_id,) = await line_ids()
    headers, body = command(board), {"move": f"deposit:{deposit}/deposit"}
    path = f"/api/v1/stores/current/statement-lines/{line_id}/decision"
    answers = [await client.post(path, json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert (await at_bank(), await held(shop, AccountKind.CASH_OVER_SHORT)) == (290_000, 10_000)


@pytest.mark.parametrize("word", ["arrived", "rejected"])
async def test_confirmed_or_sent_back_while_a_statement_is_matched_it_is_booked_once(
    client: httpx.AsyncClient, shop: Shop, board: str, word: str
) -> None:
    deposit = await make(client, shop.tokens["store_manager"], BROUGHT)
    assert (await show_slip(client, shop.tokens["store_manager"], deposit, photo())).status_code == 200
    third, has_arrived = await add_person(shop, "pengurus"), word == "arrived"
    said, _, _ = await asyncio.gather(
        confirm(client, board, deposit, has_arrived=has_arrived, reason="" if has_arrived else "Bank tutup"),
        bring(client, shop, bank_file(("SETORAN", BROUGHT)), headers=command(third)),
        bring(client, shop, bank_file(("SETORAN", BROUGHT)), headers=command(board)),
    )
    await bring(client, shop, bank_file(("BUNGA", 100)))
    its = await shown(client, shop, deposit)
    assert await held(shop, AccountKind.CASH_IN_TRANSIT, f"deposit:{deposit}") == 0
    if its["state"] == "arrived":
        # By the person or by the line; tied either way.
        assert (await at_bank(), its["counted_rupiah"]) == (BROUGHT, BROUGHT)
        assert has_arrived or said.status_code == 409
    else:
        assert (said.status_code, await at_bank(), its["line_id"]) == (200, 0, None)


async def test_killed_between_claim_and_posting_nothing_stands_and_the_next_import_goes_on(
    client: httpx.AsyncClient, shop: Shop, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit = await make(client, shop.tokens["store_manager"], BROUGHT)
    claimed = 0

    async def dies(*args: object, **kwargs: object) -> object:
        nonlocal claimed
        claimed = int(await args[0].fetchval("SELECT count(*) FROM statement_match"))  # type: ignore[attr-defined]
        raise asyncio.CancelledError

    monkeypatch.setattr(SEE, dies)
    data = bank_file(("SETORAN", BROUGHT))
    with pytest.raises((asyncio.CancelledError, RuntimeError)):
        await bring(client, shop, data, headers=command(board))
    assert claimed == 1
    assert (await count("statement_match"), await count("statement_open_line"), await at_bank()) == (0, 1, 0)
    assert (await shown(client, shop, deposit))["state"] == "on_the_way"
    monkeypatch.setattr(SEE, see_deposit)
    await bring(client, shop, data, headers=command(board))
    assert (await count("statement_match"), await count("statement_open_line"), await at_bank()) == (1, 0, BROUGHT)
