"""Piccolo tables of oversight: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import JSONB, BigInt, BigSerial, Boolean, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class AuditEvent(Table, tablename="audit_event"):
    """Rows of `audit_event`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    happened_at = Timestamptz(null=False, default=None)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    organisation_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    action = Text(null=False, default=None)
    subject = Text(null=False, default=None)
    detail = JSONB(null=False, default=None)


class TurnoverDay(Table, tablename="turnover_day"):
    """Rows of `turnover_day`; kept by a trigger on receipts."""

    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        primary_key=True,
    )
    day = Date(null=False, default=None)
    is_member = Boolean(null=False, default=None)
    sale_count = Integer(null=False, default=None)
    return_count = Integer(null=False, default=None)
    sold_rupiah = BigInt(null=False, default=None)
    returned_rupiah = BigInt(null=False, default=None)
    cash_rupiah = BigInt(null=False, default=None)


class CoverageChange(Table, tablename="coverage_change"):
    """Rows of `coverage_change`; kept by triggers on the history of cooperatives."""

    level = Text(null=False, default=None, primary_key=True)
    region_code = ForeignKey(
        references=LazyTableReference("Region", module_path="marketplace.regions.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    step = Text(null=False, default=None)
    day = Date(null=False, default=None)
    number = Integer(null=False, default=None)
