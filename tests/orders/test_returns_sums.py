"""What returns of one order add up to: the fee of its delivery, the day's figures, the limit of one person."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from payments import AccountKind
from tests.orders.counter_shop import (
    Shop,
    add_person,
    browser,
    command,
    let_deliver,
    make_shop,
    open_till,
    order_goods,
)
from tests.orders.test_returns import CHIPS, RICE, books, give_back, pay, said, units
from tests.orders.test_waiting_payments import confirm_it, started
from tests.payments.test_qris import STATIC


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


@pytest.fixture
async def cashier(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["cashier"]) as person:
        await open_till(person)
        yield person


async def test_delivery_given_back_before_the_hand_over_is_not_earned_at_it(
    client: httpx.AsyncClient, cashier: Any, shop: Shop
) -> None:
    await let_deliver(shop, fee_rupiah=10_000)
    order = await order_goods(client, shop, is_delivered=True)
    assert order["total_rupiah"] == 2 * CHIPS + RICE + 10_000
    await pay(client, shop, order, is_handed_over=False)
    token = shop.tokens["cashier"]
    off = await give_back(client, token, order, lines=[units(shop.chips_listing, 1)], includes_delivery=True)
    assert off.json()["refunded_rupiah"] == CHIPS + 10_000
    handed = await client.post(f"/api/v1/stores/current/orders/{order['code']}/hand-over", headers=command(token))
    assert handed.status_code == 200, handed.text
    after = await books(shop)
    assert AccountKind.DELIVERY_REVENUE not in after
    assert AccountKind.BUYER_RECEIVABLE not in after
    rest = await give_back(client, token, order)
    assert (rest.json()["state"], rest.json()["refunded_rupiah"]) == ("returned", CHIPS + RICE)
    assert AccountKind.TILL_CASH not in await books(shop)


async def test_money_that_came_twice_is_neither_turnover_nor_a_return(
    client: httpx.AsyncClient, cashier: Any, shop: Shop
) -> None:
    manager, token = shop.tokens["store_manager"], shop.tokens["cashier"]
    await client.put("/api/v1/stores/current/channels/qris", json={"payload": STATIC}, headers=command(manager))
    order = await order_goods(client, shop)
    payment = await started(client, order)
    await pay(client, shop, order, is_handed_over=True)
    await confirm_it(client, token, order, payment)
    back = await give_back(client, token, order, payment_id=payment["payment_id"])
    assert back.status_code == 201, back.text
    head = {"authorization": f"Bearer {manager}"}
    report = (await client.get("/api/v1/reports/day", headers=head)).json()
    assert (report["total_rupiah"], report["return_count"], report["returned_rupiah"]) == (95_000, 0, 0)
    assert report["net_rupiah"] == 95_000
    # It left the till all the same.
    assert report["shifts"][0]["refunded_rupiah"] == 95_000
    receipt = (await client.get(f"/api/v1/receipts/{back.json()['receipt_number']}", headers=head)).json()
    assert (receipt["kind"], receipt["amount_rupiah"]) == ("surplus", 95_000)
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "SELECT sale_count, return_count, sold_rupiah, returned_rupiah FROM turnover_day"
        )
        assert row is not None
        assert tuple(row) == (1, 0, 95_000, 0)


async def limit_to(client: httpx.AsyncClient, shop: Shop, rupiah: int) -> None:
    kept = await client.put(
        "/api/v1/stores/current/refund-limit",
        json={"refund_limit_rupiah": rupiah},
        headers=command(shop.tokens["store_manager"]),
    )
    assert kept.status_code == 200, kept.text


async def test_limit_is_of_all_returns_of_an_order_together(
    client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop
) -> None:
    manager, token = shop.tokens["store_manager"], shop.tokens["cashier"]
    await limit_to(client, shop, 2 * CHIPS)
    order = await order_goods(client, shop, chips=4, rice=0)
    await pay(client, shop, order, is_handed_over=True)
    one = {"lines": [units(shop.chips_listing, 1)]}
    states = [(await give_back(client, token, order, **one)).json()["return_state"] for _ in range(2)]
    assert states == ["done", "done"], "up to exactly the limit"
    till = (await books(shop))[AccountKind.TILL_CASH]
    third = (await give_back(client, token, order, **one)).json()
    assert (third["return_state"], third["receipt_number"]) == ("requested", None)
    assert (await books(shop))[AccountKind.TILL_CASH] == till
    decision = f"/api/v1/stores/current/returns/{third['return_id']}"
    assert (
        await client.post(f"{decision}/decision", json={"is_approved": True}, headers=command(manager))
    ).status_code == 200
    assert (await client.post(f"{decision}/payout", json={}, headers=command(token))).status_code == 200
    # What a second person approved counts as well; another order begins anew.
    fourth = (await give_back(client, token, order, **one)).json()
    assert fourth["return_state"] == "requested"
    page = said(await cashier.get(f"/kasir/pesanan/{order['code']}/kembalikan"))
    assert "Sudah dikembalikan Rp 45.000; itu ikut dihitung." in page
    other = await order_goods(client, shop, chips=1, rice=0)
    await pay(client, shop, other, is_handed_over=True)
    assert (await give_back(client, token, other)).json()["return_state"] == "done"


async def test_racing_returns_of_one_order_stay_within_the_limit(
    app: Litestar, client: httpx.AsyncClient, cashier: Any, shop: Shop
) -> None:
    other = await add_person(shop, "cashier")
    async with browser(app, other) as person:
        await open_till(person)
    await limit_to(client, shop, 2 * CHIPS)
    # Cash enough in both tills, so that only the limit stops them.
    for token in (shop.tokens["cashier"], other):
        sold = await client.post(
            "/api/v1/stores/current/sales",
            json={
                "lines": [{"listing_id": shop.rice_listing, "quantity": 1}],
                "tendered_rupiah": RICE,
                "expected_rupiah": RICE,
            },
            headers=command(token),
        )
        assert sold.status_code == 201, sold.text
    order = await order_goods(client, shop, chips=6, rice=0)
    await pay(client, shop, order, is_handed_over=True)
    one = {"lines": [units(shop.chips_listing, 1)]}
    answers = await asyncio.gather(
        *(give_back(client, token, order, **one) for token in (shop.tokens["cashier"], other) * 3)
    )
    done = [answer for answer in answers if answer.status_code == 201 and answer.json()["return_state"] == "done"]
    waiting = [a for a in answers if a.status_code == 201 and a.json()["return_state"] == "requested"]
    assert (len(done), len(waiting)) == (2, 1), [answer.text for answer in answers]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"return_waits"}
    assert (await books(shop))[AccountKind.TILL_CASH] == 2 * RICE + 4 * CHIPS


async def test_goods_named_twice_are_refused_instead_of_losing_one_of_them(
    client: httpx.AsyncClient, cashier: Any, shop: Shop
) -> None:
    order = await order_goods(client, shop, chips=3, rice=0)
    await pay(client, shop, order, is_handed_over=True)
    lines = [units(shop.chips_listing, 1), units(shop.chips_listing, 2)]
    refused = await give_back(client, shop.tokens["cashier"], order, lines=lines)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "lines")
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM order_return") == 0


async def test_reason_of_any_length_is_refused_by_the_api_as_by_the_page(client: httpx.AsyncClient, shop: Shop) -> None:
    order = await order_goods(client, shop)
    path = f"/api/v1/stores/current/orders/{order['code']}/steps"
    body = {"state": "cancelled", "reason": "a" * 301}
    refused = await client.post(path, json=body, headers=command(shop.tokens["cashier"]))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")


async def test_money_sent_by_transfer_is_not_asked_for_in_cash_once_more(
    client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop
) -> None:
    kept = await client.put(
        "/api/v1/stores/current/channels/transfer",
        json={"bank": "Bank BJB", "number": "0012345678901", "holder": "KKMP Uji"},
        headers=command(shop.tokens["store_manager"]),
    )
    assert kept.status_code == 200, kept.text
    order = await order_goods(client, shop, chips=2, rice=0)
    await pay(client, shop, order, is_handed_over=True)
    one = {"lines": [units(shop.chips_listing, 1)]}
    token = shop.tokens["cashier"]
    sent = await give_back(client, token, order, method="transfer", reference="BJB-000018", **one)
    page = said(await cashier.get(f"/kasir/selesai/{sent.json()['receipt_number']}"))
    assert "Sudah ditransfer kepada pembeli" in page
    assert "Berikan kepada pembeli" not in page
    in_cash = await give_back(client, token, order, **one)
    page = said(await cashier.get(f"/kasir/selesai/{in_cash.json()['receipt_number']}"))
    assert "Berikan kepada pembeli" in page


async def test_whoever_hands_over_sees_what_was_taken_off_the_order(
    client: httpx.AsyncClient, cashier: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop, chips=3, rice=1)
    await pay(client, shop, order, is_handed_over=False)
    token = shop.tokens["cashier"]
    await give_back(client, token, order, lines=[units(shop.chips_listing, 1), units(shop.rice_listing, 1)])
    for path in (f"/kasir/pesanan/{order['code']}", f"/pesanan/{order['tracking_token']}"):
        page = said(await cashier.get(path))
        assert "1 dibatalkan, tinggal 2" in page
        assert "1 dibatalkan, tinggal 0" in page
    assert "2 barang" in said(await cashier.get(f"/kasir/pesanan/{order['code']}"))
    assert "2 barang" in said(await cashier.get("/kasir"))
    await client.post(f"/api/v1/stores/current/orders/{order['code']}/hand-over", headers=command(token))
    await give_back(client, token, order, lines=[units(shop.chips_listing, 1)])
    assert "1 dikembalikan" in said(await cashier.get(f"/kasir/pesanan/{order['code']}"))
