"""The worker's connection is cut after any statement: the next worker brings the card's money where it belongs."""

import asyncpg
import pytest

from marketplace import database
from marketplace.http import rate_limits
from marketplace.orders import handle_gateway_events, make_gateway_calls
from tests.fakes.stripe.state import Json
from tests.http.wire import Wire
from tests.http.wired import app, wire
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back, hand_over
from tests.orders.cards.test_own_part import receive
from tests.orders.counter_shop import command, make_shop

__all__ = ["app", "wire"]

# What a worker meets whose connection dies; it logs it, and is started again.
LOST = (asyncpg.PostgresConnectionError, asyncpg.InternalClientError, asyncpg.InterfaceError, OSError)


async def work_once() -> None:
    """One round of a worker that may die."""
    try:
        while await handle_gateway_events() + await make_gateway_calls():
            pass
    except LOST:
        return


async def cut(wire: Wire, at: int) -> bool:
    """Let a worker work whose connection is cut after so many statements; false where it needed fewer."""
    wire.arm(at)
    await work_once()
    wire.disarm()
    for _ in range(100):
        try:
            async with database.connection() as connection:
                await connection.fetchval("SELECT 1")
        except LOST:
            continue
        break
    return wire.is_cut


@pytest.fixture
async def plenty(cards: Cards) -> Cards:
    """A store with goods for many orders, which shares with the maker of the chips; its cooperative has an account."""
    cards.shop = await make_shop(chips_stock=500, rice_stock=500)
    manager = cards.shop.tokens["store_manager"]
    rate_limits.forget()
    kept = await cards.client.put("/api/v1/stores/current/channels/stripe", headers=command(manager))
    assert kept.status_code == 200, kept.text
    await receive(cards)
    return cards


async def ended(cards: Cards, order: Json) -> None:
    """Everything comes to its end, and both books agree."""
    await cards.all_at_once()
    await cards.sound()
    assert await cards.rows("SELECT FROM gateway_event WHERE handled_at IS NULL") == []
    payments = await cards.rows(
        "SELECT FROM payment WHERE payable = $1 AND succeeded_at IS NOT NULL", f"order:{await cards.order_id(order)}"
    )
    assert len(payments) == 1


@pytest.mark.timeout(0)
async def test_worker_that_dies_while_it_settles_a_card_is_followed_by_one_that_settles_it_once(
    plenty: Cards,
    wire: Wire,
) -> None:
    for at in range(1, 200):
        rate_limits.forget()
        order, _, page_id = await plenty.started()
        plenty.account.pay(page_id)
        await plenty.deliver()
        if not await cut(wire, at):
            break
        await ended(plenty, order)
        assert await plenty.state(order) == ("placed", True), f"cut after statement {at}: {wire.statements}"
    assert at > 30


@pytest.mark.timeout(0)
async def test_worker_that_dies_while_it_shares_and_gives_back_is_followed_by_one_that_does_it_once(
    plenty: Cards,
    wire: Wire,
) -> None:
    for at in range(1, 200):
        rate_limits.forget()
        order, _, charge = await plenty.paid()
        await hand_over(plenty, order)
        if not await cut(wire, at):
            break
        assert (await give_back(plenty, order)).status_code == 201
        await cut(wire, at)
        await ended(plenty, order)
        assert plenty.account.get(charge["id"])["amount_refunded"] == 9_500_000
        (refund,) = (one for one in plenty.account.of("refund") if one["charge"] == charge["id"])
        assert refund["amount"] == 9_500_000
        sent = [one for one in plenty.account.of("transfer") if one["source_transaction"] == charge["id"]]
        # Refunds leave Stripe's fee to the store: the cooperative's parts are smaller by it, in the end there is none.
        assert 2_400_000 in [one["amount"] for one in sent]
        assert len(sent) <= 2
        assert all(one["amount_reversed"] == one["amount"] for one in sent)
    assert at > 10
