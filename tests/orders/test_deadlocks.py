"""Steps that meet another transaction's locks in the opposite order are tried again, not failed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from marketplace import clock, database
from marketplace.actor import GUEST
from marketplace.inventory import check_stock
from marketplace.orders import expire_orders
from marketplace.orders.move_order import cancel_own_order
from marketplace.orders.place_order import place_order
from tests.orders.test_placing_under_stress import command_for, fill_cart, make_goods, once
from tests.waiting import until_somebody_waits

pytestmark = pytest.mark.usefixtures("pool")

LOCK = "UPDATE stock SET on_hand = on_hand WHERE listing_id = $1"


async def cross(database_url: str, step: Callable[[str], Awaitable[object]]) -> None:
    """Run `step` (given an order's token) against a transaction that holds its second goods, then wants the first."""
    _, products, listings = await make_goods(stock=5, count=2)
    key = await fill_cart(products)
    placed = await place_order(await command_for(key), actor=GUEST, key=key, channel="api", once=once())
    other, watcher = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    # The other never looks for a deadlock: so it is our step that the database stops.
    await other.execute("SET deadlock_timeout = '1min'")
    try:
        async with other.transaction():
            await other.execute(LOCK, listings[1])
            task = asyncio.ensure_future(step(placed.orders[0].tracking_token))
            await until_somebody_waits(watcher)
            await other.execute(LOCK, listings[0])
        await task
    finally:
        await other.close()
        await watcher.close()
    async with database.connection() as connection:
        assert await check_stock(connection) == []
        assert await connection.fetchval("SELECT sum(reserved) FROM stock") == 0


async def test_buyer_cancels_while_others_hold_the_goods_crosswise(database_url: str) -> None:
    async def step(token: str) -> object:
        return await cancel_own_order(token, actor=GUEST, once=once())

    await cross(database_url, step)


async def test_order_expires_while_others_hold_the_goods_crosswise(database_url: str) -> None:
    async def step(_token: str) -> object:
        async with database.connection() as connection:
            await connection.execute("UPDATE orders SET hold_until = $1", clock.now() - timedelta(hours=1))
        return await expire_orders()

    await cross(database_url, step)
