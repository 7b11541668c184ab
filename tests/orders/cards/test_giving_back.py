"""Money back to the card, whole and in parts; disputes won and lost; payouts to the bank."""

import asyncio

import httpx

from payments import AccountKind
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.orders.cards.cards import Cards
from tests.orders.counter_shop import browser, command, make_shop, open_till, press


async def give_back(cards: Cards, order: Json, rupiah: int | None = None, *, key: str | None = None) -> httpx.Response:
    """The manager gives money back: without an amount all goods with their money, else money alone."""
    headers = command(cards.shop.tokens["store_manager"])
    if key is not None:
        headers["idempotency-key"] = key
    path = f"/api/v1/stores/current/orders/{order['code']}"
    if rupiah is None:
        body: Json = {"reason": "Kemasan bocor", "method": "stripe"}
        return await cards.client.post(f"{path}/returns", json=body, headers=headers)
    body = {"reason": "Kemasan bocor", "amount_rupiah": rupiah}
    return await cards.client.post(f"{path}/card-refunds", json=body, headers=headers)


async def hand_over(cards: Cards, order: Json) -> None:
    answer = await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/hand-over", headers=command(cards.shop.tokens["cashier"])
    )
    assert answer.status_code == 200, answer.text


async def due(cards: Cards, order: Json) -> int:
    """What is owed back to the buyer."""
    return await cards.held(AccountKind.REFUND_DUE, f"order:{await cards.order_id(order)}")


async def test_paid_order_is_cancelled_and_the_card_gets_all_back(cards: Cards) -> None:
    order, payment, charge = await cards.paid()
    answer = await give_back(cards, order)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["state"], answer.json()["refunded_rupiah"], answer.json()["return_state"]) == (
        "cancelled",
        95_000,
        "done",
    )
    # Owed at once, gone when Stripe says so.
    assert await due(cards, order) == 95_000
    await cards.all_at_once()
    assert await due(cards, order) == 0
    assert cards.account.get(charge["id"])["amount_refunded"] == 9_500_000
    assert (await cards.payment(order, payment))["state"] == "reversed"
    # Stripe keeps its fee.
    assert await cards.held(AccountKind.STRIPE_CLEARING) == -2_850
    assert await cards.held(AccountKind.BUYER_RECEIVABLE, f"order:{await cards.order_id(order)}") == 0
    stock = await cards.row("SELECT reserved, on_hand FROM stock WHERE listing_id = $1", cards.shop.rice_listing)
    assert tuple(stock) == (0, 5)
    await cards.sound()


async def test_parts_go_back_to_exactly_the_total_and_not_a_rupiah_more(cards: Cards) -> None:
    order, payment, charge = await cards.paid()
    refused = await give_back(cards, order, 10_000)
    assert refused.status_code == 409
    await hand_over(cards, order)
    for rupiah in (10_000, 84_999):
        answer = await give_back(cards, order, rupiah)
        assert answer.status_code == 201, answer.text
    too_much = await give_back(cards, order, 2)
    assert (too_much.status_code, too_much.json()["errors"][0]["field"]) == (422, "amount_rupiah")
    assert "Paling banyak Rp 1 " in too_much.json()["errors"][0]["message"]
    assert (await give_back(cards, order, 1)).json()["is_whole"] is True
    assert (await give_back(cards, order, 1)).status_code == 409, "nothing of it is left"
    assert (await give_back(cards, order)).status_code == 409, "nothing of it is left"
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 9_500_000
    assert await due(cards, order) == 0
    assert (await cards.payment(order, payment))["state"] == "reversed"
    assert await cards.held(AccountKind.SALES_RETURNS) == 95_000
    await cards.sound()


async def test_same_press_twice_gives_back_once(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    answers = await asyncio.gather(*(give_back(cards, order, 5_000, key="same-press") for _ in range(3)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["refund_id"] for answer in answers}) == 1
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 500_000
    await cards.sound()


async def test_reply_to_a_refund_that_is_lost_refunds_once(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    cards.account.faults += [
        Fault(part="POST /v1/refunds", after_commit=True),
        Fault(part="POST /v1/refunds", after_commit=True, status=500),
    ]
    await give_back(cards, order)
    await cards.all_at_once()
    assert len(cards.account.of("refund")) == 1
    assert cards.account.get(charge["id"])["amount_refunded"] == 9_500_000
    assert await due(cards, order) == 0
    await cards.sound()


async def test_refund_that_fails_later_is_owed_to_the_buyer_again(cards: Cards) -> None:
    order, payment, _ = await cards.paid()
    await give_back(cards, order)
    await cards.all_at_once()
    (refund,) = cards.account.of("refund")
    cards.account.fail_refund(refund["id"])
    await cards.all_at_once()
    assert await due(cards, order) == 95_000
    assert (await cards.payment(order, payment))["state"] == "succeeded"
    assert (await cards.row("SELECT state FROM payment_refund"))["state"] == "failed"
    await cards.sound()

    # The order has ended, so only the money is tried again.
    retry = f"/api/v1/stores/current/orders/{order['code']}/card-refunds/retry"
    manager = cards.shop.tokens["store_manager"]
    again = await cards.client.post(retry, json={"reason": "Kartu baru"}, headers=command(manager))
    assert (again.status_code, again.json()["refunded_rupiah"]) == (201, 95_000)
    twice = await cards.client.post(retry, json={"reason": "Kartu baru"}, headers=command(manager))
    assert twice.status_code == 409
    await cards.all_at_once()
    assert await due(cards, order) == 0
    assert (await cards.payment(order, payment))["state"] == "reversed"
    receipts = await cards.rows("SELECT kind, method, amount_rupiah FROM receipt ORDER BY number")
    assert [tuple(row) for row in receipts] == [("sale", "stripe", 95_000), ("return", "stripe", 95_000)]
    await cards.sound()


async def test_refund_that_stripe_works_on_for_days_ends_by_asking(cards: Cards) -> None:
    order, _, _ = await cards.paid()
    cards.account.next_refund_state = "pending"
    await give_back(cards, order)
    await cards.work()
    assert (await cards.row("SELECT state FROM payment_refund"))["state"] == "pending"
    assert await due(cards, order) == 95_000
    (refund,) = cards.account.of("refund")
    refund["status"] = "succeeded"
    cards.account.events = []
    await cards.all_at_once()
    assert (await cards.row("SELECT state FROM payment_refund"))["state"] == "succeeded"
    assert await due(cards, order) == 0
    await cards.sound()


async def test_refund_that_stripe_refuses_stays_owed_and_can_be_paid_otherwise(cards: Cards) -> None:
    order, payment, _ = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=400))
    await give_back(cards, order)
    await cards.all_at_once()
    assert await due(cards, order) == 95_000
    assert (await cards.payment(order, payment))["state"] == "succeeded"
    row = await cards.row("SELECT state FROM gateway_call WHERE purpose = 'refund'")
    assert row["state"] == "refused"
    await cards.sound()


async def test_refund_event_before_the_success_waits_for_it(cards: Cards) -> None:
    order, payment, page_id = await cards.started()
    charge = cards.account.pay(page_id)
    # Somebody at the cooperative refunds in Stripe's own pages, and that event comes first.
    cards.account.create_refund({"charge": charge["id"], "amount": "2000000"})
    created = next(event for event in cards.account.events if event["type"] == "refund.created")
    rest = [event for event in cards.account.events if event is not created]
    cards.account.events = []
    await cards.send(created)
    await cards.work(rounds=1)
    assert await cards.outcomes() == [("refund.created", "not known yet")]
    cards.account.events = rest
    await cards.all_at_once()
    assert ("refund.created", "refund made elsewhere") in await cards.outcomes()
    assert await cards.state(order) == ("placed", True)
    # The order stands, so its buyer owes what went back.
    row = await cards.row("SELECT refunded_rupiah FROM payment WHERE id = $1", payment["payment_id"])
    assert row["refunded_rupiah"] == 20_000
    assert await cards.held(AccountKind.BUYER_RECEIVABLE, f"order:{await cards.order_id(order)}") == -75_000
    await cards.sound()


async def test_dispute_lost_after_a_partial_refund_costs_what_was_left(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    await give_back(cards, order, 15_000)
    await cards.all_at_once()
    dispute = cards.account.open_dispute(charge["id"])
    await cards.all_at_once()
    row = await cards.row("SELECT * FROM payment_dispute")
    assert (row["state"], row["amount_rupiah"], row["reason"]) == ("open", 80_000, "product_not_received")
    assert await cards.held(AccountKind.DISPUTE_HOLD, f"dispute:{row['id']}") == 80_000
    await cards.sound()

    # While the bank decides nothing goes back from here.
    refused = await give_back(cards, order, 1_000)
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_is_disputed")
    noted = await cards.client.put(
        f"/api/v1/stores/current/orders/{order['code']}/disputes/{row['id']}/note",
        json={"note": "Diambil sendiri oleh pembeli, tanda tangan di buku serah terima."},
        headers=command(cards.shop.tokens["store_manager"]),
    )
    assert noted.status_code == 200, noted.text

    cards.account.close_dispute(dispute["id"], is_won=False)
    await cards.all_at_once()
    row = await cards.row("SELECT * FROM payment_dispute")
    assert row["state"] == "lost"
    assert row["evidence_note"].startswith("Diambil sendiri")
    assert await cards.held(AccountKind.DISPUTE_HOLD, f"dispute:{row['id']}") == 0
    assert await cards.held(AccountKind.DISPUTE_LOSS) == 80_000
    assert await cards.held(AccountKind.PAYMENT_FEE) == 2_850 + 20_000
    await cards.sound()


async def test_dispute_won_after_a_partial_refund_brings_the_rest_back(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    await give_back(cards, order, 15_000)
    await cards.all_at_once()
    dispute = cards.account.open_dispute(charge["id"])
    opened = cards.account.events
    cards.account.events = []
    cards.account.close_dispute(dispute["id"], is_won=True)
    # The news that it was won comes before the news of it.
    await cards.all_at_once()
    cards.account.events = opened
    await cards.all_at_once()
    row = await cards.row("SELECT * FROM payment_dispute")
    assert row["state"] == "won"
    assert await cards.held(AccountKind.DISPUTE_HOLD, f"dispute:{row['id']}") == 0
    assert await cards.held(AccountKind.DISPUTE_LOSS) == 0
    await cards.sound()
    assert (await give_back(cards, order, 80_000)).status_code == 201
    await cards.all_at_once()
    await cards.sound()


async def test_fee_that_is_known_later_is_booked_once(cards: Cards) -> None:
    cards.account.is_fee_late = True
    _, _, page_id = await cards.started()
    charge = cards.account.pay(page_id)
    await cards.deliver()
    await cards.work()
    assert await cards.held(AccountKind.PAYMENT_FEE) == 0
    cards.account.tell_fee(charge["id"])
    event = cards.account.events[0]
    await cards.all_at_once()
    await cards.send({**event, "id": "evt_again"})
    await cards.all_at_once()
    assert await cards.held(AccountKind.PAYMENT_FEE) == 2_850
    await cards.sound()


async def test_payout_moves_what_came_less_fees_to_the_bank_and_back_when_it_fails(cards: Cards) -> None:
    await cards.paid()
    order, _, _ = await cards.paid()
    await give_back(cards, order)
    await cards.all_at_once()
    payout = cards.account.pay_out()
    await cards.all_at_once()
    assert payout["amount"] == (95_000 - 2 * 2_850) * 100
    assert await cards.held(AccountKind.BANK, "stripe") == 89_300
    assert await cards.held(AccountKind.STRIPE_CLEARING) == 0
    await cards.sound()
    cards.account.fail_payout(payout["id"])
    await cards.all_at_once()
    assert await cards.held(AccountKind.BANK, "stripe") == 0
    assert await cards.held(AccountKind.STRIPE_CLEARING) == 89_300
    await cards.sound()


async def test_money_of_a_card_does_not_leave_the_till(cards: Cards) -> None:
    order, _, _ = await cards.paid()
    async with browser(cards.app, cards.shop.tokens["cashier"]) as cashier:
        await open_till(cashier)
    answer = await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/returns",
        json={"reason": "Tidak jadi", "method": "cash"},
        headers=command(cards.shop.tokens["cashier"]),
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "order_was_paid_by_card")
    assert await cards.state(order) == ("placed", True)
    await cards.sound()


async def test_card_money_above_the_limit_waits_for_a_second_person(cards: Cards) -> None:
    manager, cashier = cards.shop.tokens["store_manager"], cards.shop.tokens["cashier"]
    limit = await cards.client.put(
        "/api/v1/stores/current/refund-limit", json={"refund_limit_rupiah": 50_000}, headers=command(manager)
    )
    assert limit.status_code == 200, limit.text
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    alone = await give_back(cards, order, 50_001)
    assert (alone.status_code, alone.json()["code"]) == (409, "above_refund_limit")
    asked = await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/returns",
        json={"reason": "Beras berkutu", "method": "stripe"},
        headers=command(cashier),
    )
    assert (asked.json()["return_state"], asked.json()["receipt_number"]) == ("requested", None)
    await cards.all_at_once()
    assert cards.account.of("refund") == [], "nothing leaves before it is allowed"
    one = f"/api/v1/stores/current/returns/{asked.json()['return_id']}"
    assert (await cards.client.post(f"{one}/decision", json={"is_approved": True}, headers=command(manager))).is_success
    async with browser(cards.app, cashier) as counter:
        page = await counter.get("/koperasi/pengembalian")
        assert "ke kartu" in page.text
        paid = await press(counter, page, f"/koperasi/pengembalian/{asked.json()['return_id']}/bayar")
        assert paid.status_code == 303, paid.text
        assert "Uangnya kembali ke kartu pembeli." in (await counter.get(paid.headers["location"])).text
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 9_500_000
    assert await due(cards, order) == 0
    assert (await cards.state(order))[0] == "returned"
    await cards.sound()


async def test_some_goods_come_back_with_their_money_and_then_the_rest(cards: Cards) -> None:
    order, payment, charge = await cards.paid()
    await hand_over(cards, order)
    path = f"/api/v1/stores/current/orders/{order['code']}/returns"
    cashier = cards.shop.tokens["cashier"]
    body = {"reason": "Penyok", "method": "stripe", "lines": [{"listing_id": cards.shop.chips_listing, "quantity": 1}]}
    first = await cards.client.post(path, json=body, headers=command(cashier))
    assert (first.status_code, first.json()["refunded_rupiah"]) == (201, 15_000), first.text
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 1_500_000
    # Part of the price without goods, then all that is left: never more than was paid.
    assert (await give_back(cards, order, 10_000)).status_code == 201
    rest = await give_back(cards, order)
    assert (rest.status_code, rest.json()["refunded_rupiah"], rest.json()["state"]) == (201, 70_000, "returned")
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 9_500_000
    assert (await cards.payment(order, payment))["state"] == "reversed"
    assert await due(cards, order) == 0
    await cards.sound()


async def test_cash_does_not_go_to_a_card(cards: Cards) -> None:
    order = await cards.order()
    async with browser(cards.app, cards.shop.tokens["cashier"]) as cashier:
        await open_till(cashier)
    paid = await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/payment",
        json={"tendered_rupiah": 95_000, "is_handed_over": True},
        headers=command(cards.shop.tokens["cashier"]),
    )
    assert paid.status_code == 200, paid.text
    refused = await give_back(cards, order)
    assert (refused.status_code, refused.json()["code"]) == (409, "order_is_not_paid_by_card")


async def test_payout_of_two_stores_is_shared_by_whose_payments_are_in_it(cards: Cards) -> None:
    await cards.paid()
    other = Cards(app=cards.app, client=cards.client, shop=await make_shop(), account=cards.account, clock=cards.clock)
    manager = command(other.shop.tokens["store_manager"])
    assert (await cards.client.put("/api/v1/stores/current/channels/stripe", headers=manager)).status_code == 200
    await other.paid()
    payout = cards.account.pay_out()
    await cards.all_at_once()
    assert payout["amount"] == 2 * 92_150 * 100
    for one in (cards, other):
        assert await one.held(AccountKind.BANK, "stripe") == 92_150
        assert await one.held(AccountKind.STRIPE_CLEARING) == 0
    assert ("payout.paid", "payout of 2 stores") in await cards.outcomes()
    await cards.sound()
