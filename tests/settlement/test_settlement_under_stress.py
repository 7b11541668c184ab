"""Killed between any two statements, two at once, goods coming back meanwhile: nobody is paid twice or too much."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import LumbungError
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId
from marketplace.orders.request_return import ReturnLine, ReturnRequest, request_return
from marketplace.settlement.errors import AlreadyPaidPartError, LessOwedError
from marketplace.settlement.pay_entry import PaidEntry, PayEntry, pay_entry
from marketplace.settlement.propose_run import decide_run, propose_run
from payments import accounts
from tests.killing import kill_after
from tests.settlement.settling import (
    OWED,
    SAFE,
    Settling,
    actor_of,
    approve,
    held,
    make_settling,
    once,
    owed,
    propose,
    sell,
)


@pytest.fixture
async def made(client: httpx.AsyncClient) -> Settling:
    return await make_settling(client)


async def written() -> tuple[int, ...]:
    """How many rows settlement, the ledger, the audit and the keys hold."""
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM settlement_run), (SELECT count(*) FROM settlement_entry),"
            " (SELECT count(*) FROM settlement_entry_line), (SELECT count(*) FROM settlement_payment),"
            " (SELECT coalesce(sum(next_number), 0) FROM settlement_counter)::bigint,"
            " (SELECT coalesce(sum(paid_rupiah), 0) FROM settlement_entry)::bigint,"
            " (SELECT count(*) FROM settlement_run WHERE state = 'proposed'),"
            " (SELECT count(*) FROM supplier_allocation), (SELECT count(*) FROM ledger_transfer),"
            " (SELECT count(*) FROM audit_event), (SELECT count(*) FROM idempotency_key)"
        )
    assert row is not None
    return tuple(row.values())


async def killed_everywhere(step: Callable[[Once], Awaitable[Any]]) -> tuple[int, Once]:
    """Kill the step after each of its statements; nothing may be written. How often it was, and the last key."""
    before, killed, key = await written(), 0, once()
    for at in range(1, 80):
        key = once()
        last = await kill_after(step(key), at)
        if last is None:
            break
        killed += 1
        assert await written() == before, f"after statement {at}: {last}"
    return killed, key


async def test_run_killed_between_any_two_statements_and_resumed_pays_once(
    client: httpx.AsyncClient, made: Settling
) -> None:
    await sell(client, made, 2)
    manager, board = await actor_of(made.manager), await actor_of(made.board)
    killed, key = await killed_everywhere(lambda key: propose_run(None, actor=manager, once=key))
    assert killed >= 5
    run = await propose_run(None, actor=manager, once=key)
    killed, key = await killed_everywhere(
        lambda key: decide_run(run.run_id, is_approved=True, note="", actor=board, once=key)
    )
    assert killed >= 4
    await decide_run(run.run_id, is_approved=True, note="", actor=board, once=key)
    async with database.connection() as connection:
        entry_id = await connection.fetchval("SELECT id FROM settlement_entry")
    killed, key = await killed_everywhere(
        lambda key: pay_entry(run.run_id, entry_id, PayEntry(part=1), actor=manager, once=key)
    )
    assert killed >= 15
    # The same press again, whether its answer was lost or it never happened.
    paid = await pay_entry(run.run_id, entry_id, PayEntry(part=1), actor=manager, once=key)
    assert (paid.number, paid.amount_rupiah, paid.run_state) == (1, 2 * OWED, "done")
    with pytest.raises(AlreadyPaidPartError):
        await pay_entry(run.run_id, entry_id, PayEntry(part=1), actor=board, once=once())
    assert await owed(made) == 0
    assert await held(made, accounts.SAFE) == SAFE - 2 * OWED


async def press(use_case: Awaitable[PaidEntry]) -> object:
    try:
        return await use_case
    except LumbungError as error:
        return type(error)


async def test_two_persons_and_a_double_click_pay_once(client: httpx.AsyncClient, made: Settling) -> None:
    await sell(client, made, 4)
    run = await approve(client, made, await propose(client, made))
    people = [await actor_of(made.manager), await actor_of(made.board)]
    entry_id = run["entries"][0]["entry_id"]
    double = once()

    def pay(actor: Actor, key: Once, part: int, amount: int | None) -> Awaitable[object]:
        command = PayEntry(part=part, amount_rupiah=amount)
        return press(pay_entry(run["run_id"], entry_id, command, actor=actor, once=key))

    first = await asyncio.gather(
        *(pay(actor, once(), 1, OWED) for actor in people * 2), *(pay(people[0], double, 1, OWED) for _ in range(3))
    )
    paid = [one for one in first if isinstance(one, PaidEntry)]
    # The double click is answered alike, however often it came; everybody else is told that it is paid.
    assert len({one.number for one in paid}) == 1
    assert len(paid) in (1, 3)
    assert [one for one in first if not isinstance(one, PaidEntry)] == [AlreadyPaidPartError] * (7 - len(paid))
    assert await held(made, accounts.SAFE) == SAFE - OWED
    rest = await asyncio.gather(*(pay(actor, once(), 2, None) for actor in people))
    assert [type(one) for one in rest].count(PaidEntry) == 1
    assert await held(made, accounts.SAFE) == SAFE - 4 * OWED
    assert await owed(made) == 0


async def test_goods_coming_back_while_they_are_paid_leave_no_debt_of_the_seller_unseen(
    client: httpx.AsyncClient, made: Settling
) -> None:
    """Either the return is first and the payment is refused, or the payment is and the next one takes it off."""
    manager, cashier = await actor_of(made.manager), await actor_of(made.shop.tokens["cashier"])
    outcomes = set()
    for delay in (0.0, 0.0, 0.002, 0.004, 0.006, 0.008, 0.012, 0.02):
        code = await sell(client, made, 2)
        run = await approve(client, made, await propose(client, made))
        before = await owed(made)

        async def back(code: str = code, delay: float = delay) -> Any:
            await asyncio.sleep(delay)
            lines = [ReturnLine(listing_id=ListingId(made.shop.chips_listing), quantity=1)]
            return await request_return(code, ReturnRequest(reason="bocor", lines=lines), actor=cashier, once=once())

        paid, _ = await asyncio.gather(
            press(
                pay_entry(run["run_id"], run["entries"][0]["entry_id"], PayEntry(part=1), actor=manager, once=once())
            ),
            back(),
        )
        after = await owed(made)
        outcomes.add(type(paid) if isinstance(paid, PaidEntry) else paid)
        if isinstance(paid, PaidEntry):
            assert paid.amount_rupiah == before
            assert after == -OWED
        else:
            assert paid is LessOwedError
            assert after == before - OWED
            path = f"/api/v1/stores/current/settlements/{run['run_id']}/closing"
            closed = await client.post(
                path,
                json={"note": "barang kembali"},
                headers={"authorization": f"Bearer {made.manager}", "idempotency-key": once().key},
            )
            assert closed.status_code == 200
    assert outcomes <= {PaidEntry, LessOwedError}
