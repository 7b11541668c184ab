"""Let the pilot's store live through the last calendar month and the days since, by the use cases of daily work.

Everything happens in the order of time, each act at its own hour: so receipts, books, settlement and reconciliation
obey the rules because there is no other way to make them. It joins the loader's transaction: all of it stands, or
nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from marketplace import clock, database
from marketplace.orders.decide_return import set_refund_limit
from marketplace.orders.move_order import complete_orders
from marketplace.orders.tab import set_tab_limit
from marketplace.seeding import store
from marketplace.seeding.cast import Cast, find_cast, once
from marketplace.seeding.lived_bank import STRANGE_DAY, Bank, at_clock
from marketplace.seeding.lived_counter import Counter, read_listings
from marketplace.seeding.lived_suppliers import Suppliers, bought_goods
from marketplace.seeding.trade import WIB

if TYPE_CHECKING:
    from marketplace.database import Connection
    from marketplace.seeding.pilot import LivedOrder, Pilot
    from marketplace.seeding.trade_rows import Ids
    from marketplace.seeding.world import World

Work = Callable[[], Awaitable[object]]

REFUND_LIMIT_RUPIAH: Final = 100_000
_TAB_LIMITS_RUPIAH: Final = (500_000, 300_000)
_TABS: Final = 6
_KEPT_TODAY_RUPIAH: Final = 400_000
# By which tills were over or short, by the day of the finished month; small, as counting mistakes are.
_VARIANCES: Final = {3: -2_000, 9: 1_000, 15: -7_000, 20: 500}
_BUYING_DAYS: Final = (3, 10, 17, 24)
_RETURN_DAY, _CASH_RETURN_DAY = 12, 19
_REPAYMENT_DAY: Final = 23
_SATURDAY, _MONDAY = 5, 0
_BEFORE_SHIFT, _AFTER_SHIFT = timedelta(minutes=20), timedelta(minutes=12)
_CLOSING_REASON: Final = "Selisih yang terbuka sudah dicatat di Rekonsiliasi dan sedang ditanyakan."


class Diary:
    """What happens when."""

    def __init__(self, until: datetime) -> None:
        """Begin an empty one; what lies after `until` has not happened yet."""
        self._until = until
        self._entries: list[tuple[datetime, int, Work]] = []

    def note(self, at: datetime, work: Work) -> None:
        """Write something down; of one instant what was written first happens first."""
        self._entries.append((at, len(self._entries), work))

    async def live(self) -> None:
        """Let everything happen, in the order of time."""
        for at, _, work in sorted(self._entries, key=lambda entry: entry[:2]):
            if at <= self._until:
                with clock.standing_at(at):
                    await work()


class Life:
    """The pilot's store and those who work with it."""

    def __init__(self, cast: Cast, pilot: Pilot, counter: Counter, suppliers: Suppliers, now: datetime) -> None:
        """Take what the months need."""
        self.cast, self.pilot, self.counter, self.suppliers = cast, pilot, counter, suppliers
        self.now, self.today = now, now.astimezone(WIB).date()
        self.bank = Bank(cast, pilot.first_day, pilot.last_day)
        self.run_id: int | None = None
        self.deposit_id: int | None = None

    def plan(self) -> Diary:
        """Write the diary of all days."""
        diary = Diary(self.now)
        first, last = self.pilot.first_day, self.pilot.last_day
        diary.note(at_clock(first, 0, 10), self._begin)
        by_day: dict[date, list[LivedOrder]] = {}
        for order in self.pilot.orders:
            by_day.setdefault(order.at.astimezone(WIB).date(), []).append(order)
        for days in range((self.today - first).days + 1):
            day = first + timedelta(days=days)
            self._plan_counter(diary, day, by_day.get(day, []))
            self._plan_office(diary, day)
        for number in _BUYING_DAYS:
            diary.note(at_clock(first.replace(day=number), 9, 5), self.suppliers.buy)
        self._plan_settlement(diary, last)
        diary.note(min(at_clock(last + timedelta(days=1), 0, 20), self.now), lambda: self._close_month(last))
        self._plan_today(diary)
        return diary

    async def _begin(self) -> None:
        """Ways to pay, limits and terms, before the shop opens."""
        await self.bank.register()
        await set_refund_limit(REFUND_LIMIT_RUPIAH, actor=self.cast.board, once=once())
        for phone, limit in zip(self.cast.phones, _TAB_LIMITS_RUPIAH, strict=False):
            await set_tab_limit(phone, limit, actor=self.cast.manager, once=once())
        await self.suppliers.agree()
        self.counter.tabs_left = _TABS

    def _plan_counter(self, diary: Diary, day: date, orders: list[LivedOrder]) -> None:
        """A shift around what is sold on a day; what comes back and what is repaid happens before it is closed."""
        if not orders:
            return
        counter, number = self.counter, day.day if day <= self.pilot.last_day else 0
        diary.note(orders[0].at - _BEFORE_SHIFT, counter.open)
        for order in orders:
            diary.note(order.at, lambda order=order: counter.serve(order))  # type: ignore[misc]
        middle = orders[len(orders) // 2].at + timedelta(minutes=1)
        diary.note(middle, counter.drop)
        end = min(orders[-1].at + _AFTER_SHIFT, self.now)
        if number == _RETURN_DAY:
            diary.note(middle, self._bring_back)
        if number == _CASH_RETURN_DAY:
            diary.note(end, self._give_back)
        if number == _REPAYMENT_DAY:
            diary.note(middle, lambda: counter.repay(60))
        diary.note(end, lambda: counter.close(_VARIANCES.get(number, 0)))

    async def _bring_back(self) -> None:
        sale = self.counter.sold_by("qris", until=self._yesterday(), least_rupiah=20_000)
        if sale is not None:
            await self.counter.bring_back_one(sale)

    async def _give_back(self) -> None:
        sale = self.counter.sold_by("cash", until=self._yesterday(), least_rupiah=REFUND_LIMIT_RUPIAH + 1)
        if sale is not None:
            await self.counter.give_back(sale, "Pembeli salah memilih ukuran")

    def _yesterday(self) -> date:
        return clock.now().astimezone(WIB).date() - timedelta(days=1)

    def _plan_office(self, diary: Diary, day: date) -> None:
        """Every second morning statements, on Mondays closed days, on Saturdays cash to the bank; orders end alone."""
        if day.day % 2 == 1:
            diary.note(at_clock(day, 6, 30), lambda: self.bank.bring_statements(self.counter, day))
        diary.note(at_clock(day, 6, 40), lambda: self.bank.explain_short_day(day))
        diary.note(at_clock(day, 0, 5), complete_orders)
        if day.weekday() == _SATURDAY:
            diary.note(at_clock(day, 16, 30), self._bring_cash)
        if day.weekday() == _MONDAY:
            diary.note(at_clock(day, 9, 30), self._see_cash)
            if self.pilot.first_day < day <= self.pilot.last_day:
                reason = (
                    _CLOSING_REASON if day.day > STRANGE_DAY else "Selisih kas laci sudah dibicarakan dengan kasir."
                )
                diary.note(at_clock(day, 9, 40), lambda: self.suppliers.close(day - timedelta(days=1), reason))

    async def _bring_cash(self) -> None:
        self.deposit_id = await self.bank.bring_cash()

    async def _see_cash(self) -> None:
        if self.deposit_id is not None:
            await self.bank.see_cash(self.deposit_id)
            self.deposit_id = None

    def _plan_settlement(self, diary: Diary, day: date) -> None:
        """On the month's last day what is due is proposed, approved and paid."""
        diary.note(at_clock(day - timedelta(days=1), 20, 30), self.suppliers.hold_and_dispute)
        diary.note(at_clock(day, 21, 5), self._propose)
        diary.note(at_clock(day, 21, 40), self._approve)
        diary.note(at_clock(day, 22, 10), lambda: self._pay(day))

    async def _propose(self) -> None:
        self.run_id = await self.suppliers.propose()

    async def _approve(self) -> None:
        if self.run_id is not None:
            await self.suppliers.approve(self.run_id)

    async def _pay(self, day: date) -> None:
        if self.run_id is not None:
            await self.suppliers.pay(self.run_id, day)

    async def _close_month(self, last: date) -> None:
        await self.suppliers.close(last, _CLOSING_REASON)

    def _plan_today(self, diary: Diary) -> None:
        """What waits for somebody now: cash that another person looks for, a return and a settlement to decide."""
        diary.note(self.now - timedelta(minutes=50), self._bring_cash_again)
        diary.note(self.now - timedelta(minutes=35), self._ask_back)
        diary.note(self.now - timedelta(minutes=20), self._propose)

    async def _bring_cash_again(self) -> None:
        if self.deposit_id is None:
            await self.bank.bring_cash(kept_rupiah=_KEPT_TODAY_RUPIAH)

    async def _ask_back(self) -> None:
        sale = self.counter.sold_by("cash", until=self.today, least_rupiah=REFUND_LIMIT_RUPIAH + 1)
        if sale is not None:
            await self.counter.ask_back(sale, "Karung berasnya sobek")


async def live_pilot(connection: Connection, world: World, ids: Ids, pilot: Pilot) -> list[str]:
    """Live through it inside the caller's transaction; sales that a rule of the day forbade, with its sentence."""
    cast = find_cast(world, ids, pilot.store_index)
    listing_ids = sorted({ids.listings[line.listing_index] for order in pilot.orders for line in order.spec.lines})
    counter = Counter(
        cast=cast,
        ids=ids,
        listings=await read_listings(connection, cast, listing_ids),
        codes=await store.read_order_codes(connection, cast.store_id),
    )
    suppliers = Suppliers(cast=cast, goods=bought_goods(world, ids, pilot))
    life = Life(cast, pilot, counter, suppliers, world.now)
    async with database.joining(connection):
        await life.plan().live()
    return counter.refused
