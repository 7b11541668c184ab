"""Products of sellers: what they are, what they cost, which rules their price is under. Who lists them: stores."""

from marketplace.catalog.ceilings import (
    Ceiling,
    Commodity,
    Verdict,
    ceiling_in_force,
    highest_price,
    judge_price,
    limit_in_force,
    read_ceiling,
    read_limit,
)
from marketplace.catalog.check_product import Rules
from marketplace.catalog.errors import Change, StaleError, UnitChangedError
from marketplace.catalog.licences import LICENCE_NAMES, first_lapsed
from marketplace.catalog.load_reference import CATEGORIES, load_reference
from marketplace.catalog.pause_lapsed import pause_lapsed
from marketplace.catalog.pause_products import pause_products_of
from marketplace.catalog.photos import LARGEST_BYTES as LARGEST_PHOTO_BYTES
from marketplace.catalog.photos import encode_photo, photo_url, thumbnail_url
from marketplace.catalog.store import find_units, get_rules
from marketplace.catalog.units import ProductUnits, read_counted, sum_own_units, to_own_units

__all__ = [
    "CATEGORIES",
    "LARGEST_PHOTO_BYTES",
    "LICENCE_NAMES",
    "Ceiling",
    "Change",
    "Commodity",
    "ProductUnits",
    "Rules",
    "StaleError",
    "UnitChangedError",
    "Verdict",
    "ceiling_in_force",
    "encode_photo",
    "find_units",
    "first_lapsed",
    "get_rules",
    "highest_price",
    "judge_price",
    "limit_in_force",
    "load_reference",
    "pause_lapsed",
    "pause_products_of",
    "photo_url",
    "read_ceiling",
    "read_counted",
    "read_limit",
    "sum_own_units",
    "thumbnail_url",
    "to_own_units",
]
