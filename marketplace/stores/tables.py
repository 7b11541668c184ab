"""Piccolo tables of stores: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), the truth; a test compares the two.
"""

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    DoublePrecision,
    ForeignKey,
    Integer,
    SmallInt,
    Text,
    Time,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class Store(Table, tablename="store"):
    """Rows of `store`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    cooperative_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        unique=True,
    )
    name = Text(null=False, default=None)
    village_code = ForeignKey(
        references=LazyTableReference("Region", module_path="marketplace.regions.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    address = Text(null=False, default=None)
    landmark = Text(null=False, default=None)
    phone = Text(null=True, default=None)
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    time_zone = Text(null=False, default=None)
    is_active = Boolean(null=False, default=None)
    is_delivering = Boolean(null=False, default=None)
    delivery_fee_rupiah = BigInt(null=False, default=None)
    hold_hours = Integer(null=False, default=None)
    next_receipt_number = BigInt(null=False, default=None)
    next_repayment_number = BigInt(null=False, default=None)
    next_patronage_number = BigInt(null=False, default=None)
    refund_limit_rupiah = BigInt(null=False, default=None)
    version = Integer(null=False, default=None)


class StoreHours(Table, tablename="store_hours"):
    """Rows of `store_hours`; constraints stand in migrations/foundation."""

    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
    weekday = Integer(null=False, default=None)
    opens_at = Time(null=False, default=None)
    closes_at = Time(null=False, default=None)


class StoreCoverage(Table, tablename="store_coverage"):
    """Rows of `store_coverage`; constraints stand in migrations/foundation."""

    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
    village_code = ForeignKey(
        references=LazyTableReference("Region", module_path="marketplace.regions.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )


class Listing(Table, tablename="listing"):
    """Rows of `listing`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    product_id = ForeignKey(
        references=LazyTableReference("Product", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    source = Text(null=False, default=None)
    price_rupiah = BigInt(null=False, default=None)
    member_price_rupiah = BigInt(null=True, default=None)
    cost_rupiah = BigInt(null=False, default=None)
    fee_basis_points = Integer(null=False, default=None)
    state = Text(null=False, default=None)
    version = Integer(null=False, default=None)
    listed_at = Timestamptz(null=False, default=None)


class Shift(Table, tablename="shift"):
    """Rows of `shift`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    cashier_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    opened_at = Timestamptz(null=False, default=None)
    float_rupiah = BigInt(null=False, default=None)
    closed_at = Timestamptz(null=True, default=None)
    counted_rupiah = BigInt(null=True, default=None)
    expected_rupiah = BigInt(null=True, default=None)
    offered_at = Timestamptz(null=True, default=None)
    first_counted_rupiah = BigInt(null=True, default=None)
    closing_note = Text(null=False, default="")
    refusal_count = SmallInt(null=False, default=0)
