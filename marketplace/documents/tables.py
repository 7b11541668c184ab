"""Piccolo tables of the register of documents: a mirror of the SQL in migrations/documents, which is the truth."""

from piccolo.columns import BigInt, BigSerial, Bytea, Date, ForeignKey, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class DocumentIssuer(Table, tablename="document_issuer"):
    """Rows of `document_issuer`."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    store_name = Text(null=False, default=None)
    store_address = Text(null=False, default=None)
    store_phone = Text(null=True, default=None)
    cooperative_name = Text(null=False, default=None)
    nib = Text(null=True, default=None)
    npwp = Text(null=True, default=None)


class Document(Table, tablename="document"):
    """Rows of `document`."""

    code = Text(primary_key=True, null=False, default=None)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    kind = Text(null=False, default=None)
    number = BigInt(null=False, default=None)
    issuer_id = ForeignKey(references=DocumentIssuer, null=False, default=None, on_delete=OnDelete.restrict)
    total_rupiah = BigInt(null=False, default=None)
    issued_at = Timestamptz(null=False, default=None)


class DocumentCounter(Table, tablename="document_counter"):
    """Rows of `document_counter`."""

    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        primary_key=True,
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    kind = Text(null=False, default=None)
    next_number = BigInt(null=False, default=None)


class StampDuty(Table, tablename="stamp_duty"):
    """Rows of `stamp_duty`."""

    effective_on = Date(primary_key=True, null=False, default=None)
    above_rupiah = BigInt(null=False, default=None)
    duty_rupiah = BigInt(null=False, default=None)
    rule = Text(null=False, default=None)


class Invoice(Table, tablename="invoice"):
    """Rows of `invoice`; constraints stand in migrations/documents."""

    store_id = BigInt(null=False, default=None, primary_key=True)
    number = BigInt(null=False, default=None)
    order_id = BigInt(null=False, default=None)
    due_on = Date(null=False, default=None)
    buyer_sealed = Bytea(null=False, default=None)
    total_rupiah = BigInt(null=False, default=None)
    tax_rupiah = BigInt(null=False, default=None)
    withheld_rupiah = BigInt(null=False, default=None)
    issued_at = Timestamptz(null=False, default=None)
    issued_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )


class CreditNote(Table, tablename="credit_note"):
    """Rows of `credit_note`; constraints stand in migrations/documents."""

    store_id = BigInt(null=False, default=None, primary_key=True)
    number = BigInt(null=False, default=None)
    order_id = BigInt(null=False, default=None)
    kind = Text(null=False, default=None)
    return_id = ForeignKey(
        references=LazyTableReference("OrderReturn", module_path="marketplace.orders.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    refund_id = ForeignKey(
        references=LazyTableReference("PaymentRefund", module_path="payments.attempts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    receipt_number = BigInt(null=True, default=None)
    invoice_number = BigInt(null=True, default=None)
    total_rupiah = BigInt(null=False, default=None)
    tax_rupiah = BigInt(null=False, default=None)
    withheld_rupiah = BigInt(null=False, default=None)
    reason = Text(null=False, default=None)
    issued_at = Timestamptz(null=False, default=None)
    issued_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
