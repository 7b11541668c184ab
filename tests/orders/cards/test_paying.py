"""Paying an order by card: the page, the event, the settling; and everything that comes twice, late, or not at all."""

import asyncio

import pytest

from marketplace.orders import handle_gateway_events, make_gateway_calls
from payments import AccountKind
from tests.fakes.stripe import Fault
from tests.orders.cards.cards import Cards
from tests.orders.counter_shop import browser, command, open_till, press


async def test_buyer_pays_on_the_hosted_page_and_the_event_settles_the_order(cards: Cards) -> None:
    order, payment, page_id = await cards.started()
    session = cards.account.get(page_id)
    # Rp 95.000 in sen: IDR has two decimals at Stripe.
    assert session["amount_total"] == 9_500_000
    assert session["success_url"].endswith(f"/pesanan/{order['tracking_token']}/bayar/{payment['payment_id']}")
    assert (payment["state"], payment["due_rupiah"]) == ("awaiting_confirmation", 95_000)

    # Coming back from the page proves nothing.
    assert (await cards.payment(order, payment))["state"] == "awaiting_confirmation"
    assert await cards.state(order) == ("placed", False)

    cards.account.pay(page_id)
    await cards.deliver()
    assert await cards.state(order) == ("placed", False)
    await cards.work()
    assert await cards.state(order) == ("placed", True)
    assert (await cards.payment(order, payment))["state"] == "succeeded"
    receipts = await cards.rows("SELECT method, amount_rupiah, shift_id FROM receipt")
    assert [tuple(row) for row in receipts] == [("stripe", 95_000, None)]
    assert await cards.held(AccountKind.PAYMENT_FEE) == 2_850
    assert await cards.held(AccountKind.STRIPE_CLEARING) == 92_150
    await cards.sound()

    cashier = command(cards.shop.tokens["cashier"])
    given = await cards.client.post(f"/api/v1/stores/current/orders/{order['code']}/hand-over", headers=cashier)
    assert given.status_code == 200, given.text
    assert await cards.held(AccountKind.BUYER_RECEIVABLE, f"order:{await cards.order_id(order)}") == 0
    await cards.sound()


async def test_no_word_of_an_event_is_believed(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    event = cards.account.events[0]
    cards.account.events = []
    # The page at Stripe is open again, whatever the event says.
    cards.account.get(page_id).update(status="open", payment_status="unpaid", payment_intent=None)
    assert (await cards.send(event)).status_code == 200
    await cards.work()
    assert await cards.state(order) == ("placed", False)
    assert ("checkout.session.completed", "page open") in await cards.outcomes()


async def test_same_event_twice_at_once_is_kept_and_settled_once(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    event = cards.account.events[0]
    answers = await asyncio.gather(*(cards.send(event) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(await cards.rows("SELECT FROM gateway_event")) == 1
    await asyncio.gather(*(handle_gateway_events() for _ in range(4)))
    assert (await cards.send(event)).status_code == 200
    await cards.all_at_once()
    assert await cards.state(order) == ("placed", True)
    assert len(await cards.rows("SELECT FROM receipt")) == 1
    await cards.sound()


async def test_twin_events_of_one_payment_handled_at_once_settle_once(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    event = cards.account.events[0]
    for number in range(4):
        assert (await cards.send({**event, "id": f"evt_twin_{number}"})).status_code == 200
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(handle_gateway_events())
    await cards.all_at_once()
    outcomes = [outcome for kind, outcome in await cards.outcomes() if kind == "checkout.session.completed"]
    assert sorted(outcomes) == ["paid", *["paid already"] * 4]
    assert len(await cards.rows("SELECT FROM receipt")) == 1
    assert await cards.state(order) == ("placed", True)
    await cards.sound()


async def test_event_before_the_reply_to_our_own_call_settles_all_the_same(cards: Cards) -> None:
    order = await cards.order()
    # The page is made, its reply is lost; the buyer (in another tab, say) pays before the worker asks again.
    cards.account.faults.append(Fault(part="POST /v1/checkout/sessions", after_commit=True))
    payment = await cards.start(order)
    assert (payment["state"], payment["instruction"]) == ("pending", "")
    (session,) = cards.account.of("checkout.session")
    cards.account.pay(session["id"])
    await cards.deliver()
    await cards.work()
    assert await cards.state(order) == ("placed", True)
    await cards.all_at_once()
    assert len(cards.account.of("checkout.session")) == 1
    assert (await cards.row("SELECT gateway_id FROM payment"))["gateway_id"] == session["id"]
    await cards.sound()


async def test_lost_reply_is_asked_for_again_with_the_same_key(cards: Cards) -> None:
    order = await cards.order()
    cards.account.faults.append(Fault(part="POST /v1/checkout/sessions", after_commit=True))
    payment = await cards.start(order)
    assert payment["instruction"] == ""
    await cards.later()
    shown = await cards.payment(order, payment)
    (session,) = cards.account.of("checkout.session")
    assert (shown["state"], shown["instruction"]) == ("awaiting_confirmation", session["url"])
    assert list(cards.account.answers) == [f"checkout:{payment['payment_id']}:1"]


async def test_killed_between_call_and_commit_the_worker_finds_the_same_page(
    cards: Cards, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await cards.order()

    async def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("marketplace.orders.gateway_calls._keep_page", die)
        with pytest.raises(BaseException):  # noqa: B017, PT011 - the process is gone
            await cards.start(order)
    assert len(cards.account.of("checkout.session")) == 1
    # Until the lease has run out nobody else makes the call.
    assert await make_gateway_calls() == 0
    await cards.later()
    assert len(cards.account.of("checkout.session")) == 1
    row = await cards.row("SELECT state, gateway_id FROM payment")
    assert tuple(row) == ("awaiting_confirmation", cards.account.of("checkout.session")[0]["id"])


async def test_webhook_that_never_comes_is_made_up_for_by_asking(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    cards.account.events = []
    await cards.work()
    assert await cards.state(order) == ("placed", False)
    await cards.later(61)
    assert await cards.state(order) == ("placed", True)
    await cards.sound()
    asked = len(cards.account.requests)
    await cards.later(900)
    assert len(cards.account.requests) == asked, "a page that has ended is asked after no more"


async def test_page_that_nobody_pays_expires_here_and_there(cards: Cards) -> None:
    order, payment, page_id = await cards.started()
    cards.account.expire_session(page_id)
    await cards.deliver()
    await cards.work()
    assert (await cards.payment(order, payment))["state"] == "expired"
    assert await cards.state(order) == ("placed", False)
    again = await cards.start(order)
    assert again["payment_id"] != payment["payment_id"]
    await cards.sound()


async def test_declined_card_leaves_the_page_open_for_another(cards: Cards) -> None:
    order, payment, page_id = await cards.started()
    cards.account.decline(page_id)
    await cards.deliver()
    await cards.work()
    assert (await cards.payment(order, payment))["state"] == "awaiting_confirmation"
    cards.account.pay(page_id)
    await cards.deliver()
    await cards.work()
    assert await cards.state(order) == ("placed", True)
    await cards.sound()


async def test_two_tabs_share_one_page(cards: Cards) -> None:
    order = await cards.order()
    first, second = await asyncio.gather(cards.start(order), cards.start(order))
    assert first["payment_id"] == second["payment_id"]
    assert len(cards.account.of("checkout.session")) == 1
    (session,) = cards.account.of("checkout.session")
    cards.account.pay(session["id"])
    await cards.all_at_once()
    assert await cards.state(order) == ("placed", True)
    await cards.sound()


async def test_cash_and_card_for_one_order_send_the_card_its_money_back(cards: Cards) -> None:
    order, payment, page_id = await cards.started()
    cards.account.pay(page_id)
    async with browser(cards.app, cards.shop.tokens["cashier"]) as cashier:
        await open_till(cashier)
        page = await cashier.get(f"/kasir/pesanan/{order['code']}")
        taken = await press(cashier, page, f"/kasir/pesanan/{order['code']}/bayar", tender="95000")
        assert taken.status_code == 303, taken.text
    await cards.all_at_once()
    assert await cards.state(order) == ("handed_over", True)
    shown = await cards.payment(order, payment)
    assert (shown["state"], shown["is_surplus"]) == ("reversed", True)
    (refund,) = cards.account.of("refund")
    assert refund["amount"] == 9_500_000
    assert await cards.held(AccountKind.REFUND_DUE, f"order:{await cards.order_id(order)}") == 0
    assert len(await cards.rows("SELECT FROM receipt")) == 1
    await cards.sound()


async def test_success_after_the_order_was_cancelled_goes_back_to_the_card(cards: Cards) -> None:
    order, payment, page_id = await cards.started()
    cards.account.pay(page_id)
    cancelled = await cards.client.post(f"/api/v1/orders/{order['tracking_token']}/cancellation", headers=command())
    assert cancelled.status_code == 200, cancelled.text
    assert (await cards.payment(order, payment))["state"] == "cancelled"
    # No event comes; closing the page tells us that it was paid.
    cards.account.events = []
    await cards.work()
    await cards.all_at_once()
    assert await cards.state(order) == ("cancelled", False)
    assert (await cards.payment(order, payment))["state"] == "reversed"
    assert cards.account.of("refund")[0]["status"] == "succeeded"
    await cards.sound()


async def test_cancelled_order_closes_its_page_at_stripe(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    await cards.client.post(f"/api/v1/orders/{order['tracking_token']}/cancellation", headers=command())
    await cards.work()
    assert cards.account.get(page_id)["status"] == "expired"
    await cards.all_at_once()
    await cards.sound()


async def test_success_after_the_attempt_expired_pays_an_order_that_still_waits(cards: Cards) -> None:
    from marketplace.orders import expire_payments  # noqa: PLC0415 - only here

    order, payment, page_id = await cards.started()
    cards.account.pay(page_id)
    cards.clock.ahead_seconds += 3_700
    assert await expire_payments() == 1
    assert (await cards.payment(order, payment))["state"] == "expired"
    await cards.deliver()
    await cards.work()
    assert await cards.state(order) == ("placed", True)
    await cards.sound()


async def test_success_after_the_order_expired_goes_back_to_the_card(cards: Cards) -> None:
    from marketplace.orders import expire_orders  # noqa: PLC0415 - only here

    order, payment, page_id = await cards.started()
    cards.account.pay(page_id)
    cards.clock.ahead_seconds += 14 * 86_400
    assert await expire_orders() == 1
    await cards.deliver()
    await cards.all_at_once()
    assert await cards.state(order) == ("expired", False)
    assert (await cards.payment(order, payment))["state"] == "reversed"
    assert cards.account.of("refund")[0]["amount"] == 9_500_000
    await cards.sound()


async def test_cancelling_and_success_at_once_end_in_one_of_both_with_every_rupiah_accounted_for(cards: Cards) -> None:
    ends = set()
    for _ in range(4):
        order, _payment, page_id = await cards.started()
        cards.account.pay(page_id)
        await cards.deliver()
        answer, *_rest = await asyncio.gather(
            cards.client.post(f"/api/v1/orders/{order['tracking_token']}/cancellation", headers=command()),
            handle_gateway_events(),
            handle_gateway_events(),
        )
        await cards.all_at_once()
        state, is_paid = await cards.state(order)
        assert (answer.status_code, state, is_paid) in {(200, "cancelled", False), (409, "placed", True)}
        ends.add(state)
        await cards.sound()
    assert ends


async def test_cashier_cannot_say_that_a_card_paid(cards: Cards) -> None:
    order, payment, _ = await cards.started()
    answer = await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/payments/{payment['payment_id']}/confirmation",
        json={"reference": "123456789012", "is_handed_over": True},
        headers=command(cards.shop.tokens["cashier"]),
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_is_not_confirmed_by_cashiers")
    assert await cards.state(order) == ("placed", False)
    assert (await cards.payment(order, payment))["state"] == "awaiting_confirmation"
