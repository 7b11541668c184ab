"""One demonstration, computed once for all tests of the generators."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest

from marketplace.seeding.catalogue import build_catalogue
from marketplace.seeding.cooperatives import build_cooperatives
from marketplace.seeding.listings import build_listings
from marketplace.seeding.specs import Catalogue, CooperativeSpec, ListingSpec, OrderSpec
from marketplace.seeding.trade import build_orders

SEED = 1
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Demonstration(NamedTuple):
    """All generated values of seed 1 on 22 November 2026."""

    catalogue: Catalogue
    cooperatives: tuple[CooperativeSpec, ...]
    listings: tuple[ListingSpec, ...]
    orders: tuple[OrderSpec, ...]


def build_demonstration(seed: int = SEED) -> Demonstration:
    """Run every generator of trade."""
    catalogue = build_catalogue(seed, today=TODAY)
    cooperatives = build_cooperatives(seed)
    listings = build_listings(seed, catalogue, cooperatives, today=TODAY)
    return Demonstration(
        catalogue, cooperatives, listings, build_orders(seed, catalogue, cooperatives, listings, now=NOW)
    )


@pytest.fixture(scope="session")
def demonstration() -> Demonstration:
    """Seed 1 on a fixed day."""
    return build_demonstration()
