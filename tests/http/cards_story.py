"""The commands of cards, as test_commands_once tells them, with a Stripe of this machine's own."""

import os
from typing import Any

from litestar import Litestar

from marketplace.orders import close_stripe, open_stripe
from marketplace.settings import load_settings
from tests.fakes.stripe import FakeStripe, serve
from tests.http.commands_story import Story
from tests.orders.cards.cards import SECRET, Cards, Clock
from tests.orders.cards.test_giving_back import hand_over
from tests.orders.cards.test_paying_suppliers import make_paying
from tests.orders.counter_shop import make_shop

STORE = "/api/v1/stores/current"
ORDER = f"{STORE}/orders/{{code:str}}"


async def tell_cards(story: Story, app: Litestar) -> None:
    """A store takes cards, gives part of a payment back, twice as the first fails, notes a dispute, and stops."""
    async with serve(FakeStripe()) as running:
        keys = {"LUMBUNG_STRIPE_KEY": running.account.secret_key, "LUMBUNG_STRIPE_WEBHOOK_SECRETS": SECRET}
        open_stripe(load_settings({**os.environ, **keys, "STRIPE_API_BASE": running.address}))
        story.account = running.account
        try:
            shop = await make_shop()
            cards = Cards(app=app, client=story.client, shop=shop, account=running.account, clock=Clock())
            await _tell(story, cards)
        finally:
            await close_stripe()


async def _tell(story: Story, cards: Cards) -> None:
    manager: dict[str, Any] = {"token": cards.shop.tokens["store_manager"]}
    await story.tell("PUT", f"{STORE}/channels/stripe", **manager)
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    place: dict[str, Any] = {**manager, "code": order["code"]}
    part = {"reason": "Penyok", "amount_rupiah": 5_000}
    await story.tell("POST", f"{ORDER}/card-refunds", part, **place, other={**part, "amount_rupiah": 6_000})
    await cards.work()
    (refund,) = cards.account.of("refund")
    cards.account.fail_refund(refund["id"])
    await cards.deliver()
    await cards.work()
    await story.tell("POST", f"{ORDER}/card-refunds/retry", {"reason": "Lagi"}, **place, other={"reason": "Lain"})
    await cards.work()
    await cards.deliver()
    cards.account.open_dispute(charge["id"])
    await cards.deliver()
    await cards.work()
    dispute = await cards.row("SELECT id FROM payment_dispute")
    note = f"{ORDER}/disputes/{{dispute_id:int}}/note"
    await story.tell(
        "PUT", note, {"note": "Diambil sendiri."}, **place, dispute_id=dispute["id"], other={"note": "Diantar."}
    )
    await _tell_sending(story, cards)
    await story.tell("DELETE", f"{STORE}/channels/stripe", **manager)


async def _tell_sending(story: Story, cards: Cards) -> None:
    """A supplier of a settlement run is paid by Stripe."""
    paying = await make_paying(cards)
    await story.tell(
        "POST",
        f"{STORE}/settlements/{{run_id:int}}/entries/{{entry_id:int}}/stripe-transfers",
        {"part": 1, "amount_rupiah": 1_000},
        token=paying.manager,
        run_id=paying.run_id,
        entry_id=paying.entry_id,
        other={"part": 1, "amount_rupiah": 2_000},
    )
