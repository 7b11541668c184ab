"""A till that came out uneven is asked about until its day is closed, however long that takes."""

from datetime import date, timedelta

import httpx
import pytest
from litestar import Litestar

from marketplace import clock, database
from marketplace.books import book_of
from marketplace.formats.dates import WIB, day_of
from marketplace.reconciliation.differences import open_differences
from tests.orders.counter_shop import Shop, make_shop
from tests.orders.till_shop import CHIPS, open_shift, sell, send

VARIANCE = -2_000


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


async def uneven(shop: Shop, on: date) -> list[int]:
    async with database.connection() as connection:
        found = await open_differences(connection, book_of(shop.store_id), on)
    return [one.amount_sen // 100 for one in found if one.kind == "shift_uneven"]


async def count_short(client: httpx.AsyncClient, shop: Shop, days_ago: int) -> None:
    """Lead a till that comes out short, some days ago."""
    with clock.standing_at(clock.now() - timedelta(days=days_ago)):
        await open_shift(client, shop.tokens["cashier"])
        assert (await sell(client, shop.tokens["cashier"], shop)).status_code == 201
        closed = await send(
            client, shop.tokens["cashier"], "/shifts/current/closing", counted_rupiah=CHIPS + VARIANCE - days_ago
        )
        assert closed.json()["variance_rupiah"] == VARIANCE - days_ago


async def test_uneven_till_is_listed_until_its_day_is_closed_and_for_a_week_at_least(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    for days_ago in (40, 20, 3):
        await count_short(client, shop, days_ago)
    today = day_of(clock.now(), WIB)
    assert await uneven(shop, today) == [VARIANCE - 40, VARIANCE - 20, VARIANCE - 3]
    # Closing a month at once asks about all of its tills, not those of its last week alone.
    assert await uneven(shop, today - timedelta(days=10)) == [VARIANCE - 40, VARIANCE - 20]
    closing = {"through": (today - timedelta(days=10)).isoformat()}
    refused = await send(client, shop.tokens["store_manager"], "/stores/current/ledger/closings", **closing)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["field"] == "reason"
    closed = await send(
        client, shop.tokens["store_manager"], "/stores/current/ledger/closings", **closing, reason="Kembalian tertukar."
    )
    assert closed.status_code == 200, closed.text
    assert await uneven(shop, today) == [VARIANCE - 3]
    closing = {"through": (today - timedelta(days=1)).isoformat(), "reason": "Kembalian tertukar."}
    closed = await send(client, shop.tokens["store_manager"], "/stores/current/ledger/closings", **closing)
    assert closed.status_code == 200, closed.text
    assert await uneven(shop, today) == [VARIANCE - 3]
