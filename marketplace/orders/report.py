"""A store's day: sales, cash by shift, and what is owed to whom. Reads only; drawing it is for report_pages.

A sale counts on the day it was paid, a return on the day the money went back, both by the store's own clock. What is
owed and what lies in the safe are the book's balances of this moment, whatever day is looked at.
"""

from datetime import date, datetime
from typing import Final

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.books import book_of, till_reference
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.dates import day_bounds, day_of
from marketplace.http.policy import BOOK_READERS
from marketplace.ids import OrganisationId, ShiftId
from marketplace.orders import report_store
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
    """Cash of one shift in rupiah: float, taken, refilled and repaid less refunded and dropped is expected.

    `repaid_rupiah` came for members' tabs. `other_ways` was paid in the shift, but not in cash. Counted and variance
    (negative is short) are None while it is open, and so may be what is expected: it is told when it was counted, to
    managers at once. `first_counted_rupiah` is a first count that differed, `closing_note` what was said of it.
    """

    shift_id: ShiftId
    cashier_name: str
    opened_at: datetime
    closed_at: datetime | None
    float_rupiah: int
    taken_rupiah: int
    refunded_rupiah: int
    dropped_rupiah: int
    refilled_rupiah: int
    repaid_rupiah: int
    other_ways: list[WaySales]
    expected_rupiah: int | None
    counted_rupiah: int | None
    variance_rupiah: int | None
    first_counted_rupiah: int | None = None
    closing_note: str = ""


class Payable(msgspec.Struct, frozen=True, kw_only=True):
    """What the store owes one supplier now."""

    organisation_id: OrganisationId
    name: str
    owed_rupiah: int


class DayReport(msgspec.Struct, frozen=True, kw_only=True):
    """A store's day. `net_rupiah` is sales less money given back.

    `safe_rupiah`, cash on its way to the bank (`in_transit_rupiah`) and `payables` are of this moment.
    """

    on: date
    is_today: bool
    store_name: str
    time_zone: str
    sale_count: int
    member_sale_count: int
    unit_count: int
    goods_rupiah: int
    delivery_rupiah: int
    total_rupiah: int
    return_count: int
    returned_rupiah: int
    net_rupiah: int
    sources: list[SourceSales]
    hours: list[HourSales]
    ways: list[WaySales]
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
    return DayReport(
        on=on,
        is_today=on == today,
        store_name=place["name"],
        time_zone=time_zone,
        sale_count=sum(row["sale_count"] for row in hours),
        member_sale_count=sum(row["member_count"] for row in hours),
        unit_count=sum(row["unit_count"] for row in sources),
        goods_rupiah=sum(row["goods_rupiah"] for row in hours),
        delivery_rupiah=sum(row["delivery_rupiah"] for row in hours),
        total_rupiah=total,
        return_count=returns["return_count"] if returns else 0,
        returned_rupiah=returned,
        net_rupiah=total - returned,
        sources=[
            SourceSales(source=row["source"], unit_count=row["unit_count"], total_rupiah=row["total_rupiah"])
            for row in sources
        ],
        hours=[
            HourSales(hour=row["hour"], sale_count=row["sale_count"], total_rupiah=row["total_rupiah"]) for row in hours
        ],
        ways=[WaySales(method=row["method"], total_rupiah=row["total_rupiah"]) for row in ways],
        shifts=[shift_cash(row, expected_rupiah=_expected(row, tills, actor)) for row in shifts],
        moves=[till_move(row) for row in moves],
        safe_rupiah=sum(line.balance.rupiah for line in held if line.account.kind == AccountKind.SAFE_CASH),
        in_transit_rupiah=sum(line.balance.rupiah for line in held if line.account.kind == AccountKind.CASH_IN_TRANSIT),
        owed_rupiah=sum(owed.values()),
        payables=sorted(
            (Payable(organisation_id=key, name=names.get(key, ""), owed_rupiah=amount) for key, amount in owed.items()),
            key=lambda payable: (-payable.owed_rupiah, payable.name, payable.organisation_id),
        ),
    )


def _expected(row: asyncpg.Record, tills: dict[str, int], actor: Actor) -> int | None:
    """A closed shift keeps what it should have held; an open one holds what the book says, which no cashier is told.

    A count that aims at a figure finds it.
    """
    if row["closed_at"] is None:
        may_know = actor.require_hat().role in BOOK_READERS
        return tills.get(till_reference(row["shift_id"]), 0) if may_know else None
    expected: int = row["expected_rupiah"]
    return expected


def shift_cash(row: asyncpg.Record, *, expected_rupiah: int | None) -> ShiftCash:
    """Tell a shift with its sums; what an open one should hold is the caller's to tell or not."""
    is_open = row["closed_at"] is None
    return ShiftCash(
        shift_id=row["shift_id"],
        cashier_name=row["cashier_name"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        float_rupiah=row["float_rupiah"],
        taken_rupiah=row["taken_rupiah"],
        refunded_rupiah=row["refunded_rupiah"],
        dropped_rupiah=row["dropped_rupiah"],
        refilled_rupiah=row["refilled_rupiah"],
        repaid_rupiah=row["repaid_rupiah"],
        other_ways=[
            WaySales(method=method, total_rupiah=rupiah) for method, rupiah in sorted(row["other_ways"].items())
        ],
        expected_rupiah=expected_rupiah,
        counted_rupiah=row["counted_rupiah"],
        variance_rupiah=None if is_open else row["counted_rupiah"] - row["expected_rupiah"],
        first_counted_rupiah=row["first_counted_rupiah"],
        closing_note=row["closing_note"],
    )


def till_move(row: asyncpg.Record) -> TillMove:
    """Tell a move between till and safe."""
    return TillMove(**dict(row))
