"""Brings everything that is under way to its end, as people would in a few days: then every book has to be closed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from marketplace import database
from marketplace.actor import Actor
from marketplace.orders import expire_orders, expire_payments, handle_gateway_events, make_gateway_calls
from marketplace.orders.bank_deposits import decide_deposit
from marketplace.orders.decide_return import decide_return, set_refund_limit
from marketplace.orders.hand_over import hand_over
from marketplace.orders.move_order import move_order
from marketplace.orders.request_return import ReturnRequest, request_return
from marketplace.orders.return_to_card import refund_again
from marketplace.orders.shifts import close_shift
from marketplace.orders.till_handover import withdraw_till
from marketplace.settlement.hold_line import release_hold
from marketplace.settlement.pay_entry import PayEntry, pay_entry
from marketplace.settlement.propose_run import close_run, decide_run, propose_run
from payments import AccountKey, accounts, balance
from tests.proof.laws import ALWAYS, IN_THE_END
from tests.proof.moves_till import Money
from tests.proof.steps import Press, Refused
from tests.proof.world import OWN_ACCOUNT

_OPEN = "('placed', 'accepted', 'ready')"


class Ending(Money):
    """What is left to do when nothing more happens."""

    def finish(self) -> None:
        """Do it, if nothing has failed, and hold all laws against what is left."""
        if not self.is_sound:
            return
        self.is_sound = False
        self.tell("the end", "")
        self.account.faults.clear()
        self.account.next_refund_state = "succeeded"
        self.hear_from_stripe()
        self.end_returns()
        self.end_orders()
        self.give_back_what_is_due()
        self.end_tills()
        self.prove()
        self.pay_suppliers()
        self.prove({**ALWAYS, **IN_THE_END})
        self.account.check()
        for account, at_stripe in (
            (accounts.STRIPE_CLEARING, self.account.balance),
            (accounts.STRIPE_BALANCE, self.account.balance_of(OWN_ACCOUNT)),
        ):
            held = self.run(self._held(account))
            assert held * 100 == at_stripe, f"{account.kind}: {held} here, {at_stripe} at Stripe: {self.told()}"

    def must(self, name: str, call: Callable[..., Awaitable[object]], *, unless: str = "") -> object:
        """Make a press that has no reason to be refused, but for the one named."""
        answer = self.run(self.attempt(Press(call=call), self.once(name)))
        self.tell(f"in the end {name}", answer)
        assert not isinstance(answer, Refused) or answer.why == unless, f"{name} was refused: {answer} {self.told()}"
        return answer

    def other_than(self, person_id: int) -> Actor:
        """A second person."""
        return self.world.board if self.world.manager.person_id == person_id else self.world.manager

    def person(self, person_id: int) -> Actor:
        """Who this is."""
        people = (*self.world.cashiers, self.world.manager, self.world.board)
        return next(one for one in people if one.person_id == person_id)

    def hear_from_stripe(self) -> None:
        """Banks decide, pages close, every event comes, and the worker works for some hours."""
        for dispute in self.account.of("dispute"):
            if dispute["status"] == "needs_response":
                self.account.close_dispute(dispute["id"], is_won=int(dispute["id"][-1]) % 2 == 0)
        for refund in self.account.of("refund"):
            if refund["status"] == "pending":
                self.account.finish_refund(refund["id"])
        for _ in range(8):
            for page in self.account.of("checkout.session"):
                if page["status"] == "open":
                    self.account.expire_session(page["id"])
            self.run(self._work())
            self.time.instant += timedelta(minutes=20)

    async def _work(self) -> None:
        for _ in range(20):
            events, self.account.events = self.account.events, []
            await self.send(events)
            done = await handle_gateway_events() + await make_gateway_calls() + await expire_payments()
            if not events and not done:
                return

    def end_returns(self) -> None:
        """Whatever waits for a second person is refused: what it was for can be asked for again."""
        for row in self.rows("SELECT id, requested_by FROM order_return WHERE state IN ('requested', 'approved')"):
            return_id, person = row["id"], self.other_than(row["requested_by"])
            self.must(
                "refuse a return",
                partial(decide_return, return_id, is_approved=False, note="akhir", actor=person),
            )

    def end_orders(self) -> None:
        """Paid goods are handed over, the rest expires or is cancelled."""
        self.run(self._expire())
        for row in self.rows(f"SELECT code, paid_at FROM orders WHERE state IN {_OPEN} ORDER BY id"):
            code, board = row["code"], self.world.board
            if row["paid_at"] is not None:
                call: Callable[..., Awaitable[object]] = partial(hand_over, code, actor=board)
            else:
                call = partial(move_order, code, "cancelled", actor=board, reason="akhir")
            self.must("end an order", call)

    async def _expire(self) -> None:
        await expire_orders()

    def give_back_what_is_due(self) -> None:
        """Money that came twice goes back, and refunds that failed are asked for again."""
        board = self.world.board
        self.must("allow returns", partial(set_refund_limit, 100_000_000, actor=board))
        for row in self.rows(
            "SELECT p.id, p.method, o.code FROM payment p JOIN orders o ON p.payable = 'order:' || o.id"
            " WHERE p.is_surplus AND p.refunded_rupiah < p.amount_rupiah - p.discount_rupiah AND NOT EXISTS ("
            "  SELECT FROM payment_dispute d WHERE d.payment_id = p.id AND d.state <> 'won') ORDER BY p.id"
        ):
            method = "stripe" if row["method"] == "stripe" else "transfer"
            command = ReturnRequest(
                reason="akhir", payment_id=row["id"], method=method, reference=f"AKHIR-{row['id']:06}"
            )
            self.must(
                "give surplus back",
                partial(request_return, row["code"], command, actor=board),
            )
        for row in self.rows(
            "SELECT o.code FROM orders o JOIN payment p ON p.payable = 'order:' || o.id"
            " WHERE p.method = 'stripe' AND p.state = 'succeeded' AND NOT p.is_surplus AND NOT EXISTS ("
            "  SELECT FROM payment_dispute d WHERE d.payment_id = p.id AND d.state <> 'won') ORDER BY o.id"
        ):
            self.must(
                "refund again",
                partial(refund_again, row["code"], reason="akhir", actor=board),
                unless="ConflictError",
            )
        self.hear_from_stripe()

    def end_tills(self) -> None:
        """Hand-overs are taken back, shifts closed with what is there, deposits brought back."""
        for row in self.rows("SELECT id, offered_by FROM till_handover WHERE state = 'waiting'"):
            person = self.person(row["offered_by"])
            self.must(
                "take a till back",
                partial(withdraw_till, row["id"], actor=person),
            )
        for row in self.rows("SELECT cashier_id FROM shift WHERE closed_at IS NULL"):
            person, counted = self.person(row["cashier_id"]), self.in_till(row["cashier_id"])
            self.must(
                "close a shift",
                partial(close_shift, counted, note="akhir", actor=person),
            )
        for row in self.rows("SELECT id, made_by FROM bank_deposit WHERE state = 'on_the_way'"):
            person = self.other_than(row["made_by"])
            self.must(
                "bring a deposit back",
                partial(decide_deposit, row["id"], has_arrived=False, reason="akhir", actor=person),
            )

    def pay_suppliers(self) -> None:
        """Nothing is held any more, everything is due, and everybody is paid by transfer."""
        manager, board = self.world.manager, self.world.board
        self.time.instant += timedelta(days=10)
        for row in self.rows("SELECT id FROM settlement_hold WHERE released_at IS NULL"):
            self.must(
                "release a line",
                partial(release_hold, row["id"], note="akhir", actor=board),
            )
        for row in self.rows("SELECT * FROM settlement_run WHERE state IN ('proposed', 'approved')"):
            one, person = row["id"], self.other_than(row["proposed_by"])
            if row["state"] == "proposed":
                call = partial(decide_run, one, is_approved=False, note="akhir", actor=person)
            else:
                call = partial(close_run, one, note="akhir", actor=person)
            self.must("end a run", call)
        proposed = self.must(
            "propose a run",
            partial(propose_run, None, actor=manager),
            unless="NothingDueError",
        )
        if isinstance(proposed, Refused):
            return
        run_id = self.rows("SELECT max(id) AS id FROM settlement_run")[0]["id"]
        self.must(
            "approve it",
            partial(decide_run, run_id, is_approved=True, note="", actor=board),
        )
        for row in self.rows("SELECT id FROM settlement_entry WHERE run_id = $1 ORDER BY id", run_id):
            command = PayEntry(part=1, method="transfer", reference="AKHIR-1")
            self.must(
                "pay a supplier",
                partial(pay_entry, run_id, row["id"], command, actor=manager),
            )

    async def _held(self, account: AccountKey) -> int:
        async with database.connection() as connection:
            return (await balance(connection, book=self.world.book, account=account)).rupiah
