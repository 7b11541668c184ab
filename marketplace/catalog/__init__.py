"""Products of sellers: what they are, what they cost, which rules their price is under. Who lists them: stores."""

from marketplace.catalog.ceilings import (
    Ceiling,
    Commodity,
    Verdict,
    ceiling_in_force,
    highest_price,
    judge_price,
    read_ceiling,
)
from marketplace.catalog.check_product import LICENCE_NAMES, Rules
from marketplace.catalog.errors import Change, StaleError
from marketplace.catalog.load_reference import CATEGORIES, load_reference
from marketplace.catalog.pause_products import pause_products_of
from marketplace.catalog.photos import LARGEST_BYTES as LARGEST_PHOTO_BYTES
from marketplace.catalog.photos import encode_photo, photo_url, thumbnail_url
from marketplace.catalog.store import get_rules

__all__ = [
    "CATEGORIES",
    "LARGEST_PHOTO_BYTES",
    "LICENCE_NAMES",
    "Ceiling",
    "Change",
    "Commodity",
    "Rules",
    "StaleError",
    "Verdict",
    "ceiling_in_force",
    "encode_photo",
    "get_rules",
    "highest_price",
    "judge_price",
    "load_reference",
    "pause_products_of",
    "photo_url",
    "read_ceiling",
    "thumbnail_url",
]
