"""The demonstration's catalogue: about 150 sellers and 1.500 products, the same for the same seed and day."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from marketplace.seeding.products import build_products, room_of_trades
from marketplace.seeding.sellers import build_sellers
from marketplace.seeding.specs import Catalogue

if TYPE_CHECKING:
    from datetime import date

CATEGORIES = (
    "sembako",
    "makanan-ringan",
    "kue-basah",
    "frozen-food",
    "minuman",
    "bumbu-sambal",
    "lauk",
    "hasil-tani",
    "madu-herbal",
    "fesyen",
    "kerajinan",
    "perlengkapan-rumah",
    "kecantikan",
    "jasa",
)


def build_catalogue(seed: int, *, today: date) -> Catalogue:
    """Sellers and their products. `today` decides which ceilings hold and when licences end."""
    random = Random(f"catalogue-{seed}")  # noqa: S311
    sellers = build_sellers(random, today=today, room=room_of_trades())
    return Catalogue(sellers=sellers, products=build_products(random, sellers, today=today))
