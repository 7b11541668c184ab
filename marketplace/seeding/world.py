"""Everything the demonstration consists of, computed together so that the parts fit each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.seeding.catalogue import build_catalogue
from marketplace.seeding.cooperatives import build_cooperatives
from marketplace.seeding.listings import build_listings
from marketplace.seeding.offers import build_offers, build_partners
from marketplace.seeding.people import build_counter_staff, build_people
from marketplace.seeding.trade import ORDER_TOTAL, WIB, build_orders

if TYPE_CHECKING:
    from marketplace.seeding.specs import (
        Catalogue,
        CooperativeSpec,
        ListingSpec,
        OfferSpec,
        OrderSpec,
        PartnerSpec,
        PersonSpec,
    )


@dataclass(frozen=True, slots=True)
class World:
    """All generated values of one seed at one instant `now` (aware, UTC)."""

    now: datetime
    catalogue: Catalogue
    cooperatives: tuple[CooperativeSpec, ...]
    listings: tuple[ListingSpec, ...]
    orders: tuple[OrderSpec, ...]
    partners: tuple[PartnerSpec, ...]
    offers: tuple[OfferSpec, ...]
    people: tuple[PersonSpec, ...]
    staff: tuple[PersonSpec, ...]


def build_world(seed: int, *, now: datetime, order_total: int = ORDER_TOTAL) -> World:
    """Run every generator; about one second. The same seed and instant give the same world."""
    today = now.astimezone(WIB).date()
    catalogue = build_catalogue(seed, today=today)
    cooperatives = build_cooperatives(seed)
    listings = build_listings(seed, catalogue, cooperatives, today=today)
    return World(
        now=now,
        catalogue=catalogue,
        cooperatives=cooperatives,
        listings=listings,
        orders=build_orders(seed, catalogue, cooperatives, listings, now=now, total=order_total),
        partners=build_partners(),
        offers=build_offers(today=today),
        people=build_people(catalogue),
        staff=build_counter_staff(cooperatives),
    )
