"""The tables of members' shares of the earnings, as Piccolo knows them; a test compares them with the migrations."""

from piccolo.columns import BigInt, BigSerial, Boolean, ForeignKey, Integer, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class PatronageYear(Table, tablename="patronage_year"):
    """Rows of `patronage_year`; constraints stand in migrations/patronage."""

    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        primary_key=True,
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    year = Integer(null=False, default=None)
    earned_rupiah = BigInt(null=False, default=None)
    promised_rupiah = BigInt(null=False, default=None)


class PatronageDecision(Table, tablename="patronage_decision"):
    """Rows of `patronage_decision`; constraints stand in migrations/patronage."""

    id = BigSerial(primary_key=True)
    store_id = BigInt(null=False, default=None)
    year = Integer(null=False, default=None)
    document = Text(null=False, default=None)
    state = Text(null=False, default=None)
    proposed_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    proposed_at = Timestamptz(null=False, default=None)
    decided_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    decided_at = Timestamptz(null=True, default=None)
    decision_note = Text(null=False, default=None)


class PatronageShare(Table, tablename="patronage_share"):
    """Rows of `patronage_share`; constraints stand in migrations/patronage."""

    decision_id = BigInt(null=False, default=None, primary_key=True)
    store_id = BigInt(null=False, default=None)
    year = Integer(null=False, default=None)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    amount_rupiah = BigInt(null=False, default=None)
    is_standing = Boolean(null=False, default=None)


class PatronagePayout(Table, tablename="patronage_payout"):
    """Rows of `patronage_payout`; constraints stand in migrations/patronage."""

    store_id = BigInt(null=False, default=None, primary_key=True)
    number = BigInt(null=False, default=None)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    shift_id = BigInt(null=False, default=None)
    amount_rupiah = BigInt(null=False, default=None)
    left_rupiah = BigInt(null=False, default=None)
    paid_at = Timestamptz(null=False, default=None)
    paid_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
