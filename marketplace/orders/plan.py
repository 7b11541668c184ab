"""From a basket to the orders it would make: store, prices for this buyer, sums.

Pure; show_plan and place_order use it, so what the buyer sees is what is placed.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import asin, cos, inf, radians, sin, sqrt
from typing import Any, Literal, TypeAlias

import asyncpg
import msgspec

from marketplace.actor import Actor
from marketplace.formats.packs import Pack, packs_of
from marketplace.ids import CartId, ListingId, OrganisationId, ProductId, StoreId
from marketplace.orders.routing import ELSEWHERE, Candidate, Routing, Wish, route_basket
from marketplace.stores import PriceBasis, Tier, UnitPrice, unit_price

_EARTH_KM = 6371.0

Row: TypeAlias = "Mapping[str, Any] | asyncpg.Record"


class PlanLine(msgspec.Struct, frozen=True, kw_only=True):
    """One product at one store, at the price this buyer pays there.

    `seen_price_rupiah` is the public price of when it was put into the cart: at this store if it was chosen, else the
    lowest anywhere. `nonmember_price_rupiah` is what somebody who is no member pays for as many. `conversions` are the
    product's larger units, where they were asked for.
    """

    product_id: ProductId
    listing_id: ListingId
    seller_id: OrganisationId
    name: str
    unit_code: str
    quantity: int
    unit_price_rupiah: int
    price_reason: Literal["public", "member", "tier"]
    public_price_rupiah: int
    nonmember_price_rupiah: int
    seen_price_rupiah: int
    total_rupiah: int
    available: int | None
    source: str
    is_store_chosen: bool
    unit_cost_rupiah: int
    fee_basis_points: int
    photo_digest: str | None
    category_slug: str
    is_counter_only: bool
    conversions: tuple[Pack, ...] = ()


class PlanOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One store's order-to-be. `rule` names why this store (see routing.py), `store_village_code` where it stands."""

    store_id: StoreId
    store_name: str
    store_village_code: str
    cooperative_id: OrganisationId
    rule: str
    is_home: bool
    is_open: bool
    is_member: bool
    distance_km: float | None
    may_deliver: bool
    hold_hours: int
    lines: tuple[PlanLine, ...]
    goods_rupiah: int
    delivery_fee_rupiah: int


class Unserved(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that no store looked at can serve, or the one chosen cannot; `left` is the most that any of them has."""

    product_id: ProductId
    name: str
    wanted: int
    left: int
    is_store_chosen: bool


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What ordering the basket now would make. `alternatives` are other stores that have each product."""

    cart_id: CartId | None
    village_code: str | None
    orders: tuple[PlanOrder, ...]
    unserved: tuple[Unserved, ...]
    alternatives: dict[str, tuple[dict[str, Any], ...]]

    @property
    def goods_rupiah(self) -> int:
        """Sum of all goods, delivery apart."""
        return sum(order.goods_rupiah for order in self.orders)

    @property
    def is_empty(self) -> bool:
        """Whether the basket holds nothing at all."""
        return not self.orders and not self.unserved


EMPTY_PLAN = Plan(cart_id=None, village_code=None, orders=(), unserved=(), alternatives={})


def make_candidates(rows: Sequence[Row], actor: Actor) -> list[Candidate]:
    """The listings that could serve the basket, priced for this actor. `rows` as of store.read_basket."""
    return [_candidate(row, actor) for row in rows if row["listing_id"] is not None]


def make_plan(
    rows: Sequence[Row],
    actor: Actor,
    *,
    stores: Mapping[ProductId, StoreId] | None = None,
    candidates: Sequence[Candidate] | None = None,
) -> Plan:
    """Route the basket and price it for this actor. `rows` as of store.read_basket.

    `stores` fixes the store of products, as when the buyer confirms what they saw; `candidates` are of `rows` where the
    caller has them.
    """
    if not rows:
        return EMPTY_PLAN
    wishes, by_listing = (
        _wishes(rows, stores),
        {row["listing_id"]: row for row in rows if row["listing_id"] is not None},
    )
    candidates = make_candidates(rows, actor) if candidates is None else candidates
    routing = route_basket(list(wishes.values()), candidates)
    return Plan(
        cart_id=rows[0]["cart_id"],
        village_code=rows[0]["village_code"],
        orders=tuple(_order(route.store_id, route, by_listing, wishes, actor) for route in routing.routes),
        unserved=tuple(_unserved(routing, rows)),
        alternatives=_alternatives(candidates, by_listing),
    )


def routing_rules(rows: Sequence[Row], candidates: Sequence[Candidate]) -> dict[tuple[ProductId, StoreId], str]:
    """The rule by which routing would give each product to a store, had the buyer not confirmed one."""
    routing = route_basket(list(_wishes(rows, None).values()), candidates)
    return {(pick.product_id, route.store_id): route.rule for route in routing.routes for pick in route.picks}


def _wishes(rows: Sequence[Row], stores: Mapping[ProductId, StoreId] | None) -> dict[ProductId, Wish]:
    return {
        row["product_id"]: Wish(
            product_id=row["product_id"],
            quantity=row["quantity"],
            chosen_store_id=(stores or {}).get(row["product_id"], row["chosen_store_id"]),
        )
        for row in rows
    }


def price_for(row: Row, *, quantity: int, is_member: bool) -> int:
    """Price of one unit in rupiah, by the rule of stores.prices: the lowest of public, member and grosir price."""
    return _price(row, quantity=quantity, is_member=is_member).price.rupiah


def _price(row: Row, *, quantity: int, is_member: bool) -> UnitPrice:
    basis = PriceBasis(
        price_rupiah=row["price_rupiah"],
        member_price_rupiah=row["member_price_rupiah"],
        product_price_rupiah=row["product_price_rupiah"],
        tiers=tuple(Tier(**tier) for tier in row["tiers"] or ()),
    )
    return unit_price(basis, quantity=quantity, is_member=is_member)


def _candidate(row: Row, actor: Actor) -> Candidate:
    return Candidate(
        listing_id=row["listing_id"],
        store_id=row["store_id"],
        product_id=row["product_id"],
        unit_price_rupiah=price_for(row, quantity=row["quantity"], is_member=row["cooperative_id"] in actor.member_of),
        available=None if row["source"] == "made_to_order" else int(row["available"] or 0),
        is_home=row["cooperative_id"] in actor.member_of or row["store_village_code"] == row["village_code"],
        is_open=row["is_open"],
        distance_km=distance_km(row["buyer_latitude"], row["buyer_longitude"], row["latitude"], row["longitude"]),
        levels_apart=levels_apart(row["village_code"], row["store_village_code"]),
    )


def levels_apart(village_code: str | None, other_code: str) -> int:
    """How far apart two villages are: 0 the same, 1 in one district, 2 regency, 3 province, 4 elsewhere."""
    if village_code is None:
        return ELSEWHERE
    parts, other_parts = village_code.split("."), other_code.split(".")
    same = (apart for apart in range(ELSEWHERE) if parts[: ELSEWHERE - apart] == other_parts[: ELSEWHERE - apart])
    return next(same, ELSEWHERE)


def distance_km(
    latitude_1: float | None, longitude_1: float | None, latitude_2: float | None, longitude_2: float | None
) -> float | None:
    """Great-circle distance in kilometres, to 100 m; None where a place is unknown."""
    if latitude_1 is None or longitude_1 is None or latitude_2 is None or longitude_2 is None:
        return None
    a, b = radians(latitude_1), radians(latitude_2)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(longitude_2 - longitude_1) / 2) ** 2
    return round(2 * _EARTH_KM * asin(sqrt(half)), 1)


def _order(
    store_id: StoreId,
    route: Any,
    by_listing: Mapping[ListingId, Row],
    wishes: Mapping[ProductId, Wish],
    actor: Actor,
) -> PlanOrder:
    first = by_listing[route.picks[0].listing_id]
    is_member = first["cooperative_id"] in actor.member_of
    lines = tuple(
        _line(by_listing[pick.listing_id], wishes[pick.product_id], pick, is_member=is_member) for pick in route.picks
    )
    return PlanOrder(
        store_id=store_id,
        store_name=first["store_name"],
        store_village_code=first["store_village_code"],
        cooperative_id=first["cooperative_id"],
        rule=route.rule,
        is_home=route.is_home,
        is_open=route.is_open,
        is_member=is_member,
        distance_km=route.distance_km,
        may_deliver=first["may_deliver"] and not any(line.is_counter_only for line in lines),
        hold_hours=first["hold_hours"],
        lines=lines,
        goods_rupiah=sum(line.total_rupiah for line in lines),
        delivery_fee_rupiah=first["delivery_fee_rupiah"],
    )


def _line(row: Row, wish: Wish, pick: Candidate, *, is_member: bool) -> PlanLine:
    return PlanLine(
        product_id=row["product_id"],
        listing_id=row["listing_id"],
        seller_id=row["seller_id"],
        name=row["name"],
        unit_code=row["unit_code"],
        quantity=wish.quantity,
        unit_price_rupiah=pick.unit_price_rupiah,
        price_reason=_price(row, quantity=wish.quantity, is_member=is_member).reason,
        public_price_rupiah=row["price_rupiah"],
        nonmember_price_rupiah=price_for(row, quantity=wish.quantity, is_member=False)
        if is_member
        else pick.unit_price_rupiah,
        seen_price_rupiah=row["seen_price_rupiah"],
        total_rupiah=wish.quantity * pick.unit_price_rupiah,
        available=pick.available,
        source=row["source"],
        is_store_chosen=wish.chosen_store_id is not None,
        unit_cost_rupiah=row["cost_rupiah"],
        fee_basis_points=row["fee_basis_points"],
        photo_digest=row["photo_digest"],
        category_slug=row["category_slug"],
        is_counter_only=row["is_counter_only"],
        conversions=packs_of(row.get("packs")),
    )


def _unserved(routing: Routing, rows: Sequence[Row]) -> Iterable[Unserved]:
    for wish in routing.unserved:
        offers = [row for row in rows if row["product_id"] == wish.product_id]
        if wish.chosen_store_id is not None:
            offers = [row for row in offers if row["store_id"] == wish.chosen_store_id] or offers[:1]
        yield Unserved(
            product_id=wish.product_id,
            name=offers[0]["name"],
            wanted=wish.quantity,
            is_store_chosen=wish.chosen_store_id is not None,
            left=max(
                (
                    int(row["available"] or 0)
                    for row in offers
                    if row["store_id"] is not None and wish.chosen_store_id in (None, row["store_id"])
                ),
                default=0,
            ),
        )


def _alternatives(
    candidates: Sequence[Candidate], by_listing: Mapping[ListingId, Row]
) -> dict[str, tuple[dict[str, Any], ...]]:
    """Stores with each product, nearest first, at most six: what the buyer may change to. Keyed by product id."""
    found: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.available is None or candidate.available > 0:
            found.setdefault(str(candidate.product_id), []).append(candidate)
    return {
        product_id: tuple(
            {
                "store_id": int(c.store_id),
                "store_name": by_listing[c.listing_id]["store_name"],
                "unit_price_rupiah": c.unit_price_rupiah,
                "available": c.available,
                "is_open": c.is_open,
                "distance_km": c.distance_km,
            }
            for c in sorted(group, key=_nearness)[:6]
        )
        for product_id, group in found.items()
    }


def _nearness(candidate: Candidate) -> tuple[bool, float, int, StoreId]:
    distance = inf if candidate.distance_km is None else candidate.distance_km
    return not candidate.is_home, distance, candidate.levels_apart, candidate.store_id
