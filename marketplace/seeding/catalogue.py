"""The demonstration's catalogue: about 150 sellers and 1.500 products, the same for the same seed and day."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from marketplace.seeding.products import build_products, room_of_trades
from marketplace.seeding.sellers import build_sellers
from marketplace.seeding.specs import Catalogue
from marketplace.seeding.villages import JATIMAKMUR

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
    products = list(build_products(random, sellers, today=today))
    # Whose sign-in is shown (see people.py) has one product left to finish.
    shown_seller = next(index for index, seller in enumerate(sellers) if seller.village_code == JATIMAKMUR)
    last = max(index for index, product in enumerate(products) if product.seller_index == shown_seller)
    products[last] = replace(products[last], state="draft")
    return Catalogue(sellers=sellers, products=tuple(products))
