"""Piccolo tables of inventory: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), the truth; a test compares the two.
"""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Integer, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class Stock(Table, tablename="stock"):
    """Rows of `stock`; constraints stand in migrations/foundation."""

    listing_id = BigInt(null=False, default=None, primary_key=True)
    store_id = BigInt(null=False, default=None)
    on_hand = Integer(null=False, default=None)
    reserved = Integer(null=False, default=None)
    value_rupiah = BigInt(null=False, default=None)


class StockMovement(Table, tablename="stock_movement"):
    """Rows of `stock_movement`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    listing_id = ForeignKey(
        references=LazyTableReference("Stock", module_path="marketplace.inventory.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    store_id = BigInt(null=False, default=None)
    kind = Text(null=False, default=None)
    quantity = Integer(null=False, default=None)
    value_rupiah = BigInt(null=False, default=None)
    source = Text(null=False, default=None)
    event = Text(null=False, default=None)
    author_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    reason = Text(null=False, default=None)
    occurred_at = Timestamptz(null=False, default=None)
