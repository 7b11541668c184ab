"""The tables of settlement, as Piccolo knows them; a test compares them with the migrations."""

from piccolo.columns import BigInt, BigSerial, Bytea, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class SettlementTerms(Table, tablename="settlement_terms"):
    """Rows of `settlement_terms`; constraints stand in migrations/settlement."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    supplier_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    rule = Text(null=False, default=None)
    days = Integer(null=False, default=None)
    effective_at = Timestamptz(null=False, default=None)
    set_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )


class SettlementAccount(Table, tablename="settlement_account"):
    """Rows of `settlement_account`; constraints stand in migrations/settlement."""

    supplier_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        primary_key=True,
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    sealed = Bytea(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    changed_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )


class SettlementHold(Table, tablename="settlement_hold"):
    """Rows of `settlement_hold`; constraints stand in migrations/settlement."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    supplier_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    source = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    reason = Text(null=False, default=None)
    made_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    made_at = Timestamptz(null=False, default=None)
    released_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    released_at = Timestamptz(null=True, default=None)
    release_note = Text(null=False, default=None)


class SettlementRun(Table, tablename="settlement_run"):
    """Rows of `settlement_run`; constraints stand in migrations/settlement."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    due_on = Date(null=False, default=None)
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
    ended_at = Timestamptz(null=True, default=None)


class SettlementEntry(Table, tablename="settlement_entry"):
    """Rows of `settlement_entry`; constraints stand in migrations/settlement."""

    id = BigSerial(primary_key=True)
    run_id = BigInt(null=False, default=None)
    store_id = BigInt(null=False, default=None)
    supplier_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    amount_rupiah = BigInt(null=False, default=None)
    paid_rupiah = BigInt(null=False, default=None)


class SettlementEntryLine(Table, tablename="settlement_entry_line"):
    """Rows of `settlement_entry_line`; constraints stand in migrations/settlement."""

    entry_id = ForeignKey(
        references=LazyTableReference("SettlementEntry", module_path="marketplace.settlement.tables"),
        primary_key=True,
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    source = Text(null=False, default=None)
    since = Timestamptz(null=False, default=None)
    due_on = Date(null=False, default=None)
    amount_rupiah = BigInt(null=False, default=None)


class SettlementCounter(Table, tablename="settlement_counter"):
    """Rows of `settlement_counter`; constraints stand in migrations/settlement."""

    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        primary_key=True,
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    next_number = BigInt(null=False, default=None)


class SettlementPayment(Table, tablename="settlement_payment"):
    """Rows of `settlement_payment`; constraints stand in migrations/settlement."""

    store_id = BigInt(null=False, default=None, primary_key=True)
    number = BigInt(null=False, default=None)
    entry_id = BigInt(null=False, default=None)
    part = Integer(null=False, default=None)
    method = Text(null=False, default=None)
    amount_rupiah = BigInt(null=False, default=None)
    reference = Text(null=False, default=None)
    transfer_id = ForeignKey(
        references=LazyTableReference("LedgerTransfer", module_path="payments.ledger.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    paid_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    paid_at = Timestamptz(null=False, default=None)


class SettlementSending(Table, tablename="settlement_sending"):
    """Rows of `settlement_sending`; constraints stand in migrations/suppliers_by_stripe."""

    id = BigSerial(primary_key=True)
    store_id = BigInt(null=False, default=None)
    entry_id = BigInt(null=False, default=None)
    part = Integer(null=False, default=None)
    amount_rupiah = BigInt(null=False, default=None)
    settles = Text(null=False, default=None)
    transfer_id = ForeignKey(
        references=LazyTableReference("StripeTransfer", module_path="payments.stripe.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
        unique=True,
    )
    state = Text(null=False, default="sending")
    failure = Text(null=False, default="")
    wanted_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    wanted_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)
