"""A store that takes cards, a fake Stripe on this machine's loopback, and a clock that can be moved."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from marketplace import clock
from marketplace.orders import close_stripe, open_stripe
from marketplace.settings import load_settings
from tests.fakes.stripe import FakeStripe, RunningStripe, serve
from tests.orders.cards.cards import OLD_SECRET, SECRET, Cards, Clock
from tests.orders.counter_shop import Shop, command, make_shop


@pytest.fixture
def account() -> FakeStripe:
    """The other side, which lives by the same clock."""
    made = FakeStripe()
    made.now = lambda: clock.now().timestamp()
    return made


@pytest.fixture
def moved_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the marketplace, which a test can put forward."""
    real_now, moved = clock.now, Clock()
    monkeypatch.setattr(clock, "now", lambda: real_now() + timedelta(seconds=moved.ahead_seconds))
    return moved


@pytest.fixture
async def stripe(app: Litestar, account: FakeStripe) -> AsyncIterator[RunningStripe]:
    """The installation has the account's keys."""
    async with serve(account) as running:
        open_stripe(
            load_settings(
                {
                    **os.environ,
                    "LUMBUNG_STRIPE_KEY": account.secret_key,
                    "LUMBUNG_STRIPE_WEBHOOK_SECRETS": f"{SECRET},{OLD_SECRET}",
                    "STRIPE_API_BASE": running.address,
                }
            )
        )
        try:
            yield running
        finally:
            await close_stripe()


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop()


@pytest.fixture
async def cards(
    app: Litestar, client: httpx.AsyncClient, shop: Shop, stripe: RunningStripe, moved_clock: Clock
) -> Cards:
    """The store takes cards."""
    kept = await client.put("/api/v1/stores/current/channels/stripe", headers=command(shop.tokens["store_manager"]))
    assert kept.status_code == 200, kept.text
    assert kept.json()["takes_cards"] is True
    return Cards(app=app, client=client, shop=shop, account=stripe.account, clock=moved_clock)


@pytest.fixture
def stripe_address(stripe: RunningStripe) -> str:
    return stripe.address
