"""Money that nobody hands over the counter: QRIS and transfers that wait to be seen, cards and a Stripe that fails."""

import asyncio
from functools import partial
from typing import Any

from marketplace import clock, database
from marketplace.actor import GUEST
from marketplace.http.idempotency import Once
from marketplace.orders import handle_gateway_events, make_gateway_calls
from marketplace.orders.confirm_payment import confirm_payment
from marketplace.orders.counter_lines import CounterLine
from marketplace.orders.gateway_events import receive_event
from marketplace.orders.place_at_counter import PlaceAtCounter, place_at_counter
from marketplace.orders.receive_money import receive_money
from marketplace.orders.return_to_card import refund_again, refund_part_to_card
from marketplace.orders.start_payment import start_own_payment
from payments import AlreadyConfirmed, ReferenceUsed
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.fakes.stripe.words import signed
from tests.orders.cards.cards import SECRET
from tests.proof.moves_trade import Trade
from tests.proof.steps import Press, Refused, move, pick
from tests.proof.world import OWN_ACCOUNT

_FAULTS = ((None, True), (500, True), (500, False), (429, False), (503, False), (400, False))
_BY_CARD = (
    "EXISTS (SELECT FROM payment p WHERE p.payable = 'order:' || orders.id AND p.method = 'stripe'"
    " AND p.succeeded_at IS NOT NULL)"
)
# What we ask after where no event comes; of the rest Stripe is believed to tell in the end.
_ASKED_AFTER = ("checkout.session.", "charge.succeeded", "refund.created", "refund.updated")
_PARTS = ("POST /v1/checkout", "POST /v1/refunds", "GET /v1/checkout", "expire", "/v1/transfers", "GET /v1/refunds")


class Cards(Trade):
    """Moves of waiting payments and of cards."""

    @move(10)
    def start(self, a: int, b: int, _c: int) -> Press | None:
        """The buyer begins to pay by a way that waits."""
        if (order := self.orders(a, "state IN ('placed', 'accepted', 'ready') AND paid_at IS NULL")) is None:
            return None
        token, method = order["tracking_token"], pick(("stripe", "stripe", "qris", "transfer"), b)
        return Press(call=partial(start_own_payment, token, method, actor=GUEST), is_whole=method != "stripe")

    @move(3)
    def place_waiting(self, a: int, b: int, c: int) -> Press:
        """A walk-in buyer without cash: the goods are set aside while the money comes."""
        listing, cashier = pick(self.world.listings, a), self.cashier(b)
        price = self.rows("SELECT price_rupiah FROM listing WHERE id = $1", listing)[0]["price_rupiah"]
        method = pick(("qris", "transfer", "stripe"), c)
        command = PlaceAtCounter(
            lines=[CounterLine(listing_id=listing, quantity=1)], expected_rupiah=price, method=method
        )
        return Press(call=partial(place_at_counter, command, actor=cashier), is_whole=method != "stripe")

    def waiting(self, number: int) -> Any:
        """A payment by QRIS or transfer whose money may have come, whatever became of it; with its order's code."""
        found = self.rows(
            "SELECT p.*, o.code FROM payment p JOIN orders o ON p.payable = 'order:' || o.id"
            " WHERE p.method IN ('qris', 'transfer') ORDER BY p.id DESC LIMIT 4"
        )
        return pick(found, number) if found else None

    def reference(self, payment: Any, number: int) -> str:
        """The other side's number: mostly the payment's own, at times one that others have, too."""
        return f"RRN{payment['id']:09}" if number % 5 else "RRN-THE-SAME"

    @move(7)
    def confirm(self, a: int, b: int, c: int) -> Press | None:
        """A cashier saw the money."""
        if (payment := self.waiting(a)) is None:
            return None
        cashier, reference = self.cashier(b), self.reference(payment, c)
        return Press(
            call=partial(
                confirm_payment,
                payment["code"],
                payment["id"],
                reference=reference,
                actor=cashier,
                is_handed_over=c % 2 == 0,
            )
        )

    @move()
    def hear_of_money(self, a: int, _b: int, c: int) -> Press | None:
        """A statement or a provider says that the money came."""
        if (payment := self.waiting(a)) is None:
            return None

        async def hear(*, once: Once) -> object:
            try:
                async with database.transaction() as connection:
                    return await receive_money(
                        connection,
                        store_id=self.world.store_id,
                        payment_id=payment["id"],
                        reference=self.reference(payment, c),
                        at=clock.now(),
                        author_id=None,
                    )
            except (AlreadyConfirmed, ReferenceUsed) as refusal:
                return Refused(type(refusal).__name__)

        # It takes no key, so heard again it says that it is known.
        return Press(call=database.retry_on_conflict(hear), is_whole=False)

    @move(3)
    def allow_part(self, a: int, b: int, _c: int) -> Press | None:
        """Part of a card payment goes back without goods."""
        if (order := self.orders(a, f"state IN ('handed_over', 'completed') AND {_BY_CARD}")) is None:
            return None
        code, amount = order["code"], pick((1, 5_000, 33_333), b)
        return Press(call=partial(refund_part_to_card, code, amount, reason="penyok", actor=self.world.manager))

    @move()
    def refund_once_more(self, a: int, _b: int, _c: int) -> Press | None:
        """A refund that failed is asked for again."""
        if (order := self.orders(a, _BY_CARD)) is None:
            return None
        code = order["code"]
        return Press(call=partial(refund_again, code, reason="lagi", actor=self.world.manager))

    @move(8)
    def work(self, a: int, _b: int, _c: int) -> Press:
        """The worker does what is due with Stripe, sometimes two workers."""

        async def work(*, once: Once) -> object:
            if a % 3:
                return await handle_gateway_events() + await make_gateway_calls()
            return sum(await asyncio.gather(handle_gateway_events(), make_gateway_calls(), handle_gateway_events()))

        return Press(call=work, is_whole=False)

    def hear_everything(self) -> None:
        """Every event comes, and the worker works them off."""
        self.account.faults.clear()
        events, self.account.events = self.account.events, []
        self.run(self.send(events))
        self.work_it_off()

    def work_it_off(self) -> None:
        """The worker works until nothing is due."""

        async def work() -> None:
            for _ in range(20):
                if not await handle_gateway_events() + await make_gateway_calls():
                    return

        self.run(work())
        self.forget_contents()

    @move(12)
    def at_stripe(self, a: int, b: int, c: int) -> Press | None:
        """The buyer, a bank or Stripe does something there; we hear of it later, or never."""
        seldom = (self._leave, self._refund_fails, self._dispute, self._decide, self._money, self._own_money)
        pick((*(self._pay,) * 5, *seldom), a)(b, c)
        return None

    def _pay(self, b: int, _c: int) -> None:
        if pages := [page for page in self.account.of("checkout.session") if page["status"] == "open"]:
            self.account.pay(pick(pages, b)["id"])

    def _leave(self, b: int, c: int) -> None:
        if pages := [page for page in self.account.of("checkout.session") if page["status"] == "open"]:
            if c % 2:
                self.account.decline(pick(pages, b)["id"])
            else:
                self.account.expire_session(pick(pages, b)["id"])

    def _refund_fails(self, b: int, c: int) -> None:
        if pending := [one for one in self.account.of("refund") if one["status"] == "pending"]:
            self.account.finish_refund(pending[0]["id"])
        done = [one for one in self.account.of("refund") if one["status"] == "succeeded"]
        if done and c % 2:
            self.account.fail_refund(pick(done, b)["id"])
        self.account.next_refund_state = pick(("succeeded", "succeeded", "pending"), c)

    def _dispute(self, b: int, _c: int) -> None:
        charges = [
            one for one in self.account.of("charge") if not one["disputed"] and one["amount_refunded"] < one["amount"]
        ]
        if charges:
            self.account.open_dispute(pick(charges, b)["id"])

    def _decide(self, b: int, c: int) -> None:
        if opened := [one for one in self.account.of("dispute") if one["status"] == "needs_response"]:
            self.account.close_dispute(pick(opened, b)["id"], is_won=c % 2 == 0)

    def _money(self, b: int, c: int) -> None:
        # What is paid out came days ago.
        self.hear_everything()
        payouts = [one for one in self.account.of("payout") if one["status"] == "paid"]
        if payouts and c % 2:
            self.account.fail_payout(pick(payouts, b)["id"])
        elif self.account.balance > 0:
            self.account.pay_out()

    def _own_money(self, b: int, c: int) -> None:
        # What the cooperative was sent goes to its bank, or comes back from there.
        self.hear_everything()
        payouts = [one for one in self.account.objects.values() if one.get("of_account") and one["object"] == "payout"]
        paid = [one for one in payouts if one["status"] == "paid"]
        if paid and c % 3 == 0:
            self.account.fail_payout(pick(paid, b)["id"])
        elif self.account.balance_of(OWN_ACCOUNT) > 0:
            self.account.pay_out_of(OWN_ACCOUNT)

    @move(10)
    def deliver(self, a: int, b: int, c: int) -> Press | None:
        """One of Stripe's events comes, in whatever order; it may come twice, or be lost."""
        events = self.account.events
        if not events:
            return None
        event = events.pop(a % len(events))
        if c % 4 == 0 and event["type"].startswith(_ASKED_AFTER):
            return None
        twins: list[Json] = [event, event, {**event, "id": f"{event['id']}_again"}][: 1 + b % 3]
        return Press(call=partial(self.deliver_all, twins), is_whole=False)

    async def deliver_all(self, events: list[Json], *, once: Once) -> None:
        """As a press, whose key is of no use to Stripe."""
        assert once
        await self.send(events)

    async def send(self, events: list[Json]) -> None:
        """Let events arrive, all at once."""
        letters = [signed(event, SECRET, at=int(self.time.instant.timestamp())) for event in events]
        await asyncio.gather(*(receive_event(body, header) for body, header in letters))

    @move(2)
    def go_wrong(self, a: int, b: int, _c: int) -> Press | None:
        """The next call of a kind fails, before or after it was done."""
        status, after = pick(_FAULTS, b)
        self.account.faults.append(Fault(part=pick(_PARTS, a), status=status, after_commit=after))
        return None
