"""As `test_chaos`, in a store that shares: suppliers' and the cooperative's parts, disputes, payouts and late fees."""

import pytest

from payments import AccountKind
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_chaos import Chaos
from tests.orders.cards.test_own_part import own_transfers, receive
from tests.orders.counter_shop import command, make_shop

_STEPS = 70


class SharedChaos(Chaos):
    """One run, in which what came is sent on."""

    async def step(self) -> None:
        """Something happens."""
        moves = [self.order, self.start, self.pay, self.hand_over, self.hand_over, self.hand_over]
        moves += [self.refund, self.deliver, self.deliver, self.deliver, self.repeat, self.work, self.work, self.work]
        moves += [self.fault, self.pass_time, self.fail_refund, self.dispute, self.decide, self.decide]
        moves += [self.own_payout, self.own_payout_fails, self.late_fees, self.tell_fees, self.wait]
        await self.chance.choice(moves)()

    async def fault(self) -> None:
        part = self.chance.choice(["POST /v1/transfers", "/reversals", "POST /v1/refunds", "GET /v1/payouts"])
        status, after = self.chance.choice([(None, True), (500, True), (500, False), (429, False)])
        self.cards.account.faults.append(Fault(part=part, status=status, after_commit=after))

    async def dispute(self) -> None:
        account = self.cards.account
        charges = [one for one in account.of("charge") if not one["disputed"]]
        left = [one for one in charges if one["amount"] - one["amount_refunded"] >= 1_000_000]
        if left and self.chance.random() < 0.5:
            account.open_dispute(self.chance.choice(left)["id"], amount=self.chance.choice([None, 700_000]))

    async def decide(self) -> None:
        if open_ones := [one for one in self.cards.account.of("dispute") if one["status"] == "needs_response"]:
            self.cards.account.close_dispute(self.chance.choice(open_ones)["id"], is_won=self.chance.random() < 0.7)

    def payouts(self) -> list[Json]:
        objects = self.cards.account.objects.values()
        return [one for one in objects if one["object"] == "payout" and one["status"] == "paid"]

    async def own_payout(self) -> None:
        if self.cards.account.balance_of(self.cards.own_account) > 0 and self.chance.random() < 0.5:
            self.cards.account.pay_out_of(self.cards.own_account)

    async def own_payout_fails(self) -> None:
        if paid := self.payouts():
            self.cards.account.fail_payout(self.chance.choice(paid)["id"])

    async def late_fees(self) -> None:
        self.cards.account.is_fee_late = self.chance.random() < 0.5

    async def tell_fees(self) -> None:
        for charge in self.cards.account.of("charge"):
            if charge["balance_transaction"] is None:
                self.cards.account.tell_fee(charge["id"])

    async def wait(self) -> None:
        await self.cards.later(60)


# Runs in which parts were taken back, refused, sent once more, and paid out.
@pytest.mark.parametrize("seed", [1, 3, 6, 11, 19, 20, 23, 32])
async def test_whatever_is_sent_on_and_taken_back_both_books_agree_in_the_end(cards: Cards, seed: int) -> None:
    cards.shop = await make_shop(chips_stock=100, rice_stock=100)
    manager = cards.shop.tokens["store_manager"]
    await cards.client.put("/api/v1/stores/current/channels/stripe", headers=command(manager))
    await receive(cards)
    chaos = SharedChaos(cards, seed)
    for number in range(4):
        cards.account.is_fee_late = number % 2 == 0
        chaos.orders.append((await cards.paid())[0])
    for _ in range(_STEPS):
        await chaos.step()
    cards.account.faults.clear()
    await chaos.tell_fees()
    for dispute in cards.account.of("dispute"):
        if dispute["status"] == "needs_response":
            cards.account.close_dispute(dispute["id"], is_won=True)
    for _ in range(8):
        await cards.all_at_once()
    await cards.sound()
    assert await own_transfers(cards), "a run in which nothing was sent proves nothing"
    waiting = await cards.rows("SELECT key, outcome FROM gateway_call WHERE state = 'waiting' AND purpose <> 'look'")
    assert [tuple(row) for row in waiting] == []
    assert await cards.rows("SELECT FROM gateway_event WHERE handled_at IS NULL") == []
    # What Stripe has taken back is what we believe it has.
    for sent in cards.account.of("transfer"):
        row = await cards.row("SELECT * FROM stripe_transfer WHERE gateway_id = $1", sent["id"])
        assert (row["amount_rupiah"] * 100, row["reversed_rupiah"] * 100) == (sent["amount"], sent["amount_reversed"])
    # Each payment was sent on once, and no more of it than came, less its fee.
    for row in await cards.rows(
        """
        SELECT payment.amount_rupiah, fee.amount_rupiah AS fee, sum(sent.amount_rupiah - sent.reversed_rupiah) AS out,
               count(*) FILTER (WHERE sent.is_own AND sent.number = 1) AS first
        FROM payment JOIN stripe_transfer AS sent ON sent.payment_id = payment.id AND sent.state <> 'failed'
        LEFT JOIN ledger_transfer AS fee ON fee.source = 'payment:' || payment.id AND fee.event = 'gateway.fee'
        GROUP BY payment.id, fee.amount_rupiah
        """
    ):
        assert row["out"] <= row["amount_rupiah"] - row["fee"]
        assert row["first"] <= 1
    paid_out = sum(one["amount"] for one in chaos.payouts())
    assert await cards.held(AccountKind.BANK, "stripe") * 100 == paid_out
