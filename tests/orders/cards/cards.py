"""What the tests of card payments do over and over: order, start, deliver events, work, prove the books."""

from typing import Any

import httpx
from litestar import Litestar

from marketplace import clock, database
from marketplace.books import book_of
from marketplace.inventory import check_books, check_stock
from marketplace.orders import handle_gateway_events, make_gateway_calls
from marketplace.settlement import make_supplier_calls
from payments import AccountKind, accounts, balance, check, check_payables, post
from payments.ledger.transfers import Transfer
from payments.money import Money
from tests.fakes.stripe.state import FakeStripe, Json
from tests.fakes.stripe.words import signed
from tests.orders.counter_shop import Shop, command, order_goods

SECRET = "whsec_new_new_new"
OLD_SECRET = "whsec_old_old_old"


class Clock:
    """How far the clock was put forward."""

    ahead_seconds: float = 0.0


class Cards:
    """One store, one Stripe account; `own_account` is the cooperative's, where it has one."""

    own_account: str = ""

    def __init__(
        self, *, app: Litestar, client: httpx.AsyncClient, shop: Shop, account: FakeStripe, clock: Clock
    ) -> None:
        self.app, self.client, self.shop, self.account, self.clock = app, client, shop, account, clock

    async def order(self) -> Json:
        """Two packets and a sack, Rp 95.000."""
        return await order_goods(self.client, self.shop)

    async def start(self, order: Json, *, expect: int = 201) -> Json:
        """The buyer chooses to pay by card."""
        answer = await self.client.post(
            f"/api/v1/orders/{order['tracking_token']}/payments", json={"method": "stripe"}, headers=command()
        )
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def started(self) -> tuple[Json, Json, str]:
        """An order, its payment, and the name of its page."""
        order = await self.order()
        payment = await self.start(order)
        return order, payment, payment["instruction"].rsplit("/", 1)[1]

    async def paid(self) -> tuple[Json, Json, Json]:
        """An order that was paid by card and is settled; its payment and charge."""
        order, payment, page_id = await self.started()
        charge = self.account.pay(page_id)
        await self.deliver()
        await self.work()
        return order, payment, charge

    async def send(self, event: Json, *, secret: str = SECRET, at: int | None = None) -> httpx.Response:
        """Deliver one event."""
        body, header = signed(event, secret, at=int(clock.now().timestamp()) if at is None else at)
        return await self.client.post("/webhooks/stripe", content=body, headers={"stripe-signature": header})

    async def deliver(self) -> None:
        """Deliver all events that were not delivered yet, in order."""
        events, self.account.events = self.account.events, []
        for event in events:
            answer = await self.send(event)
            assert answer.status_code == 200, answer.text

    async def work(self, *, rounds: int = 12) -> None:
        """Let the worker do what is due now."""
        for _ in range(rounds):
            if not await handle_gateway_events() + await make_gateway_calls() + await make_supplier_calls():
                return

    async def later(self, seconds: float = 180) -> None:
        """Some time passes, then the worker works."""
        self.clock.ahead_seconds += seconds
        await self.work()

    async def all_at_once(self) -> None:
        """Everything that is under way comes to its end."""
        await self.deliver()
        await self.work()
        for _ in range(4):
            await self.later(900)
            await self.deliver()

    async def payment(self, order: Json, payment: Json) -> Json:
        """The payment as its buyer sees it."""
        answer = await self.client.get(f"/api/v1/orders/{order['tracking_token']}/payments/{payment['payment_id']}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def state(self, order: Json) -> tuple[str, bool]:
        """The order's state, and whether it is paid."""
        row = await self.row("SELECT state, paid_at FROM orders WHERE code = $1", order["code"])
        return row["state"], row["paid_at"] is not None

    async def row(self, sql: str, *values: Any) -> Any:
        """One row of the database."""
        async with database.connection() as connection:
            return await connection.fetchrow(sql, *values)

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Rows of the database."""
        async with database.connection() as connection:
            return await connection.fetch(sql, *values)

    async def outcomes(self) -> list[tuple[str, str]]:
        """Kind and outcome of every event, in the order they came."""
        return [(row["kind"], row["outcome"]) for row in await self.rows("SELECT * FROM gateway_event ORDER BY id")]

    async def held(self, kind: AccountKind, reference: str = "") -> int:
        """Balance of one account of the store, in rupiah."""
        async with database.connection() as connection:
            key = accounts.AccountKey(kind, reference)
            return (await balance(connection, book=book_of(self.shop.store_id), account=key)).rupiah

    async def order_id(self, order: Json) -> int:
        """The order's id."""
        return (await self.row("SELECT id FROM orders WHERE code = $1", order["code"]))["id"]

    async def type_wrong(self, order: Json, account: accounts.AccountKey, *, rupiah: int) -> None:
        """Somebody posts to an order what never happened at Stripe."""
        async with database.transaction() as connection:
            await post(
                connection,
                book=book_of(self.shop.store_id),
                source=f"order:{await self.order_id(order)}",
                transfers=[
                    Transfer(
                        debit=account,
                        credit=accounts.OPENING_BALANCE,
                        amount=Money(rupiah),
                        event="typed.wrong",
                    )
                ],
                author="person:1",
                occurred_at=clock.now(),
            )

    async def sound(self, *, is_same: bool = True) -> None:
        """The books hold, Stripe's do, and both say the same about what lies there (unless a person has to look)."""
        async with database.connection() as connection:
            assert await check(connection) == []
            assert await check_payables(connection) == []
            assert await check_stock(connection) == []
            assert await check_books(connection) == []
        self.account.check()
        if is_same:
            assert await self.held(AccountKind.STRIPE_CLEARING) * 100 == self.account.balance
            assert await self.held(AccountKind.STRIPE_BALANCE) * 100 == self.account.balance_of(self.own_account)
