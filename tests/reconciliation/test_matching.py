"""Statements settle what they fit, list what they do not, and add nothing when they come again."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from marketplace import clock, database
from marketplace.books import payable_of
from marketplace.orders import expire_orders, receive_money
from payments import AccountKind
from tests.orders.counter_shop import Shop, command, make_shop, order_goods
from tests.orders.test_waiting_payments import confirm_it, order_id_of, started
from tests.reconciliation.statements import (
    bank_file,
    bank_reference,
    bring,
    count,
    decide,
    held,
    line_ids,
    open_list,
    qris_file,
)

RECEIVE = "marketplace.reconciliation.match_lines.receive_money"


async def test_a_transfer_is_settled_by_its_exact_amount_and_the_same_file_again_adds_nothing(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order, "transfer")
    assert payment["due_rupiah"] == 94_999
    data = bank_file(("TRF SITI", 94_999), ("TRF LAIN", 50_000), ("BIAYA ADM", -2_500))
    made = await bring(client, shop, data)
    assert (made["line_count"], made["new_count"]) == (3, 3)
    reference = await bank_reference()
    assert await held(shop, AccountKind.BANK, reference) == 94_999
    assert await held(shop, AccountKind.PAYMENT_DISCOUNT) == 1
    assert await held(shop, AccountKind.BUYER_RECEIVABLE, payable_of(await order_id_of(order))) == -95_000
    listed = [(one["kind"], one["amount_sen"], one["role"]) for one in await open_list(client, shop)]
    assert listed == [("line_open", 5_000_000, "store_manager"), ("line_open", -250_000, "store_manager")]

    again = await bring(client, shop, data)
    assert (again["line_count"], again["new_count"]) == (3, 0)
    overlapping = await bring(client, shop, bank_file(("TRF LAIN", 50_000), ("BARU", 1_000)))
    assert overlapping["new_count"] == 1
    assert (await count("statement_line"), await count("statement_match"), await count("receipt")) == (4, 1, 1)
    assert await held(shop, AccountKind.BANK, reference) == 94_999


async def test_a_rupiah_more_or_a_day_before_the_order_settles_nothing(client: httpx.AsyncClient, shop: Shop) -> None:
    await started(client, await order_goods(client, shop), "transfer")
    await bring(client, shop, bank_file(("TRF", 95_000)))
    await bring(client, shop, bank_file(("TRF", 94_999), ago=1))
    assert (await count("statement_match"), await count("receipt")) == (0, 0)
    assert len(await open_list(client, shop)) == 2


async def test_twin_lines_wait_for_a_person_who_takes_one_and_explains_the_other(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order, "transfer")
    await bring(client, shop, bank_file(("TRF SITI", 94_999), ("TRF SITI", 94_999)))
    assert await count("statement_match") == 0
    first, second = await line_ids()
    taken = await decide(client, shop, first, payment_id=payment["payment_id"])
    assert (taken.status_code, taken.json()["order_code"]) == (200, order["code"])
    for line_id in (first, second):
        refused = await decide(client, shop, line_id, payment_id=payment["payment_id"])
        assert refused.status_code == 409
    assert (await count("receipt"), await held(shop, AccountKind.BANK, await bank_reference())) == (1, 94_999)
    explained = await client.post(
        "/api/v1/stores/current/differences/explanations",
        json={"kind": "line_open", "subject": f"line:{second}", "note": "Dikembalikan lewat transfer"},
        headers=command(shop.tokens["store_manager"]),
    )
    assert explained.status_code == 201
    assert await open_list(client, shop) == []


async def test_late_money_for_an_order_that_ended_is_owed_back(client: httpx.AsyncClient, shop: Shop) -> None:
    order = await order_goods(client, shop)
    await started(client, order, "transfer")
    async with database.connection() as connection:
        await connection.execute("UPDATE orders SET hold_until = now() - interval '1 minute'")
    assert await expire_orders() == 1
    await bring(client, shop, bank_file(("TRF SITI", 94_999)))
    payable = payable_of(await order_id_of(order))
    assert await held(shop, AccountKind.REFUND_DUE, payable) == 94_999
    assert await count("receipt") == 0
    (one,) = await open_list(client, shop)
    assert (one["kind"], one["about"], one["amount_sen"]) == ("refund_due", order["code"], 9_499_900)
    assert one["href"] == f"/koperasi/pesanan/{order['code']}"


async def test_what_the_cashier_confirmed_is_only_ticked_off(client: httpx.AsyncClient, shop: Shop) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order, "transfer")
    assert (await confirm_it(client, shop.tokens["cashier"], order, payment)).status_code == 200
    await bring(client, shop, bank_file(("TRF SITI", 94_999)))
    assert (await count("statement_match"), await count("receipt")) == (1, 1)
    assert await held(shop, AccountKind.BANK, await bank_reference()) == 94_999
    assert await open_list(client, shop) == []


async def test_money_that_no_statement_shows_is_listed_once_its_day_is_covered(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order, "transfer")
    assert (await confirm_it(client, shop.tokens["cashier"], order, payment)).status_code == 200
    await bring(client, shop, bank_file(("LAIN", -1_000)))
    assert [one["kind"] for one in await open_list(client, shop)] == ["line_open"]
    await bring(client, shop, bank_file(("BESOK", -1_000), ago=-1))
    listed = [(one["kind"], one["about"]) for one in await open_list(client, shop)]
    assert ("payment_unseen", order["code"]) in listed


async def test_qris_is_known_by_its_number_and_a_dearer_fee_is_the_stores_cost(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order)
    assert (await confirm_it(client, shop.tokens["cashier"], order, payment, "111122223333")).status_code == 200
    other = await order_goods(client, shop)
    await started(client, other)
    await bring(client, shop, qris_file(("111122223333", 95_000, 665), ("444455556666", 95_000, 0)), "qris")
    assert (await count("statement_match"), await count("receipt")) == (2, 2)
    assert await held(shop, AccountKind.PAYMENT_FEE) == 665
    assert await held(shop, AccountKind.QRIS_CLEARING) == 190_000 - 665
    assert await open_list(client, shop) == []

    # The bank pays both out; what is missing to the rupiah is for a person, and is the store's cost.
    await bring(client, shop, bank_file(("SETTLEMENT QRIS", 189_000)))
    (one,) = await open_list(client, shop)
    assert one["kind"] == "line_open"
    line_id = (await line_ids())[-1]
    day = (clock.now() + timedelta(hours=7)).date().isoformat()
    assert (await decide(client, shop, line_id, payout_of="2020-01-01")).status_code == 409
    taken = await decide(client, shop, line_id, payout_of=day)
    assert taken.status_code == 200, taken.text
    assert await held(shop, AccountKind.QRIS_CLEARING) == 0
    assert await held(shop, AccountKind.PAYMENT_FEE) == 1_000
    assert await held(shop, AccountKind.BANK, await bank_reference()) == 189_000
    assert await open_list(client, shop) == []


async def test_a_pay_out_to_the_rupiah_needs_nobody(client: httpx.AsyncClient, shop: Shop) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order)
    await confirm_it(client, shop.tokens["cashier"], order, payment, "111122223333")
    await bring(client, shop, bank_file(("PENCAIRAN QRIS", 95_000)))
    assert await held(shop, AccountKind.QRIS_CLEARING) == 0
    assert (await count("qris_payout"), await held(shop, AccountKind.BANK, await bank_reference())) == (1, 95_000)


async def test_two_qris_payments_of_one_amount_at_one_time_are_for_a_person(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    for _ in range(2):
        await started(client, await order_goods(client, shop))
    await bring(client, shop, qris_file(("111122223333", 95_000, 0)), "qris")
    assert (await count("statement_match"), await count("receipt")) == (0, 0)
    assert [one["kind"] for one in await open_list(client, shop)] == ["line_open"]


async def test_overlapping_files_at_once_keep_each_line_once_and_settle_once(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    payments = [await started(client, await order_goods(client, shop, chips=1, rice=0), "transfer") for _ in range(4)]
    lines = [(f"TRF {payment['payment_id']}", payment["due_rupiah"]) for payment in payments]
    assert len({rupiah for _, rupiah in lines}) == 4
    made = await asyncio.gather(
        bring(client, shop, bank_file(*lines[:3])),
        bring(client, shop, bank_file(*lines[1:])),
        bring(client, shop, bank_file(*lines)),
    )
    assert sum(one["new_count"] for one in made) == 4
    assert (await count("statement_line"), await count("statement_match"), await count("receipt")) == (4, 4, 4)
    assert await held(shop, AccountKind.BANK, await bank_reference()) == sum(rupiah for _, rupiah in lines)


async def test_killed_between_two_lines_the_next_import_goes_on(
    client: httpx.AsyncClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    payments = [await started(client, await order_goods(client, shop, chips=1, rice=0), "transfer") for _ in range(3)]
    data = bank_file(*[(f"TRF {payment['payment_id']}", payment["due_rupiah"]) for payment in payments])
    calls = 0

    async def dies_at_the_second(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise asyncio.CancelledError
        return await receive_money(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(RECEIVE, dies_at_the_second)
    with pytest.raises((asyncio.CancelledError, RuntimeError)):
        await bring(client, shop, data)
    assert (await count("statement_match"), await count("receipt")) == (1, 1)
    monkeypatch.setattr(RECEIVE, receive_money)
    assert (await bring(client, shop, data))["new_count"] == 0
    assert (await count("statement_match"), await count("receipt")) == (3, 3)


async def test_a_command_sent_twice_is_answered_once(client: httpx.AsyncClient, shop: Shop) -> None:
    headers = command(shop.tokens["store_manager"])
    data = bank_file(("TRF", 1_000))
    assert await bring(client, shop, data, headers=headers) == await bring(client, shop, data, headers=headers)
    assert await count("statement_import") == 1


async def test_the_banks_cost_is_booked_once_and_income_is_none(client: httpx.AsyncClient, shop: Shop) -> None:
    await bring(client, shop, bank_file(("BIAYA ADM", -2_500), ("TRF", 9_000), saldo=6_500))
    fee, income = await line_ids()
    assert (await decide(client, shop, income, is_bank_fee=True)).status_code == 409
    assert (await decide(client, shop, fee)).status_code == 409
    assert (await decide(client, shop, fee, is_bank_fee=True)).status_code == 200
    assert (await decide(client, shop, fee, is_bank_fee=True)).status_code == 409
    assert await held(shop, AccountKind.PAYMENT_FEE) == 2_500
    assert await held(shop, AccountKind.BANK, await bank_reference()) == -2_500
    listed = {one["kind"]: one["amount_sen"] for one in await open_list(client, shop)}
    assert listed == {"line_open": 900_000, "bank_balance": -250_000 - 650_000}


async def test_another_store_sees_and_takes_nothing(app: Litestar, client: httpx.AsyncClient, shop: Shop) -> None:
    await bring(client, shop, bank_file(("TRF", 1_000), ("BIAYA", -500)))
    other = await make_shop()
    assert await open_list(client, other) == []
    for line_id in await line_ids():
        assert (await decide(client, other, line_id, is_bank_fee=True)).status_code == 404


async def test_two_people_at_once_take_a_payment_and_a_cost_once(client: httpx.AsyncClient, shop: Shop) -> None:
    payment = await started(client, await order_goods(client, shop), "transfer")
    await bring(client, shop, bank_file(("TRF SITI", 94_999), ("TRF SITI", 94_999), ("BIAYA ADM", -2_500)))
    first, second, fee = await line_ids()
    taken = await asyncio.gather(
        *(decide(client, shop, line_id, payment_id=payment["payment_id"]) for line_id in (first, second, first)),
        *(decide(client, shop, fee, is_bank_fee=True) for _ in range(3)),
    )
    assert sorted(answer.status_code for answer in taken[:3]) == [200, 409, 409]
    assert sorted(answer.status_code for answer in taken[3:]) == [200, 409, 409]
    assert (await count("receipt"), await count("statement_match")) == (1, 2)
    assert await held(shop, AccountKind.BANK, await bank_reference()) == 94_999 - 2_500
    assert await held(shop, AccountKind.PAYMENT_FEE) == 2_500
