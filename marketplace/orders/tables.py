"""Piccolo tables of orders: names and types of columns for queries and the admin.

Constraints, indexes and defaults are stated in SQL (migrations/foundation), which is the truth; a test compares both.
"""

from piccolo.columns import (
    JSONB,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    ForeignKey,
    Integer,
    Text,
    Timestamptz,
)
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table


class Checkout(Table, tablename="checkout"):
    """Rows of `checkout`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    token = Text(null=False, default=None, unique=True)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    placed_at = Timestamptz(null=False, default=None)


class Order(Table, tablename="orders"):
    """Rows of `orders`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    checkout_id = ForeignKey(
        references=LazyTableReference("Checkout", module_path="marketplace.orders.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    code = Text(null=False, default=None, unique=True)
    tracking_token = Text(null=False, default=None, unique=True)
    channel = Text(null=False, default=None)
    fulfilment = Text(null=False, default=None)
    state = Text(null=False, default=None)
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    contact_sealed = Bytea(null=True, default=None)
    address_sealed = Bytea(null=True, default=None)
    village_code = ForeignKey(
        references=LazyTableReference("Region", module_path="marketplace.regions.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    is_member = Boolean(null=False, default=None)
    goods_rupiah = BigInt(null=False, default=None)
    delivery_rupiah = BigInt(null=False, default=None)
    total_rupiah = BigInt(null=False, default=None)
    routing = JSONB(null=False, default=None)
    note = Text(null=False, default=None)
    version = Integer(null=False, default=None)
    placed_at = Timestamptz(null=False, default=None)
    paid_at = Timestamptz(null=True, default=None)
    hold_until = Timestamptz(null=True, default=None)


class OrderLine(Table, tablename="order_line"):
    """Rows of `order_line`; constraints stand in migrations/foundation."""

    order_id = BigInt(null=False, default=None, primary_key=True)
    store_id = BigInt(null=False, default=None)
    listing_id = BigInt(null=False, default=None)
    product_id = ForeignKey(
        references=LazyTableReference("Product", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    seller_id = ForeignKey(
        references=LazyTableReference("Organisation", module_path="marketplace.organisations.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    name = Text(null=False, default=None)
    unit_code = ForeignKey(
        references=LazyTableReference("Unit", module_path="marketplace.catalog.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    source = Text(null=False, default=None)
    quantity = Integer(null=False, default=None)
    unit_price_rupiah = BigInt(null=False, default=None)
    public_price_rupiah = BigInt(null=True, default=None)
    total_rupiah = BigInt(null=False, default=None)
    unit_cost_rupiah = BigInt(null=False, default=None)
    fee_basis_points = Integer(null=False, default=None)
    conversions = JSONB(null=True, default=None)
    cancelled_quantity = Integer(null=False, default=None)
    returned_quantity = Integer(null=False, default=None)


class Reservation(Table, tablename="reservation"):
    """Rows of `reservation`; constraints stand in migrations/foundation."""

    order_id = BigInt(null=False, default=None, primary_key=True)
    store_id = BigInt(null=False, default=None)
    listing_id = ForeignKey(
        references=LazyTableReference("Stock", module_path="marketplace.inventory.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    quantity = Integer(null=False, default=None)
    state = Text(null=False, default=None)


class OrderHistory(Table, tablename="order_history"):
    """Rows of `order_history`; constraints stand in migrations/foundation."""

    id = BigSerial(primary_key=True)
    order_id = ForeignKey(
        references=LazyTableReference("Order", module_path="marketplace.orders.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    state = Text(null=False, default=None)
    happened_at = Timestamptz(null=False, default=None)
    author_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    reason = Text(null=False, default=None)


class Receipt(Table, tablename="receipt"):
    """Rows of `receipt`; constraints stand in migrations/."""

    store_id = BigInt(null=False, default=None, primary_key=True)
    number = BigInt(null=False, default=None)
    order_id = BigInt(null=False, default=None)
    kind = Text(null=False, default=None)
    method = Text(null=False, default=None)
    payment_id = ForeignKey(
        references=LazyTableReference("Payment", module_path="payments.attempts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    refund_id = ForeignKey(
        references=LazyTableReference("PaymentRefund", module_path="payments.attempts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    shift_id = BigInt(null=True, default=None)
    amount_rupiah = BigInt(null=False, default=None)
    tendered_rupiah = BigInt(null=True, default=None)
    change_rupiah = BigInt(null=True, default=None)
    issued_at = Timestamptz(null=False, default=None)
    issued_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )


class OrderReturn(Table, tablename="order_return"):
    """Rows of `order_return`; constraints stand in migrations/money."""

    id = BigSerial(primary_key=True)
    store_id = BigInt(null=False, default=None)
    order_id = BigInt(null=False, default=None)
    payment_id = ForeignKey(
        references=LazyTableReference("Payment", module_path="payments.attempts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    kind = Text(null=False, default=None)
    state = Text(null=False, default=None)
    method = Text(null=False, default=None)
    is_resaleable = Boolean(null=False, default=None)
    goods_rupiah = BigInt(null=False, default=None)
    delivery_rupiah = BigInt(null=False, default=None)
    discount_rupiah = BigInt(null=False, default=None)
    amount_rupiah = BigInt(null=False, default=None)
    reason = Text(null=False, default=None)
    requested_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    requested_at = Timestamptz(null=False, default=None)
    decided_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    decided_at = Timestamptz(null=True, default=None)
    decision_note = Text(null=False, default=None)
    refund_id = ForeignKey(
        references=LazyTableReference("PaymentRefund", module_path="payments.attempts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )


class OrderReturnLine(Table, tablename="order_return_line"):
    """Rows of `order_return_line`; constraints stand in migrations/money."""

    return_id = ForeignKey(
        references=LazyTableReference("OrderReturn", module_path="marketplace.orders.tables"),
        primary_key=True,
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    order_id = BigInt(null=False, default=None)
    store_id = BigInt(null=False, default=None)
    listing_id = BigInt(null=False, default=None)
    quantity = Integer(null=False, default=None)
    total_rupiah = BigInt(null=False, default=None)


class TillMove(Table, tablename="till_move"):
    """Rows of `till_move`; constraints stand in migrations/till."""

    id = BigSerial(primary_key=True)
    store_id = BigInt(null=False, default=None)
    shift_id = BigInt(null=False, default=None)
    kind = Text(null=False, default=None)
    amount_rupiah = BigInt(null=False, default=None)
    reason = Text(null=False, default=None)
    moved_at = Timestamptz(null=False, default=None)
    moved_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )


class TillHandover(Table, tablename="till_handover"):
    """Rows of `till_handover`; constraints stand in migrations/till."""

    id = BigSerial(primary_key=True)
    store_id = BigInt(null=False, default=None)
    shift_id = BigInt(null=False, default=None)
    counted_rupiah = BigInt(null=False, default=None)
    offered_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    offered_at = Timestamptz(null=False, default=None)
    state = Text(null=False, default=None)
    ended_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    ended_at = Timestamptz(null=True, default=None)
    recounted_rupiah = BigInt(null=True, default=None)
    next_shift_id = BigInt(null=True, default=None)


class BankDeposit(Table, tablename="bank_deposit"):
    """Rows of `bank_deposit`; constraints stand in migrations/till and migrations/bank_moves."""

    id = BigSerial(primary_key=True)
    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    number = BigInt(null=False, default=None)
    amount_rupiah = BigInt(null=False, default=None)
    bank_reference = Text(null=False, default=None)
    state = Text(null=False, default=None)
    made_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    made_at = Timestamptz(null=False, default=None)
    slip_digest = Text(null=True, default=None)
    decided_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
    )
    decided_at = Timestamptz(null=True, default=None)
    reason = Text(null=False, default=None)
    line_id = ForeignKey(
        references=LazyTableReference("StatementLine", module_path="payments.statements.tables"),
        null=True,
        default=None,
        on_delete=OnDelete.restrict,
        unique=True,
    )
    counted_rupiah = BigInt(null=True, default=None)


class DepositSlip(Table, tablename="deposit_slip"):
    """Rows of `deposit_slip`; constraints stand in migrations/till."""

    deposit_id = ForeignKey(
        references=LazyTableReference("BankDeposit", module_path="marketplace.orders.tables"),
        primary_key=True,
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    digest = Text(null=False, default=None)
    webp = Bytea(null=False, default=None)


class MemberTab(Table, tablename="member_tab"):
    """Rows of `member_tab`; constraints stand in migrations/till."""

    store_id = ForeignKey(
        references=LazyTableReference("Store", module_path="marketplace.stores.tables"),
        primary_key=True,
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    person_id = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    limit_rupiah = BigInt(null=False, default=None)
    set_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
    set_at = Timestamptz(null=False, default=None)


class TabRepayment(Table, tablename="tab_repayment"):
    """Rows of `tab_repayment`; constraints stand in migrations/till and migrations/patronage."""

    store_id = BigInt(null=False, default=None, primary_key=True)
    number = BigInt(null=False, default=None)
    person_id = BigInt(null=False, default=None)
    shift_id = BigInt(null=True, default=None)
    amount_rupiah = BigInt(null=False, default=None)
    tendered_rupiah = BigInt(null=True, default=None)
    left_rupiah = BigInt(null=False, default=None)
    repaid_at = Timestamptz(null=False, default=None)
    way = Text(null=False, default=None)
    taken_by = ForeignKey(
        references=LazyTableReference("Person", module_path="marketplace.accounts.tables"),
        null=False,
        default=None,
        on_delete=OnDelete.restrict,
    )
