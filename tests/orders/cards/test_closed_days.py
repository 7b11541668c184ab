"""Stripe tells of yesterday after the day was closed: it is booked today, with the true time in the reason."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace import clock, database
from marketplace.books import book_of
from marketplace.formats.dates import day_of
from payments import close_days
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back, hand_over

ZONE = "Asia/Jakarta"
DAY = 24 * 3600


async def close_yesterday(cards: Cards) -> None:
    """A day passes, and all that is over is closed."""
    cards.clock.ahead_seconds += DAY
    now = clock.now()
    async with database.transaction() as connection:
        await close_days(
            connection,
            book=book_of(cards.shop.store_id),
            through=day_of(now, ZONE) - timedelta(days=1),
            at=now,
            author="person:1",
        )


async def booked(cards: Cards, event: str) -> tuple[Any, str]:
    """Day and reason of the one transfer with an event that ends so."""
    (row,) = await cards.rows(
        "SELECT booked_on, reason FROM ledger_transfer WHERE event LIKE '%' || $1 ORDER BY id DESC LIMIT 1", event
    )
    return row["booked_on"], row["reason"]


async def assert_late(cards: Cards, *events: str) -> None:
    """They stand on today, and say that they are of a closed day."""
    for event in events:
        day, reason = await booked(cards, event)
        assert day == day_of(clock.now(), ZONE), event
        assert "hari itu sudah ditutup" in reason, event


async def test_charge_and_fee_of_a_closed_day_are_booked_today(cards: Cards) -> None:
    # Something of that day, so that there is a book to close.
    await cards.paid()
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    await close_yesterday(cards)
    await cards.deliver()
    await cards.work()
    state, is_paid = await cards.state(order)
    assert (state, is_paid) == ("placed", True)
    rows = await cards.rows(
        "SELECT event, booked_on, reason FROM ledger_transfer WHERE source IN ($1, $2)",
        f"order:{await cards.order_id(order)}",
        f"payment:{(await cards.row('SELECT max(id) AS id FROM payment'))['id']}",
    )
    assert len(rows) == 2
    for row in rows:
        assert row["booked_on"] == day_of(clock.now(), ZONE)
        assert "hari itu sudah ditutup" in row["reason"]
    await cards.sound()


async def test_charge_of_a_day_that_is_still_open_is_booked_on_that_day(cards: Cards) -> None:
    await cards.paid()
    order, _, page_id = await cards.started()
    charge = cards.account.pay(page_id)
    then = day_of(clock.now(), ZONE)
    cards.clock.ahead_seconds += DAY
    await cards.deliver()
    await cards.work()
    assert charge["id"]
    rows = await cards.rows(
        "SELECT booked_on, reason FROM ledger_transfer WHERE source = $1", f"order:{await cards.order_id(order)}"
    )
    assert [(row["booked_on"], row["reason"]) for row in rows] == [(then, "")]
    await cards.sound()


async def test_refund_of_a_closed_day_is_booked_today(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    await give_back(cards, order, 5_000)
    # One of ours that Stripe had done and we had not heard of, and one made at Stripe itself.
    cards.account.next_refund_state = "pending"
    await cards.work()
    cards.account.finish_refund(cards.account.of("refund")[0]["id"])
    cards.account.next_refund_state = "succeeded"
    cards.account.create_refund({"charge": charge["id"], "amount": "100000"})
    await close_yesterday(cards)
    await cards.deliver()
    await cards.work()
    await assert_late(cards, ".given_back", ".made_elsewhere")
    await cards.sound()


@pytest.mark.parametrize("is_won", [True, False])
async def test_dispute_of_a_closed_day_is_booked_today(cards: Cards, *, is_won: bool) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    dispute = cards.account.open_dispute(charge["id"])
    cards.account.close_dispute(dispute["id"], is_won=is_won)
    await close_yesterday(cards)
    await cards.deliver()
    await cards.work()
    await assert_late(cards, "dispute.held", "dispute.fee")
    day, reason = await booked(cards, "dispute.won" if is_won else "dispute.lost")
    assert day == day_of(clock.now(), ZONE)
    # Stripe does not say when a dispute was lost.
    assert ("hari itu sudah ditutup" in reason) is is_won
    await cards.sound()


async def test_payout_of_a_closed_day_is_booked_today(cards: Cards) -> None:
    await cards.paid()
    payout = cards.account.pay_out()
    await close_yesterday(cards)
    await cards.deliver()
    await cards.work()
    await assert_late(cards, "payout.paid")
    await cards.sound()
    cards.account.fail_payout(payout["id"])
    await cards.deliver()
    await cards.work()
    assert (await booked(cards, "reversal:payout.paid"))[0] == day_of(clock.now(), ZONE)
    await cards.sound()
