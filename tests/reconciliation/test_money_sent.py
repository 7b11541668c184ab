"""Money that was sent is seen leaving: its line is tied to what the book has, and what no line shows is listed."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from marketplace import clock, database
from marketplace.books import book_of
from marketplace.reconciliation.taken import audit_line
from payments import AccountKind, claim_line, reverse
from tests.orders.counter_shop import Shop, command, order_goods
from tests.orders.test_returns import give_back, units
from tests.orders.test_waiting_payments import confirm_it, order_id_of, started
from tests.reconciliation.statements import bank_file, bank_reference, bring, count, decide, held, line_ids, open_list
from tests.settlement.settling import OWED, Settling, approve, ask, make_settling, pay, propose, sell

AUDIT = "marketplace.reconciliation.take_move.audit_line"
BANK = {"bank": "Bank BJB", "number": "1234567890", "holder": "KKMP Jatimakmur"}
CHIPS = 15_000


@pytest.fixture
async def settling(client: httpx.AsyncClient) -> Settling:
    """A store with a bank account that owes a seller, and has kept a first statement."""
    made = await make_settling(client)
    assert (await ask(client, made.manager, "PUT", "stores/current/channels/transfer", **BANK)).status_code == 200
    return made


async def paid(client: httpx.AsyncClient, made: Settling, *parts: int) -> str:
    """Pay the seller by transfers of these parts; the name of the first in the book, without its last number."""
    await sell(client, made, 4)
    run = await approve(client, made, await propose(client, made))
    for number, rupiah in enumerate(parts, 1):
        answer = await pay(
            client, made, run, part=number, method="transfer", reference=f"TRX {number}", amount_rupiah=rupiah
        )
        assert answer.status_code == 201, answer.text
    return f"settlement:{run['entries'][0]['entry_id']}"


async def choices(client: httpx.AsyncClient, shop: Shop, line_id: int) -> dict[str, Any]:
    answer = await client.get(
        f"/api/v1/stores/current/statement-lines/{line_id}",
        headers={"authorization": f"Bearer {shop.tokens['pengawas']}"},
    )
    assert answer.status_code == 200, answer.text
    line: dict[str, Any] = answer.json()
    return line


async def transfers() -> int:
    return await count("ledger_transfer")


async def test_a_supplier_paid_by_transfer_is_tied_to_its_line_and_nothing_is_booked(
    client: httpx.AsyncClient, settling: Settling
) -> None:
    name = await paid(client, settling, OWED)
    before = await transfers()
    data = bank_file(("TRSF DB JUWITA", -OWED), ("TRSF DB LAIN", -OWED - 1), ("MASUK", OWED))
    await bring(client, settling.shop, data)
    await bring(client, settling.shop, data)
    async with database.connection() as connection:
        (match,) = await connection.fetch("SELECT kind, move_source, move_part FROM statement_match")
    assert tuple(match) == ("move", f"{name}:1", "supplier")
    assert await transfers() == before
    assert await held(settling.shop, AccountKind.BANK, await bank_reference()) == -OWED
    listed = [(one["kind"], one["amount_sen"]) for one in await open_list(client, settling.shop)]
    assert listed == [("line_open", 100 * (-OWED - 1)), ("line_open", 100 * OWED)]


async def test_goods_back_by_transfer_are_one_line_whatever_the_book_made_of_them(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    shift = await client.post("/api/v1/shifts", json={"float_rupiah": 0}, headers=command(shop.tokens["cashier"]))
    assert shift.status_code == 201
    order = await order_goods(client, shop)
    payment = await started(client, order, "transfer")
    await confirm_it(client, shop.tokens["cashier"], order, payment, "BJB-000017", is_handed_over=True)
    token = shop.tokens["cashier"]
    part = await give_back(
        client, token, order, method="transfer", reference="BJB-18", lines=[units(shop.chips_listing, 1)]
    )
    rest = await give_back(client, token, order, method="transfer", reference="BJB-19")
    assert (part.json()["refunded_rupiah"], rest.json()["refunded_rupiah"]) == (CHIPS, 79_999)
    before = await transfers()
    await bring(client, shop, bank_file(("TRF", 94_999), ("KEMBALI", -CHIPS), ("KEMBALI", -79_999)))
    assert await open_list(client, shop) == []
    assert (await count("statement_match"), await transfers()) == (3, before)
    async with database.connection() as connection:
        sources = await connection.fetch("SELECT DISTINCT move_source FROM statement_match WHERE kind = 'move'")
    assert [row[0] for row in sources] == [f"order:{await order_id_of(order)}"]


async def test_twins_are_chosen_by_a_person_who_sees_whom_each_paid(
    client: httpx.AsyncClient, settling: Settling
) -> None:
    name = await paid(client, settling, OWED, OWED)
    await bring(client, settling.shop, bank_file(("TRSF DB A", -OWED), ("TRSF DB B", -OWED)))
    assert await count("statement_match") == 0
    one, other = await line_ids()
    offered = (await choices(client, settling.shop, one))["moves"]
    assert [(move["move"], move["purpose"], move["reference"]) for move in offered] == [
        (f"{name}:1/supplier", "supplier", "TRX 1"),
        (f"{name}:2/supplier", "supplier", "TRX 2"),
    ]
    assert offered[0]["href"].startswith("/koperasi/pelunasan/")
    taken = await decide(client, settling.shop, one, move=f"{name}:2/supplier")
    assert (taken.status_code, taken.json()["became"]) == (200, "move")
    again = await decide(client, settling.shop, one, move=f"{name}:1/supplier")
    assert (again.status_code, again.json()["code"]) == (409, "line_is_taken")
    twice = await decide(client, settling.shop, other, move=f"{name}:2/supplier")
    assert (twice.status_code, twice.json()["code"]) == (409, "line_does_not_fit")
    strange = await decide(client, settling.shop, other, move="settlement:0:1/supplier")
    assert strange.json()["code"] == "line_does_not_fit"
    both = await decide(client, settling.shop, other, move=f"{name}:1/supplier", is_bank_fee=True)
    assert both.json()["code"] == "line_does_not_fit"
    assert (await decide(client, settling.shop, other, move=f"{name}:1/supplier")).status_code == 200
    assert await open_list(client, settling.shop) == []


async def test_a_bank_may_be_a_week_early_or_late_and_no_more(client: httpx.AsyncClient, settling: Settling) -> None:
    await bring(client, settling.shop, bank_file(("DULU", -1), ago=20))
    with clock.standing_at(clock.now() - timedelta(days=8)):
        name = await paid(client, settling, 10_000, 11_000, 12_000)
    await bring(client, settling.shop, bank_file(("A", -10_000)))
    assert await count("statement_match") == 0
    await bring(client, settling.shop, bank_file(("B", -11_000), ago=1))
    await bring(client, settling.shop, bank_file(("C", -12_000), ago=15))
    assert await count("statement_match") == 2
    late = (await line_ids())[1]
    assert (await decide(client, settling.shop, late, move=f"{name}:1/supplier")).status_code == 200


async def test_money_sent_that_no_statement_shows_is_listed_three_days_on(
    client: httpx.AsyncClient, settling: Settling
) -> None:
    await bring(client, settling.shop, bank_file(("BUNGA", 100), ago=9))
    with clock.standing_at(clock.now() - timedelta(days=5)):
        name = await paid(client, settling, OWED)
    await bring(client, settling.shop, bank_file(("BUNGA", 200), ago=3))
    assert {one["kind"] for one in await open_list(client, settling.shop)} == {"line_open"}
    await bring(client, settling.shop, bank_file(("BUNGA", 300), ago=2))
    (one,) = [one for one in await open_list(client, settling.shop) if one["kind"] != "line_open"]
    assert (one["kind"], one["subject"], one["amount_sen"], one["age_days"], one["role"]) == (
        "move_unseen",
        f"move:{name}:1/supplier",
        -100 * OWED,
        5,
        "store_manager",
    )
    assert "nota 1" in one["about"]
    await bring(client, settling.shop, bank_file(("TRSF DB", -OWED), ago=4))
    assert {one["kind"] for one in await open_list(client, settling.shop)} == {"line_open"}


async def test_what_was_reversed_is_neither_asked_about_nor_tied(client: httpx.AsyncClient, settling: Settling) -> None:
    await bring(client, settling.shop, bank_file(("BUNGA", 100), ago=9))
    with clock.standing_at(clock.now() - timedelta(days=5)):
        name = await paid(client, settling, OWED)
    async with database.transaction() as connection:
        await reverse(
            connection,
            book=book_of(settling.shop.store_id),
            source=f"{name}:1",
            reason="transfer kembali",
            author="system",
            occurred_at=clock.now(),
        )
    await bring(client, settling.shop, bank_file(("TRSF DB", -OWED)))
    assert [one["kind"] for one in await open_list(client, settling.shop)] == ["line_open", "line_open"]
    refused = await decide(client, settling.shop, (await line_ids())[-1], move=f"{name}:1/supplier")
    assert refused.json()["code"] == "line_does_not_fit"


async def test_the_database_ties_no_line_to_another_amount(client: httpx.AsyncClient, settling: Settling) -> None:
    name = await paid(client, settling, OWED)
    await bring(client, settling.shop, bank_file(("TRSF DB", -OWED - 1)))
    (line_id,) = await line_ids()

    async def tie(move: str) -> None:
        async with database.transaction() as connection:
            assert await claim_line(
                connection,
                book=book_of(settling.shop.store_id),
                line_id=line_id,
                kind="move",
                move=move,
                at=clock.now(),
                author="system",
            )

    for move in (f"{name}:1/supplier", f"{name}:9/supplier"):
        with pytest.raises(asyncpg.CheckViolationError, match="line"):
            await tie(move)
    assert (await count("statement_match"), await count("statement_open_line")) == (0, 1)


async def test_chosen_by_two_while_imports_match_each_line_is_tied_once(
    client: httpx.AsyncClient, settling: Settling
) -> None:
    name = await paid(client, settling, OWED, OWED, 7_000)
    before = await transfers()
    await bring(client, settling.shop, bank_file(("A", -OWED), ("B", -OWED)))
    one, other = await line_ids()
    answers = await asyncio.gather(
        decide(client, settling.shop, one, move=f"{name}:1/supplier"),
        decide(client, settling.shop, one, move=f"{name}:2/supplier"),
        decide(client, settling.shop, other, move=f"{name}:1/supplier"),
        decide(client, settling.shop, other, is_bank_fee=True),
        bring(client, settling.shop, bank_file(("A", -OWED), ("B", -OWED), ("C", -7_000))),
        bring(client, settling.shop, bank_file(("A", -OWED), ("B", -OWED), ("C", -7_000))),
    )
    codes = [answer.status_code for answer in answers[:4] if isinstance(answer, httpx.Response)]
    assert set(codes) <= {200, 409}
    assert await count("statement_match") + await count("statement_open_line") == 3
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT line_id, kind, move_source FROM statement_match ORDER BY line_id")
    sources = [row["move_source"] for row in rows if row["kind"] == "move"]
    assert len(sources) == len(set(sources))
    assert f"{name}:3" in sources
    fees = sum(row["kind"] == "bank_fee" for row in rows)
    assert await transfers() == before + fees
    assert await held(settling.shop, AccountKind.PAYMENT_FEE) == fees * OWED


async def test_killed_after_the_claim_the_line_is_open_and_the_next_import_ties_it(
    client: httpx.AsyncClient, settling: Settling, monkeypatch: pytest.MonkeyPatch
) -> None:
    await paid(client, settling, OWED)

    async def dies(*_args: object, **_kwargs: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(AUDIT, dies)
    data = bank_file(("TRSF DB", -OWED))
    with pytest.raises((asyncio.CancelledError, RuntimeError)):
        await bring(client, settling.shop, data)
    assert (await count("statement_match"), await count("statement_open_line")) == (0, 1)
    monkeypatch.setattr(AUDIT, audit_line)
    assert (await bring(client, settling.shop, data))["new_count"] == 0
    assert (await count("statement_match"), await count("statement_open_line")) == (1, 0)
