"""A store that takes QRIS and transfers, and its people."""

import httpx
import pytest
from litestar import Litestar

from tests.orders.counter_shop import Shop, command, make_shop
from tests.payments.test_qris import STATIC


@pytest.fixture
async def shop(app: Litestar, client: httpx.AsyncClient) -> Shop:
    """The store; its merchant is UMI, so QRIS costs nothing up to Rp 500.000."""
    made = await make_shop(rice_stock=40)
    manager = made.tokens["store_manager"]
    for path, body in (
        ("qris", {"payload": STATIC}),
        ("transfer", {"bank": "Bank BJB", "number": "0012345678901", "holder": "KKMP Uji"}),
    ):
        kept = await client.put(f"/api/v1/stores/current/channels/{path}", json=body, headers=command(manager))
        assert kept.status_code == 200, kept.text
    return made
