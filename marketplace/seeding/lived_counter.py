"""The pilot's counter day by day, by the use cases: shifts, sales by every way to pay, the safe, what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from marketplace import clock, database
from marketplace.books import till_of
from marketplace.errors import LumbungError
from marketplace.ids import ListingId, ShiftId
from marketplace.orders import counter_store
from marketplace.orders.confirm_payment import confirm_payment
from marketplace.orders.counter_lines import CounterLine
from marketplace.orders.decide_return import decide_return, pay_return
from marketplace.orders.pay_on_tab import repay_tab
from marketplace.orders.place_at_counter import PlaceAtCounter, place_at_counter
from marketplace.orders.plan import price_for
from marketplace.orders.request_return import ReturnLine, ReturnRequest, request_return
from marketplace.orders.sell_at_counter import SellAtCounter, sell_at_counter
from marketplace.orders.shifts import CountDiffersError, close_shift, open_shift
from marketplace.orders.show_tabs import list_open_tabs
from marketplace.orders.start_payment import start_payment
from marketplace.orders.take_payment import take_payment
from marketplace.orders.till_moves import move_cash
from marketplace.seeding.cast import Cast, once
from marketplace.seeding.trade import WIB, tendered
from payments import balance

if TYPE_CHECKING:
    from marketplace.seeding.pilot import LivedOrder
    from marketplace.seeding.specs import OrderSpec
    from marketplace.seeding.trade_rows import Ids

FLOAT_RUPIAH: Final = 200_000
_DROP_ABOVE_RUPIAH: Final = 600_000
_LEAST_TRANSFER_RUPIAH: Final = 20_000
_MOST_ON_TAB_RUPIAH: Final = 120_000
_PAYING: Final = timedelta(minutes=3)
_STEP_RUPIAH: Final = 50_000
_COUNTED_TWICE: Final = "Dua kali dihitung, mungkin salah memberi kembalian"


@dataclass(frozen=True, slots=True)
class Seen:
    """Money that came to the store's QRIS or account, as the other side will tell it."""

    payment_id: int
    method: str
    at: datetime
    rupiah: int
    reference: str
    code: str


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale that may come back: `lines` by listing."""

    at: datetime
    code: str
    method: str
    total_rupiah: int
    lines: dict[ListingId, int]


@dataclass(slots=True)
class Counter:
    """The counter and what it remembers. `listings` are the rows that it sells by, `codes` those of online orders."""

    cast: Cast
    ids: Ids
    listings: dict[int, Any]
    codes: dict[int, str]
    random: Random = field(default_factory=lambda: Random("counter"))  # noqa: S311
    shift_id: ShiftId | None = None
    seen: list[Seen] = field(default_factory=list)
    sold: list[Sold] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    tabs_left: int = 0

    async def open(self) -> None:
        """Open the cashier's shift."""
        opened = await open_shift(FLOAT_RUPIAH, actor=self.cast.cashier, once=once())
        self.shift_id = opened.shift_id

    async def held(self) -> int:
        """What the till holds by the book."""
        if self.shift_id is None:
            return 0
        async with database.connection() as connection:
            return (await balance(connection, book=self.cast.book, account=till_of(self.shift_id))).rupiah

    async def close(self, variance_rupiah: int) -> None:
        """Count the till, which is as much over as said, and close the shift."""
        counted = max(0, await self.held() + variance_rupiah)
        try:
            await close_shift(counted, actor=self.cast.cashier, once=once())
        except CountDiffersError:
            await close_shift(counted, note=_COUNTED_TWICE, actor=self.cast.cashier, once=once())
        self.shift_id = None

    async def drop(self) -> None:
        """Bring what the till holds beyond change money to the safe."""
        if self.shift_id is None:
            return
        more = (await self.held() - FLOAT_RUPIAH) // _STEP_RUPIAH * _STEP_RUPIAH
        if more >= _DROP_ABOVE_RUPIAH - FLOAT_RUPIAH:
            await move_cash("drop", more, reason="Laci sudah penuh", actor=self.cast.cashier, once=once())

    async def serve(self, order: LivedOrder) -> None:
        """Sell, or hand over what was ordered; a sale that a rule forbids by now does not take place."""
        way = self._way(order.spec)
        try:
            if order.row is not None:
                await self._hand_over(order, self.codes[self.ids.orders[order.row]], way)
            else:
                await self._sell(order.spec, way)
        except LumbungError as error:
            self.refused.append(f"{order.spec.number}: {error}")

    def _way(self, order: OrderSpec) -> str:
        draw = self.random.random()
        if order.channel == "online":
            if draw < 0.3 and order.total_rupiah >= _LEAST_TRANSFER_RUPIAH:  # noqa: PLR2004
                return "transfer"
            return "qris" if draw < 0.5 else "cash"  # noqa: PLR2004
        if self.tabs_left and order.buyer_kind == "member" and order.total_rupiah <= _MOST_ON_TAB_RUPIAH:
            self.tabs_left -= 1
            return "tab"
        return "qris" if draw < 0.24 else "cash"  # noqa: PLR2004

    async def _sell(self, order: OrderSpec, way: str) -> None:
        phone = self._phone(order, way)
        lines, total = self._basket(order, is_member=bool(phone))
        if not lines:
            return
        counted = [CounterLine(listing_id=listing_id, quantity=quantity) for listing_id, quantity in lines.items()]
        if way == "qris":
            with clock.standing_at(clock.now() - _PAYING):
                placed = await place_at_counter(
                    PlaceAtCounter(lines=counted, expected_rupiah=total, method="qris", member_phone=phone),
                    actor=self.cast.cashier,
                    once=once(),
                )
            await self._confirm(placed.code, placed.payment.payment_id, placed.payment.due_rupiah, "qris")
            code = placed.code
        else:
            command = SellAtCounter(
                lines=counted,
                tendered_rupiah=0 if way == "tab" else tendered(self.random, total),
                expected_rupiah=total,
                member_phone=phone,
                is_on_tab=way == "tab",
            )
            code = (await sell_at_counter(command, actor=self.cast.cashier, once=once())).code
        self.sold.append(Sold(clock.now(), code, way, total, lines))

    def _phone(self, order: OrderSpec, way: str) -> str:
        if way == "tab":
            return self.cast.phones[self.tabs_left % 2]
        if order.buyer_kind != "member" or order.member_number is None:
            return ""
        return self.cast.phones[order.member_number % len(self.cast.phones)]

    def _basket(self, order: OrderSpec, *, is_member: bool) -> tuple[dict[ListingId, int], int]:
        """Goods at the prices of the day; of goods whose sale is limited by law, one."""
        lines: dict[ListingId, int] = {}
        total = 0
        for line in order.lines:
            row = self.listings.get(self.ids.listings[line.listing_index])
            if row is None:
                continue
            quantity = 1 if row["limits"] else line.quantity
            lines[row["listing_id"]] = quantity
            total += quantity * price_for(row, quantity=quantity, is_member=is_member)
        return lines, total

    async def _hand_over(self, order: LivedOrder, code: str, way: str) -> None:
        total = order.spec.total_rupiah
        if way == "cash":
            await take_payment(
                code, tendered(self.random, total), actor=self.cast.cashier, is_handed_over=True, once=once()
            )
        else:
            with clock.standing_at(clock.now() - _PAYING):
                payment = await start_payment(code, way, actor=self.cast.cashier, once=once())
            await self._confirm(code, payment.payment_id, payment.due_rupiah, way)

    async def _confirm(self, code: str, payment_id: int, due_rupiah: int, way: str) -> None:
        """The cashier sees the money and writes its number down."""
        reference = f"{clock.now().astimezone(WIB):%y%m%d}{payment_id % 1_000_000:06d}"
        await confirm_payment(
            code, payment_id, reference=reference, actor=self.cast.cashier, is_handed_over=True, once=once()
        )
        self.seen.append(Seen(payment_id, way, clock.now(), due_rupiah, reference, code))

    async def bring_back_one(self, sale: Sold) -> None:
        """One unit of a QRIS sale comes back; the manager sends its price from the store's account."""
        self.sold.remove(sale)
        listing_id = min(sale.lines)
        reference = f"RETUR{clock.now().astimezone(WIB):%y%m%d}"
        request = ReturnRequest(
            reason="Kemasan bocor",
            lines=[ReturnLine(listing_id=listing_id, quantity=1)],
            method="transfer",
            reference=reference,
            is_resaleable=False,
        )
        await request_return(sale.code, request, actor=self.cast.manager, once=once())

    async def ask_back(self, sale: Sold, reason: str) -> int:
        """The cashier asks to give a whole cash sale back, which is more than they may do alone."""
        self.sold.remove(sale)
        asked = await request_return(sale.code, ReturnRequest(reason=reason), actor=self.cast.cashier, once=once())
        return asked.return_id

    async def give_back(self, sale: Sold, reason: str) -> None:
        """A whole cash sale comes back: asked for by the cashier, approved by the manager, paid from the till."""
        missing = sale.total_rupiah - await self.held()
        if missing > 0:
            amount = -(-missing // _STEP_RUPIAH) * _STEP_RUPIAH
            await move_cash("refill", amount, reason="Untuk pengembalian", actor=self.cast.cashier, once=once())
        with clock.standing_at(clock.now() - timedelta(minutes=25)):
            return_id = await self.ask_back(sale, reason)
        with clock.standing_at(clock.now() - timedelta(minutes=6)):
            await decide_return(return_id, is_approved=True, note="", actor=self.cast.manager, once=once())
        await pay_return(return_id, reference="", actor=self.cast.cashier, once=once())

    async def repay(self, part_percent: int) -> None:
        """The member who owes most brings a part of it."""
        tabs = [one for one in await list_open_tabs(self.cast.store_id) if one.owed_rupiah]
        if not tabs:
            return
        tab = max(tabs, key=lambda one: (one.owed_rupiah, one.person_id))
        amount = max(1_000, tab.owed_rupiah * part_percent // 100 // 1_000 * 1_000)
        await repay_tab(tab.person_id, amount, tendered_rupiah=amount, actor=self.cast.cashier, once=once())

    def sold_by(self, method: str, *, until: date, least_rupiah: int) -> Sold | None:
        """The latest sale by a way up to the end of a day that is worth so much and has something to bring back."""
        fitting = [
            sale
            for sale in self.sold
            if sale.method == method
            and sale.total_rupiah >= least_rupiah
            and sale.at.astimezone(WIB).date() <= until
            and (len(sale.lines) > 1 or max(sale.lines.values()) > 1)
        ]
        return fitting[-1] if fitting else None


async def read_listings(connection: database.Connection, cast: Cast, listing_ids: list[int]) -> dict[int, Any]:
    """The rows that the counter sells by; goods that are off the market are missing."""
    rows = await counter_store.find_counter_listings(connection, store_id=cast.store_id, listing_ids=listing_ids)
    return {row["listing_id"]: row for row in rows}
