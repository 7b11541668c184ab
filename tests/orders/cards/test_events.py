"""What arrives at the webhook: unsigned, old, replayed, rotated, of the other mode, too large, unknown, impossible."""

import asyncio

import pytest

from marketplace import clock
from payments.inbox.inbox import MOST_ATTEMPTS
from tests.fakes.stripe import Fault
from tests.fakes.stripe.words import signed
from tests.orders.cards.cards import OLD_SECRET, SECRET, Cards


async def kept(cards: Cards) -> int:
    return len(await cards.rows("SELECT FROM gateway_event"))


async def test_event_signed_by_somebody_else_is_refused_and_not_kept(cards: Cards) -> None:
    _, _, page_id = await cards.started()
    cards.account.pay(page_id)
    event = cards.account.events[0]
    for secret in ("whsec_somebody_elses", ""):
        assert (await cards.send(event, secret=secret)).status_code == 400
    body, header = signed(event, SECRET)
    for sent, said in (
        (body + b" ", header),
        (body, ""),
        (body, "t=,v1=00"),
        (body, header.replace("v1=", "v0=")),
        (body, f"t=99999999999999999999,{header.split(',')[1]}"),
        (body, "v1=" + "é" * 10),
    ):
        answer = await cards.client.post(
            "/webhooks/stripe", content=sent, headers=[(b"stripe-signature", said.encode("latin-1"))]
        )
        assert answer.status_code == 400, said
    assert await kept(cards) == 0


async def test_old_and_future_events_are_refused(cards: Cards) -> None:
    _, _, page_id = await cards.started()
    cards.account.pay(page_id)
    now = int(clock.now().timestamp())
    for at in (now - 330, now + 330):
        assert (await cards.send(cards.account.events[0], at=at)).status_code == 400
    assert await kept(cards) == 0
    for number, at in enumerate((now - 240, now + 240)):
        event = {**cards.account.events[0], "id": f"evt_{number}"}
        assert (await cards.send(event, at=at)).status_code == 200


async def test_replayed_request_is_known_already(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    body, header = signed(cards.account.events[0], SECRET)
    for _ in range(3):
        answer = await cards.client.post("/webhooks/stripe", content=body, headers={"stripe-signature": header})
        assert answer.status_code == 200
        await cards.work()
    assert await kept(cards) == 1
    assert await cards.state(order) == ("placed", True)


async def test_both_secrets_are_believed_while_one_is_rotated(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    assert (await cards.send(cards.account.events[0], secret=OLD_SECRET)).status_code == 200
    await cards.work()
    assert await cards.state(order) == ("placed", True)


async def test_live_event_for_a_test_key_is_refused_and_kept_as_such(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    answer = await cards.send({**cards.account.events[0], "livemode": True})
    assert answer.status_code == 400
    row = await cards.row("SELECT is_live, outcome, handled_at FROM gateway_event")
    assert (row["is_live"], row["outcome"]) == (True, "refused: live and test do not mix")
    assert row["handled_at"] is not None
    cards.account.events = []
    await cards.work()
    assert await cards.state(order) == ("placed", False)


async def test_live_page_for_a_test_key_pays_nothing(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    cards.account.get(page_id)["livemode"] = True
    await cards.deliver()
    await cards.work()
    assert ("checkout.session.completed", "refused: live and test do not mix") in await cards.outcomes()
    assert await cards.state(order) == ("placed", False)
    await cards.sound(is_same=False)


async def test_nothing_of_the_buyer_is_kept_from_an_event(cards: Cards) -> None:
    _, _, page_id = await cards.started()
    cards.account.get(page_id)["customer_details"] = {"name": "Siti Rahayu", "email": "siti@example.test"}
    cards.account.pay(page_id)
    await cards.deliver()
    bodies = [row["body"] for row in await cards.rows("SELECT body FROM gateway_event")]
    assert bodies
    assert not any("Siti" in body or "siti@" in body for body in bodies)


async def test_body_over_a_megabyte_is_refused(cards: Cards) -> None:
    answer = await cards.client.post(
        "/webhooks/stripe", content=b" " * 1_000_001, headers={"stripe-signature": "t=1,v1=0"}
    )
    assert answer.status_code == 413
    assert await kept(cards) == 0


async def test_events_come_in_bursts_and_are_not_slowed_down(cards: Cards) -> None:
    event = {"id": "", "type": "product.created", "livemode": False, "data": {"object": {"id": "prod_1"}}}
    answers = [await cards.send({**event, "id": f"evt_{number}"}) for number in range(150)]
    assert {answer.status_code for answer in answers} == {200}
    await cards.work()
    assert {outcome for _, outcome in await cards.outcomes()} == {"not for us"}


@pytest.mark.parametrize(
    ("kind", "object_id", "outcome"),
    [
        ("checkout.session.completed", "cs_test_nobody", "unknown object"),
        ("charge.succeeded", "ch_nobody", "unknown object"),
        ("refund.failed", "re_nobody", "unknown object"),
        ("charge.dispute.created", "du_nobody", "unknown object"),
        ("payout.paid", "po_nobody", "unknown object"),
        ("account.updated", "acct_nobody", "unknown object"),
        ("invoice.paid", "in_1", "not for us"),
    ],
)
async def test_event_of_an_object_that_nobody_knows_is_put_aside(
    cards: Cards, kind: str, object_id: str, outcome: str
) -> None:
    event = {"id": "evt_x", "type": kind, "livemode": False, "data": {"object": {"id": object_id}}}
    assert (await cards.send(event)).status_code == 200
    await cards.work()
    assert await cards.outcomes() == [(kind, outcome)]
    await cards.sound()


async def test_page_of_another_installation_on_the_same_account_is_none_of_ours(cards: Cards) -> None:
    order, payment, page_id = await cards.started()
    session = cards.account.get(page_id)
    # The same number of a payment, made by another installation.
    stranger = {**session, "id": "cs_test_stranger", "metadata": {"lumbung_key": "order:1:another-key"}}
    cards.account.objects["cs_test_stranger"] = stranger
    cards.account.pay("cs_test_stranger")
    await cards.deliver()
    await cards.work()
    assert ("checkout.session.completed", "unknown page") in await cards.outcomes()
    assert await cards.state(order) == ("placed", False)
    assert (await cards.payment(order, payment))["state"] == "awaiting_confirmation"


@pytest.mark.parametrize(
    ("amount", "currency"), [(9_499_900, "idr"), (9_500_100, "idr"), (9_500_050, "idr"), (9_500_000, "usd")]
)
async def test_money_of_another_amount_or_currency_pays_nothing_and_a_person_is_told(
    cards: Cards, amount: int, currency: str
) -> None:
    order, payment, page_id = await cards.started()
    cards.account.pay(page_id, amount=amount, currency=currency)
    await cards.deliver()
    await cards.work()
    assert await cards.state(order) == ("placed", False)
    assert (await cards.payment(order, payment))["state"] == "awaiting_confirmation"
    assert any(outcome.startswith("wrong amount") for _, outcome in await cards.outcomes())
    await cards.all_at_once()
    reasons = [row["reason"] for row in await cards.rows("SELECT reason FROM order_history")]
    assert reasons.count("Jumlah pembayaran kartu tidak cocok dan harus diperiksa di Stripe") == 1
    await cards.sound(is_same=False)


async def test_storm_of_429_and_5xx_ends_with_one_payment(cards: Cards) -> None:
    order = await cards.order()
    for status in (429, 500, 503, 429, 500):
        cards.account.faults.append(Fault(part="POST /v1/checkout", status=status))
    cards.account.faults.append(Fault(part="POST /v1/checkout", status=500, after_commit=True))
    payment = await cards.start(order)
    assert payment["state"] == "pending"
    for _ in range(7):
        await cards.later(240)
    (session,) = cards.account.of("checkout.session")
    cards.account.faults += [Fault(part="GET /v1/checkout", status=status) for status in (500, 429, 503)]
    cards.account.pay(session["id"])
    await cards.all_at_once()
    await cards.all_at_once()
    assert await cards.state(order) == ("placed", True)
    await cards.sound()


async def test_slow_stripe_is_given_ten_seconds_and_asked_again(cards: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    from marketplace.orders.stripe_access import configured_stripe, stripe_in_use  # noqa: PLC0415 - only here
    from payments.stripe import StripeApi, StripeSettings  # noqa: PLC0415 - only here

    found = configured_stripe()
    assert found is not None
    assert found.timeout_seconds == 10.0
    await stripe_in_use().close()
    hasty = StripeSettings(
        secret_key=found.secret_key,
        webhook_secrets=found.webhook_secrets,
        api_base=found.api_base,
        timeout_seconds=0.3,
    )
    patient, hasty_api, answer = StripeApi(found), StripeApi(hasty), asyncio.Event()
    monkeypatch.setattr("marketplace.orders.stripe_access._api", hasty_api)
    cards.account.faults.append(Fault(part="POST /v1/checkout", after_commit=True, status=200, until=answer))
    order = await cards.order()
    assert (await cards.start(order))["state"] == "pending"
    await hasty_api.close()
    answer.set()
    monkeypatch.setattr("marketplace.orders.stripe_access._api", patient)
    await cards.later()
    (session,) = cards.account.of("checkout.session")
    assert (await cards.row("SELECT gateway_id FROM payment"))["gateway_id"] == session["id"]
    await stripe_in_use().close()


async def test_wrong_key_leaves_the_call_waiting_and_the_buyer_with_other_ways(cards: Cards) -> None:
    cards.account.secret_key = "sk_test_another"
    order = await cards.order()
    payment = await cards.start(order)
    assert payment["state"] == "pending"
    row = await cards.row("SELECT state, outcome FROM gateway_call")
    assert row["state"] == "waiting"
    assert "stripe_key_refused" in row["outcome"]
    cards.account.secret_key = "sk_test_fakefakefake"
    await cards.later()
    assert (await cards.payment(order, payment))["state"] == "awaiting_confirmation"


async def test_start_that_stripe_refuses_fails_and_leaves_the_other_ways(cards: Cards) -> None:
    order = await cards.order()
    cards.account.faults.append(Fault(part="POST /v1/checkout", status=400))
    answer = await cards.start(order, expect=409)
    assert answer["code"] == "way_to_pay_not_open"
    assert (await cards.row("SELECT state FROM payment"))["state"] == "failed"
    assert (await cards.start(order))["state"] == "awaiting_confirmation"


async def test_event_that_always_fails_is_given_up_and_says_so(cards: Cards) -> None:
    _, _, page_id = await cards.started()
    cards.account.pay(page_id)
    cards.account.faults.append(Fault(part="GET /v1/checkout", status=500, times=1_000))
    await cards.send(cards.account.events[0])
    for _ in range(MOST_ATTEMPTS + 1):
        await cards.later(7_300)
    ((_, outcome),) = await cards.outcomes()
    assert outcome == "given up: tried too often"


async def test_call_whose_key_stripe_may_have_forgotten_is_not_made_again(cards: Cards) -> None:
    cards.account.faults.append(Fault(part="POST /v1/checkout", status=500, times=1_000))
    await cards.start(await cards.order())
    cards.clock.ahead_seconds += 23 * 3600 + 60
    await cards.work()
    row = await cards.row("SELECT state FROM gateway_call WHERE purpose = 'checkout'")
    assert row["state"] == "given_up"
    asked = len(cards.account.requests)
    await cards.later(3_600)
    assert len(cards.account.requests) == asked
