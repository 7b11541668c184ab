"""One order, two buyers' hands: cash and a card, or two tabs by two ways, really at the same moment."""

import asyncio
from typing import Any

import httpx

from marketplace.orders import handle_gateway_events
from payments import AccountKind
from tests.orders.cards.cards import Cards
from tests.orders.counter_shop import browser, command, make_shop, open_till
from tests.payments.test_qris import STATIC

ROUNDS = 6


async def settled_once(cards: Cards, order: dict[str, Any]) -> int:
    """Prove that one payment settled the order and the other went back or is due; what is due, in rupiah."""
    order_id = await cards.order_id(order)
    rows = await cards.rows(
        "SELECT method, is_surplus, refunded_rupiah, amount_rupiah FROM payment"
        " WHERE payable = $1 AND succeeded_at IS NOT NULL ORDER BY is_surplus",
        f"order:{order_id}",
    )
    assert [row["is_surplus"] for row in rows] == [False, True]
    assert rows[0]["refunded_rupiah"] == 0
    assert len(await cards.rows("SELECT FROM receipt WHERE order_id = $1 AND kind = 'sale'", order_id)) == 1
    due = await cards.held(AccountKind.REFUND_DUE, f"order:{order_id}")
    assert due == (0 if rows[1]["method"] == "stripe" else 95_000)
    return due


async def test_cash_and_card_at_the_same_moment_settle_an_order_once(cards: Cards) -> None:
    cards.shop = await make_shop(chips_stock=100, rice_stock=100)
    await cards.client.put(
        "/api/v1/stores/current/channels/stripe", headers=command(cards.shop.tokens["store_manager"])
    )
    async with browser(cards.app, cards.shop.tokens["cashier"]) as cashier:
        await open_till(cashier)
    for _ in range(ROUNDS):
        order, _, page_id = await cards.started()
        cards.account.pay(page_id)
        await cards.deliver()
        cash, *_rest = await asyncio.gather(
            cards.client.post(
                f"/api/v1/stores/current/orders/{order['code']}/payment",
                json={"tendered_rupiah": 95_000, "is_handed_over": False},
                headers=command(cards.shop.tokens["cashier"]),
            ),
            handle_gateway_events(),
            handle_gateway_events(),
        )
        await cards.all_at_once()
        if cash.status_code == 409:
            # The card was faster, so no cash was taken.
            assert cash.json()["code"] == "order_is_paid_already"
            assert len(await cards.rows("SELECT FROM receipt WHERE order_id = $1", await cards.order_id(order))) == 1
        else:
            assert cash.status_code == 200, cash.text
            assert await settled_once(cards, order) == 0
        assert await cards.state(order) == ("placed", True)
        await cards.sound()


async def test_two_tabs_that_pay_by_card_and_qris_at_the_same_moment_settle_an_order_once(cards: Cards) -> None:
    cards.shop = await make_shop(chips_stock=100, rice_stock=100)
    manager = cards.shop.tokens["store_manager"]
    await cards.client.put("/api/v1/stores/current/channels/stripe", headers=command(manager))
    await cards.client.put("/api/v1/stores/current/channels/qris", json={"payload": STATIC}, headers=command(manager))

    async def start(order: dict[str, Any], method: str) -> httpx.Response:
        path = f"/api/v1/orders/{order['tracking_token']}/payments"
        return await cards.client.post(path, json={"method": method}, headers=command())

    for number in range(ROUNDS):
        order = await cards.order()
        card, qris = await asyncio.gather(start(order, "stripe"), start(order, "qris"))
        assert (card.status_code, qris.status_code) == (201, 201)
        cards.account.pay(card.json()["instruction"].rsplit("/", 1)[1])
        await cards.deliver()
        seen, *_rest = await asyncio.gather(
            cards.client.post(
                f"/api/v1/stores/current/orders/{order['code']}/payments/{qris.json()['payment_id']}/confirmation",
                json={"reference": f"RRN{number:09}"},
                headers=command(cards.shop.tokens["cashier"]),
            ),
            handle_gateway_events(),
            handle_gateway_events(),
        )
        assert seen.status_code == 200, seen.text
        await cards.all_at_once()
        assert await settled_once(cards, order) == (95_000 if seen.json()["is_surplus"] else 0)
        await cards.sound()
