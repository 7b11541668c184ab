"""A random life of a shelf on real PostgreSQL, compared after each step with a model of a few lines."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from marketplace.ids import ListingId, OrderId
from marketplace.inventory import (
    Cause,
    OutOfStockError,
    ReturnTooLargeError,
    StockBelowReservedError,
    StockBelowZeroError,
    StockNotHeldError,
    adjust_stock,
    check_stock,
    receive_stock,
    release,
    reserve,
    sell_direct,
    sell_reserved,
    take_back,
)
from tests.factories_trade import make_bare_order, make_listing, make_store

SHELF = 3
quantities = st.dictionaries(st.integers(0, SHELF - 1), st.integers(1, 6), min_size=1, max_size=SHELF)
events = st.integers(0, 3).map(str)


@dataclass
class Order:
    """What the model knows of an order: its goods and whether they are held, sold or released."""

    state: str
    goods: dict[int, int]
    back: dict[int, int] = field(default_factory=dict)
    returns: set[tuple[int, str]] = field(default_factory=set)


class Shelf(RuleBasedStateMachine):
    """Three listings; every rule is one transaction that commits, or is rolled back whole by a refusal."""

    url = ""

    def __init__(self) -> None:
        """Open a connection and a fresh store."""
        super().__init__()
        self.runner = asyncio.Runner()
        self.connection: asyncpg.Connection[Any] = self.runner.run(asyncpg.connect(self.url))
        self.on_hand = [0] * SHELF
        self.orders: dict[OrderId, Order] = {}
        self.seen: set[tuple[int, str, str]] = set()
        self.store_id, self.listings = self.runner.run(self._open())

    async def _open(self) -> tuple[Any, list[ListingId]]:
        store_id = await make_store(self.connection)
        return store_id, [await make_listing(self.connection, store_id=store_id, stock=0) for _ in range(SHELF)]

    def teardown(self) -> None:
        """Close the connection."""
        self.runner.run(self.connection.close())
        self.runner.close()

    def reserved(self, index: int) -> int:
        """Units of a listing that open orders hold."""
        return sum(order.goods.get(index, 0) for order in self.orders.values() if order.state == "held")

    def free(self, index: int) -> int:
        """Units of a listing that a new buyer may have."""
        return self.on_hand[index] - self.reserved(index)

    def run(self, call: Any, *, order: bool = False, **arguments: Any) -> tuple[Any, OrderId]:
        """Call an inventory function in a transaction, with a new order where it needs one."""

        async def transact() -> tuple[Any, OrderId]:
            async with self.connection.transaction():
                order_id = OrderId(0)
                if order:
                    order_id = await make_bare_order(self.connection, store_id=self.store_id)
                    arguments["order_id"] = order_id
                return await call(self.connection, **arguments), order_id

        return self.runner.run(transact())

    def goods(self, wanted: dict[int, int]) -> dict[ListingId, int]:
        """Quantities by listing id."""
        return {self.listings[index]: quantity for index, quantity in wanted.items()}

    def turned(self, before: list[int]) -> list[ListingId]:
        """Listings whose availability differs from before."""
        return [self.listings[i] for i in range(SHELF) if (before[i] > 0) != (self.free(i) > 0)]

    def frees(self) -> list[int]:
        """What is free of each listing."""
        return [self.free(index) for index in range(SHELF)]

    @rule(wanted=quantities, event=events)
    def receive(self, wanted: dict[int, int], event: str) -> None:
        """Goods come in; a repeated event counts once."""
        before = self.frees()
        cause = Cause(source="note", event=event, author_id=None)
        answer, _ = self.run(receive_stock, store_id=self.store_id, quantities=self.goods(wanted), cause=cause)
        for index, quantity in wanted.items():
            if (index, "note", event) not in self.seen:
                self.seen.add((index, "note", event))
                self.on_hand[index] += quantity
        assert answer == self.turned(before)

    @rule(wanted=quantities, is_direct=st.booleans())
    def order_or_sell(self, wanted: dict[int, int], is_direct: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """An order holds its goods, a counter sale takes them; both all or nothing."""
        before = self.frees()
        fits = all(before[index] >= quantity for index, quantity in wanted.items())
        arguments: dict[str, Any] = {"store_id": self.store_id, "quantities": self.goods(wanted)}
        if is_direct:
            arguments["author_id"] = None
        try:
            answer, order_id = self.run(sell_direct if is_direct else reserve, order=True, **arguments)
        except OutOfStockError as refusal:
            assert not fits
            assert {(short.listing_id, short.left) for short in refusal.shortages} == {
                (self.listings[index], before[index]) for index, quantity in wanted.items() if before[index] < quantity
            }
            return
        assert fits
        self.orders[order_id] = Order(state="sold" if is_direct else "held", goods=dict(wanted))
        if is_direct:
            for index, quantity in wanted.items():
                self.on_hand[index] -= quantity
        assert answer == self.turned(before)

    @rule(data=st.data())
    def release_one(self, data: st.DataObject) -> None:
        """An order ends; again is harmless, and nothing sold comes back by it."""
        if not self.orders:
            return
        order_id = data.draw(st.sampled_from(sorted(self.orders)))
        before = self.frees()
        answer, _ = self.run(release, order_id=order_id)
        if self.orders[order_id].state == "held":
            self.orders[order_id].state = "released"
        assert answer == self.turned(before)

    @rule(data=st.data())
    def sell_one(self, data: st.DataObject) -> None:
        """Held goods are sold; again is harmless; released goods are refused."""
        if not self.orders:
            return
        order_id = data.draw(st.sampled_from(sorted(self.orders)))
        order = self.orders[order_id]
        try:
            self.run(sell_reserved, order_id=order_id, author_id=None)
        except StockNotHeldError:
            assert order.state == "released"
            return
        if order.state == "held":
            order.state = "sold"
            for index, quantity in order.goods.items():
                self.on_hand[index] -= quantity

    @rule(data=st.data(), wanted=quantities, event=events)
    def return_some(self, data: st.DataObject, wanted: dict[int, int], event: str) -> None:
        """At most what was sold comes back, each return once."""
        if not self.orders:
            return
        order_id = data.draw(st.sampled_from(sorted(self.orders)))
        order = self.orders[order_id]
        before = self.frees()
        fresh = {index: quantity for index, quantity in wanted.items() if (index, event) not in order.returns}
        sold = order.goods if order.state == "sold" else {}
        fits = all(sold.get(index, 0) - order.back.get(index, 0) >= quantity for index, quantity in fresh.items())
        try:
            answer, _ = self.run(
                take_back,
                store_id=self.store_id,
                order_id=order_id,
                quantities=self.goods(wanted),
                author_id=None,
                reason="tidak cocok",
                event=event,
            )
        except ReturnTooLargeError:
            assert not fits
            return
        assert fits
        for index, quantity in fresh.items():
            order.returns.add((index, event))
            order.back[index] = order.back.get(index, 0) + quantity
            self.on_hand[index] += quantity
        assert answer == self.turned(before)

    @rule(index=st.integers(0, SHELF - 1), change=st.integers(-6, 6), event=events)
    def correct(self, index: int, change: int, event: str) -> None:
        """A correction never goes below nothing, nor below what is ordered."""
        before = self.frees()
        cause = Cause(source="count", event=event, author_id=None)
        arguments: dict[str, Any] = {"listing_id": self.listings[index], "change": change, "cause": cause}
        is_new = (index, "count", event) not in self.seen
        try:
            answer, _ = self.run(adjust_stock, store_id=self.store_id, **arguments)
        except StockBelowZeroError:
            assert is_new
            assert self.on_hand[index] + change < 0
            return
        except StockBelowReservedError:
            assert is_new
            assert 0 <= self.on_hand[index] + change < self.reserved(index)
            return
        if is_new and change:
            self.seen.add((index, "count", event))
            self.on_hand[index] += change
        assert answer == self.turned(before)

    @invariant()
    def shelf_agrees_with_the_model(self) -> None:
        """Balances are the model's, sums agree, nothing is negative."""

        async def look() -> None:
            rows = await self.connection.fetch(
                "SELECT listing_id, on_hand, reserved FROM stock WHERE store_id = $1", self.store_id
            )
            found = {row["listing_id"]: (row["on_hand"], row["reserved"]) for row in rows}
            for index, listing_id in enumerate(self.listings):
                expected = (self.on_hand[index], self.reserved(index))
                assert found.get(listing_id, (0, 0)) == expected
                assert 0 <= expected[1] <= expected[0]
            assert await check_stock(self.connection) == []

        self.runner.run(look())


def test_shelf_agrees_with_a_model_whatever_happens(database_url: str) -> None:
    """Any order of arrivals, orders, sales, returns and corrections."""
    machine = type("ShelfOnPostgres", (Shelf,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
