"""Piccolo tables of catalog: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), the truth; a test compares the two.
"""

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class Category(Table, tablename="category"):
    """Rows of `category`; constraints stand in migrations/foundation."""

    slug = Text(null=False, default=None, primary_key=True)
    position = Integer(null=False, default=None)
    name_id = Text(null=False, default=None)
    name_en = Text(null=False, default=None)


class Unit(Table, tablename="unit"):
    """Rows of `unit`; constraints stand in migrations/foundation."""

    code = Text(null=False, default=None, primary_key=True)
    name_id = Text(null=False, default=None)
    name_en = Text(null=False, default=None)


class Commodity(Table, tablename="commodity"):
    """Rows of `commodity`; constraints stand in migrations/foundation."""

    code = Text(null=False, default=None, primary_key=True)
    name_id = Text(null=False, default=None)
    name_en = Text(null=False, default=None)
    base_unit = Text(null=False, default=None)
    is_ceiling_required = Boolean(null=False, default=None)
    is_counter_only = Boolean(null=False, default=None)


class PriceCeiling(Table, tablename="price_ceiling"):
    """Rows of `price_ceiling`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    commodity_code = ForeignKey(
        references=LazyTableReference("Commodity", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    kind = Text(null=False, default=None)
    region_code = ForeignKey(
        references=LazyTableReference("Region", module_path="marketplace.regions.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    per_quantity = Integer(null=False, default=None)
    amount_rupiah = BigInt(null=False, default=None)
    effective_on = Date(null=False, default=None)
    until_on = Date(null=True, default=None)
    rule = Text(null=False, default=None)
    source = Text(null=False, default=None)


class PurchaseLimit(Table, tablename="purchase_limit"):
    """Rows of `purchase_limit`; constraints stand in migrations/goods."""

    commodity_code = ForeignKey(
        references=LazyTableReference("Commodity", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
    most_quantity = Integer(null=False, default=None)
    effective_on = Date(null=False, default=None)
    until_on = Date(null=True, default=None)
    rule = Text(null=False, default=None)
    source = Text(null=False, default=None)


class LicenceRule(Table, tablename="licence_rule"):
    """Rows of `licence_rule`; constraints stand in migrations/goods."""

    id = BigSerial(primary_key=True)
    kind = Text(null=False, default=None)
    category_slug = ForeignKey(
        references=LazyTableReference("Category", module_path="marketplace.catalog.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    effective_on = Date(null=False, default=None)
    until_on = Date(null=True, default=None)
    rule = Text(null=False, default=None)
    source = Text(null=False, default=None)


class Photo(Table, tablename="photo"):
    """Rows of `photo`; constraints stand in migrations/foundation."""

    digest = Text(null=False, default=None, primary_key=True)
    width = Integer(null=False, default=None)
    height = Integer(null=False, default=None)
    webp = Bytea(null=False, default=None)
    thumbnail_webp = Bytea(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)


class Product(Table, tablename="product"):
    """Rows of `product`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    seller_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    category_slug = ForeignKey(
        references=LazyTableReference("Category", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    commodity_code = ForeignKey(
        references=LazyTableReference("Commodity", module_path="marketplace.catalog.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    name = Text(null=False, default=None)
    description = Text(null=False, default=None)
    unit_code = ForeignKey(
        references=LazyTableReference("Unit", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    content_quantity = Integer(null=False, default=None)
    base_unit = Text(null=False, default=None)
    price_rupiah = BigInt(null=False, default=None)
    min_quantity = Integer(null=False, default=None)
    is_halal = Boolean(null=False, default=None)
    photo_digest = ForeignKey(
        references=LazyTableReference("Photo", module_path="marketplace.catalog.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    state = Text(null=False, default=None)
    paused_for = Text(null=True, default=None)
    popularity = Integer(null=False, default=None)
    version = Integer(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    updated_at = Timestamptz(null=False, default=None)


class ProductUnit(Table, tablename="product_unit"):
    """Rows of `product_unit`; constraints stand in migrations/foundation."""

    product_id = ForeignKey(
        references=LazyTableReference("Product", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
    unit_code = ForeignKey(
        references=LazyTableReference("Unit", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    factor = Integer(null=False, default=None)


class ProductTier(Table, tablename="product_tier"):
    """Rows of `product_tier`; constraints stand in migrations/foundation."""

    product_id = ForeignKey(
        references=LazyTableReference("Product", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
    from_quantity = Integer(null=False, default=None)
    price_rupiah = BigInt(null=False, default=None)


class ProductLicence(Table, tablename="product_licence"):
    """Rows of `product_licence`; constraints stand in migrations/foundation."""

    product_id = ForeignKey(
        references=LazyTableReference("Product", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
    kind = Text(null=False, default=None)
    number = Text(null=False, default=None)
    expires_on = Date(null=True, default=None)
