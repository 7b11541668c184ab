"""Calls whose answer never came, and what the operator does about them: nothing happens twice or is stuck for good."""

import asyncio

import pytest

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.orders import close_stripe, resolve_stuck, show_stuck
from marketplace.orders.stuck_calls import NoKeysError
from payments import AccountKind
from tests.factories import make_organisation
from tests.fakes.stripe import Fault
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import due, give_back, hand_over
from tests.orders.cards.test_sharing import share
from tests.orders.cards.test_stuck_refunds import retry
from tests.orders.counter_shop import browser, press
from tests.orders.people import make_signed_in

TOTAL = 95_000
DAY = 24 * 3600
ALWAYS = 1_000


async def forget(cards: Cards, seconds: float = DAY) -> None:
    """A day passes, and Stripe forgets its keys."""
    await cards.work()
    cards.account.answers.clear()
    await cards.later(seconds)


def made(cards: Cards, part: str) -> int:
    """How often something was asked for."""
    return sum(part in request for request in cards.account.requests)


async def give_up(cards: Cards, purpose: str) -> str:
    """A call of an earlier version, which gave up what nobody knew the end of; its key."""
    async with database.transaction() as connection:
        key: str = await connection.fetchval(
            "UPDATE gateway_call SET state = 'given_up', outcome = 'TimeoutError',"
            " made_at = made_at - interval '2 days' WHERE purpose = $1 RETURNING key",
            purpose,
        )
    cards.account.answers.clear()
    return key


async def keys(cards: Cards) -> list[str]:
    return [one.key for one in await show_stuck()]


@pytest.mark.parametrize("was_done", [True, False])
async def test_refund_without_an_answer_for_a_day_is_looked_for_and_not_made_again(
    cards: Cards, *, was_done: bool
) -> None:
    order, payment, charge = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=500, after_commit=was_done, times=ALWAYS))
    await give_back(cards, order)
    await cards.work()
    # Its event is lost, too; others of the same charge do not mislead.
    cards.account.events.clear()
    asked = made(cards, "POST /v1/refunds")
    await forget(cards)
    assert made(cards, "POST /v1/refunds") == asked
    assert cards.account.get(charge["id"])["amount_refunded"] == (TOTAL * 100 if was_done else 0)
    assert await due(cards, order) == (0 if was_done else TOTAL)
    state = await cards.row("SELECT state, outcome FROM gateway_call WHERE purpose = 'refund'")
    assert state["state"] == ("done" if was_done else "refused")
    await cards.sound()
    if not was_done:
        cards.account.faults.clear()
        assert (await retry(cards, order)).status_code == 201
        await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == TOTAL * 100
    assert (await cards.payment(order, payment))["state"] == "reversed"
    assert await due(cards, order) == 0
    await cards.sound()


async def test_refund_is_looked_for_among_many_of_its_charge(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=500, after_commit=True, times=ALWAYS))
    await give_back(cards, order, 1_000)
    await cards.work()
    cards.account.faults.clear()
    # The fake lists two at a time.
    for _ in range(4):
        cards.account.create_refund({"charge": charge["id"], "amount": "100000"})
    cards.account.events.clear()
    await forget(cards)
    row = await cards.row("SELECT state, amount_rupiah, gateway_id FROM payment_refund WHERE key LIKE 'refund:%'")
    assert (row["state"], row["amount_rupiah"]) == ("succeeded", 1_000)
    assert cards.account.get(row["gateway_id"])["amount"] == 100_000


async def test_call_is_neither_made_nor_looked_for_while_its_last_try_may_be_under_way(cards: Cards) -> None:
    order, _, _ = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=500, times=ALWAYS))
    await give_back(cards, order)
    await cards.work()
    asked = len(cards.account.requests)
    cards.clock.ahead_seconds += 23 * 3600 + 60
    await cards.work()
    assert [one for one in cards.account.requests[asked:] if "refunds" in one] == []
    assert (await cards.row("SELECT state FROM gateway_call WHERE purpose = 'refund'"))["state"] == "waiting"
    await cards.later(1_200)
    assert cards.account.requests[-1] == "GET /v1/refunds"
    assert await due(cards, order) == TOTAL
    await cards.sound()


@pytest.mark.parametrize("was_done", [True, False])
async def test_share_that_was_to_come_back_without_an_answer_for_a_day_is_looked_for(
    cards: Cards, *, was_done: bool
) -> None:
    owner, _ = await share(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    cards.account.faults.append(Fault(part="/reversals", status=500, after_commit=was_done, times=ALWAYS))
    await give_back(cards, order)
    await cards.work()
    cards.account.faults[0].part = "POST /v1/transfers"
    asked = made(cards, "/reversals")
    await forget(cards)
    assert made(cards, "POST /v1/transfers") == 1 + asked
    assert len(cards.account.of("transfer_reversal")) == (1 if was_done else 0)
    # Not taken back, the supplier owes it.
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == (0 if was_done else -24_000)
    row = await cards.row("SELECT reversed_rupiah FROM stripe_transfer")
    assert row["reversed_rupiah"] == (24_000 if was_done else 0)
    await cards.sound()


async def test_page_that_could_not_be_made_for_a_day_ends_and_another_can_be_begun(cards: Cards) -> None:
    cards.account.faults.append(Fault(part="POST /v1/checkout/sessions", status=500, times=ALWAYS))
    order = await cards.order()
    await cards.start(order)
    await forget(cards)
    payment = await cards.row("SELECT state FROM payment WHERE method = 'stripe'")
    assert payment["state"] in ("failed", "expired")
    assert await keys(cards) == [], "nobody can have paid on a page whose address nobody had"
    assert cards.account.of("checkout.session") == []


@pytest.mark.parametrize("was_done", [True, False])
async def test_operator_resolves_a_refund_that_was_given_up(cards: Cards, *, was_done: bool) -> None:
    order, _, charge = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=500, after_commit=was_done, times=ALWAYS))
    await give_back(cards, order)
    await cards.work()
    cards.account.events.clear()
    key = await give_up(cards, "refund")
    asked = made(cards, "POST /v1/refunds")
    (one,) = await show_stuck()
    assert (one.key, one.purpose, one.state, one.order_code) == (key, "refund", "given_up", order["code"])
    assert (one.store_id, one.amount_rupiah) == (cards.shop.store_id, TOTAL)
    looked = await asyncio.gather(*(resolve_stuck(key, actor=Actor()) for _ in range(3)))
    assert {one.state for one in looked} <= {"done", "refused", "waiting"}
    assert made(cards, "GET /v1/refunds") == 1 + made(cards, "GET /v1/refunds/"), "one of three looked"
    after = await cards.row("SELECT state FROM gateway_call WHERE key = $1", key)
    assert after["state"] == ("done" if was_done else "refused")
    assert made(cards, "POST /v1/refunds") == asked
    assert await due(cards, order) == (0 if was_done else TOTAL)
    audited = await cards.rows("SELECT subject FROM audit_event WHERE action = 'stripe.looked_at'")
    assert [row["subject"] for row in audited] == [f"stripe_call:{key}"]
    if was_done:
        assert await keys(cards) == []
    else:
        # Owed again: it leaves the list once it was seen.
        assert (await resolve_stuck(key, actor=Actor())).state == "refused"
        assert await keys(cards) == []
        cards.account.faults.clear()
        assert (await retry(cards, order)).status_code == 201
        await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == TOTAL * 100
    await cards.sound()


async def test_stripe_that_is_silent_still_leaves_the_call_to_the_worker(cards: Cards) -> None:
    order, _, _ = await cards.paid()
    cards.account.faults.append(Fault(part="/v1/refunds", status=500, times=ALWAYS))
    await give_back(cards, order)
    await cards.work()
    key = await give_up(cards, "refund")
    assert (await resolve_stuck(key, actor=Actor())).state == "waiting"
    assert await due(cards, order) == TOTAL, "nothing is said to be done or not without Stripe's word"
    cards.account.faults.clear()
    await cards.later(1_200)
    assert (await cards.row("SELECT state FROM gateway_call WHERE key = $1", key))["state"] == "refused"
    assert await due(cards, order) == TOTAL
    await cards.sound()


async def test_page_that_was_not_read_for_days_is_read_when_the_operator_looks(cards: Cards) -> None:
    order, payment, page_id = await cards.started()
    cards.account.pay(page_id)
    cards.account.events.clear()
    key = await give_up(cards, "look")
    assert await keys(cards) == [key]
    assert (await resolve_stuck(key, actor=Actor())).state == "done"
    assert await cards.state(order) == ("placed", True)
    assert (await cards.payment(order, payment))["state"] == "succeeded"
    assert await keys(cards) == []
    await cards.sound()


async def test_event_that_was_given_up_is_handled_when_the_operator_looks(cards: Cards) -> None:
    order, _, page_id = await cards.started()
    cards.account.pay(page_id)
    await cards.deliver()
    async with database.transaction() as connection:
        await connection.execute(
            "UPDATE gateway_event SET handled_at = received_at, attempts = 21, outcome = 'given up: tried too often'"
        )
        await connection.execute("UPDATE gateway_call SET next_try_at = next_try_at + interval '9 days'")
    stuck = await show_stuck()
    assert {one.purpose for one in stuck} == {"event"}
    for one in stuck:
        assert (await resolve_stuck(one.key, actor=Actor())).state == "done"
    assert await cards.state(order) == ("placed", True)
    assert await keys(cards) == []
    await cards.sound()


async def test_what_is_not_stuck_is_left_alone(cards: Cards) -> None:
    order, _, _ = await cards.paid()
    await give_back(cards, order)
    row = await cards.row("SELECT * FROM gateway_call WHERE purpose = 'refund'")
    assert (await resolve_stuck(row["key"], actor=Actor())).state == "waiting"
    assert await cards.row("SELECT * FROM gateway_call WHERE purpose = 'refund'") == row
    for key in ("refund:1:999", "event:evt_nobody", "", "refund:\x00", "x" * 300):
        with pytest.raises(NotFoundError):
            await resolve_stuck(key, actor=Actor())
    await cards.work()
    key = await give_up(cards, "refund")
    await close_stripe()
    with pytest.raises(NoKeysError):
        await resolve_stuck(key, actor=Actor())
    assert (await cards.row("SELECT state FROM gateway_call WHERE key = $1", key))["state"] == "given_up"


async def operator(cards: Cards) -> str:
    """Somebody of the platform."""
    platform = await make_organisation("operator", region_code=None)
    async with database.transaction() as connection:
        _, token = await make_signed_in(connection, role="platform_operator", organisation_id=platform)
    return token


async def test_operator_looks_on_the_page(cards: Cards) -> None:
    order, _, _ = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=500, times=ALWAYS))
    await give_back(cards, order)
    await cards.work()
    key = await give_up(cards, "refund")
    path = "/operator/stripe/periksa"
    async with browser(cards.app, await operator(cards)) as person:
        page = await person.get("/operator/stripe")
        assert "Belum diketahui apakah Stripe melakukannya." in page.text
        assert (order["code"] in page.text, key in page.text) == (True, True)
        pressed = await press(person, page, path, key=key, was="given_up")
        assert (pressed.status_code, pressed.headers["location"]) == (303, "/operator/stripe")
        page = await person.get("/operator/stripe")
        assert "Stripe tidak melakukannya" in page.text
        pressed = await press(person, page, path, key=key, was="refused")
        page = await person.get("/operator/stripe")
        assert "Sudah ditandai dilihat" in page.text
        assert key not in page.text
    assert await due(cards, order) == TOTAL
