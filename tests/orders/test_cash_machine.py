"""A store's cash at random on real PostgreSQL: what a simple model says may happen happens, and the book agrees."""

import asyncio
import secrets
from collections.abc import Awaitable
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from marketplace import clock, database
from marketplace.actor import Actor, Hat
from marketplace.books import book_of, till_reference
from marketplace.errors import LumbungError
from marketplace.http.idempotency import Once
from marketplace.orders.bank_deposits import add_slip, decide_deposit, make_deposit
from marketplace.orders.counter_lines import CounterLine
from marketplace.orders.pay_on_tab import repay_tab
from marketplace.orders.sell_at_counter import SellAtCounter, sell_at_counter
from marketplace.orders.shifts import SMALL_CHANGE_RUPIAH, close_shift, open_shift, record_opening_cash
from marketplace.orders.tab import set_tab_limit
from marketplace.orders.till_handover import count_till, offer_till, withdraw_till
from marketplace.orders.till_moves import move_cash
from payments import AccountKind, balances, check, register_bank_account
from tests.factories_trade import make_listing, make_seller_product, make_store
from tests.orders.people import make_signed_in
from tests.orders.test_deposits import photo

T = TypeVar("T")
PRICE = 10_000
cashiers = st.sampled_from([0, 0, 0, 1])
managers = st.integers(0, 1)
amounts = st.sampled_from([1, 10_000, 50_000, 200_000])


def once() -> Once:
    """A press of its own."""
    return Once(scope="test", key=secrets.token_hex(8), request_hash=b"same")


class Cash(RuleBasedStateMachine):
    """Two cashiers, a safe, a bank account and one member's tab, beside a model of five numbers."""

    url = ""

    def __init__(self) -> None:
        """Open the pool; the store is made by the first step."""
        super().__init__()
        self.runner = asyncio.Runner()
        self.runner.run(database.open_pool(self.url, size=2))
        self.safe, self.bank, self.owed, self.limit, self.short = 1_000_000, 0, 0, 0, 0
        self.tills: dict[int, int] = {}
        self.shifts: dict[int, int] = {}
        self.counted: set[int] = set()
        self.offers: dict[int, tuple[int, int]] = {}
        self.on_the_way: dict[int, tuple[int, int]] = {}

    def teardown(self) -> None:
        """Close the pool."""
        self.runner.run(database.close_pool())
        self.runner.close()

    def attempt(self, call: Awaitable[T], *, works: bool) -> T | None:
        """Run a use case that the model says works, or is refused by a rule (any other error is a fault)."""

        async def run() -> T | None:
            try:
                return await call
            except LumbungError:
                return None

        done = self.runner.run(run())
        assert (done is not None) == works
        return done

    @initialize()
    def open_store(self) -> None:
        """A store with 1 million in its safe, an account, and a member."""
        self.runner.run(self._open_store())

    async def _open_store(self) -> None:
        async with database.connection() as connection:
            self.store_id = await make_store(connection)
            product = await make_seller_product(connection)
            self.listing = await make_listing(
                connection, store_id=self.store_id, product_id=product, price_rupiah=PRICE, stock=1_000
            )
            cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", self.store_id)
            self.phone = f"+62812{secrets.randbelow(10**8):08}"
            self.member, _ = await make_signed_in(
                connection, role="member", organisation_id=cooperative_id, phone=self.phone
            )
            people = [
                (await make_signed_in(connection, role=role, organisation_id=cooperative_id))[0]
                for role in ("cashier", "cashier", "store_manager", "pengurus")
            ]
        actors = [
            Actor(
                person_id=person,
                hat=Hat(
                    assignment_id=1,
                    role="store_manager",
                    organisation_id=cooperative_id,
                    organisation_kind="cooperative",
                    organisation_name="Koperasi Uji",
                    store_id=self.store_id,
                ),
            )
            for person in people
        ]
        self.cashiers, self.managers = actors[:2], actors[2:]
        async with database.transaction() as connection:
            await register_bank_account(
                connection,
                book=book_of(self.store_id),
                bank="BRI",
                number="012345678901234",
                holder="Koperasi Uji",
                at=clock.now(),
                author="system",
            )
        await record_opening_cash(1_000_000, reason="kas awal", actor=self.managers[0], once=once())
        opened = await open_shift(200_000, actor=self.cashiers[0], once=once())
        self.tills[0], self.shifts[0], self.safe = 200_000, opened.shift_id, 800_000
        await set_tab_limit(self.phone, 100_000, actor=self.managers[0], once=once())
        self.limit = 100_000

    def _is_free(self, cashier: int) -> bool:
        return cashier in self.tills and cashier not in self.offers

    @precondition(lambda self: len(self.tills) < 2)
    @rule(cashier=cashiers, amount=amounts)
    def begin(self, cashier: int, amount: int) -> None:
        """A shift with change money from the safe."""
        works = cashier not in self.tills and amount <= self.safe
        opened = self.attempt(open_shift(amount, actor=self.cashiers[cashier], once=once()), works=works)
        if opened is not None:
            self.tills[cashier], self.shifts[cashier] = amount, opened.shift_id
            self.safe -= amount

    @rule(cashier=cashiers, off=st.sampled_from([0, 0, -500, 700, -9_000, 9_000]), note=st.sampled_from(["", "Hilang"]))
    def end(self, cashier: int, off: int, note: str) -> None:
        """A shift closed with what was counted, right or not; far off it is counted twice, and explained."""
        counted = max(0, self.tills.get(cashier, 0) + off)
        is_far, shift_id = abs(counted - self.tills.get(cashier, 0)) > SMALL_CHANGE_RUPIAH, self.shifts.get(cashier)
        works = self._is_free(cashier) and (bool(note) if shift_id in self.counted else not is_far)
        call = close_shift(counted, note=note, actor=self.cashiers[cashier], once=once())
        if self._is_free(cashier) and is_far and shift_id is not None:
            self.counted.add(shift_id)
        if self.attempt(call, works=works) is not None:
            self.short += self.tills.pop(cashier) - counted
            self.safe += counted

    @rule(cashier=cashiers, amount=amounts, is_drop=st.booleans())
    def move(self, cashier: int, amount: int, is_drop: bool) -> None:  # noqa: FBT001
        """Cash to the safe or from it, sometimes more than there is."""
        there = self.tills.get(cashier, 0) if is_drop else self.safe
        call = move_cash("drop" if is_drop else "refill", amount, reason="", actor=self.cashiers[cashier], once=once())
        if self.attempt(call, works=self._is_free(cashier) and amount <= there) is not None:
            change = amount if is_drop else -amount
            self.tills[cashier] -= change
            self.safe += change

    @rule(cashier=cashiers, quantity=st.integers(1, 5), is_on_tab=st.booleans())
    def sell(self, cashier: int, quantity: int, is_on_tab: bool) -> None:  # noqa: FBT001
        """A sale in cash or on the member's tab."""
        total = quantity * PRICE
        command = SellAtCounter(
            lines=[CounterLine(listing_id=self.listing, quantity=quantity)],
            tendered_rupiah=0 if is_on_tab else total,
            expected_rupiah=total,
            member_phone=self.phone if is_on_tab else "",
            is_on_tab=is_on_tab,
        )
        works = self._is_free(cashier) and (not is_on_tab or self.owed + total <= self.limit)
        sold = self.attempt(sell_at_counter(command, actor=self.cashiers[cashier], once=once()), works=works)
        if sold is not None and is_on_tab:
            self.owed += total
        elif sold is not None:
            self.tills[cashier] += total

    @rule(limit=st.sampled_from([0, 30_000, 100_000]))
    def allow(self, limit: int) -> None:
        """Another limit, perhaps below what is owed."""
        self.attempt(set_tab_limit(self.phone, limit, actor=self.managers[0], once=once()), works=True)
        self.limit = limit

    @precondition(lambda self: self.owed > 0)
    @rule(cashier=cashiers, amount=st.sampled_from([1, 10_000, 40_000]))
    def repay(self, cashier: int, amount: int) -> None:
        """Cash for the tab, sometimes more than is owed."""
        call = repay_tab(self.member, amount, tendered_rupiah=amount, actor=self.cashiers[cashier], once=once())
        if self.attempt(call, works=self._is_free(cashier) and amount <= self.owed) is not None:
            self.owed -= amount
            self.tills[cashier] += amount

    @precondition(lambda self: self.tills)
    @rule(cashier=cashiers, off=st.sampled_from([0, 0, 300]))
    def offer(self, cashier: int, off: int) -> None:
        """A till counted for the other cashier."""
        counted = self.tills.get(cashier, 0) + off
        call = offer_till(counted, actor=self.cashiers[cashier], once=once())
        offered = self.attempt(call, works=self._is_free(cashier))
        if offered is not None:
            self.offers[cashier] = (offered.handover_id, counted)

    @precondition(lambda self: self.offers)
    @rule(data=st.data(), is_same=st.booleans())
    def count(self, data: st.DataObject, is_same: bool) -> None:  # noqa: FBT001
        """The other cashier counts: the same, or not."""
        cashier = data.draw(st.sampled_from(sorted(self.offers)))
        handover_id, counted = self.offers[cashier]
        other = 1 - cashier
        call = count_till(handover_id, counted if is_same else counted + 1, actor=self.cashiers[other], once=once())
        done = self.attempt(call, works=not is_same or other not in self.tills)
        if done is None:
            return
        del self.offers[cashier]
        assert done.state == ("done" if is_same else "disputed")
        if done.next_shift_id is not None:
            self.short += self.tills.pop(cashier) - counted
            self.tills[other], self.shifts[other] = counted, done.next_shift_id

    @precondition(lambda self: self.offers)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        """The till is taken back."""
        cashier = data.draw(st.sampled_from(sorted(self.offers)))
        self.attempt(withdraw_till(self.offers.pop(cashier)[0], actor=self.cashiers[cashier], once=once()), works=True)

    @rule(manager=managers, amount=amounts)
    def carry(self, manager: int, amount: int) -> None:
        """Cash on its way to the bank."""
        call = make_deposit(amount, actor=self.managers[manager], once=once())
        made = self.attempt(call, works=amount <= self.safe)
        if made is not None:
            self.on_the_way[made.deposit_id] = (manager, amount)
            self.safe -= amount

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data(), manager=managers, has_arrived=st.booleans())
    def decide(self, data: st.DataObject, manager: int, has_arrived: bool) -> None:  # noqa: FBT001
        """Somebody says what became of it; the one who brought it may not."""
        deposit_id = data.draw(st.sampled_from(sorted(self.on_the_way)))
        carrier, amount = self.on_the_way[deposit_id]
        self.attempt(add_slip(deposit_id, photo(), actor=self.managers[carrier], once=once()), works=True)
        call = decide_deposit(
            deposit_id, has_arrived=has_arrived, reason="tutup", actor=self.managers[manager], once=once()
        )
        if self.attempt(call, works=manager != carrier) is not None:
            del self.on_the_way[deposit_id]
            self.bank += amount if has_arrived else 0
            self.safe += 0 if has_arrived else amount

    @invariant()
    def book_agrees(self) -> None:
        """The ledger is sound and holds what the model holds."""
        if hasattr(self, "managers"):
            self.runner.run(self._prove())

    async def _prove(self) -> None:
        kinds = (
            AccountKind.SAFE_CASH,
            AccountKind.BANK,
            AccountKind.MEMBER_TAB,
            AccountKind.CASH_OVER_SHORT,
            AccountKind.TILL_CASH,
            AccountKind.CASH_IN_TRANSIT,
        )
        async with database.connection() as connection:
            assert await check(connection) == []
            held = await balances(connection, book=book_of(self.store_id), kinds=kinds)
        sums = dict.fromkeys(kinds, 0)
        for line in held:
            sums[line.account.kind] += line.balance.rupiah
        assert sums == {
            AccountKind.SAFE_CASH: self.safe,
            AccountKind.BANK: self.bank,
            AccountKind.MEMBER_TAB: self.owed,
            AccountKind.CASH_OVER_SHORT: self.short,
            AccountKind.TILL_CASH: sum(self.tills.values()),
            AccountKind.CASH_IN_TRANSIT: sum(amount for _, amount in self.on_the_way.values()),
        }
        tills = {line.account.reference: line.balance.rupiah for line in held if line.balance}
        for cashier, amount in self.tills.items():
            assert tills.get(till_reference(self.shifts[cashier]), 0) == amount  # type: ignore[arg-type]


def test_cash_stays_sound_whatever_happens(database_url: str) -> None:
    """Any order of shifts, moves, sales, tabs, hand-overs and deposits."""
    machine = type("CashOnPostgres", (Cash,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
