"""What buyers, cashiers and time do to orders: placed, paid in cash or on trust, handed over, brought back, let go."""

import secrets
from functools import partial
from typing import Any

from marketplace.actor import GUEST, Actor
from marketplace.cart import CartKey, ChangeLine, change_cart
from marketplace.errors import LumbungError
from marketplace.http.idempotency import Once
from marketplace.ids import hash_token
from marketplace.inventory.record_stock import correct_stock, receive_goods
from marketplace.inventory.schemas import CorrectBody, ReceiveBody
from marketplace.orders import complete_orders, expire_orders, expire_payments
from marketplace.orders.counter_lines import CounterLine
from marketplace.orders.decide_return import decide_return, pay_return
from marketplace.orders.hand_over import hand_over
from marketplace.orders.move_order import cancel_own_order, move_order
from marketplace.orders.pay_on_tab import pay_on_tab, repay_tab
from marketplace.orders.place_order import ExpectedLine, PlaceOrder, place_order
from marketplace.orders.request_return import ReturnLine, ReturnRequest, request_return
from marketplace.orders.sell_at_counter import SellAtCounter, sell_at_counter
from marketplace.orders.show_plan import show_plan
from marketplace.orders.take_payment import take_payment
from tests.factories_trade import JATIMAKMUR
from tests.proof.steps import Press, Steps, move, pick
from tests.proof.world import PHONE

_OPEN = "('placed', 'accepted', 'ready')"
_UNPAID = f"state IN {_OPEN} AND paid_at IS NULL"
_PAID = "paid_at IS NOT NULL AND state NOT IN ('returned', 'cancelled')"
# Recent orders, so that a few presses meet at one of them.
_RECENT = 5
RETURN_METHODS = ("cash", "cash", "stripe", "stripe", "tab", "transfer")


class Trade(Steps):
    """Moves of the trade."""

    def cashier(self, number: int) -> Actor:
        """A cashier, or one who may do the same; mostly one with an open till."""
        people: tuple[Actor, ...] = (*self.world.cashiers, self.world.manager, self.world.board)
        if number % 5:
            open_tills = {
                row["cashier_id"] for row in self.rows("SELECT cashier_id FROM shift WHERE closed_at IS NULL")
            }
            people = tuple(one for one in people if one.person_id in open_tills) or people
        return pick(people, number)

    def orders(self, number: int, likely: str) -> Any:
        """A recent order, mostly one that it is likely for; None where there is none."""
        found = self.rows(f"SELECT * FROM orders ORDER BY ({likely}) DESC, id DESC LIMIT {_RECENT}")
        fitting = self.rows(f"SELECT * FROM orders WHERE {likely} ORDER BY id DESC LIMIT {_RECENT}")
        candidates = fitting if fitting and number % 7 else found
        return pick(candidates, number) if candidates else None

    @move(10)
    def place(self, a: int, b: int, c: int) -> Press:
        """A guest orders one or two kinds of goods."""
        products = self.world.products
        basket = {pick(products, a): 1 + b % 3} | ({pick(products, c): 1 + b % 2} if c % 3 == 0 else {})
        lines = [ChangeLine(product_id=product, quantity=quantity) for product, quantity in basket.items()]
        key = CartKey(token_hash=hash_token(secrets.token_hex(8)))

        async def fill() -> list[ExpectedLine]:
            try:
                await change_cart(lines, actor=GUEST, key=key, village_code=JATIMAKMUR)
                plan = await show_plan(key, actor=GUEST)
            except LumbungError:
                return []
            return [
                ExpectedLine(
                    product_id=line.product_id,
                    store_id=one.store_id,
                    quantity=line.quantity,
                    unit_price_rupiah=line.unit_price_rupiah,
                )
                for one in plan.orders
                for line in one.lines
            ]

        command = PlaceOrder(lines=self.run(fill()), contact_name="Pembeli Uji", contact_phone="081200000009")
        self.forget_contents()
        return Press(call=partial(place_order, command, actor=GUEST, key=key, channel="api"))

    @move(2)
    def step(self, a: int, b: int, _c: int) -> Press | None:
        """The store works on an order, or cancels it."""
        if (order := self.orders(a, f"state IN {_OPEN}")) is None:
            return None
        code, target = order["code"], pick(("accepted", "ready", "cancelled"), b)
        return Press(call=partial(move_order, code, target, actor=self.world.manager, reason="habis"))

    @move()
    def cancel(self, a: int, _b: int, _c: int) -> Press | None:
        """The buyer cancels."""
        if (order := self.orders(a, f"state IN {_OPEN}")) is None:
            return None
        token = order["tracking_token"]
        return Press(call=partial(cancel_own_order, token, actor=GUEST))

    @move(6)
    def pay_cash(self, a: int, b: int, c: int) -> Press | None:
        """Cash for an order; the goods go along or wait."""
        if (order := self.orders(a, _UNPAID)) is None:
            return None
        cashier = self.cashier(b)
        return Press(
            call=partial(
                take_payment, order["code"], order["total_rupiah"] + 500, actor=cashier, is_handed_over=c % 2 == 0
            )
        )

    @move(4)
    def put_on_tab(self, a: int, b: int, c: int) -> Press | None:
        """An order on the member's tab."""
        if (order := self.orders(a, _UNPAID)) is None:
            return None
        code, cashier = order["code"], self.cashier(b)
        return Press(call=partial(pay_on_tab, code, member_phone=PHONE, actor=cashier, is_handed_over=c % 2 == 0))

    @move(2)
    def repay(self, a: int, b: int, _c: int) -> Press:
        """Cash for the tab, sometimes more than is owed."""
        amount, cashier = pick((1, 10_000, 40_000, 65_000), a), self.cashier(b)
        return Press(call=partial(repay_tab, self.world.member, amount, tendered_rupiah=amount, actor=cashier))

    @move(5)
    def sell(self, a: int, b: int, c: int) -> Press:
        """A walk-in sale in cash or on the tab."""
        listing, cashier, quantity, is_on_tab = pick(self.world.listings, a), self.cashier(b), 1 + c % 3, c % 4 == 0
        column = "coalesce(member_price_rupiah, price_rupiah)" if is_on_tab else "price_rupiah"
        price = self.rows(f"SELECT {column} AS price FROM listing WHERE id = $1", listing)[0]["price"]
        command = SellAtCounter(
            lines=[CounterLine(listing_id=listing, quantity=quantity)],
            tendered_rupiah=0 if is_on_tab else price * quantity,
            expected_rupiah=price * quantity,
            member_phone=PHONE if is_on_tab else "",
            is_on_tab=is_on_tab,
        )
        return Press(call=partial(sell_at_counter, command, actor=cashier))

    @move(6)
    def give_out(self, a: int, b: int, _c: int) -> Press | None:
        """Goods that were paid before."""
        if (order := self.orders(a, f"state IN {_OPEN} AND paid_at IS NOT NULL")) is None:
            return None
        code, cashier = order["code"], self.cashier(b)
        return Press(call=partial(hand_over, code, actor=cashier))

    @move(8)
    def bring_back(self, a: int, b: int, c: int) -> Press | None:
        """Goods come back or off the order, some or all; often by the way they were paid."""
        if (order := self.orders(a, _PAID)) is None:
            return None
        cashier = self.cashier(b)
        lines = None
        if c % 3:
            sold = self.rows("SELECT * FROM order_line WHERE order_id = $1 ORDER BY listing_id", order["id"])
            line = pick(sold, c)
            lines = [ReturnLine(listing_id=line["listing_id"], quantity=1 + (c // 3) % line["quantity"])]
        command = ReturnRequest(
            reason="tidak cocok",
            lines=lines,
            method=self.way_back(order["id"], b),
            reference=f"BALIK-{a:06}",
            is_resaleable=c % 5 > 0,
        )
        return Press(call=partial(request_return, order["code"], command, actor=cashier))

    def way_back(self, order_id: int, number: int) -> str:
        """How money goes back: mostly the way that fits how it came."""
        paid = self.rows(
            "SELECT method FROM payment WHERE payable = $1 AND succeeded_at IS NOT NULL ORDER BY id LIMIT 1",
            f"order:{order_id}",
        )
        if paid and number % 4:
            return {"stripe": "stripe", "tab": "tab"}.get(paid[0]["method"], "cash")
        return pick(RETURN_METHODS, number)

    @move(4)
    def give_surplus_back(self, a: int, b: int, _c: int) -> Press | None:
        """Money that came twice goes back."""
        found = self.rows(
            "SELECT p.id, p.method, o.code FROM payment p JOIN orders o ON p.payable = 'order:' || o.id"
            " WHERE p.is_surplus ORDER BY p.id DESC LIMIT 3"
        )
        if not found:
            return None
        one, cashier = pick(found, a), self.cashier(b)
        way = "stripe" if one["method"] == "stripe" else pick(("cash", "transfer"), b)
        command = ReturnRequest(reason="uang lebih", payment_id=one["id"], method=way, reference=f"LEBIH-{a:06}")
        return Press(call=partial(request_return, one["code"], command, actor=cashier))

    @move(3)
    def decide(self, a: int, b: int, c: int) -> Press | None:
        """A second person allows a return, or refuses it."""
        if not (found := self.rows("SELECT id FROM order_return ORDER BY id DESC LIMIT 3")):
            return None
        return_id, person = pick(found, a)["id"], pick((self.world.manager, self.world.board), b)
        return Press(call=partial(decide_return, return_id, is_approved=c % 4 > 0, note="lihat", actor=person))

    @move(3)
    def pay_out(self, a: int, b: int, _c: int) -> Press | None:
        """The money of a return that was allowed."""
        if not (found := self.rows("SELECT id FROM order_return ORDER BY (state = 'approved') DESC, id DESC LIMIT 2")):
            return None
        return_id, cashier = pick(found, a)["id"], self.cashier(b)
        return Press(call=partial(pay_return, return_id, reference=f"KEMBALI-{a:06}", actor=cashier))

    @move(2)
    def receive(self, a: int, b: int, c: int) -> Press:
        """Goods come in; own ones are owed for."""
        listing, own = pick(self.world.listings, a), self.world.listings[1]
        body = ReceiveBody(quantity=1 + b % 5, unit_cost_rupiah=50_000 + c if listing == own else None)
        return Press(call=partial(receive_goods, listing, body, actor=self.world.manager))

    @move()
    def spoil(self, a: int, b: int, _c: int) -> Press:
        """Goods go without a sale."""
        body = CorrectBody(kind=pick(("damage", "withdrawal"), b), quantity=1, reason="rusak")
        listing = pick(self.world.listings, a)
        return Press(call=partial(correct_stock, listing, body, actor=self.world.manager))

    @move(2)
    def let_time_do(self, a: int, _b: int, _c: int) -> Press:
        """What the worker does without being asked; pressed again it would do what came up since."""
        task = pick((expire_orders, expire_payments, complete_orders), a)

        async def work(*, once: Once) -> object:
            return await task()

        return Press(call=work, is_whole=False)
