"""A cooperative's store (gerai): hours, place, coverage, what it lists and at which price. Stock itself: inventory."""

from marketplace.stores.close_store import close_store_of
from marketplace.stores.hours import Spell, is_open
from marketplace.stores.prices import PriceBasis, Tier, UnitPrice, tier_prices, unit_price
from marketplace.stores.queries import get_listing, get_store, list_own_listings, lock_listing, set_listing_cost
from marketplace.stores.schemas import OwnListing, StoreDetail
from marketplace.stores.shop_pages import answer_product

__all__ = [
    "OwnListing",
    "PriceBasis",
    "Spell",
    "StoreDetail",
    "Tier",
    "UnitPrice",
    "answer_product",
    "close_store_of",
    "get_listing",
    "get_store",
    "is_open",
    "list_own_listings",
    "lock_listing",
    "set_listing_cost",
    "tier_prices",
    "unit_price",
]
