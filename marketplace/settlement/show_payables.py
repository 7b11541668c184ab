"""What is owed, shown the same to the cooperative and to the supplier: both read the same lines of the same book."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.books import order_of
from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.formats.dates import day_of
from marketplace.ids import OrderId, OrganisationId, StoreId
from marketplace.settlement import agreement_store, store
from marketplace.settlement.lines import Line, due_rupiah, terms_at
from marketplace.settlement.read_lines import read_store_lines, read_supplier_lines, told_terms
from marketplace.settlement.states import kind_of

MOST_STATEMENTS = 20


class HoldView(msgspec.Struct, frozen=True, kw_only=True):
    """Why a line is not paid for now. `kind`: hold (by the store) or dispute (by the supplier)."""

    hold_id: int
    kind: str
    reason: str
    made_by_name: str
    made_at: datetime


class SoldGoods(msgspec.Struct, frozen=True, kw_only=True):
    """Goods of the supplier in an order: how many were sold, and how many of them came back."""

    name: str
    unit_code: str
    quantity: int
    returned_quantity: int


class SoldOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order by its code, with the supplier's goods in it; empty where a line is no sale."""

    code: str = ""
    goods: list[SoldGoods] = []


NO_ORDER = SoldOrder()


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed of one source; negative where it is taken off. `kind`: sale, receipt, payment_back or other.

    `code` is the order's and `goods` what of the supplier's was sold; both empty where it was no sale.
    `is_being_sent`: it is on its way to the supplier's own account at Stripe, so it is not paid otherwise.
    """

    source: str
    kind: str
    code: str
    goods: list[SoldGoods]
    since: datetime
    due_on: date
    is_due: bool
    amount_rupiah: int
    is_being_sent: bool
    holds: list[HoldView]


class StatementRow(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that was made, by its number at the store."""

    store_id: StoreId
    store_name: str
    number: int
    method: str
    reference: str
    amount_rupiah: int
    paid_at: datetime


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """What one store owes one supplier: in all, of it due on `on`, held or disputed; `oldest_at` None if nothing is.

    `owed_rupiah` is the balance of the book; below zero the supplier owes the store.
    """

    store_id: StoreId
    store_name: str
    cooperative_name: str
    time_zone: str
    supplier_id: OrganisationId
    supplier_name: str
    on: date
    owed_rupiah: int
    due_rupiah: int
    held_rupiah: int
    oldest_at: datetime | None


class OwedLines(Owed, frozen=True, kw_only=True):
    """The same with its lines, the terms that hold now and the latest payments."""

    rule: str
    days: int
    lines: list[LineView]
    statements: list[StatementRow]


class StorePayables(msgspec.Struct, frozen=True, kw_only=True):
    """What a store owes all its suppliers, the largest debt first."""

    on: date
    owed_rupiah: int
    due_rupiah: int
    suppliers: list[Owed]


class SupplierReceivables(msgspec.Struct, frozen=True, kw_only=True):
    """What all stores owe a supplier, with the latest payments of all."""

    owed_rupiah: int
    due_rupiah: int
    stores: list[Owed]
    statements: list[StatementRow]


async def show_store_payables(*, actor: Actor) -> StorePayables:
    """What the actor's store owes, by supplier."""
    store_id = actor.require_store()
    async with database.connection() as connection:
        place = await _place(connection, store_id)
        by_supplier = await read_store_lines(connection, store_id=store_id, time_zone=place["time_zone"])
        names = await agreement_store.list_names(connection, list(by_supplier))
    owed = [
        Owed(**_sums(place, supplier_id, names.get(supplier_id, ""), lines))
        for supplier_id, lines in by_supplier.items()
    ]
    return StorePayables(
        on=_today(place),
        owed_rupiah=sum(one.owed_rupiah for one in owed),
        due_rupiah=sum(one.due_rupiah for one in owed),
        suppliers=sorted(owed, key=lambda one: (-one.due_rupiah, -one.owed_rupiah, one.supplier_name)),
    )


async def show_supplier_receivables(*, actor: Actor) -> SupplierReceivables:
    """What all stores owe the supplier whose hat is worn."""
    hat = actor.require_hat()
    async with database.connection() as connection:
        found = await read_supplier_lines(connection, supplier_id=hat.organisation_id)
        payments = await store.list_payments(connection, supplier_id=hat.organisation_id, limit=MOST_STATEMENTS)
    owed = [Owed(**_sums(place, hat.organisation_id, hat.organisation_name, lines)) for place, lines in found]
    return SupplierReceivables(
        owed_rupiah=sum(one.owed_rupiah for one in owed),
        due_rupiah=sum(one.due_rupiah for one in owed),
        stores=owed,
        statements=told_statements(payments),
    )


async def show_owed_lines(store_id: StoreId, supplier_id: OrganisationId) -> OwedLines:
    """What one store owes one supplier, line by line; both sides read this.

    Raises:
        NotFoundError: they never had to do with each other.

    """
    async with database.connection() as connection:
        place = await _place(connection, store_id)
        names = await agreement_store.list_names(connection, [supplier_id])
        read = await read_store_lines(
            connection, store_id=store_id, time_zone=place["time_zone"], supplier_id=supplier_id
        )
        terms = await agreement_store.list_terms(connection, store_ids=[store_id], supplier_id=supplier_id)
        payments = await store.list_payments(
            connection, supplier_id=supplier_id, store_id=store_id, limit=MOST_STATEMENTS
        )
        if supplier_id not in names or not (read or terms or payments):
            raise NotFoundError
        lines = read.get(supplier_id, [])
        holds = await agreement_store.list_holds(connection, store_ids=[store_id], supplier_id=supplier_id)
        goods = await find_goods(connection, [line.source for line in lines], supplier_id)
    now = terms_at(told_terms(terms), clock.now())
    return OwedLines(
        **_sums(place, supplier_id, names[supplier_id], lines),
        rule=now.rule,
        days=now.days,
        lines=[_view(line, _today(place), holds, goods) for line in lines],
        statements=told_statements(payments),
    )


async def find_goods(
    connection: Connection, sources: Iterable[str], supplier_id: OrganisationId
) -> dict[str, SoldOrder]:
    """The order's code and the supplier's goods in it, by the source of a line."""
    orders = {order_of(source): source for source in sources if kind_of(source) == "sale"}
    if not orders:
        return {}
    rows = await agreement_store.list_goods(connection, order_ids=list(orders), supplier_id=supplier_id)
    return {
        orders[OrderId(order_id)]: SoldOrder(code=row["code"], goods=[SoldGoods(**one) for one in row["goods"]])
        for order_id, row in rows.items()
    }


def told_statements(rows: Sequence[asyncpg.Record]) -> list[StatementRow]:
    """Payments by their rows."""
    return [
        StatementRow(
            store_id=row["store_id"],
            store_name=row["store_name"],
            number=row["number"],
            method=row["method"],
            reference=row["reference"],
            amount_rupiah=row["amount_rupiah"],
            paid_at=row["paid_at"],
        )
        for row in rows
    ]


async def _place(connection: Connection, store_id: StoreId) -> asyncpg.Record:
    place = await agreement_store.find_place(connection, store_id)
    if place is None:
        raise NotFoundError
    return place


def _today(place: asyncpg.Record) -> date:
    return day_of(clock.now(), place["time_zone"])


def _sums(
    place: asyncpg.Record, supplier_id: OrganisationId, supplier_name: str, lines: Sequence[Line]
) -> dict[str, Any]:
    today = _today(place)
    return {
        "store_id": place["id"],
        "store_name": place["name"],
        "cooperative_name": place["cooperative_name"],
        "time_zone": place["time_zone"],
        "supplier_id": supplier_id,
        "supplier_name": supplier_name,
        "on": today,
        "owed_rupiah": sum(line.amount_rupiah for line in lines),
        "due_rupiah": due_rupiah(lines, due_on=today),
        "held_rupiah": sum(line.amount_rupiah for line in lines if line.is_held and line.amount_rupiah > 0),
        "oldest_at": min((line.since for line in lines if line.amount_rupiah > 0), default=None),
    }


def _view(line: Line, today: date, holds: Sequence[asyncpg.Record], goods: dict[str, SoldOrder]) -> LineView:
    order = goods.get(line.source, NO_ORDER)
    return LineView(
        source=line.source,
        kind=kind_of(line.source),
        code=order.code,
        goods=order.goods,
        since=line.since,
        due_on=line.due_on,
        is_due=line.due_on <= today,
        amount_rupiah=line.amount_rupiah,
        is_being_sent=line.is_being_sent,
        holds=[
            HoldView(
                hold_id=row["id"],
                kind=row["kind"],
                reason=row["reason"],
                made_by_name=row["made_by_name"],
                made_at=row["made_at"],
            )
            for row in holds
            if row["source"] == line.source
        ],
    )
