"""Sales, returns, receipts, marks, runs and payments at random: never paid more than owed, the lines are the debt."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from marketplace import database
from marketplace.actor import Actor, Hat
from marketplace.books import book_of, supplier_reference_of
from marketplace.errors import LumbungError
from marketplace.ids import ListingId, OrganisationId, StoreId
from marketplace.inventory.record_stock import receive_goods
from marketplace.inventory.schemas import ReceiveBody
from marketplace.orders.counter_lines import CounterLine
from marketplace.orders.request_return import ReturnLine, ReturnRequest, request_return
from marketplace.orders.sell_at_counter import SellAtCounter, sell_at_counter
from marketplace.orders.shifts import open_shift, record_opening_cash
from marketplace.settlement.hold_line import dispute_line, hold_line, release_hold
from marketplace.settlement.pay_entry import PayEntry, pay_entry
from marketplace.settlement.propose_run import close_run, decide_run, propose_run
from marketplace.settlement.set_terms import TermsBody, set_terms
from marketplace.settlement.show_payables import show_owed_lines
from payments import accounts, balance
from tests.factories_trade import make_listing, make_organisation, make_seller_product, make_store
from tests.orders.people import make_signed_in
from tests.settlement.settling import assert_sound, once

T = TypeVar("T")
PRICE = 9_999


class Settlement(RuleBasedStateMachine):
    """A store and one seller whose goods it both buys and sells on consignment. What is refused changes nothing."""

    url = ""

    def __init__(self) -> None:
        """Open the pool; the store is made by the first step."""
        super().__init__()
        self.runner = asyncio.Runner()
        self.runner.run(database.open_pool(self.url, size=2))
        self.codes: list[str] = []
        self.run_id = 0

    def teardown(self) -> None:
        """Close the pool."""
        self.runner.run(database.close_pool())
        self.runner.close()

    def attempt(self, call: Awaitable[T]) -> T | None:
        """Run a use case; None where a rule refused it (any other error is a fault)."""

        async def run() -> T | None:
            try:
                return await call
            except LumbungError:
                return None

        return self.runner.run(run())

    @initialize()
    def open_store(self) -> None:
        """Goods on the shelves, cash in the safe, an open shift."""
        self.runner.run(self._open_store())

    async def _open_store(self) -> None:
        async with database.connection() as connection:
            self.store_id: StoreId = await make_store(connection)
            self.seller_id: OrganisationId = await make_organisation(connection, kind="seller")
            self.listings: list[ListingId] = [
                await make_listing(
                    connection,
                    store_id=self.store_id,
                    product_id=await make_seller_product(connection, seller_id=self.seller_id),
                    source=source,
                    price_rupiah=PRICE,
                    fee_basis_points=1_234 if source == "consignment" else 0,
                    cost_rupiah=0 if source == "consignment" else 7_001,
                    stock=500,
                )
                for source in ("consignment", "own_stock")
            ]
            cooperative = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", self.store_id)
            people = [
                await make_signed_in(connection, role=role, organisation_id=owner)
                for role, owner in (
                    ("store_manager", cooperative),
                    ("pengurus", cooperative),
                    ("seller_owner", self.seller_id),
                )
            ]
        self.manager, self.board, self.seller = (
            Actor(
                person_id=person,
                hat=Hat(
                    assignment_id=1,
                    role=role,
                    organisation_id=owner,
                    organisation_kind=kind,
                    organisation_name="Uji",
                    store_id=store,
                ),
            )
            for (person, _), role, owner, kind, store in zip(
                people,
                ("store_manager", "pengurus", "seller_owner"),
                (cooperative, cooperative, self.seller_id),
                ("cooperative", "cooperative", "seller"),
                (self.store_id, self.store_id, None),
                strict=True,
            )
        )
        await record_opening_cash(400_000, reason="kas awal", actor=self.manager, once=once())
        await open_shift(100_000, actor=self.manager, once=once())

    @rule(quantity=st.integers(1, 5), index=st.integers(0, 1))
    def sell(self, quantity: int, index: int) -> None:
        """A walk-in sale."""
        command = SellAtCounter(
            lines=[CounterLine(listing_id=self.listings[index], quantity=quantity)],
            tendered_rupiah=PRICE * quantity,
            expected_rupiah=PRICE * quantity,
        )
        sold = self.attempt(sell_at_counter(command, actor=self.manager, once=once()))
        if sold is not None:
            self.codes.append(sold.code)

    @rule(data=st.data(), quantity=st.integers(1, 3))
    def bring_back(self, data: st.DataObject, quantity: int) -> None:
        """Some of it comes back."""
        if self.codes:
            code = data.draw(st.sampled_from(self.codes))
            lines = [ReturnLine(listing_id=self.listings[0], quantity=quantity)]
            self.attempt(
                request_return(code, ReturnRequest(reason="bocor", lines=lines), actor=self.manager, once=once())
            )

    @rule(quantity=st.integers(1, 5), cost=st.integers(0, 9_001))
    def receive(self, quantity: int, cost: int) -> None:
        """The store buys goods of the seller."""
        body = ReceiveBody(quantity=quantity, unit_cost_rupiah=cost)
        self.attempt(receive_goods(self.listings[1], body, actor=self.manager, once=once()))

    @rule(days=st.sampled_from([0, 0, 0, 2]))
    def agree(self, days: int) -> None:
        """Other terms from now on."""
        terms = TermsBody(rule="in_days" if days else "as_sold", days=days)
        self.attempt(set_terms(self.seller_id, terms, actor=self.manager, once=once()))

    @rule(data=st.data(), is_dispute=st.booleans())
    def mark(self, data: st.DataObject, is_dispute: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """A line is held or disputed."""
        shown = self.attempt(show_owed_lines(self.store_id, self.seller_id))
        if shown is not None and shown.lines:
            source = data.draw(st.sampled_from([line.source for line in shown.lines]))
            if is_dispute:
                self.attempt(dispute_line(self.store_id, source, reason="keliru", actor=self.seller, once=once()))
            else:
                self.attempt(hold_line(self.seller_id, source, reason="keliru", actor=self.manager, once=once()))

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """The store releases one."""
        shown = self.attempt(show_owed_lines(self.store_id, self.seller_id))
        holds = [hold.hold_id for line in shown.lines for hold in line.holds] if shown is not None else []
        if holds:
            self.attempt(release_hold(data.draw(st.sampled_from(holds)), note="beres", actor=self.board, once=once()))

    @rule(is_approved=st.sampled_from([True, True, True, False]))
    def settle(self, is_approved: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """One proposes, the other decides."""
        made = self.attempt(propose_run(None, actor=self.manager, once=once()))
        if made is not None:
            self.run_id = made.run_id
            self.attempt(
                decide_run(made.run_id, is_approved=is_approved, note="periksa", actor=self.board, once=once())
            )

    @rule(skipped=st.sampled_from([0, 0, 0, 0, 1, -1]), amount=st.none() | st.integers(1, 60_000))
    def pay(self, skipped: int, amount: int | None) -> None:
        """A payment, pressed twice, at times a part too early or once more; it is never more than is owed."""

        async def run() -> None:
            before = await self._debt()
            async with database.connection() as connection:
                entry = await connection.fetchrow(
                    "SELECT e.id, (SELECT count(*) FROM settlement_payment WHERE entry_id = e.id) AS parts"
                    " FROM settlement_entry e WHERE e.run_id = $1",
                    self.run_id,
                )
            if entry is None:
                return
            press, command = once(), PayEntry(part=entry["parts"] + 1 + skipped, amount_rupiah=amount)
            paid = await pay_entry(self.run_id, entry["id"], command, actor=self.manager, once=press)
            again = await pay_entry(self.run_id, entry["id"], command, actor=self.manager, once=press)
            assert skipped == 0
            assert again == paid
            assert paid.amount_rupiah <= before
            assert await self._debt() == before - paid.amount_rupiah

        self.attempt(run())

    @rule(quantity=st.integers(1, 3), is_back=st.booleans())
    def sell_settle_and_pay(self, quantity: int, is_back: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """The whole way at once; at times an earlier sale comes back between the approval and the payment."""
        self.sell(quantity, 0)
        self.settle(is_approved=True)
        if is_back and len(self.codes) > 1:
            lines = [ReturnLine(listing_id=self.listings[0], quantity=1)]
            command = ReturnRequest(reason="bocor", lines=lines)
            self.attempt(request_return(self.codes[-2], command, actor=self.manager, once=once()))
        self.pay(0, None)

    @rule()
    def close(self) -> None:
        """What is left waits for another run."""
        self.attempt(close_run(self.run_id, note="lain kali", actor=self.board, once=once()))

    @invariant()
    def everything_agrees(self) -> None:
        """Ledger, lines, stock and numbers are sound, and nobody was paid more than approved."""
        if hasattr(self, "seller"):
            self.runner.run(self._prove())

    async def _prove(self) -> None:
        await assert_sound()
        async with database.connection() as connection:
            rows = await connection.fetch(
                "SELECT e.amount_rupiah, e.paid_rupiah, coalesce(sum(p.amount_rupiah), 0)::bigint AS booked"
                " FROM settlement_entry e LEFT JOIN settlement_payment p ON p.entry_id = e.id WHERE e.store_id = $1"
                " GROUP BY e.id",
                self.store_id,
            )
            taken = await connection.fetchval(
                "SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM settlement_payment WHERE store_id = $1",
                self.store_id,
            )
            safe = await balance(connection, book=book_of(self.store_id), account=accounts.SAFE)
        assert all(row["booked"] == row["paid_rupiah"] <= row["amount_rupiah"] for row in rows)
        assert safe.rupiah == 300_000 - taken

    async def _debt(self) -> int:
        account: Any = accounts.supplier_payable(supplier_reference_of(self.seller_id))
        async with database.connection() as connection:
            return (await balance(connection, book=book_of(self.store_id), account=account)).rupiah


def test_no_supplier_is_paid_more_than_owed_whatever_happens(database_url: str) -> None:
    """Any order of sales, returns, receipts, marks, terms, runs and payments."""
    machine = type("SettlementOnPostgres", (Settlement,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
