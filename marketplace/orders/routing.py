"""Which store serves which goods, and why. Pure: it is given candidates and decides; the same input, the same answer.

Rules, in order: the store the buyer chose; one store for the whole basket, the home cooperative first, then the one
that is open, then the nearest (by distance; where a position is not known, by district and regency); where no store
has everything, the store with most of the basket, and so on with the rest. A basket is split only when it must be:
each order is one trip for the buyer.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import inf

import msgspec

from marketplace.ids import ListingId, ProductId, StoreId

SAME_REGENCY = 2
ELSEWHERE = 4


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A listing that could serve one line. `available` is None where goods are made to order.

    `levels_apart` counts how far the store's region lies from the buyer's: 0 in the same village, 1 in the same
    district, 2 regency, 3 province, 4 elsewhere or not known.
    """

    listing_id: ListingId
    store_id: StoreId
    product_id: ProductId
    unit_price_rupiah: int
    available: int | None
    is_home: bool
    is_open: bool
    distance_km: float | None
    levels_apart: int = ELSEWHERE

    def has(self, quantity: int) -> bool:
        """Whether the store can serve so many."""
        return self.available is None or self.available >= quantity


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """One product in the basket."""

    product_id: ProductId
    quantity: int
    chosen_store_id: StoreId | None = None


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A store's part of the basket and the rule that gave it.

    Rules: chosen, only_one, home, most_goods, rest (part of what the stores before it lack), nearest, nearest_open
    (nearer ones are closed now), same_area (distance not known, but the same district or regency), has_stock.
    """

    store_id: StoreId
    rule: str
    picks: tuple[Candidate, ...]
    distance_km: float | None
    is_home: bool
    is_open: bool


class Routing(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer: one route per store, and goods no store can serve now."""

    routes: tuple[Route, ...]
    unserved: tuple[Wish, ...]


def route_basket(wishes: Sequence[Wish], candidates: Iterable[Candidate]) -> Routing:
    """Give every wish a store. `candidates` may hold several listings for each product."""
    by_product: dict[ProductId, list[Candidate]] = {}
    for candidate in candidates:
        by_product.setdefault(candidate.product_id, []).append(candidate)
    routes: list[Route] = []
    unserved: list[Wish] = []
    open_wishes: list[Wish] = []
    chosen: dict[StoreId, list[Candidate]] = {}
    for wish in wishes:
        if wish.chosen_store_id is None:
            open_wishes.append(wish)
            continue
        pick = next((c for c in by_product.get(wish.product_id, []) if c.store_id == wish.chosen_store_id), None)
        if pick is not None and pick.has(wish.quantity):
            chosen.setdefault(pick.store_id, []).append(pick)
        else:
            unserved.append(wish)
    routes.extend(_route("chosen", picks) for picks in chosen.values())
    # A store that is chosen anyway gets the rest too where it can: one trip less.
    servable = _servable(open_wishes, by_product)
    while open_wishes:
        best = _best_store(open_wishes, servable, preferred=frozenset(chosen))
        if best is None:
            unserved.extend(open_wishes)
            break
        picks = [servable[best][wish.product_id] for wish in open_wishes if wish.product_id in servable[best]]
        rule = _rule(open_wishes, servable, picks, is_rest=bool(routes))
        routes.append(_route(rule, picks))
        open_wishes = [wish for wish in open_wishes if wish.product_id not in servable[best]]
    return Routing(routes=tuple(_merged(routes)), unserved=tuple(unserved))


def _servable(
    wishes: Sequence[Wish], by_product: Mapping[ProductId, list[Candidate]]
) -> dict[StoreId, dict[ProductId, Candidate]]:
    stores: dict[StoreId, dict[ProductId, Candidate]] = {}
    for wish in wishes:
        for candidate in by_product.get(wish.product_id, []):
            if candidate.has(wish.quantity):
                stores.setdefault(candidate.store_id, {})[wish.product_id] = candidate
    return stores


def _best_store(
    wishes: Sequence[Wish],
    servable: Mapping[StoreId, Mapping[ProductId, Candidate]],
    *,
    preferred: frozenset[StoreId],
) -> StoreId | None:
    quantities = {wish.product_id: wish.quantity for wish in wishes}

    def rank(store_id: StoreId) -> tuple[int, bool, bool, bool, float, int, int, int]:
        picks = [pick for product_id, pick in servable[store_id].items() if product_id in quantities]
        first = picks[0]
        cost = sum(pick.unit_price_rupiah * quantities[pick.product_id] for pick in picks)
        return (
            -len(picks),
            store_id not in preferred,
            not first.is_home,
            not first.is_open,
            _distance(first),
            first.levels_apart,
            cost,
            int(store_id),
        )

    able = [store_id for store_id, goods in servable.items() if any(product_id in goods for product_id in quantities)]
    return min(able, key=rank, default=None)


def _rule(
    wishes: Sequence[Wish],
    servable: Mapping[StoreId, Mapping[ProductId, Candidate]],
    picks: Sequence[Candidate],
    *,
    is_rest: bool,
) -> str:
    able = [other for other, goods in servable.items() if any(wish.product_id in goods for wish in wishes)]
    if len(able) == 1:
        return "only_one"
    if picks[0].is_home:
        return "home"
    if len(picks) < len(wishes):
        return "rest" if is_rest else "most_goods"
    if picks[0].distance_km is not None:
        whole = [goods for goods in servable.values() if all(wish.product_id in goods for wish in wishes)]
        nearest = min(_distance(next(iter(goods.values()))) for goods in whole)
        return "nearest" if picks[0].distance_km <= nearest else "nearest_open"
    return "same_area" if picks[0].levels_apart <= SAME_REGENCY else "has_stock"


def _distance(pick: Candidate) -> float:
    return inf if pick.distance_km is None else pick.distance_km


def _route(rule: str, picks: Sequence[Candidate]) -> Route:
    first = picks[0]
    return Route(
        store_id=first.store_id,
        rule=rule,
        picks=tuple(sorted(picks, key=lambda pick: pick.listing_id)),
        distance_km=first.distance_km,
        is_home=first.is_home,
        is_open=first.is_open,
    )


def _merged(routes: Sequence[Route]) -> list[Route]:
    """One route per store, in store order; the buyer's own choice names the rule."""
    merged: dict[StoreId, Route] = {}
    for route in routes:
        known = merged.get(route.store_id)
        merged[route.store_id] = (
            route
            if known is None
            else _route(known.rule, sorted((*known.picks, *route.picks), key=lambda p: p.listing_id))
        )
    return [merged[store_id] for store_id in sorted(merged)]
