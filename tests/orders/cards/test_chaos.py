"""Whatever happens in whatever order: in the end every order and every rupiah stands where both sides say it does."""

import random

import pytest

from marketplace.orders import expire_orders, expire_payments
from payments import AccountKind
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back
from tests.orders.counter_shop import command, make_shop

_STEPS = 40


class Chaos:
    """One run: buyers, cashiers, Stripe and the network, each doing something at random."""

    def __init__(self, cards: Cards, seed: int) -> None:
        self.cards = cards
        self.chance = random.Random(seed)  # noqa: S311 - the same runs every time
        self.orders: list[Json] = []
        self.old_events: list[Json] = []

    async def step(self) -> None:
        """Something happens."""
        moves = [
            self.order,
            self.start,
            self.start,
            self.pay,
            self.pay,
            self.pay,
            self.decline,
            self.cancel,
            self.refund,
        ]
        moves += [self.hand_over, self.deliver, self.deliver, self.lose, self.repeat, self.work, self.work, self.fault]
        moves += [self.pass_time, self.close_page, self.fail_refund]
        await self.chance.choice(moves)()

    async def order(self) -> None:
        if len(self.orders) < 5:
            self.orders.append(await self.cards.order())

    async def start(self) -> None:
        if self.orders:
            order = self.chance.choice(self.orders)
            path = f"/api/v1/orders/{order['tracking_token']}/payments"
            answer = await self.cards.client.post(path, json={"method": "stripe"}, headers=command())
            assert answer.status_code in (201, 409), answer.text

    def pages(self) -> list[Json]:
        return [page for page in self.cards.account.of("checkout.session") if page["status"] == "open"]

    async def pay(self) -> None:
        if pages := self.pages():
            self.cards.account.pay(self.chance.choice(pages)["id"])

    async def decline(self) -> None:
        if pages := self.pages():
            self.cards.account.decline(self.chance.choice(pages)["id"])

    async def close_page(self) -> None:
        if (pages := self.pages()) and self.chance.random() < 0.3:
            self.cards.account.expire_session(self.chance.choice(pages)["id"])

    async def cancel(self) -> None:
        if self.orders and self.chance.random() < 0.5:
            token = self.chance.choice(self.orders)["tracking_token"]
            answer = await self.cards.client.post(f"/api/v1/orders/{token}/cancellation", headers=command())
            assert answer.status_code in (200, 409), answer.text

    async def refund(self) -> None:
        if self.orders:
            amount = self.chance.choice([None, 1, 5_000, 33_333])
            answer = await give_back(self.cards, self.chance.choice(self.orders), amount)
            assert answer.status_code in (201, 409, 422), answer.text

    async def hand_over(self) -> None:
        if self.orders:
            code, cashier = self.chance.choice(self.orders)["code"], self.cards.shop.tokens["cashier"]
            path = f"/api/v1/stores/current/orders/{code}/hand-over"
            assert (await self.cards.client.post(path, headers=command(cashier))).status_code in (200, 409)

    async def deliver(self) -> None:
        events = self.cards.account.events
        self.chance.shuffle(events)
        for event in [events.pop() for _ in range(min(len(events), self.chance.randint(0, 4)))]:
            assert (await self.cards.send(event)).status_code == 200
            self.old_events.append(event)

    async def lose(self) -> None:
        if self.cards.account.events and self.chance.random() < 0.4:
            self.cards.account.events.pop()

    async def repeat(self) -> None:
        if self.old_events:
            event = self.chance.choice(self.old_events)
            twin = {**event, "id": f"{event['id']}_{self.chance.randint(1, 9)}"}
            assert (await self.cards.send(self.chance.choice([event, twin]))).status_code == 200

    async def work(self) -> None:
        await self.cards.work(rounds=2)

    async def fault(self) -> None:
        part = self.chance.choice(["POST /v1/checkout", "POST /v1/refunds", "GET /v1/checkout", "expire"])
        status, after = self.chance.choice([(None, True), (500, True), (500, False), (429, False), (503, False)])
        self.cards.account.faults.append(Fault(part=part, status=status, after_commit=after))

    async def fail_refund(self) -> None:
        done = [one for one in self.cards.account.of("refund") if one["status"] == "succeeded"]
        if done and self.chance.random() < 0.2:
            self.cards.account.fail_refund(self.chance.choice(done)["id"])

    async def pass_time(self) -> None:
        self.cards.clock.ahead_seconds += self.chance.choice([30, 300, 1_200])
        await expire_payments()
        await expire_orders()


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_both_books_agree_in_the_end(cards: Cards, seed: int) -> None:
    cards.shop = await make_shop(chips_stock=100, rice_stock=100)
    manager = cards.shop.tokens["store_manager"]
    await cards.client.put("/api/v1/stores/current/channels/stripe", headers=command(manager))
    chaos = Chaos(cards, seed)
    for _ in range(_STEPS):
        await chaos.step()
    cards.account.faults.clear()
    for _ in range(8):
        await cards.all_at_once()
    await cards.sound()
    waiting = await cards.rows("SELECT key, outcome FROM gateway_call WHERE state = 'waiting' AND purpose <> 'look'")
    assert [tuple(row) for row in waiting] == []
    assert await cards.rows("SELECT FROM gateway_event WHERE handled_at IS NULL") == []
    # A charge is a payment here and the other way round; each order was settled by one at most.
    charges = {one["id"]: one["amount"] - one["amount_refunded"] for one in cards.account.of("charge")}
    kept = await cards.rows(
        "SELECT reference, amount_rupiah - refunded_rupiah AS left FROM payment WHERE succeeded_at IS NOT NULL"
    )
    assert {row["reference"]: row["left"] * 100 for row in kept} == charges
    for order in chaos.orders:
        state, is_paid = await cards.state(order)
        order_id = await cards.order_id(order)
        settled = await cards.row(
            "SELECT count(*) AS n FROM payment WHERE payable = $1 AND succeeded_at IS NOT NULL AND NOT is_surplus",
            f"order:{order_id}",
        )
        assert settled["n"] <= 1
        owed = await cards.held(AccountKind.BUYER_RECEIVABLE, f"order:{order_id}")
        # Paid and not handed over the buyer has money here; else nothing stands between both.
        assert owed == (-95_000 if is_paid and state in ("placed", "accepted", "ready") else 0), (state, is_paid)
