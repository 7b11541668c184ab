"""Which trade the pilot's store lives through by the use cases: all since the first day of the last calendar month.

What lies before it, and every other store, is brought in as rows. Pure.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from marketplace.seeding.specs import OrderLineSpec, OrderSpec
from marketplace.seeding.trade import WIB
from marketplace.seeding.trade_rows import is_sold, returned_at
from marketplace.seeding.villages import JATIMAKMUR

if TYPE_CHECKING:
    from marketplace.seeding.world import World

# On these days of the month somebody buys goods of the seller who signs in, so that their statement has lines.
_SELLER_DAYS = (4, 11, 18, 24)
_SELLER_QUANTITY = 3
_EARLIEST, _LATEST = time(8, 15), time(20, 40)


class LivedOrder(NamedTuple):
    """An order to be paid and handed over at `at`; `row` is its place among the rows where a buyer placed it online."""

    at: datetime
    spec: OrderSpec
    row: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Pilot:
    """The pilot's place in the lists, the finished month and the orders lived through, in the order of time."""

    store_index: int
    first_day: date
    last_day: date
    orders: tuple[LivedOrder, ...]


def month_before(today: date) -> tuple[date, date]:
    """First and last day of the calendar month before the one of `today`."""
    last_day = today.replace(day=1) - timedelta(days=1)
    return last_day.replace(day=1), last_day


def split_pilot(world: World) -> tuple[World, Pilot]:
    """Give the world that is brought in as rows, and what the pilot lives through.

    An online order of the pilot that ends well in that time stands among the rows as ready to be fetched.
    """
    store_index = [one.village_code for one in world.cooperatives].index(JATIMAKMUR)
    first_day, last_day = month_before(world.now.astimezone(WIB).date())
    since = datetime.combine(first_day, time(), WIB).astimezone(UTC)
    rows: list[OrderSpec] = []
    lived: list[LivedOrder] = []
    for order in world.orders:
        if order.store_index != store_index or not is_sold(order):
            rows.append(order)
            continue
        at = _fetched_at(order, world.now)
        if at < since:
            # Brought back in the time that is lived through: then it never came back.
            is_back = order.outcome == "returned" and returned_at(order) >= since
            rows.append(dataclasses.replace(order, outcome="completed", reason="") if is_back else order)
        elif order.channel == "counter":
            lived.append(LivedOrder(at, order, None))
        else:
            lived.append(LivedOrder(at, order, len(rows)))
            rows.append(
                dataclasses.replace(order, outcome="ready", reason="", closed_at=None, cash_tendered_rupiah=None)
            )
    lived.extend(LivedOrder(order.placed_at, order, None) for order in _sales_of_seller(world, store_index, first_day))
    pilot = Pilot(store_index, first_day, last_day, tuple(sorted(lived, key=lambda one: (one.at, one.spec.number))))
    return dataclasses.replace(world, orders=tuple(rows)), pilot


def everything_sold(world: World, pilot: Pilot) -> World:
    """The world with every order that ever takes goods: what the shelves held at first is reckoned from it."""
    known = {order.number for order in world.orders}
    more = (one.spec for one in pilot.orders if one.spec.number not in known)
    return dataclasses.replace(world, orders=(*world.orders, *more))


def _fetched_at(order: OrderSpec, now: datetime) -> datetime:
    """When goods leave the counter: not at night, when nobody stands there."""
    closed_at = order.closed_at or order.placed_at
    if order.channel == "counter":
        return closed_at
    ready_at = order.ready_at or order.placed_at
    evening = datetime.combine(ready_at.astimezone(WIB).date(), _LATEST, WIB)
    if closed_at <= evening:
        return closed_at
    if ready_at <= evening:
        return evening.astimezone(UTC)
    return min(now, datetime.combine(evening.date() + timedelta(days=1), _EARLIEST, WIB).astimezone(UTC))


def _sales_of_seller(world: World, store_index: int, first_day: date) -> list[OrderSpec]:
    """Goods that the signed-in seller has at the pilot on consignment, bought now and then by whoever walks in."""
    seller_key = next(
        role.organisation_key
        for person in world.people
        if person.key == "penjual"
        for role in person.roles
        if role.organisation_kind == "seller"
    )
    goods = [
        index
        for index, listing in enumerate(world.listings)
        if listing.store_index == store_index
        and listing.source == "consignment"
        and world.catalogue.sellers[world.catalogue.products[listing.product_index].seller_index].key == seller_key
    ]
    orders: list[OrderSpec] = []
    for place, day in enumerate(_SELLER_DAYS if goods else ()):
        index = goods[place % len(goods)]
        price = world.listings[index].price_rupiah
        at = datetime.combine(first_day.replace(day=day), time(10, 17), WIB).astimezone(UTC)
        orders.append(
            OrderSpec(
                number=len(world.orders) + 1 + place,
                store_index=store_index,
                channel="counter",
                fulfilment="pickup",
                buyer_kind="guest",
                member_number=None,
                placed_at=at,
                accepted_at=at,
                ready_at=at,
                closed_at=at,
                outcome="completed",
                reason="",
                lines=(OrderLineSpec(index, _SELLER_QUANTITY, price),),
                delivery_fee_rupiah=0,
                total_rupiah=_SELLER_QUANTITY * price,
                cash_tendered_rupiah=_SELLER_QUANTITY * price,
            )
        )
    return orders
