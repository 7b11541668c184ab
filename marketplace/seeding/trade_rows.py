"""Rows of orders and what hangs on them: lines, history, reservations, shifts, receipts, stock movements.

Cash is taken when the goods are handed over, in a shift of that store and day; a return is paid out of the shift of
the day it is brought back. What this means for payments and the ledger is in `book_rows.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec

from marketplace.ids import new_order_code, new_token
from marketplace.seeding import licences
from marketplace.seeding.organisation_rows import at_noon
from marketplace.seeding.trade import WIB

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketplace.sealing import Sealer
    from marketplace.seeding.specs import ListingSpec, OrderSpec
    from marketplace.seeding.world import World

Row = tuple[Any, ...]

CHECKOUT_COLUMNS = ("id", "token", "person_id", "placed_at")
ORDER_COLUMNS = (
    "id",
    "store_id",
    "checkout_id",
    "code",
    "tracking_token",
    "channel",
    "fulfilment",
    "state",
    "person_id",
    "contact_sealed",
    "address_sealed",
    "village_code",
    "is_member",
    "goods_rupiah",
    "delivery_rupiah",
    "total_rupiah",
    "placed_at",
    "paid_at",
    "hold_until",
)
LINE_COLUMNS = (
    "order_id",
    "store_id",
    "listing_id",
    "product_id",
    "seller_id",
    "name",
    "unit_code",
    "source",
    "quantity",
    "unit_price_rupiah",
    "total_rupiah",
    "unit_cost_rupiah",
    "fee_basis_points",
)
HISTORY_COLUMNS = ("order_id", "state", "happened_at", "author_id", "reason")
RESERVATION_COLUMNS = ("order_id", "store_id", "listing_id", "quantity", "state")
STOCK_COLUMNS = ("listing_id", "store_id", "on_hand", "reserved", "value_rupiah")
MOVEMENT_COLUMNS = (
    "listing_id",
    "store_id",
    "kind",
    "quantity",
    "value_rupiah",
    "source",
    "event",
    "author_id",
    "reason",
    "occurred_at",
)
SHIFT_COLUMNS = (
    "id",
    "store_id",
    "cashier_id",
    "opened_at",
    "float_rupiah",
    "closed_at",
    "counted_rupiah",
    "expected_rupiah",
)
HOLD_HOURS = 24
FLOAT_RUPIAH = 200_000
_FLOAT_STEP_RUPIAH = 100_000
_VARIANCES_RUPIAH = (-5_000, -2_000, -1_000, -500, 500, 1_000, 2_000)
_VARIANCE_SHARE = 0.05
_OPEN = frozenset({"placed", "accepted", "ready"})
_SOLD = frozenset({"completed", "returned"})


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids that the rows got, by position in the world's lists (or by key)."""

    organisations: Mapping[str, int]
    people: Mapping[str, int]
    products: range
    stores: range
    listings: range
    orders: range
    cashiers: Sequence[int]


@dataclass(frozen=True, slots=True)
class CashEvent:
    """Cash that came in (`sale`) or went out (`return`) for an order; `order_index` counts in the world's list."""

    at: datetime
    order_index: int
    kind: str
    amount_rupiah: int


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of a store on a day, with its cash in the order of time."""

    store_index: int
    opened_at: datetime
    closed_at: datetime
    float_rupiah: int
    expected_rupiah: int
    counted_rupiah: int
    events: tuple[CashEvent, ...]


def is_sold(order: OrderSpec) -> bool:
    """Whether the goods were handed over (also where they came back later)."""
    return order.outcome in _SOLD


def returned_at(order: OrderSpec) -> datetime:
    """When a returned order was brought back: the day after."""
    return (order.closed_at or order.placed_at) + timedelta(days=1)


def checkout_rows(world: World, ids: Ids, checkout_ids: Mapping[int, int]) -> list[Row]:
    """One checkout for each online order; `checkout_ids` by order index."""
    return [
        (checkout_id, new_token(), _person_id(world.orders[index], ids), world.orders[index].placed_at)
        for index, checkout_id in checkout_ids.items()
    ]


def order_rows(world: World, ids: Ids, checkout_ids: Mapping[int, int], *, sealer: Sealer) -> list[Row]:
    """One row for each order; contacts of online buyers are invented and sealed."""
    rows: list[Row] = []
    for index, order in enumerate(world.orders):
        is_online = order.channel == "online"
        cooperative = world.cooperatives[order.store_index]
        is_delivery = order.fulfilment == "delivery"
        contact = {"name": f"Pembeli Demo {order.number}", "phone": licences.phone(40_000 + order.number)}
        address = f"Jl. Contoh No. {order.number % 97 + 1}, RT 001/RW 001"
        rows.append(
            (
                ids.orders[index],
                ids.stores[order.store_index],
                checkout_ids.get(index),
                new_order_code(),
                new_token(),
                "web" if is_online else "counter",
                order.fulfilment if is_online else "counter",
                order.outcome,
                _person_id(order, ids),
                sealer.seal(msgspec.json.encode(contact).decode(), purpose="order.contact") if is_online else None,
                sealer.seal(address, purpose="order.address") if is_delivery else None,
                cooperative.village_code if is_online else None,
                order.buyer_kind == "member",
                order.total_rupiah - order.delivery_fee_rupiah,
                order.delivery_fee_rupiah,
                order.total_rupiah,
                order.placed_at,
                order.closed_at if is_sold(order) else None,
                order.placed_at + timedelta(hours=HOLD_HOURS) if order.outcome in _OPEN else None,
            )
        )
    return rows


def line_rows(world: World, ids: Ids) -> list[Row]:
    """List the lines of all orders, with cost and fee frozen as on the sale."""
    rows: list[Row] = []
    for index, order in enumerate(world.orders):
        for line in order.lines:
            listing = world.listings[line.listing_index]
            product = world.catalogue.products[listing.product_index]
            rows.append(
                (
                    ids.orders[index],
                    ids.stores[order.store_index],
                    ids.listings[line.listing_index],
                    ids.products[listing.product_index],
                    ids.organisations[world.catalogue.sellers[product.seller_index].key],
                    product.name,
                    product.unit,
                    listing.source,
                    line.quantity,
                    line.unit_price_rupiah,
                    line.quantity * line.unit_price_rupiah,
                    listing.cost_rupiah,
                    listing.fee_basis_points,
                )
            )
    return rows


def history_rows(world: World, ids: Ids) -> list[Row]:
    """List the states every order went through, each with its instant."""
    rows: list[Row] = []
    for index, order in enumerate(world.orders):
        order_id, cashier_id = ids.orders[index], ids.cashiers[order.store_index]
        steps: list[tuple[str, datetime | None, int | None]] = [("placed", order.placed_at, _person_id(order, ids))]
        if order.channel == "counter":
            steps = [("completed", order.placed_at, cashier_id)]
        else:
            steps += [("accepted", order.accepted_at, cashier_id), ("ready", order.ready_at, cashier_id)]
            if is_sold(order):
                steps += [("handed_over", order.closed_at, cashier_id), ("completed", order.closed_at, cashier_id)]
        rows.extend((order_id, state, at, author_id, "") for state, at, author_id in steps if at is not None)
        if order.outcome == "returned":
            rows.append((order_id, "returned", returned_at(order), cashier_id, order.reason))
        elif order.outcome in {"cancelled", "expired"}:
            author_id = cashier_id if order.outcome == "cancelled" else None
            rows.append((order_id, order.outcome, order.closed_at, author_id, order.reason))
    return rows


def reservation_rows(world: World, ids: Ids) -> list[Row]:
    """Say what was set aside for each order: held while it is open, else sold or released. Made to order has none."""
    rows: list[Row] = []
    for index, order in enumerate(world.orders):
        state = "held" if order.outcome in _OPEN else "sold" if is_sold(order) else "released"
        rows.extend(
            (ids.orders[index], ids.stores[order.store_index], ids.listings[line.listing_index], line.quantity, state)
            for line in order.lines
            if world.listings[line.listing_index].stock_today is not None
        )
    return rows


def unit_value(listing: ListingSpec) -> int:
    """What a unit on the shelf cost the store: own stock its cost, others' goods nothing."""
    return listing.cost_rupiah if listing.source == "own_stock" else 0


def opening_quantities(world: World) -> dict[int, int]:
    """How much of each stocked listing was there at first, so that today's stock is left, by listing index."""
    moved: Counter[int] = Counter()
    for order in world.orders:
        if is_sold(order) or order.outcome in _OPEN:
            for line in order.lines:
                moved[line.listing_index] += line.quantity
    return {
        index: listing.stock_today + moved[index]
        for index, listing in enumerate(world.listings)
        if listing.stock_today is not None
    }


def stock_rows(world: World, ids: Ids, openings: Mapping[int, int]) -> list[Row]:
    """Give the balance of each stocked listing: what was there, less what was sold, and what came back."""
    held: Counter[int] = Counter()
    gone: Counter[int] = Counter()
    for order in world.orders:
        counter = held if order.outcome in _OPEN else gone if order.outcome == "completed" else None
        if counter is not None:
            for line in order.lines:
                counter[line.listing_index] += line.quantity
    return [
        (
            ids.listings[index],
            ids.stores[world.listings[index].store_index],
            opening - gone[index],
            held[index],
            (opening - gone[index]) * unit_value(world.listings[index]),
        )
        for index, opening in openings.items()
    ]


def movement_rows(world: World, ids: Ids, openings: Mapping[int, int]) -> list[Row]:
    """Every movement of stock: opening, sales and returns, in that order."""
    rows: list[Row] = [
        (
            ids.listings[index],
            ids.stores[listing.store_index],
            "opening",
            openings[index],
            openings[index] * unit_value(listing),
            "seeding",
            "opening",
            None,
            "Stok awal data demo",
            at_noon(listing.listed_on),
        )
        for index, listing in enumerate(world.listings)
        if openings.get(index)
    ]
    for index, order in enumerate(world.orders):
        if not is_sold(order):
            continue
        store_id, cashier_id = ids.stores[order.store_index], ids.cashiers[order.store_index]
        for line in order.lines:
            if line.listing_index not in openings:
                continue
            start = (ids.listings[line.listing_index], store_id)
            source = f"order:{ids.orders[index]}"
            value = line.quantity * unit_value(world.listings[line.listing_index])
            rows.append((*start, "sale", -line.quantity, -value, source, "sale", cashier_id, "", order.closed_at))
            if order.outcome == "returned":
                end = (source, "return", cashier_id, order.reason, returned_at(order))
                rows.append((*start, "return", line.quantity, value, *end))
    return rows


def build_shifts(world: World) -> list[Shift]:
    """Group the cash of every store and day into shifts, by opening time; now and then a till is not quite right."""
    random = Random("shifts")  # noqa: S311
    by_day: dict[tuple[int, date], list[CashEvent]] = defaultdict(list)
    for index, order in enumerate(world.orders):
        if is_sold(order) and order.closed_at is not None:
            day = order.closed_at.astimezone(WIB).date()
            by_day[order.store_index, day].append(CashEvent(order.closed_at, index, "sale", order.total_rupiah))
            if order.outcome == "returned":
                at = returned_at(order)
                event = CashEvent(at, index, "return", -order.total_rupiah)
                by_day[order.store_index, at.astimezone(WIB).date()].append(event)
    shifts: list[Shift] = []
    for (store_index, _), unsorted_events in by_day.items():
        events = sorted(unsorted_events, key=lambda event: (event.at, event.order_index))
        lowest, held = 0, 0
        for event in events:
            held += event.amount_rupiah
            lowest = min(lowest, held)
        missing = max(0, -lowest - FLOAT_RUPIAH)
        float_rupiah = FLOAT_RUPIAH + -(-missing // _FLOAT_STEP_RUPIAH) * _FLOAT_STEP_RUPIAH
        expected = float_rupiah + held
        variance = random.choice(_VARIANCES_RUPIAH) if random.random() < _VARIANCE_SHARE else 0
        shifts.append(
            Shift(
                store_index=store_index,
                opened_at=events[0].at - timedelta(minutes=random.randrange(5, 40)),
                closed_at=min(world.now, events[-1].at + timedelta(minutes=random.randrange(5, 30))).astimezone(UTC),
                float_rupiah=float_rupiah,
                expected_rupiah=expected,
                counted_rupiah=max(0, expected + variance),
                events=tuple(events),
            )
        )
    return sorted(shifts, key=lambda shift: (shift.opened_at, shift.store_index))


def shift_rows(shifts: Sequence[Shift], shift_ids: range, ids: Ids) -> list[Row]:
    """All shifts, closed and counted."""
    return [
        (
            shift_id,
            ids.stores[shift.store_index],
            ids.cashiers[shift.store_index],
            shift.opened_at,
            shift.float_rupiah,
            shift.closed_at,
            shift.counted_rupiah,
            shift.expected_rupiah,
        )
        for shift_id, shift in zip(shift_ids, shifts, strict=True)
    ]


def _person_id(order: OrderSpec, ids: Ids) -> int | None:
    """Let the demonstration's resident and member have bought some of what their own store sold online."""
    if order.channel != "online" or ids.cashiers[order.store_index] != ids.people["kasir"]:
        return None
    key = {"resident": "warga", "member": "anggota"}.get(order.buyer_kind)
    return ids.people[key] if key is not None and order.number % 2 else None
