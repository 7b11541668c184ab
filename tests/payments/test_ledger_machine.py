"""Any sequence of sales, returns, reversals, repetitions, holds and closed days keeps every book sound.

A model in memory says what the balances must be and which posting must be refused; the database must agree each time.
"""

import asyncio
import itertools
from collections.abc import Coroutine
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import asyncpg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from payments import (
    AccountKey,
    BalanceTooLow,
    DayClosed,
    HoldEnded,
    Money,
    PostingConflict,
    Transfer,
    available,
    balance_sheet,
    check,
    close_days,
    hold,
    post,
    post_held,
    reverse,
    trial_balance,
    trial_balance_on,
    void_held,
)
from payments.ledger.accounts import KINDS, SAFE, AccountKind, Side, bank, till
from payments.ledger.recipes import (
    ConsignmentSold,
    OwnStockSold,
    SoldLine,
    consignment_share,
    float_put_in,
    goods_received,
    opened_with,
    sale,
    sale_return,
    supplier_paid,
    till_counted,
    till_dropped,
)
from tests.payments.conftest import Connection

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
BANK = bank("bank:1")
TILLS = st.sampled_from([till("shift:1"), till("shift:2")])
AMOUNTS = st.integers(min_value=1, max_value=50_000).map(Money)
SUPPLIERS = st.sampled_from(["organisation:5", "organisation:6"])
Answer = TypeVar("Answer")


@st.composite
def sold_lines(draw: st.DrawFn) -> list[SoldLine]:
    lines: list[SoldLine] = []
    for price in draw(st.lists(AMOUNTS, min_size=1, max_size=4)):
        if draw(st.booleans()):
            lines.append(OwnStockSold(price=price, cost=draw(AMOUNTS)))
        else:
            share = consignment_share(price, fee_basis_points=draw(st.integers(min_value=0, max_value=10_000)))
            lines.append(ConsignmentSold(price=price, fee=share.fee, supplier_reference=draw(SUPPLIERS)))
    return lines


class LedgerMachine(RuleBasedStateMachine):
    """One book, with a model of it."""

    books = itertools.count(1)

    def __init__(self, runner: asyncio.Runner, connection: Connection) -> None:
        super().__init__()
        self.runner = runner
        self.connection = connection
        self.book = f"store:{next(self.books)}"
        self.net_debits: dict[AccountKey, int] = {}
        self.moved = 0
        self.posted: list[tuple[str, tuple[Transfer, ...]]] = []
        self.reversed: set[str] = set()
        self.at = AT
        self.closed_through: date | None = None
        # what every day had moved by its end, and holds by source: the transfer and what became of it
        self.days: dict[date, dict[AccountKind, int]] = {}
        self.holds: dict[str, tuple[Transfer, str]] = {}
        self.sales: list[tuple[AccountKey, list[SoldLine]]] = []

    def run(self, step: Coroutine[Any, Any, Answer]) -> Answer:
        async def in_transaction() -> Answer:
            async with self.connection.transaction():
                return await step

        return self.runner.run(in_transaction())

    def apply(self, transfers: tuple[Transfer, ...]) -> bool:
        """Move the model; False and nothing moved where the ledger has to refuse."""
        after = dict(self.net_debits)
        for transfer in transfers:
            after[transfer.debit] = after.get(transfer.debit, 0) + transfer.amount.rupiah
            after[transfer.credit] = after.get(transfer.credit, 0) - transfer.amount.rupiah
        if any(not self.covers(account, after) for account in after):
            return False
        self.net_debits = after
        self.moved += sum(transfer.amount.rupiah for transfer in transfers)
        return True

    def covers(self, account: AccountKey, net_debits: dict[AccountKey, int]) -> bool:
        """Whether an account's balance covers what is held of it; all that may not be negative here is debit."""
        return KINDS[account.kind].may_be_negative or net_debits.get(account, 0) >= self.held(account)

    def held(self, account: AccountKey) -> int:
        return sum(
            transfer.amount.rupiah
            for transfer, state in self.holds.values()
            if state == "open" and transfer.credit == account
        )

    def post(self, transfers: tuple[Transfer, ...]) -> bool:
        source = f"{self.book}/{len(self.posted)}"
        self.posted.append((source, transfers))
        step = post(
            self.connection, book=self.book, source=source, transfers=transfers, author="person:7", occurred_at=self.at
        )
        if self.apply(transfers):
            assert self.run(step).is_new is bool(transfers)
            return True
        with pytest.raises(BalanceTooLow):
            self.run(step)
        self.posted.pop()
        return False

    @rule(amount=AMOUNTS)
    def open_safe(self, amount: Money) -> None:
        self.post(opened_with(account=SAFE, amount=amount))

    @rule(drawer=TILLS, amount=AMOUNTS)
    def put_float_in(self, drawer: AccountKey, amount: Money) -> None:
        self.post(float_put_in(till=drawer, amount=amount))

    @rule(drawer=TILLS, amount=AMOUNTS)
    def drop(self, drawer: AccountKey, amount: Money) -> None:
        self.post(till_dropped(till=drawer, amount=amount))

    @rule(drawer=TILLS, lines=sold_lines(), delivery_fee=AMOUNTS)
    def sell(self, drawer: AccountKey, lines: list[SoldLine], delivery_fee: Money) -> None:
        assert self.post(sale(paid_into=drawer, lines=lines, delivery_fee=delivery_fee))
        self.sales.append((drawer, lines))

    @precondition(lambda self: self.sales)
    @rule(data=st.data(), drawer=TILLS, is_resaleable=st.booleans())
    def take_back(self, data: st.DataObject, drawer: AccountKey, *, is_resaleable: bool) -> None:
        _, lines = data.draw(st.sampled_from(self.sales))
        self.post(
            sale_return(paid_out_of=drawer, lines=lines[:1], return_reference="return:1", is_resaleable=is_resaleable)
        )

    @rule(supplier=SUPPLIERS, cost=AMOUNTS)
    def receive(self, supplier: str, cost: Money) -> None:
        self.post(goods_received(supplier_reference=supplier, cost=cost))

    @rule(supplier=SUPPLIERS, drawer=TILLS, amount=AMOUNTS)
    def pay_supplier(self, supplier: str, drawer: AccountKey, amount: Money) -> None:
        self.post(supplier_paid(supplier_reference=supplier, paid_out_of=drawer, amount=amount))

    @rule(drawer=TILLS, difference=st.integers(min_value=-500, max_value=500))
    def count(self, drawer: AccountKey, difference: int) -> None:
        expected = self.net_debits.get(drawer, 0)
        counted = max(0, expected + difference)
        if self.post(till_counted(till=drawer, expected=Money(expected), counted=Money(counted))):
            assert self.net_debits.get(drawer, 0) == counted
        else:
            # What is set aside of a till must stay in it: less cannot be counted before that is undone.
            assert counted < self.held(drawer)

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        source, transfers = data.draw(st.sampled_from(self.posted))
        again = self.run(
            post(self.connection, book=self.book, source=source, transfers=transfers, author="person:9", occurred_at=AT)
        )
        assert not again.is_new

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def repeat_with_another_amount(self, data: st.DataObject) -> None:
        source, transfers = data.draw(st.sampled_from(self.posted))
        changed = [
            Transfer(debit=each.debit, credit=each.credit, amount=each.amount + Money(1), event=each.event)
            for each in transfers
        ]
        if changed:
            with pytest.raises(PostingConflict):
                self.run(
                    post(
                        self.connection,
                        book=self.book,
                        source=source,
                        transfers=changed,
                        author="person:9",
                        occurred_at=AT,
                    )
                )

    @precondition(lambda self: any(transfers for _, transfers in self.posted))
    @rule(data=st.data())
    def take_all_back(self, data: st.DataObject) -> None:
        source, transfers = data.draw(st.sampled_from([each for each in self.posted if each[1]]))
        step = reverse(
            self.connection, book=self.book, source=source, reason="batal", author="person:8", occurred_at=self.at
        )
        if source in self.reversed:
            assert not self.run(step).is_new
        elif self.apply(
            tuple(
                Transfer(debit=each.credit, credit=each.debit, amount=each.amount, event=each.event)
                for each in transfers
            )
        ):
            assert self.run(step).is_new
            self.reversed.add(source)
        else:
            with pytest.raises(BalanceTooLow):
                self.run(step)

    @rule(drawer=TILLS, amount=AMOUNTS)
    def set_aside(self, drawer: AccountKey, amount: Money) -> None:
        source = f"{self.book}/hold/{len(self.holds)}"
        transfer = Transfer(debit=BANK, credit=drawer, amount=amount, event="deposit")
        step = hold(
            self.connection, book=self.book, source=source, transfer=transfer, author="person:7", held_at=self.at
        )
        if self.net_debits.get(drawer, 0) - self.held(drawer) >= amount.rupiah:
            assert self.run(step).is_new
            self.holds[source] = (transfer, "open")
            self.net_debits.setdefault(drawer, 0)
            self.net_debits.setdefault(BANK, 0)
        else:
            with pytest.raises(BalanceTooLow):
                self.run(step)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), is_posted=st.booleans())
    def end_hold(self, data: st.DataObject, *, is_posted: bool) -> None:
        source = data.draw(st.sampled_from(sorted(self.holds)))
        transfer, state = self.holds[source]
        wanted = "posted" if is_posted else "voided"
        step: Coroutine[Any, Any, Any]
        if is_posted:
            step = post_held(
                self.connection,
                book=self.book,
                source=source,
                event="deposit",
                author="person:8",
                occurred_at=self.at,
            )
        else:
            step = void_held(
                self.connection,
                book=self.book,
                source=source,
                event="deposit",
                author="person:8",
                at=self.at,
                reason="batal",
            )
        if state in ("open", wanted):
            answer: Any = self.run(step)
            assert (answer.is_new if is_posted else answer) is (state == "open")
            self.holds[source] = (transfer, wanted)
            if state == "open" and is_posted:
                assert self.apply((transfer,))
        else:
            with pytest.raises(HoldEnded):
                self.run(step)

    @rule(days=st.integers(min_value=1, max_value=3))
    def sleep(self, days: int) -> None:
        for _ in range(days):
            self.days[self.today()] = self.kinds()
            self.at += timedelta(days=1)

    @rule(back=st.integers(min_value=1, max_value=3))
    def close(self, back: int) -> None:
        through = self.today() - timedelta(days=back)
        closed = self.run(close_days(self.connection, book=self.book, through=through, at=self.at, author="person:9"))
        assert closed.is_new is (self.closed_through is None or through > self.closed_through)
        self.closed_through = closed.closed_through

    @precondition(lambda self: self.closed_through is not None)
    @rule(drawer=TILLS, amount=AMOUNTS, hours=st.integers(min_value=0, max_value=40))
    def post_into_a_closed_day(self, drawer: AccountKey, amount: Money, hours: int) -> None:
        assert self.closed_through is not None
        end = datetime(self.closed_through.year, self.closed_through.month, self.closed_through.day, 16, 59, tzinfo=UTC)
        step = post(
            self.connection,
            book=self.book,
            source=f"{self.book}/late",
            transfers=opened_with(account=drawer, amount=amount),
            author="person:7",
            occurred_at=end - timedelta(hours=hours),
        )
        with pytest.raises(DayClosed):
            self.run(step)

    def today(self) -> date:
        return (self.at + timedelta(hours=7)).date()

    def kinds(self) -> dict[AccountKind, int]:
        """Net debit of the model by kind; kinds at zero are left out."""
        sums: dict[AccountKind, int] = {}
        for account, rupiah in self.net_debits.items():
            sums[account.kind] = sums.get(account.kind, 0) + rupiah
        return {kind: rupiah for kind, rupiah in sums.items() if rupiah}

    @precondition(lambda self: self.days)
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        """Any day that has passed reads as it was when it ended, closed or not."""
        on = data.draw(st.sampled_from(sorted(self.days)))
        then = self.run(trial_balance_on(self.connection, book=self.book, on=on))
        assert {
            line.kind: line.debit.rupiah - line.credit.rupiah for line in then.lines if line.debit or line.credit
        } == self.days[on]
        assert then.debit == then.credit
        assert self.run(balance_sheet(self.connection, book=self.book, on=on)).is_balanced

    @invariant()
    def what_is_available_equals_the_model(self) -> None:
        for drawer in (till("shift:1"), till("shift:2")):
            left = self.run(available(self.connection, book=self.book, account=drawer))
            assert left.rupiah == self.net_debits.get(drawer, 0) - self.held(drawer) >= 0

    @invariant()
    def book_is_sound_and_equals_the_model(self) -> None:
        assert self.run(check(self.connection, book=self.book)) == []
        sums = self.run(trial_balance(self.connection, book=self.book))
        assert sums.debit == sums.credit == Money(self.moved)
        assert {
            line.account: line.balance.rupiah * (1 if KINDS[line.account.kind].normal_side == Side.DEBIT else -1)
            for line in sums.lines
        } == self.net_debits


def test_any_sequence_of_events_keeps_the_book_sound(postgres_url: str, payments_template: str) -> None:
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(postgres_url))
        runner.run(connection.execute("DROP DATABASE IF EXISTS payments_machine"))
        runner.run(connection.execute(f"CREATE DATABASE payments_machine TEMPLATE {payments_template}"))
        runner.run(connection.close())
        connection = runner.run(asyncpg.connect(postgres_url, database="payments_machine"))
        try:
            run_state_machine_as_test(
                lambda: LedgerMachine(runner, connection),  # type: ignore[arg-type]  # any callable that makes one will do
                settings=settings(
                    max_examples=40,
                    stateful_step_count=25,
                    deadline=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
                ),
            )
            assert runner.run(check(connection)) == []
        finally:
            runner.run(connection.close())
