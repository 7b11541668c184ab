"""What suppliers are owed, and how two persons pay it: exact to the rupiah, the same to both sides."""

import httpx
import pytest

from marketplace import database
from payments import accounts
from tests.orders.counter_shop import make_shop
from tests.orders.people import make_signed_in
from tests.settlement.settling import (
    OWED,
    SAFE,
    Settling,
    approve,
    ask,
    bring_back,
    held,
    make_settling,
    owed,
    pay,
    propose,
    receive,
    sell,
)


@pytest.fixture
async def made(client: httpx.AsyncClient) -> Settling:
    return await make_settling(client)


async def test_both_sides_see_the_same_lines_and_nobody_else_any(client: httpx.AsyncClient, made: Settling) -> None:
    code = await sell(client, made, 2)
    await sell(client, made, 1)
    await receive(client, made, made.shop.rice_listing, 3, 60_001)
    store = (await ask(client, made.manager, "GET", "stores/current/payables")).json()
    assert (store["owed_rupiah"], store["due_rupiah"]) == (3 * OWED + 180_003, 3 * OWED + 180_003)
    assert [(one["supplier_name"] != "", one["owed_rupiah"]) for one in store["suppliers"]] == [
        (True, 180_003),
        (True, 3 * OWED),
    ]
    by_store = await ask(client, made.manager, "GET", f"stores/current/payables/{made.seller_id}")
    by_seller = await ask(client, made.seller, "GET", f"sellers/current/receivables/{made.shop.store_id}")
    assert by_store.status_code == by_seller.status_code == 200
    assert by_store.json() == by_seller.json()
    lines = by_store.json()["lines"]
    assert [(line["kind"], line["amount_rupiah"], line["is_due"]) for line in lines] == [
        ("sale", 2 * OWED, True),
        ("sale", OWED, True),
    ]
    chips = {"name": "Keripik singkong balado", "unit_code": "bungkus", "quantity": 2, "returned_quantity": 0}
    assert (lines[0]["code"], lines[0]["goods"]) == (code, [chips])
    total = (await ask(client, made.seller, "GET", "sellers/current/receivables")).json()
    assert (total["owed_rupiah"], len(total["stores"])) == (3 * OWED, 1)

    async with database.connection() as connection:
        elsewhere = (await make_shop()).cooperative_id
        _, outsider = await make_signed_in(connection, role="store_manager", organisation_id=elsewhere)
    assert (await ask(client, outsider, "GET", "stores/current/payables")).json()["suppliers"] == []
    assert (await ask(client, outsider, "GET", f"stores/current/payables/{made.seller_id}")).status_code == 404
    own = await ask(client, made.stranger, "GET", f"sellers/current/receivables/{made.shop.store_id}")
    assert [line["amount_rupiah"] for line in own.json()["lines"]] == [180_003]


async def test_one_proposes_a_second_approves_and_cash_is_paid_by_a_numbered_remittance(
    client: httpx.AsyncClient, made: Settling
) -> None:
    nothing = await ask(client, made.manager, "POST", "stores/current/settlements")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_due")
    await sell(client, made, 2)
    run_id = await propose(client, made)
    second = await ask(client, made.board, "POST", "stores/current/settlements")
    assert (second.status_code, second.json()["code"]) == (409, "settlement_run_open")
    shown = (await ask(client, made.manager, "GET", f"stores/current/settlements/{run_id}")).json()
    assert (shown["state"], shown["amount_rupiah"], shown["is_own"]) == ("proposed", 2 * OWED, True)
    early = await pay(client, made, shown)
    assert (early.status_code, early.json()["code"]) == (409, "settlement_run_state")
    own = await ask(client, made.manager, "POST", f"stores/current/settlements/{run_id}/decision", is_approved=True)
    assert own.status_code == 403
    run = await approve(client, made, run_id)
    paid = await pay(client, made, run)
    assert paid.status_code == 201, paid.text
    assert paid.json() == {"number": 1, "amount_rupiah": 2 * OWED, "left_rupiah": 0, "run_state": "done"}
    assert await owed(made) == 0
    assert await held(made, accounts.SAFE) == SAFE - 2 * OWED

    by_store = await ask(client, made.manager, "GET", "stores/current/remittances/1")
    by_seller = await ask(client, made.seller, "GET", f"sellers/current/receivables/{made.shop.store_id}/remittances/1")
    assert by_store.status_code == 200
    assert by_store.json() == by_seller.json()
    assert [line["amount_rupiah"] for line in by_store.json()["lines"]] == [2 * OWED]
    strange = f"sellers/current/receivables/{made.shop.store_id}/remittances/1"
    assert (await ask(client, made.stranger, "GET", strange)).status_code == 404
    late = await pay(client, made, run, part=2, amount_rupiah=1)
    assert (late.status_code, late.json()["code"]) == (409, "settlement_run_state")


async def test_rejected_run_pays_nothing_and_another_may_follow(client: httpx.AsyncClient, made: Settling) -> None:
    await sell(client, made, 1)
    run_id = await propose(client, made)
    path = f"stores/current/settlements/{run_id}/decision"
    assert (await ask(client, made.board, "POST", path, is_approved=False)).status_code == 422
    rejected = await ask(client, made.board, "POST", path, is_approved=False, note="tunggu laporan")
    assert rejected.json() == {"run_id": run_id, "state": "rejected"}
    assert (await ask(client, made.board, "POST", path, is_approved=True)).status_code == 409
    assert await owed(made) == OWED
    await approve(client, made, await propose(client, made))


async def test_parts_add_up_and_the_odd_rupiah_is_paid(client: httpx.AsyncClient, made: Settling) -> None:
    await sell(client, made, 1)
    await sell(client, made, 1)
    run = await approve(client, made, await propose(client, made))
    for body in ({"amount_rupiah": 0}, {"amount_rupiah": 2 * OWED + 1}, {"method": "kartu"}, {"part": 2}):
        assert (await pay(client, made, run, **body)).status_code == 422, body
    first = await pay(client, made, run, amount_rupiah=12_001)
    assert (first.json()["number"], first.json()["left_rupiah"], first.json()["run_state"]) == (1, 11_999, "approved")
    lines = (await ask(client, made.seller, "GET", f"sellers/current/receivables/{made.shop.store_id}")).json()["lines"]
    assert [line["amount_rupiah"] for line in lines] == [11_999]
    again = await pay(client, made, run, amount_rupiah=12_001)
    assert (again.status_code, again.json()["code"]) == (409, "settlement_paid")
    assert "nomor 1" in again.json()["title"]
    rest = await pay(client, made, run, part=2)
    assert (rest.json()["number"], rest.json()["amount_rupiah"], rest.json()["run_state"]) == (2, 11_999, "done")
    assert await owed(made) == 0


async def test_safe_that_holds_too_little_pays_nothing(client: httpx.AsyncClient, made: Settling) -> None:
    await receive(client, made, made.shop.rice_listing, 20, 60_000)
    run = await approve(client, made, await propose(client, made))
    refused = await pay(client, made, run)
    assert (refused.status_code, refused.json()["code"]) == (409, "safe_too_low")
    assert await held(made, accounts.SAFE) == SAFE
    part = await pay(client, made, run, amount_rupiah=SAFE)
    assert (part.json()["number"], part.json()["left_rupiah"]) == (1, 200_000)


async def test_transfer_is_written_down_by_its_number_once(client: httpx.AsyncClient, made: Settling) -> None:
    await sell(client, made, 2)
    run = await approve(client, made, await propose(client, made))
    closed = await pay(client, made, run, method="transfer", reference="TRX 1")
    assert (closed.status_code, closed.json()["code"]) == (409, "no_bank_account")
    bank = {"bank": "Bank BJB", "number": "1234567890", "holder": "KKMP Jatimakmur"}
    registered = await ask(client, made.manager, "PUT", "stores/current/channels/transfer", **bank)
    assert registered.status_code == 200, registered.text
    assert (await pay(client, made, run, method="transfer")).status_code == 422
    first = await pay(client, made, run, method="transfer", reference=" TRX  1 ", amount_rupiah=10_000)
    assert first.json()["number"] == 1
    twice = await pay(client, made, run, part=2, method="transfer", reference="TRX 1", amount_rupiah=10_000)
    assert (twice.status_code, twice.json()["code"]) == (409, "settlement_paid")
    rest = await pay(client, made, run, part=2, method="transfer", reference="TRX 2")
    assert rest.json()["run_state"] == "done"
    assert await held(made, accounts.SAFE) == SAFE
    async with database.connection() as connection:
        account_id = await connection.fetchval("SELECT id FROM bank_account")
    assert await held(made, accounts.bank(f"bank:{account_id}")) == -2 * OWED
    remittance = (await ask(client, made.manager, "GET", "stores/current/remittances/2")).json()
    assert (remittance["method"], remittance["reference"]) == ("transfer", "TRX 2")
    assert await owed(made) == 0


async def test_goods_that_come_back_after_the_approval_lower_what_may_be_paid(
    client: httpx.AsyncClient, made: Settling
) -> None:
    code = await sell(client, made, 3)
    run = await approve(client, made, await propose(client, made))
    await bring_back(client, made, code, 1)
    refused = await pay(client, made, run)
    assert (refused.status_code, refused.json()["code"]) == (409, "less_owed")
    title = refused.json()["title"].replace("\u00a0", " ")
    assert "Rp 36.000" in title
    assert "Rp 24.000" in title
    assert await owed(made) == 2 * OWED
    paid = await pay(client, made, run, amount_rupiah=2 * OWED)
    assert (paid.json()["left_rupiah"], paid.json()["run_state"]) == (OWED, "approved")
    assert await owed(made) == 0
    more = await pay(client, made, run, part=2, amount_rupiah=1)
    assert (more.status_code, more.json()["code"]) == (409, "less_owed")
    path = f"stores/current/settlements/{run['run_id']}/closing"
    assert (await ask(client, made.manager, "POST", path, note="barang kembali")).json()["state"] == "closed"


async def test_goods_that_come_back_after_they_were_paid_are_taken_off_the_next_payment(
    client: httpx.AsyncClient, made: Settling
) -> None:
    code = await sell(client, made, 2)
    await pay(client, made, await approve(client, made, await propose(client, made)))
    await bring_back(client, made, code, 1)
    assert await owed(made) == -OWED
    assert (await ask(client, made.manager, "POST", "stores/current/settlements")).json()["code"] == "nothing_due"
    await sell(client, made, 3)
    run = await approve(client, made, await propose(client, made))
    assert run["amount_rupiah"] == 2 * OWED
    paid = await pay(client, made, run)
    assert (paid.json()["number"], paid.json()["amount_rupiah"]) == (2, 2 * OWED)
    remittance = await ask(
        client, made.seller, "GET", f"sellers/current/receivables/{made.shop.store_id}/remittances/2"
    )
    assert [line["amount_rupiah"] for line in remittance.json()["lines"]] == [-OWED, 3 * OWED]
    assert await owed(made) == 0
