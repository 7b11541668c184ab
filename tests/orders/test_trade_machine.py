"""A store's whole trade at random on real PostgreSQL; after each step the books, the shelves and the tills agree."""

import asyncio
import secrets
from collections.abc import Awaitable
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from marketplace import database
from marketplace.actor import GUEST, Actor, Hat
from marketplace.books import book_of, till_reference
from marketplace.cart import CartKey, ChangeLine, change_cart
from marketplace.errors import LumbungError
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId, ProductId, StoreId, hash_token
from marketplace.inventory import check_books, check_stock
from marketplace.inventory.record_stock import correct_stock, count_goods, receive_goods
from marketplace.inventory.schemas import CorrectBody, CountBody, ReceiveBody
from marketplace.orders import expire_orders
from marketplace.orders.counter_lines import CounterLine
from marketplace.orders.hand_over import hand_over
from marketplace.orders.move_order import cancel_own_order, move_order
from marketplace.orders.place_order import ExpectedLine, PlaceOrder, place_order
from marketplace.orders.request_return import ReturnRequest, request_return
from marketplace.orders.sell_at_counter import SellAtCounter, sell_at_counter
from marketplace.orders.shifts import close_shift, open_shift, record_opening_cash
from marketplace.orders.show_plan import show_plan
from marketplace.orders.take_payment import take_payment
from marketplace.stores import get_listing
from marketplace.stores.save_listing import edit_listing
from marketplace.stores.schemas import EditListingBody
from payments import AccountKind, balances, check
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store
from tests.orders.people import make_signed_in

T = TypeVar("T")
SHELF = 3
CASHIERS = 2
shelf_indexes = st.integers(0, SHELF - 1)
cashier_indexes = st.sampled_from([0, 0, 0, 1])
baskets = st.dictionaries(shelf_indexes, st.integers(1, 4), min_size=1, max_size=SHELF)


def once() -> Once:
    """A press of its own."""
    return Once(scope="test", key=secrets.token_hex(8), request_hash=b"same")


class Trade(RuleBasedStateMachine):
    """One store, own and consigned goods, two cashiers. A step may be refused, but then it changes nothing."""

    url = ""

    def __init__(self) -> None:
        """Open the pool; the shop is made by the first step."""
        super().__init__()
        self.runner = asyncio.Runner()
        self.runner.run(database.open_pool(self.url, size=2))
        self.codes: list[str] = []
        self.tokens: dict[str, str] = {}

    def teardown(self) -> None:
        """Close the pool."""
        self.runner.run(database.close_pool())
        self.runner.close()

    def attempt(self, call: Awaitable[T]) -> T | None:
        """Run a use case; None where it was refused by a rule of the trade (any other error is a fault)."""

        async def run() -> T | None:
            try:
                return await call
            except LumbungError:
                return None

        return self.runner.run(run())

    @initialize()
    def open_store(self) -> None:
        """A store with nothing on its shelves and 5 million in its safe."""
        self.runner.run(self._open_store())

    async def _open_store(self) -> None:
        async with database.connection() as connection:
            self.store_id: StoreId = await make_store(connection)
            self.products: list[ProductId] = [await make_seller_product(connection) for _ in range(SHELF)]
            self.listings: list[ListingId] = [
                await make_listing(
                    connection,
                    store_id=self.store_id,
                    product_id=product,
                    source="consignment" if index == SHELF - 1 else "own_stock",
                    fee_basis_points=1_500 if index == SHELF - 1 else 0,
                    cost_rupiah=0 if index == SHELF - 1 else 9_999,
                    stock=20,
                )
                for index, product in enumerate(self.products)
            ]
            cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", self.store_id)
            people = [
                (await make_signed_in(connection, role=role, organisation_id=cooperative_id))[0]
                for role in ("store_manager", *["cashier"] * CASHIERS)
            ]
        self.manager, *self.cashiers = (
            Actor(
                person_id=person,
                hat=Hat(
                    assignment_id=1,
                    role="cashier" if number else "store_manager",
                    organisation_id=cooperative_id,
                    organisation_kind="cooperative",
                    organisation_name="Koperasi Uji",
                    store_id=self.store_id,
                ),
            )
            for number, person in enumerate(people)
        )
        await record_opening_cash(5_000_000, reason="kas awal", actor=self.manager, once=once())
        await open_shift(500_000, actor=self.cashiers[0], once=once())

    @rule(index=shelf_indexes, quantity=st.integers(1, 7), cost=st.none() | st.integers(0, 20_003))
    def receive(self, index: int, quantity: int, cost: int | None) -> None:
        """Goods come in at one cost or another."""
        body = ReceiveBody(quantity=quantity, unit_cost_rupiah=cost)
        self.attempt(receive_goods(self.listings[index], body, actor=self.manager, once=once()))

    @rule(index=shelf_indexes, quantity=st.integers(1, 3), counted=st.none() | st.integers(0, 25))
    def correct(self, index: int, quantity: int, counted: int | None) -> None:
        """Goods go without a sale, or the shelf is counted."""
        if counted is None:
            body = CorrectBody(kind="damage", quantity=quantity, reason="rusak")
            self.attempt(correct_stock(self.listings[index], body, actor=self.manager, once=once()))
        else:
            count = CountBody(counted=counted, reason="opname")
            self.attempt(count_goods(self.listings[index], count, actor=self.manager, once=once()))

    @rule(index=shelf_indexes, price=st.integers(10_000, 20_000), is_own=st.booleans())
    def change_terms(self, index: int, price: int, is_own: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Another price, and whose the goods are where the shelf is empty."""

        async def change() -> None:
            async with database.connection() as connection:
                saved = await get_listing(connection, self.store_id, self.listings[index])
            terms = EditListingBody(
                source="own_stock" if is_own else "consignment",
                price_rupiah=price,
                cost_rupiah=saved.cost_rupiah,
                fee_basis_points=0 if is_own else 1_234,
                version=saved.version,
            )
            await edit_listing(self.listings[index], terms, actor=self.manager, once=once())

        self.attempt(change())

    @rule(basket=baskets, is_stale=st.booleans())
    def place(self, basket: dict[int, int], is_stale: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """A guest fills a cart and orders, now and then at a price that is gone."""

        async def order() -> Any:
            key = CartKey(token_hash=hash_token(secrets.token_hex(8)))
            lines = [ChangeLine(product_id=self.products[index], quantity=many) for index, many in basket.items()]
            await change_cart(lines, actor=GUEST, key=key, village_code=JATIMAKMUR)
            plan = await show_plan(key, actor=GUEST)
            expected = [
                ExpectedLine(
                    product_id=line.product_id,
                    store_id=one.store_id,
                    quantity=line.quantity,
                    unit_price_rupiah=line.unit_price_rupiah + (1 if is_stale else 0),
                )
                for one in plan.orders
                for line in one.lines
            ]
            command = PlaceOrder(lines=expected, contact_name="Pembeli Uji", contact_phone="081200000001")
            return await place_order(command, actor=GUEST, key=key, channel="api", once=once())

        placed = self.attempt(order())
        if placed is not None:
            assert not is_stale
            for one in placed.orders:
                self.codes.append(one.code)
                self.tokens[one.code] = one.tracking_token

    @rule(data=st.data(), step=st.sampled_from(["accepted", "ready", "cancelled"]))
    def move(self, data: st.DataObject, step: str) -> None:
        """The store works on an order, or cancels it."""
        if self.codes:
            code = data.draw(st.sampled_from(self.codes[-4:]))
            self.attempt(move_order(code, step, actor=self.manager, reason="habis", once=once()))

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """The buyer cancels."""
        if self.tokens:
            code = data.draw(st.sampled_from(sorted(self.tokens)))
            self.attempt(cancel_own_order(self.tokens[code], actor=GUEST, once=once()))

    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        """Time passes over an order that nobody came for."""
        if self.codes:
            code = data.draw(st.sampled_from(self.codes[-4:]))

            async def run() -> None:
                async with database.transaction() as connection:
                    await connection.execute(
                        "UPDATE orders SET hold_until = now() - interval '1 hour'"
                        " WHERE code = $1 AND hold_until IS NOT NULL",
                        code,
                    )
                await expire_orders()

            self.attempt(run())

    @rule(
        data=st.data(),
        cashier=cashier_indexes,
        tendered=st.sampled_from([0, 500_000, 999_999]),
        is_handed_over=st.booleans(),
    )
    def pay(self, data: st.DataObject, cashier: int, tendered: int, is_handed_over: bool) -> None:  # noqa: FBT001
        """Cash for an order, sometimes too little; the goods go along or wait."""
        if self.codes:
            code = data.draw(st.sampled_from(self.codes[-4:]))
            self.attempt(
                take_payment(code, tendered, actor=self.cashiers[cashier], is_handed_over=is_handed_over, once=once())
            )

    @rule(data=st.data(), cashier=cashier_indexes)
    def give_out(self, data: st.DataObject, cashier: int) -> None:
        """Goods that were paid before."""
        if self.codes:
            code = data.draw(st.sampled_from(self.codes[-4:]))
            self.attempt(hand_over(code, actor=self.cashiers[cashier], once=once()))

    @rule(data=st.data(), cashier=cashier_indexes)
    def bring_back(self, data: st.DataObject, cashier: int) -> None:
        """Money back, whatever was paid: before or after the goods went."""
        if self.codes:
            code = data.draw(st.sampled_from(self.codes[-4:]))
            self.attempt(
                request_return(code, ReturnRequest(reason="tidak cocok"), actor=self.cashiers[cashier], once=once())
            )

    @rule(basket=baskets, cashier=cashier_indexes)
    def sell(self, basket: dict[int, int], cashier: int) -> None:
        """A walk-in sale at the prices of now."""

        async def run() -> Any:
            async with database.connection() as connection:
                rows = await connection.fetch(
                    "SELECT id, price_rupiah FROM listing WHERE store_id = $1 ORDER BY id", self.store_id
                )
            prices = {row["id"]: row["price_rupiah"] for row in rows}
            lines = {self.listings[index]: quantity for index, quantity in basket.items()}
            total = sum(prices[listing] * quantity for listing, quantity in lines.items())
            command = SellAtCounter(
                lines=[CounterLine(listing_id=listing, quantity=quantity) for listing, quantity in lines.items()],
                tendered_rupiah=total + 500,
                expected_rupiah=total,
            )
            return await sell_at_counter(command, actor=self.cashiers[cashier], once=once())

        sold = self.attempt(run())
        if sold is not None:
            self.codes.append(sold.code)

    @rule(cashier=cashier_indexes, float_rupiah=st.sampled_from([0, 100_000, 7_000_000]))
    def begin_shift(self, cashier: int, float_rupiah: int) -> None:
        """Change money from the safe, sometimes more than is there."""
        self.attempt(open_shift(float_rupiah, actor=self.cashiers[cashier], once=once()))

    @rule(cashier=cashier_indexes, counted=st.integers(0, 400_000))
    def end_shift(self, cashier: int, counted: int) -> None:
        """Whatever was counted, twice where it is far off; the difference is booked."""
        self.attempt(close_shift(counted, note="Dihitung", actor=self.cashiers[cashier], once=once()))

    @invariant()
    def everything_agrees(self) -> None:
        """The ledger is sound, shelves and books are one, tills hold what came in less what went out."""
        if hasattr(self, "manager"):
            self.runner.run(self._prove())

    async def _prove(self) -> None:
        async with database.connection() as connection:
            assert await check(connection) == []
            assert await check_stock(connection) == []
            assert await check_books(connection) == []
            numbers = await connection.fetchrow(
                "SELECT count(r.number) AS many, coalesce(max(r.number), 0) AS last, s.next_receipt_number AS next"
                " FROM store s LEFT JOIN receipt r ON r.store_id = s.id WHERE s.id = $1 GROUP BY s.id",
                self.store_id,
            )
            assert numbers["many"] == numbers["last"] == numbers["next"] - 1
            held = await balances(
                connection,
                book=book_of(self.store_id),
                kinds=(AccountKind.BUYER_RECEIVABLE, AccountKind.TILL_CASH),
            )
            owed, tills = (
                {one.account.reference: one.balance.rupiah for one in held if one.account.kind == kind}
                for kind in (AccountKind.BUYER_RECEIVABLE, AccountKind.TILL_CASH)
            )
            # Only an order that is paid and waits for its buyer has money against it.
            waiting = await connection.fetch(
                "SELECT id, total_rupiah FROM orders WHERE store_id = $1 AND paid_at IS NOT NULL"
                " AND state IN ('placed', 'accepted', 'ready')",
                self.store_id,
            )
            assert {name: amount for name, amount in owed.items() if amount} == {
                f"order:{row['id']}": -row["total_rupiah"] for row in waiting
            }
            shifts = await connection.fetch(
                "SELECT f.id, f.closed_at, f.float_rupiah + coalesce(sum(CASE r.kind WHEN 'sale' THEN r.amount_rupiah"
                " ELSE -r.amount_rupiah END), 0)::bigint AS cash, f.expected_rupiah FROM shift f"
                " LEFT JOIN receipt r ON r.shift_id = f.id WHERE f.store_id = $1 GROUP BY f.id",
                self.store_id,
            )
            for shift in shifts:
                in_till = tills.get(till_reference(shift["id"]), 0)
                assert in_till == (shift["cash"] if shift["closed_at"] is None else 0)
                assert shift["expected_rupiah"] in (None, shift["cash"])


def test_trade_stays_sound_whatever_happens(database_url: str) -> None:
    """Any order of receipts, orders, payments, returns, counts, shifts and changes of price."""
    machine = type("TradeOnPostgres", (Trade,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
