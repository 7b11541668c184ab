"""What is left of the cases of tests/payments/stripe/README.md: time-outs, two pages of one order, late storms."""

from marketplace.orders import expire_payments
from tests.fakes.stripe import Fault
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import due, give_back, hand_over
from tests.orders.cards.test_sharing import share
from tests.orders.counter_shop import command


async def test_time_out_after_the_page_was_paid_settles_once(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    charge = cards.account.pay(page_id)
    # Stripe answers our question after the work was done, but the answer does not arrive; nor does the second.
    cards.account.faults.append(Fault(part="GET /v1/checkout/sessions", after_commit=True, times=2))
    await cards.deliver()
    await cards.work()
    assert await cards.state(order) == ("placed", False)
    await cards.all_at_once()
    assert await cards.state(order) == ("placed", True)
    rows = await cards.rows("SELECT reference FROM payment WHERE succeeded_at IS NOT NULL")
    assert [row["reference"] for row in rows] == [charge["id"]]
    await cards.sound()


async def test_two_pages_of_one_order_that_are_both_paid_leave_one_payment(cards: Cards) -> None:
    order, payment, first = await cards.started()
    # The page of the first tab is given up here while Stripe does not hear of it.
    cards.account.faults.append(Fault(part="/expire", status=500, times=1_000))
    cards.clock.ahead_seconds += 3_700
    await expire_payments()
    second = await cards.start(order)
    assert second["payment_id"] != payment["payment_id"]
    cards.account.pay(first)
    cards.account.pay(second["instruction"].rsplit("/", 1)[1])
    cards.account.faults.clear()
    await cards.all_at_once()
    await cards.all_at_once()
    assert await cards.state(order) == ("placed", True)
    rows = await cards.rows("SELECT is_surplus FROM payment WHERE succeeded_at IS NOT NULL ORDER BY is_surplus")
    assert [row["is_surplus"] for row in rows] == [False, True]
    assert sorted(one["amount_refunded"] for one in cards.account.of("charge")) == [0, 9_500_000]
    assert await due(cards, order) == 0
    await cards.sound()


async def test_storm_over_everything_after_the_charge_moves_every_rupiah_once(cards: Cards) -> None:
    await share(cards)
    for part in ("GET /v1/", "POST /v1/refunds", "POST /v1/transfers"):
        for status, after in ((429, False), (500, True), (None, True), (503, False)):
            cards.account.faults.append(Fault(part=part, status=status, after_commit=after, times=2))
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    for _ in range(4):
        await cards.all_at_once()
    assert await cards.state(order) == ("placed", True)
    await hand_over(cards, order)
    for _ in range(4):
        await cards.all_at_once()
    assert (await give_back(cards, order, 47_500)).status_code == 201
    for _ in range(4):
        await cards.all_at_once()
    cards.account.faults.clear()
    await cards.all_at_once()
    counts = [len(cards.account.of(kind)) for kind in ("charge", "transfer", "refund", "transfer_reversal")]
    assert counts == [1, 1, 1, 1]
    assert cards.account.of("transfer_reversal")[0]["amount"] == 1_200_000
    await cards.sound()


async def test_refund_of_one_rupiah_more_than_the_total_is_refused_and_changes_nothing(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    refused = await give_back(cards, order, 95_001)
    assert refused.status_code == 422
    assert await cards.rows("SELECT FROM payment_refund") == []
    assert await due(cards, order) == 0
    assert (await give_back(cards, order, 95_000)).status_code == 201
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 9_500_000
    await cards.sound()


async def test_dispute_lost_after_the_supplier_was_sent_their_share_leaves_both_books_equal(cards: Cards) -> None:
    await share(cards)
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    dispute = cards.account.open_dispute(charge["id"])
    cards.account.close_dispute(dispute["id"], is_won=False)
    await cards.all_at_once()
    refused = await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/card-refunds",
        json={"reason": "Tidak ada", "amount_rupiah": 1},
        headers=command(cards.shop.tokens["store_manager"]),
    )
    assert refused.json()["code"] == "payment_is_disputed"
    await cards.sound()
