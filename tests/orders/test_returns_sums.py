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
