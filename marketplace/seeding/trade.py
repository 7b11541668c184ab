"""Ninety days of orders with a village shop's rhythm, as plain values in the order of time.

Mornings and the hour after maghrib are busy, Sundays quiet, pay days (25th to 5th) full; most people fetch their goods
and pay cash. Instants are UTC of Bekasi's wall clock (WIB). Yesterday and today leave a few orders open to work on,
and the pilot's counter always has some of each kind, so that whoever signs in first finds something to do.
"""

from __future__ import annotations

from bisect import bisect
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Literal, NamedTuple

from marketplace.seeding.specs import OrderLineSpec, OrderSpec
from marketplace.seeding.villages import JATIMAKMUR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from marketplace.seeding.specs import BuyerKind, Catalogue, CooperativeSpec, ListingSpec, Outcome

DAYS = 90
ORDER_TOTAL = 6_000
WIB = timezone(timedelta(hours=7), "WIB")

_WEEKDAY_WEIGHTS = (100, 92, 95, 98, 112, 124, 70)  # Monday first
_HOUR_WEIGHTS = {7: 9, 8: 13, 9: 14, 10: 11, 11: 7, 12: 4, 13: 5, 14: 5, 15: 7, 16: 9, 17: 6, 18: 8, 19: 11, 20: 5}
_PAYDAY_FIRST, _PAYDAY_LAST = 25, 5
_PAYDAY_PERCENT = 155
_PILOT_WEIGHT, _BUSY_WEIGHT, _SMALL_WEIGHT = 130, 22, 1  # five sales a day at the pilot's counter
_LINE_COUNT_WEIGHTS = (24, 27, 21, 14, 9, 5)
_QUANTITY_WEIGHTS = (62, 22, 8, 5, 3)
_BULK_FROM_RUPIAH = 75_000  # sacks and cartons leave the shop far less often than packs
_ONLINE_SHARE = 0.42
_DELIVERY_SHARE = 0.13
_WAITING: tuple[Outcome, ...] = ("placed", "placed", "placed", "accepted", "accepted", "ready", "ready")  # newest first
_WAITING_STEP = timedelta(minutes=23)
_NOTES = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
_CANCEL_REASONS = ("Barang habis di rak", "Pembeli berubah pikiran", "Salah memilih gerai")
_RETURN_REASONS = ("Kemasan bocor", "Salah ambil ukuran", "Rasa berbeda dari pesanan")


def build_orders(
    seed: int,
    catalogue: Catalogue,
    cooperatives: Sequence[CooperativeSpec],
    listings: Sequence[ListingSpec],
    *,
    now: datetime,
    total: int = ORDER_TOTAL,
) -> tuple[OrderSpec, ...]:
    """Orders of the `DAYS` days up to `now` (aware), by placing time, numbered from 1."""
    random = Random(f"trade-{seed}")  # noqa: S311
    shelves = _shelves(catalogue, cooperatives, listings)
    today = now.astimezone(WIB).date()
    days = [today - timedelta(days=ago) for ago in range(DAYS, -1, -1)]
    day_weights = list(accumulate(_day_weight(day) for day in days))
    stores = [index for index, shelf in enumerate(shelves) if shelf.listing_indexes]
    store_weights = list(accumulate(_store_weight(cooperatives[index]) for index in stores))
    pilot = next(index for index, cooperative in enumerate(cooperatives) if cooperative.village_code == JATIMAKMUR)
    moments = [
        _Placing(moment, pilot, outcome)
        for moment, outcome in zip(_last_open_moments(cooperatives[pilot], now), _WAITING[:total], strict=False)
    ]
    while len(moments) < total:
        store_index = stores[_pick(random, store_weights)]
        moment = _moment(random, cooperatives[store_index], days[_pick(random, day_weights)])
        if moment is not None and moment <= now:
            moments.append(_Placing(moment, store_index, None))
    moments.sort(key=lambda placing: placing[:2])
    return tuple(
        _order(random, number, placing, cooperatives[placing.at_store], shelves[placing.at_store], listings, now)
        for number, placing in enumerate(moments, start=1)
    )


class _Placing(NamedTuple):
    """When and at which store (its index) an order is placed; `waiting` fixes how far it has come."""

    placed_at: datetime
    at_store: int
    waiting: Outcome | None


class _Shelf:
    """A store's listings with the running sum of their popularity, for drawing by weight."""

    def __init__(self) -> None:
        self.listing_indexes: list[int] = []
        self.weights: list[int] = []

    def add(self, listing_index: int, popularity: int) -> None:
        """Put one listing on the shelf; a shop's best sellers sell far more than the rest."""
        self.listing_indexes.append(listing_index)
        self.weights.append((self.weights[-1] if self.weights else 0) + popularity * popularity)

    def draw(self, random: Random) -> int:
        """Draw one listing by weight."""
        return self.listing_indexes[_pick(random, self.weights)]


def _shelves(
    catalogue: Catalogue, cooperatives: Sequence[CooperativeSpec], listings: Sequence[ListingSpec]
) -> list[_Shelf]:
    shelves = [_Shelf() for _ in cooperatives]
    for index, listing in enumerate(listings):
        product = catalogue.products[listing.product_index]
        if product.category != "jasa" and product.price_rupiah < 400_000:  # noqa: PLR2004 - agreed by talking, not ordered
            is_bulk = listing.price_rupiah > _BULK_FROM_RUPIAH
            shelves[listing.store_index].add(index, product.popularity // 3 + 1 if is_bulk else product.popularity)
    return shelves


def _store_weight(cooperative: CooperativeSpec) -> int:
    if cooperative.village_code == JATIMAKMUR:
        return _PILOT_WEIGHT
    return _BUSY_WEIGHT if cooperative.size == "busy" else _SMALL_WEIGHT


def _day_weight(day: date) -> int:
    percent = _PAYDAY_PERCENT if day.day >= _PAYDAY_FIRST or day.day <= _PAYDAY_LAST else 100
    return _WEEKDAY_WEIGHTS[day.weekday()] * percent


def _moment(random: Random, cooperative: CooperativeSpec, day: date) -> datetime | None:
    """Draw a time at which the store is open, or None where the chance fell outside its hours."""
    hours = list(_HOUR_WEIGHTS)
    hour = hours[_pick(random, list(accumulate(_HOUR_WEIGHTS.values())))]
    local = datetime.combine(day, time(hour, random.randrange(60), random.randrange(60)), WIB)
    return local.astimezone(UTC) if _is_open(cooperative, local) else None


def _last_open_moments(cooperative: CooperativeSpec, now: datetime) -> Iterator[datetime]:
    """Walk back from now in even steps through the last week, over the times at which the store is open."""
    for step in range(1, int(timedelta(days=7) / _WAITING_STEP)):
        moment = (now - step * _WAITING_STEP).astimezone(UTC)
        if _is_open(cooperative, moment.astimezone(WIB)):
            yield moment


def _is_open(cooperative: CooperativeSpec, local: datetime) -> bool:
    return any(
        opening.weekday == local.isoweekday() and opening.opens_at <= local.time() < opening.closes_at
        for opening in cooperative.hours
    )


def _order(
    random: Random,
    number: int,
    placing: _Placing,
    cooperative: CooperativeSpec,
    shelf: _Shelf,
    listings: Sequence[ListingSpec],
    now: datetime,
) -> OrderSpec:
    placed_at, store_index, waiting = placing
    is_online = random.random() < _ONLINE_SHARE or waiting is not None
    channel: Literal["online", "counter"] = "online" if is_online else "counter"
    buyer_kind = _buyer(random, channel)
    lines = _lines(random, shelf, listings, is_member=buyer_kind == "member")
    is_delivery = (
        channel == "online" and cooperative.delivery_fee_rupiah is not None and random.random() < _DELIVERY_SHARE
    )
    fee = (cooperative.delivery_fee_rupiah or 0) if is_delivery else 0
    total = sum(line.quantity * line.unit_price_rupiah for line in lines) + fee
    outcome, reason = (waiting, "") if waiting is not None else _outcome(random, channel, placed_at, now)
    accepted_at, ready_at, closed_at = _times(random, channel, outcome, placed_at)
    return OrderSpec(
        number=number,
        store_index=store_index,
        channel=channel,
        fulfilment="delivery" if is_delivery else "pickup",
        buyer_kind=buyer_kind,
        member_number=random.randrange(1, cooperative.member_count + 1) if buyer_kind == "member" else None,
        placed_at=placed_at,
        accepted_at=accepted_at,
        ready_at=ready_at,
        closed_at=closed_at,
        outcome=outcome,
        reason=reason,
        lines=lines,
        delivery_fee_rupiah=fee,
        total_rupiah=total,
        cash_tendered_rupiah=tendered(random, total) if outcome in {"completed", "returned"} else None,
    )


def _buyer(random: Random, channel: str) -> BuyerKind:
    chance = random.random()
    if channel == "counter":
        return "member" if chance < 0.55 else "guest"  # noqa: PLR2004
    return "member" if chance < 0.5 else "resident" if chance < 0.75 else "guest"  # noqa: PLR2004


def _lines(
    random: Random, shelf: _Shelf, listings: Sequence[ListingSpec], *, is_member: bool
) -> tuple[OrderLineSpec, ...]:
    """One to six different goods, in listing order."""
    wanted = 1 + _pick(random, list(accumulate(_LINE_COUNT_WEIGHTS)))
    chosen = {shelf.draw(random) for _ in range(wanted)}
    lines: list[OrderLineSpec] = []
    for index in sorted(chosen):
        listing = listings[index]
        is_cheap = listing.price_rupiah < 100_000  # noqa: PLR2004
        quantity = 1 + _pick(random, list(accumulate(_QUANTITY_WEIGHTS))) if is_cheap else 1
        has_member_price = is_member and listing.member_price_rupiah is not None
        price = listing.member_price_rupiah if has_member_price else listing.price_rupiah
        lines.append(OrderLineSpec(index, quantity, price or listing.price_rupiah))
    return tuple(lines)


def _outcome(random: Random, channel: str, placed_at: datetime, now: datetime) -> tuple[Outcome, str]:
    """How it ended; online orders of the last hours are still open, counter sales end at once."""
    age = now - placed_at
    if channel == "counter":
        is_returned = random.random() < 0.006 and age > timedelta(days=2)  # noqa: PLR2004
        return ("returned", random.choice(_RETURN_REASONS)) if is_returned else ("completed", "")
    if age < timedelta(hours=20):
        return ("placed", "accepted", "ready")[_pick(random, [45, 75, 100])], ""
    chance = random.random()
    if chance < 0.05:  # noqa: PLR2004
        return "cancelled", random.choice(_CANCEL_REASONS)
    if chance < 0.08 and age > timedelta(days=2):  # noqa: PLR2004
        return "expired", "Tidak diambil sampai batas waktu"
    if chance < 0.095 and age > timedelta(days=3):  # noqa: PLR2004
        return "returned", random.choice(_RETURN_REASONS)
    return "completed", ""


def _times(
    random: Random, channel: str, outcome: Outcome, placed_at: datetime
) -> tuple[datetime | None, datetime | None, datetime | None]:
    """When it was accepted, ready and handed over (or ended); None for what has not happened."""
    if channel == "counter":
        return placed_at, placed_at, placed_at
    accepted_at = placed_at + timedelta(minutes=random.randrange(2, 30))
    ready_at = accepted_at + timedelta(minutes=random.randrange(5, 45))
    closed_at = ready_at + timedelta(minutes=random.randrange(5, 220))
    times: dict[Outcome, tuple[datetime | None, datetime | None, datetime | None]] = {
        "placed": (None, None, None),
        "accepted": (placed_at, None, None),
        "ready": (placed_at, placed_at, None),
        "cancelled": (None, None, accepted_at),
        "expired": (accepted_at, ready_at, placed_at + timedelta(hours=24)),
    }
    return times.get(outcome, (accepted_at, ready_at, closed_at))


def tendered(random: Random, total: int) -> int:
    """Choose the cash handed over: exact, or rounded up to a note people carry."""
    if random.random() < 0.3:  # noqa: PLR2004
        return total
    note = random.choice([value for value in _NOTES if value * 20 >= total] or [_NOTES[-1]])
    return -(-total // note) * note


def _pick(random: Random, cumulative_weights: Sequence[int]) -> int:
    """Draw a position by cumulated weights."""
    return bisect(cumulative_weights, random.randrange(cumulative_weights[-1]))
