"""A store's day: sales, cash by shift, and what is owed to whom. Reads only; drawing it is for report_pages.

A sale counts on the day it was paid, a return on the day the money went back, both by the store's own clock. What is
owed and what lies in the safe are the book's balances of this moment, whatever day is looked at.
"""

from datetime import date, datetime
from typing import Final, TypeVar

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.books import book_of, till_reference
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.dates import day_bounds, day_of
from marketplace.ids import OrganisationId, ShiftId
from marketplace.orders import report_store
from marketplace.orders.blind_count import counts_blind
from payments import AccountKind, balances

SOURCE_LABELS: Final = {
    "own_stock": "Stok sendiri",
    "consignment": "Titip jual",
    "made_to_order": "Dibuat sesuai pesanan",
}

_SUPPLIER: Final = "organisation:"


class SourceSales(msgspec.Struct, frozen=True, kw_only=True):
    """Goods sold of one source: own_stock, consignment or made_to_order."""

    source: str
    unit_count: int
    total_rupiah: int


class HourSales(msgspec.Struct, frozen=True, kw_only=True):
    """Sales of one hour of the store's clock, 0 to 23."""

    hour: int
    sale_count: int
    total_rupiah: int


class WaySales(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid by one way to pay."""

    method: str
    total_rupiah: int


class TillMove(msgspec.Struct, frozen=True, kw_only=True):
    """Cash moved during a shift; `kind` is drop (till to safe) or refill (safe to till)."""

    move_id: int
    shift_id: ShiftId
    kind: str
    amount_rupiah: int
    reason: str
    moved_at: datetime
    moved_by_name: str


class ShiftCash(msgspec.Struct, frozen=True, kw_only=True):
    """Cash of one shift in rupiah: float, taken, refilled and repaid less refunded, dropped and patronage is expected.

    `repaid_rupiah` came for members' tabs, `patronage_rupiah` went to members as their share of the earnings (SHU).
    `other_ways` was paid in the shift, but not in cash. Counted and variance (negative is short) are None while it is
    open, and so may be what is expected: it is told when it was counted, to managers at once. Of an open shift a
    cashier is told neither what came nor what went, but the float and what was moved between till and safe.
    `first_counted_rupiah` is a first count that differed, `closing_note` what was said of it, `refusal_count` how often
    the cashier asked for more cash than the till held.
    """

    shift_id: ShiftId
    cashier_name: str
    opened_at: datetime
    closed_at: datetime | None
    float_rupiah: int
    taken_rupiah: int | None
    refunded_rupiah: int | None
    dropped_rupiah: int
    refilled_rupiah: int
    repaid_rupiah: int | None
    patronage_rupiah: int | None
    other_ways: list[WaySales] | None
    expected_rupiah: int | None
    counted_rupiah: int | None
    variance_rupiah: int | None
    first_counted_rupiah: int | None = None
    closing_note: str = ""
    refusal_count: int = 0


class Payable(msgspec.Struct, frozen=True, kw_only=True):
    """What the store owes one supplier now."""

    organisation_id: OrganisationId
    name: str
    owed_rupiah: int


class DayReport(msgspec.Struct, frozen=True, kw_only=True):
    """A store's day. `net_rupiah` is sales less money given back.

    Where `is_blind` the reader is a cashier and a till of the day is open: sums of sales and what they can be worked
    out from are None until it was counted. `safe_rupiah`, cash on its way to the bank (`in_transit_rupiah`) and
    `payables` are of this moment.
    """

    on: date
    is_today: bool
    is_blind: bool
    store_name: str
    time_zone: str
    sale_count: int
    member_sale_count: int
    unit_count: int
    goods_rupiah: int | None
    delivery_rupiah: int | None
    total_rupiah: int | None
    return_count: int
    returned_rupiah: int | None
    net_rupiah: int | None
    sources: list[SourceSales] | None
    hours: list[HourSales] | None
    ways: list[WaySales] | None
    shifts: list[ShiftCash]
    moves: list[TillMove]
    safe_rupiah: int
    in_transit_rupiah: int
    owed_rupiah: int
    payables: list[Payable]


def read_day(text: str | None, *, today: date) -> date:
    """The day that was asked for as YYYY-MM-DD; `today` where nothing was.

    Raises:
        InvalidError: not a day, before 2000, or one that has not come yet.

    """
    if not text:
        return today
    try:
        on = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidError(fields={"on": "Tulis hari seperti 2025-07-21."}) from error
    if on > today:
        raise InvalidError(fields={"on": "Hari itu belum tiba. Pilih hari ini atau hari sebelumnya."})
    if on.year < 2000:  # noqa: PLR2004 - no cooperative of this programme is older
        raise InvalidError(fields={"on": "Tulis hari seperti 2025-07-21."})
    return on


async def show_day_report(on_text: str | None, *, actor: Actor) -> DayReport:
    """Report a day of the actor's store, nine statements at most.

    Raises:
        InvalidError: a day that cannot be read or lies ahead.
        NotFoundError: the cooperative has no store.

    """
    store_id = actor.require_store()
    async with database.connection() as connection:
        place = await report_store.find_store(connection, store_id)
        if place is None:
            raise NotFoundError
        time_zone = place["time_zone"]
        today = day_of(clock.now(), time_zone)
        on = read_day(on_text, today=today)
        start, end = day_bounds(on, time_zone)
        hours = await report_store.list_sales_by_hour(connection, store_id, start=start, end=end, time_zone=time_zone)
        sources = await report_store.list_sales_by_source(connection, store_id, start=start, end=end)
        returns = await report_store.sum_returns(connection, store_id, start=start, end=end)
        ways = await report_store.list_sales_by_way(connection, store_id, start=start, end=end)
        shifts = await report_store.list_shifts(connection, store_id, start=start, end=end)
        moves = await report_store.list_moves(connection, store_id, start=start, end=end)
        held = await balances(
            connection,
            book=book_of(store_id),
            kinds=(
                AccountKind.SUPPLIER_PAYABLE,
                AccountKind.SAFE_CASH,
                AccountKind.TILL_CASH,
                AccountKind.CASH_IN_TRANSIT,
            ),
        )
        owed = {
            OrganisationId(int(line.account.reference.removeprefix(_SUPPLIER))): line.balance.rupiah
            for line in held
            if line.account.kind == AccountKind.SUPPLIER_PAYABLE
            and line.balance
            and line.account.reference.startswith(_SUPPLIER)
        }
        names = await report_store.list_organisation_names(connection, sorted(owed)) if owed else {}
    tills = {line.account.reference: line.balance.rupiah for line in held if line.account.kind == AccountKind.TILL_CASH}
    total = sum(row["total_rupiah"] for row in hours)
    returned = returns["returned_rupiah"] if returns else 0
    is_blind = counts_blind(actor) and any(row["closed_at"] is None for row in shifts)
    return DayReport(
        on=on,
        is_today=on == today,
        is_blind=is_blind,
        store_name=place["name"],
        time_zone=time_zone,
        sale_count=sum(row["sale_count"] for row in hours),
        member_sale_count=sum(row["member_count"] for row in hours),
        unit_count=sum(row["unit_count"] for row in sources),
        goods_rupiah=None if is_blind else sum(row["goods_rupiah"] for row in hours),
        delivery_rupiah=None if is_blind else sum(row["delivery_rupiah"] for row in hours),
        total_rupiah=None if is_blind else total,
        return_count=returns["return_count"] if returns else 0,
        returned_rupiah=None if is_blind else returned,
        net_rupiah=None if is_blind else total - returned,
        sources=None if is_blind else [_told(SourceSales, row) for row in sources],
        hours=None if is_blind else [_told(HourSales, row) for row in hours],
        ways=None if is_blind else [_told(WaySales, row) for row in ways],
        shifts=[shift_cash(row, expected_rupiah=_expected(row, tills, actor), actor=actor) for row in shifts],
        moves=[till_move(row) for row in moves],
        safe_rupiah=sum(line.balance.rupiah for line in held if line.account.kind == AccountKind.SAFE_CASH),
        in_transit_rupiah=sum(line.balance.rupiah for line in held if line.account.kind == AccountKind.CASH_IN_TRANSIT),
        owed_rupiah=sum(owed.values()),
        payables=sorted(
            (Payable(organisation_id=key, name=names.get(key, ""), owed_rupiah=amount) for key, amount in owed.items()),
            key=lambda payable: (-payable.owed_rupiah, payable.name, payable.organisation_id),
        ),
    )


Sales = TypeVar("Sales", SourceSales, HourSales, WaySales)


def _told(kind: type[Sales], row: asyncpg.Record) -> Sales:
    return kind(**{name: row[name] for name in kind.__struct_fields__})


def _expected(row: asyncpg.Record, tills: dict[str, int], actor: Actor) -> int | None:
    """A closed shift keeps what it should have held; an open one holds what the book says, which no cashier is told.

    A count that aims at a figure finds it.
    """
    if row["closed_at"] is None:
        return None if counts_blind(actor) else tills.get(till_reference(row["shift_id"]), 0)
    expected: int = row["expected_rupiah"]
    return expected


def shift_cash(row: asyncpg.Record, *, expected_rupiah: int | None, actor: Actor) -> ShiftCash:
    """Tell a shift with its sums; what an open one should hold is the caller's to tell or not."""
    is_open = row["closed_at"] is None
    is_blind = is_open and counts_blind(actor)
    other_ways = [WaySales(method=method, total_rupiah=rupiah) for method, rupiah in sorted(row["other_ways"].items())]
    return ShiftCash(
        shift_id=row["shift_id"],
        cashier_name=row["cashier_name"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        float_rupiah=row["float_rupiah"],
        taken_rupiah=None if is_blind else row["taken_rupiah"],
        refunded_rupiah=None if is_blind else row["refunded_rupiah"],
        dropped_rupiah=row["dropped_rupiah"],
        refilled_rupiah=row["refilled_rupiah"],
        repaid_rupiah=None if is_blind else row["repaid_rupiah"],
        patronage_rupiah=None if is_blind else row["patronage_rupiah"],
        other_ways=None if is_blind else other_ways,
        expected_rupiah=expected_rupiah,
        counted_rupiah=row["counted_rupiah"],
        variance_rupiah=None if is_open else row["counted_rupiah"] - row["expected_rupiah"],
        first_counted_rupiah=row["first_counted_rupiah"],
        closing_note=row["closing_note"],
        refusal_count=row["refusal_count"],
    )


def till_move(row: asyncpg.Record) -> TillMove:
    """Tell a move between till and safe."""
    return TillMove(**dict(row))
