"""What a buyer is owed while their bank takes the same payment back: it waits, and ends by the bank's word."""

import pytest

from payments import AccountKind
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import due, give_back
from tests.orders.cards.test_stuck_refunds import ask, pay_in_cash, retry, tell

TOTAL = 95_000


async def paid_twice(cards: Cards) -> tuple[Json, Json, Json]:
    """An order that was paid in cash, and on its page as well; nothing of that has been told yet."""
    order, payment, page_id = await cards.started()
    charge = cards.account.pay(page_id)
    await pay_in_cash(cards, order)
    return order, payment, charge


async def tell_in_order(cards: Cards, *, dispute_first: bool) -> None:
    """Let the events come, the dispute's before or after those of the payment; the worker works in between."""
    events, cards.account.events = cards.account.events, []
    about_dispute = [event for event in events if "dispute" in event["type"]]
    rest = [event for event in events if "dispute" not in event["type"]]
    for event in [*about_dispute, *rest] if dispute_first else [*rest, *about_dispute]:
        assert (await cards.send(event)).status_code == 200
        await cards.work()
    await cards.all_at_once()


async def stands(cards: Cards, order: Json, payment: Json, charge: Json) -> tuple[int, int, int, str]:
    """What is owed, what the dispute cost, what the card got back, and the payment's state."""
    return (
        await due(cards, order),
        await cards.held(AccountKind.DISPUTE_LOSS),
        cards.account.get(charge["id"])["amount_refunded"] // 100,
        (await cards.payment(order, payment))["state"],
    )


@pytest.mark.parametrize("dispute_first", [False, True])
@pytest.mark.parametrize("is_won", [False, True])
async def test_surplus_that_is_disputed_at_once_stays_owed_and_ends_by_the_dispute(
    cards: Cards, *, dispute_first: bool, is_won: bool
) -> None:
    order, payment, charge = await paid_twice(cards)
    dispute = cards.account.open_dispute(charge["id"])
    await tell_in_order(cards, dispute_first=dispute_first)
    assert await stands(cards, order, payment, charge) == (TOTAL, 0, 0, "succeeded")
    assert await cards.rows("SELECT kind FROM gateway_event WHERE handled_at IS NULL") == []
    assert (await retry(cards, order)).json()["code"] == "payment_is_disputed"
    await cards.sound()

    cards.account.close_dispute(dispute["id"], is_won=is_won)
    closed = cards.account.events[-1]
    await cards.all_at_once()
    await cards.send({**closed, "id": f"{closed['id']}_twin"})
    await cards.all_at_once()
    # Won, it went back by itself; lost, the bank had given it back, which is no loss: it was never the store's.
    assert await stands(cards, order, payment, charge) == (0, 0, TOTAL if is_won else 0, "reversed")
    assert (await retry(cards, order)).status_code == 409
    assert (await ask(cards, order, payment)).status_code == 422
    refunds = await cards.rows("SELECT state FROM payment_refund WHERE state = 'succeeded'")
    assert len(refunds) == 1
    await cards.sound()


async def test_dispute_that_ends_before_the_refund_is_refused_settles_it_all_the_same(cards: Cards) -> None:
    order, payment, charge = await paid_twice(cards)
    # Stripe cannot be reached for the refund until the dispute is over.
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=500, times=1_000))
    await cards.deliver()
    await cards.work()
    dispute = cards.account.open_dispute(charge["id"])
    cards.account.close_dispute(dispute["id"], is_won=False)
    await cards.deliver()
    await cards.work()
    assert await stands(cards, order, payment, charge) == (TOTAL, TOTAL, 0, "reversed"), "the refund is on its way"
    cards.account.faults.clear()
    await cards.all_at_once()
    assert await stands(cards, order, payment, charge) == (0, 0, 0, "reversed")
    await cards.sound()


async def test_surplus_of_which_part_was_lost_goes_back_for_the_rest_or_in_cash(cards: Cards) -> None:
    order, payment, charge = await paid_twice(cards)
    dispute = cards.account.open_dispute(charge["id"], amount=4_000_000)
    await tell_in_order(cards, dispute_first=False)
    assert await due(cards, order) == TOTAL
    cards.account.close_dispute(dispute["id"], is_won=False)
    await cards.all_at_once()
    # 40.000 the bank took; Stripe refunds nothing of a charge that was lost, so the rest is for two persons.
    assert await stands(cards, order, payment, charge) == (55_000, 0, 0, "succeeded")
    asked = (await ask(cards, order, payment)).json()
    assert (await tell(cards, asked, "decision", "store_manager", is_approved=True)).status_code == 200
    assert (await tell(cards, asked, "payout", "cashier")).status_code == 200
    assert await stands(cards, order, payment, charge) == (0, 0, 0, "reversed")
    await cards.sound()


@pytest.mark.parametrize("is_won", [False, True])
async def test_money_of_a_cancelled_order_ends_by_the_dispute_as_well(cards: Cards, *, is_won: bool) -> None:
    order, payment, charge = await cards.paid()
    dispute = cards.account.open_dispute(charge["id"])
    # Cancelled here before anybody knows of the dispute.
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    assert await stands(cards, order, payment, charge) == (TOTAL, 0, 0, "succeeded")
    cards.account.close_dispute(dispute["id"], is_won=is_won)
    await cards.all_at_once()
    assert await stands(cards, order, payment, charge) == (0, 0, TOTAL if is_won else 0, "reversed")
    await cards.sound()


async def test_refund_refused_after_a_won_dispute_is_not_asked_for_for_ever(cards: Cards) -> None:
    order, payment, charge = await paid_twice(cards)
    dispute = cards.account.open_dispute(charge["id"])
    await tell_in_order(cards, dispute_first=False)
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=400, times=1_000))
    cards.account.close_dispute(dispute["id"], is_won=True)
    asked = cards.account.requests.count("POST /v1/refunds")
    await cards.all_at_once()
    assert cards.account.requests.count("POST /v1/refunds") == asked + 1
    assert await stands(cards, order, payment, charge) == (TOTAL, 0, 0, "succeeded")
    cards.account.faults.clear()
    assert (await retry(cards, order)).status_code == 201
    await cards.all_at_once()
    assert await stands(cards, order, payment, charge) == (0, 0, TOTAL, "reversed")
    await cards.sound()
