"""Piccolo tables of reconciliation; constraints stand in migrations/reconciliation."""

from piccolo.columns import BigInt, BigSerial, ForeignKey, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class DifferenceExplanation(Table, tablename="difference_explanation"):
    """Why a difference stays; append-only."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    kind = Text(null=False, default=None)
    subject = Text(null=False, default=None)
    amount_sen = BigInt(null=False, default=None)
    note = Text(null=False, default=None)
    explained_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    explained_at = Timestamptz(null=False, default=None)
