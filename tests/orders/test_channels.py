"""Setting up the store's ways to pay: what is no QRIS and no account number is refused, and only managers change it."""

from html import unescape

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from tests.orders.counter_shop import Shop, browser, command, make_shop
from tests.payments.test_qris import STATIC


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


async def test_qris_that_is_none_is_refused_beside_the_field_and_kept(app: Litestar, shop: Shop) -> None:
    async with browser(app, shop.tokens["store_manager"]) as manager:
        page = await manager.get("/koperasi/cara-bayar")
        refused = await manager.post(
            "/koperasi/cara-bayar", data={"what": "qris", "payload": STATIC[:-1] + "0", "_once": "press-number-1"}
        )
        assert refused.status_code == 422
        assert "CRC tidak cocok" in said(refused)
        assert STATIC[:40] in refused.text
        wrong = await manager.post(
            "/koperasi/cara-bayar",
            data={"what": "bank", "bank": "BRI", "number": "12ab", "holder": "KKMP", "_once": "press-number-2"},
        )
        assert wrong.status_code == 422
        assert "Nomor rekening terdiri dari" in said(wrong)
        kept = await manager.post(
            "/koperasi/cara-bayar", data={"what": "qris", "payload": STATIC, "_once": "press-number-3"}
        )
        assert kept.status_code == 303
        shown = said(await manager.get("/koperasi/cara-bayar"))
        assert "ID1020012345678" in shown
        stopped = await manager.post("/koperasi/cara-bayar", data={"what": "stop-qris", "_once": "press-number-4"})
        assert stopped.status_code == 303
        assert "ID1020012345678" not in said(await manager.get("/koperasi/cara-bayar"))
        assert page.status_code == 200


async def test_cashier_looks_at_the_channels_and_changes_none(client: httpx.AsyncClient, shop: Shop) -> None:
    head = {"authorization": f"Bearer {shop.tokens['cashier']}"}
    assert (await client.get("/api/v1/stores/current/channels", headers=head)).status_code == 200
    refused = await client.put(
        "/api/v1/stores/current/channels/qris", json={"payload": STATIC}, headers=command(shop.tokens["cashier"])
    )
    assert refused.status_code == 403
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM qris_merchant") == 0
