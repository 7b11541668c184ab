"""Piccolo tables of organisations: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import (
    BigInt,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Text,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class Organisation(Table, tablename="organisation"):
    """Rows of `organisation`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    kind = Text(null=False, default=None)
    name = Text(null=False, default=None)
    description = Text(null=False, default=None)
    region_code = ForeignKey(
        references=LazyTableReference("Region", module_path="marketplace.regions.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    address = Text(null=False, default=None)
    phone = Text(null=True, default=None)
    email = Text(null=True, default=None)
    nib = Text(null=True, default=None)
    npwp = Text(null=True, default=None)
    nik_koperasi = Text(null=True, default=None)
    ahu_number = Text(null=True, default=None)
    size = Text(null=True, default=None)
    legal_form = Text(null=True, default=None)
    status = Text(null=False, default=None)
    status_on = Date(null=False, default=None)
    applied_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    is_demo = Boolean(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)


class OrganisationStatus(Table, tablename="organisation_status"):
    """Rows of `organisation_status`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    organisation_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    status = Text(null=False, default=None)
    effective_on = Date(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    recorded_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    evidence = Text(null=False, default=None)


class RoleAssignment(Table, tablename="role_assignment"):
    """Rows of `role_assignment`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    organisation_id = BigInt(null=False, default=None)
    organisation_kind = Text(null=False, default=None)
    role = Text(null=False, default=None)
    granted_at = Timestamptz(null=False, default=None)
    granted_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    ended_at = Timestamptz(null=True, default=None)


class MembershipApplication(Table, tablename="membership_application"):
    """Rows of `membership_application`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
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
    applied_at = Timestamptz(null=False, default=None)
    decision = Text(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    decided_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    reason = Text(null=False, default=None)
