"""Piccolo tables of partnerships: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import (
    BigInt,
    BigSerial,
    Date,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class PartnershipOffer(Table, tablename="partnership_offer"):
    """Rows of `partnership_offer`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    partner_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    title = Text(null=False, default=None)
    description = Text(null=False, default=None)
    pattern = Text(null=False, default=None)
    subject = Text(null=False, default=None)
    category_slug = ForeignKey(
        references=LazyTableReference("Category", module_path="marketplace.catalog.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    unit_code = ForeignKey(
        references=LazyTableReference("Unit", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    min_quantity = Integer(null=False, default=None)
    quota = Integer(null=False, default=None)
    accepted_quantity = Integer(null=False, default=None)
    region_code = ForeignKey(
        references=LazyTableReference("Region", module_path="marketplace.regions.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    starts_on = Date(null=False, default=None)
    ends_on = Date(null=False, default=None)
    payment_term = Text(null=False, default=None)
    payment_days = Integer(null=True, default=None)
    state = Text(null=False, default=None)
    version = Integer(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)


class PartnershipOfferTier(Table, tablename="partnership_offer_tier"):
    """Rows of `partnership_offer_tier`; constraints stand in migrations/foundation."""

    offer_id = ForeignKey(
        references=LazyTableReference("PartnershipOffer", module_path="marketplace.partnerships.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
    from_quantity = Integer(null=False, default=None)
    price_rupiah = BigInt(null=False, default=None)


class PartnershipApplication(Table, tablename="partnership_application"):
    """Rows of `partnership_application`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    offer_id = ForeignKey(
        references=LazyTableReference("PartnershipOffer", module_path="marketplace.partnerships.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    cooperative_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    quantity = Integer(null=False, default=None)
    unit_price_rupiah = BigInt(null=True, default=None)
    independence_declared_at = Timestamptz(null=True, default=None)
    note = Text(null=False, default=None)
    state = Text(null=False, default=None)
    reason = Text(null=False, default=None)
    applied_at = Timestamptz(null=False, default=None)
    applied_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    decided_at = Timestamptz(null=True, default=None)
    decided_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
