"""Piccolo tables of cart: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import BigInt, BigSerial, Bytea, ForeignKey, Integer, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class Cart(Table, tablename="cart"):
    """Rows of `cart`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    token_hash = Bytea(null=True, default=None, unique=True)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
        unique=True,
    )
    village_code = ForeignKey(
        references=LazyTableReference("Region", module_path="marketplace.regions.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    version = Integer(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    touched_at = Timestamptz(null=False, default=None)


class CartLine(Table, tablename="cart_line"):
    """Rows of `cart_line`; constraints stand in migrations/foundation."""

    cart_id = ForeignKey(
        references=LazyTableReference("Cart", module_path="marketplace.cart.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.cascade,
        primary_key=True,
    )
    product_id = ForeignKey(
        references=LazyTableReference("Product", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    quantity = Integer(null=False, default=None)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    seen_price_rupiah = BigInt(null=False, default=None)
    added_at = Timestamptz(null=False, default=None)
