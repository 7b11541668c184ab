"""Piccolo tables of discovery: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import BigInt, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class SearchDirty(Table, tablename="search_dirty"):
    """Rows of `search_dirty`; constraints stand in migrations/foundation."""

    index_name = Text(null=False, default=None, primary_key=True)
    document_id = BigInt(null=False, default=None)
    generation = BigInt(null=False, default=None)
    marked_at = Timestamptz(null=False, default=None)
    leased_until = Timestamptz(null=True, default=None)


class ProductDemand(Table, tablename="product_demand"):
    """Rows of `product_demand`; constraints stand in migrations/demand."""

    product_id = ForeignKey(
        references=LazyTableReference("Product", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
    day = Date(null=False, default=None)
    order_count = Integer(null=False, default=None)


class DemandDay(Table, tablename="demand_day"):
    """Rows of `demand_day`; constraints stand in migrations/demand."""

    day = Date(null=False, default=None, primary_key=True)
    counted_at = Timestamptz(null=False, default=None)


class DemandDue(Table, tablename="demand_due"):
    """Rows of `demand_due`; constraints stand in migrations/demand."""

    product_id = ForeignKey(
        references=LazyTableReference("Product", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
