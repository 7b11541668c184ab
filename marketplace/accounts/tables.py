"""Piccolo tables of accounts: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import BigSerial, Boolean, Bytea, ForeignKey, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class Person(Table, tablename="person"):
    """Rows of `person`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    display_name = Text(null=False, default=None)
    email_sealed = Bytea(null=True, default=None)
    email_fingerprint = Bytea(null=True, default=None, unique=True)
    phone_sealed = Bytea(null=True, default=None)
    phone_fingerprint = Bytea(null=True, default=None, unique=True)
    password_hash = Text(null=True, default=None)
    village_code = ForeignKey(
        references=LazyTableReference("Region", module_path="marketplace.regions.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    language = Text(null=False, default=None)
    is_disabled = Boolean(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)


class Session(Table, tablename="session"):
    """Rows of `session`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    token_hash = Bytea(null=False, default=None, unique=True)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    role_assignment_id = ForeignKey(
        references=LazyTableReference("RoleAssignment", module_path="marketplace.organisations.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    created_at = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)
    device = Text(null=False, default=None)


class PasswordReset(Table, tablename="password_reset"):
    """Rows of `password_reset`; constraints stand in migrations/foundation."""

    token_hash = Bytea(null=False, default=None, primary_key=True)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    created_at = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None)
    used_at = Timestamptz(null=True, default=None)


class OutgoingMessage(Table, tablename="outgoing_message"):
    """Rows of `outgoing_message`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    channel = Text(null=False, default=None)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    recipient_masked = Text(null=False, default=None)
    recipient_sealed = Bytea(null=False, default=None)
    subject = Text(null=False, default=None)
    body_sealed = Bytea(null=False, default=None)
    created_at = Timestamptz(null=False, default=None)
    sent_at = Timestamptz(null=True, default=None)
