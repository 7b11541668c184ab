"""Of a day's turnover only cash is cash, and money that came too much and went back was never turnover."""

import httpx
from litestar import Litestar

from marketplace import database
from marketplace.oversight import store
from tests.orders.counter_shop import PHONE, Shop, command, make_shop
from tests.orders.till_shop import CHIPS, open_shift, sell, send
from tests.oversight.conftest import Watch


async def counted(shop: Shop) -> tuple[int, int, int, int, int]:
    """Sales, returns, sold, returned and cash of the store's days; proves that they are what the receipts say."""
    async with database.connection() as connection:
        assert await store.list_turnover_differences(connection) == []
        row = await connection.fetchrow(
            "SELECT sum(sale_count) AS sales, sum(return_count) AS returns, sum(sold_rupiah) AS sold,"
            " sum(returned_rupiah) AS returned, sum(cash_rupiah) AS cash FROM turnover_day WHERE store_id = $1",
            shop.store_id,
        )
    return row["sales"], row["returns"], row["sold"], row["returned"], row["cash"]


async def test_only_cash_is_told_as_cash(watch: Watch, app: Litestar) -> None:
    client: httpx.AsyncClient = watch.http
    shop = await make_shop(phone=PHONE)
    cashier = shop.tokens["cashier"]
    await open_shift(client, cashier)
    await client.put(
        "/api/v1/stores/current/tabs",
        json={"member_phone": PHONE, "limit_rupiah": 100_000},
        headers=command(shop.tokens["store_manager"]),
    )
    cash = (await sell(client, cashier, shop, 2)).json()
    trusted = await send(
        client,
        cashier,
        "/stores/current/sales",
        lines=[{"listing_id": shop.chips_listing, "quantity": 3}],
        tendered_rupiah=0,
        expected_rupiah=3 * CHIPS,
        member_phone=PHONE,
        is_on_tab=True,
    )
    assert trusted.status_code == 201, trusted.text
    back = await send(
        client,
        cashier,
        f"/stores/current/orders/{cash['code']}/returns",
        reason="Bocor",
        lines=[{"listing_id": shop.chips_listing, "quantity": 1}],
    )
    assert back.status_code == 201, back.text
    assert await counted(shop) == (2, 1, 5 * CHIPS, CHIPS, CHIPS)
    told = await client.get("/api/v1/reports/turnover", headers={"authorization": f"Bearer {watch.kota}"})
    [row] = [row for row in told.json()["rows"] if row["cooperative_id"] == shop.cooperative_id]
    assert (row["turnover_rupiah"], row["member_rupiah"], row["cash_rupiah"]) == (4 * CHIPS, 3 * CHIPS, CHIPS)
