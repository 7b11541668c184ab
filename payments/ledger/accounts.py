"""The kinds of account a store's book can have, as data, and the key by which one account is meant.

The words are those of bookkeeping, with their Indonesian terms. The database holds the same kinds in
`ledger_account_kind`; adding one is a row there and a row here. Which accounts a sale moves is in `recipes.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec


class StatementClass(StrEnum):
    """Where a kind stands: in the balance sheet (first three) or in profit and loss."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class Side(StrEnum):
    """The side of a transfer; the normal side of an account is the one that makes it grow."""

    DEBIT = "debit"
    CREDIT = "credit"


class AccountKind(StrEnum):
    """What an account is for."""

    TILL_CASH = "till_cash"
    SAFE_CASH = "safe_cash"
    BANK = "bank"
    QRIS_CLEARING = "qris_clearing"
    STRIPE_CLEARING = "stripe_clearing"
    BUYER_RECEIVABLE = "buyer_receivable"
    INVENTORY = "inventory"
    SUPPLIER_PAYABLE = "supplier_payable"
    OPENING_BALANCE = "opening_balance"
    GOODS_REVENUE = "goods_revenue"
    CONSIGNMENT_FEE_REVENUE = "consignment_fee_revenue"
    DELIVERY_REVENUE = "delivery_revenue"
    SALES_RETURNS = "sales_returns"
    COST_OF_GOODS_SOLD = "cost_of_goods_sold"
    INVENTORY_LOSS = "inventory_loss"
    CASH_OVER_SHORT = "cash_over_short"
    CASH_IN_TRANSIT = "cash_in_transit"
    MEMBER_TAB = "member_tab"
    REFUND_DUE = "refund_due"
    MEMBER_SAVINGS = "member_savings"
    TAX_PAYABLE = "tax_payable"
    TAX_PREPAID = "tax_prepaid"
    PAYMENT_FEE = "payment_fee"
    PAYMENT_DISCOUNT = "payment_discount"
    DISPUTE_HOLD = "dispute_hold"
    DISPUTE_LOSS = "dispute_loss"
    MEMBER_PATRONAGE = "member_patronage"
    EARNINGS_SHARED = "earnings_shared"
    STRIPE_BALANCE = "stripe_balance"


class KindFacts(msgspec.Struct, frozen=True):
    """What is true of all accounts of a kind.

    `reference_is` names what tells accounts of the kind apart within a book; empty where a book has just one.
    """

    english: str
    indonesian: str
    statement_class: StatementClass
    normal_side: Side
    may_be_negative: bool = True
    reference_is: str = ""

    @property
    def is_passing(self) -> bool:
        """Whether accounts of the kind come and go with one thing; reports and closed days sum them up."""
        return self.reference_is in ("shift", "payable", "deposit")


KINDS: Final[dict[AccountKind, KindFacts]] = {
    AccountKind.TILL_CASH: KindFacts(
        "Cash in till", "Kas laci", StatementClass.ASSET, Side.DEBIT, may_be_negative=False, reference_is="shift"
    ),
    AccountKind.SAFE_CASH: KindFacts(
        "Cash in safe", "Kas brankas", StatementClass.ASSET, Side.DEBIT, may_be_negative=False
    ),
    AccountKind.BANK: KindFacts("Bank", "Bank", StatementClass.ASSET, Side.DEBIT, reference_is="bank account"),
    AccountKind.QRIS_CLEARING: KindFacts("QRIS clearing", "QRIS belum cair", StatementClass.ASSET, Side.DEBIT),
    AccountKind.STRIPE_CLEARING: KindFacts("Stripe clearing", "Stripe belum cair", StatementClass.ASSET, Side.DEBIT),
    AccountKind.BUYER_RECEIVABLE: KindFacts(
        "Buyer receivable", "Piutang pembeli", StatementClass.ASSET, Side.DEBIT, reference_is="payable"
    ),
    AccountKind.INVENTORY: KindFacts("Inventory", "Persediaan barang", StatementClass.ASSET, Side.DEBIT),
    AccountKind.SUPPLIER_PAYABLE: KindFacts(
        "Supplier payable", "Utang pemasok", StatementClass.LIABILITY, Side.CREDIT, reference_is="organisation"
    ),
    AccountKind.OPENING_BALANCE: KindFacts("Opening balance", "Saldo awal", StatementClass.EQUITY, Side.CREDIT),
    AccountKind.GOODS_REVENUE: KindFacts(
        "Sales revenue, goods", "Penjualan barang", StatementClass.INCOME, Side.CREDIT
    ),
    AccountKind.CONSIGNMENT_FEE_REVENUE: KindFacts(
        "Consignment fee revenue", "Pendapatan jasa konsinyasi", StatementClass.INCOME, Side.CREDIT
    ),
    AccountKind.DELIVERY_REVENUE: KindFacts(
        "Delivery revenue", "Pendapatan ongkos kirim", StatementClass.INCOME, Side.CREDIT
    ),
    AccountKind.SALES_RETURNS: KindFacts("Sales returns", "Retur penjualan", StatementClass.INCOME, Side.DEBIT),
    AccountKind.COST_OF_GOODS_SOLD: KindFacts(
        "Cost of goods sold", "Harga pokok penjualan", StatementClass.EXPENSE, Side.DEBIT
    ),
    AccountKind.INVENTORY_LOSS: KindFacts(
        "Inventory loss", "Selisih dan susut persediaan", StatementClass.EXPENSE, Side.DEBIT
    ),
    AccountKind.CASH_OVER_SHORT: KindFacts("Cash over and short", "Selisih kas", StatementClass.EXPENSE, Side.DEBIT),
    AccountKind.CASH_IN_TRANSIT: KindFacts(
        "Cash in transit",
        "Kas dalam perjalanan",
        StatementClass.ASSET,
        Side.DEBIT,
        may_be_negative=False,
        reference_is="deposit",
    ),
    AccountKind.MEMBER_TAB: KindFacts(
        "Member's tab",
        "Kasbon anggota",
        StatementClass.ASSET,
        Side.DEBIT,
        may_be_negative=False,
        reference_is="person",
    ),
    AccountKind.REFUND_DUE: KindFacts(
        "Refunds due",
        "Uang pembeli yang harus dikembalikan",
        StatementClass.LIABILITY,
        Side.CREDIT,
        may_be_negative=False,
        reference_is="payable",
    ),
    AccountKind.MEMBER_SAVINGS: KindFacts(
        "Member's savings",
        "Simpanan anggota",
        StatementClass.LIABILITY,
        Side.CREDIT,
        may_be_negative=False,
        reference_is="person",
    ),
    AccountKind.TAX_PAYABLE: KindFacts(
        "Tax payable", "Utang pajak", StatementClass.LIABILITY, Side.CREDIT, reference_is="tax"
    ),
    AccountKind.TAX_PREPAID: KindFacts(
        "Prepaid tax", "Pajak dibayar di muka", StatementClass.ASSET, Side.DEBIT, reference_is="tax"
    ),
    AccountKind.PAYMENT_FEE: KindFacts("Payment fees", "Biaya pembayaran", StatementClass.EXPENSE, Side.DEBIT),
    AccountKind.PAYMENT_DISCOUNT: KindFacts(
        "Transfer discounts", "Potongan kode unik", StatementClass.EXPENSE, Side.DEBIT
    ),
    AccountKind.DISPUTE_HOLD: KindFacts(
        "Held in disputes",
        "Uang ditahan karena sengketa",
        StatementClass.ASSET,
        Side.DEBIT,
        may_be_negative=False,
        reference_is="dispute",
    ),
    AccountKind.DISPUTE_LOSS: KindFacts("Disputes lost", "Rugi sengketa", StatementClass.EXPENSE, Side.DEBIT),
    AccountKind.MEMBER_PATRONAGE: KindFacts(
        "Member's patronage",
        "SHU anggota",
        StatementClass.LIABILITY,
        Side.CREDIT,
        may_be_negative=False,
        reference_is="person",
    ),
    AccountKind.EARNINGS_SHARED: KindFacts("Earnings shared out", "SHU dibagikan", StatementClass.EQUITY, Side.DEBIT),
    AccountKind.STRIPE_BALANCE: KindFacts(
        "Cooperative's Stripe balance", "Saldo Stripe koperasi", StatementClass.ASSET, Side.DEBIT
    ),
}


class AccountKey(msgspec.Struct, frozen=True, order=True):
    """One account within a book: its kind and, where the kind asks for one, the reference that tells it apart.

    Raises ValueError where the reference is missing or too much.
    """

    kind: AccountKind
    reference: str = ""

    def __post_init__(self) -> None:
        """Refuse a till without its shift, or a safe with one: it would silently be another account."""
        asked = KINDS[self.kind].reference_is
        if bool(asked) != bool(self.reference):
            message = (
                f"{self.kind} takes {f'a reference ({asked})' if asked else 'no reference'}, got {self.reference!r}"
            )
            raise ValueError(message)


SAFE: Final = AccountKey(AccountKind.SAFE_CASH)
QRIS_CLEARING: Final = AccountKey(AccountKind.QRIS_CLEARING)
STRIPE_CLEARING: Final = AccountKey(AccountKind.STRIPE_CLEARING)
STRIPE_BALANCE: Final = AccountKey(AccountKind.STRIPE_BALANCE)
INVENTORY: Final = AccountKey(AccountKind.INVENTORY)
OPENING_BALANCE: Final = AccountKey(AccountKind.OPENING_BALANCE)
GOODS_REVENUE: Final = AccountKey(AccountKind.GOODS_REVENUE)
CONSIGNMENT_FEE_REVENUE: Final = AccountKey(AccountKind.CONSIGNMENT_FEE_REVENUE)
DELIVERY_REVENUE: Final = AccountKey(AccountKind.DELIVERY_REVENUE)
SALES_RETURNS: Final = AccountKey(AccountKind.SALES_RETURNS)
COST_OF_GOODS_SOLD: Final = AccountKey(AccountKind.COST_OF_GOODS_SOLD)
INVENTORY_LOSS: Final = AccountKey(AccountKind.INVENTORY_LOSS)
CASH_OVER_SHORT: Final = AccountKey(AccountKind.CASH_OVER_SHORT)
PAYMENT_FEE: Final = AccountKey(AccountKind.PAYMENT_FEE)
PAYMENT_DISCOUNT: Final = AccountKey(AccountKind.PAYMENT_DISCOUNT)
DISPUTE_LOSS: Final = AccountKey(AccountKind.DISPUTE_LOSS)
EARNINGS_SHARED: Final = AccountKey(AccountKind.EARNINGS_SHARED)


def till(till_reference: str) -> AccountKey:
    """Return the cash in the till of one shift ('shift:7'); it begins and ends empty."""
    return AccountKey(AccountKind.TILL_CASH, till_reference)


def bank(bank_account_reference: str) -> AccountKey:
    """Return one of the store's bank accounts, by the caller's reference of it (not its number)."""
    return AccountKey(AccountKind.BANK, bank_account_reference)


def buyer_receivable(payable: str) -> AccountKey:
    """Return what a buyer owes for one payable ('order:123')."""
    return AccountKey(AccountKind.BUYER_RECEIVABLE, payable)


def supplier_payable(supplier_reference: str) -> AccountKey:
    """Return what the store owes one supplier ('organisation:5')."""
    return AccountKey(AccountKind.SUPPLIER_PAYABLE, supplier_reference)


def cash_in_transit(deposit_reference: str) -> AccountKey:
    """Return cash on its way to the bank ('deposit:3'); it ends empty when the bank has it."""
    return AccountKey(AccountKind.CASH_IN_TRANSIT, deposit_reference)


def member_tab(person_reference: str) -> AccountKey:
    """Return what one member bought on trust and has not paid ('person:7')."""
    return AccountKey(AccountKind.MEMBER_TAB, person_reference)


def member_patronage(person_reference: str) -> AccountKey:
    """Return what one member was given of past years' earnings and has not had yet ('person:7')."""
    return AccountKey(AccountKind.MEMBER_PATRONAGE, person_reference)


def refund_due(payable: str) -> AccountKey:
    """Return money held for the buyer of a payable that must go back ('order:123'): it came twice, or too late."""
    return AccountKey(AccountKind.REFUND_DUE, payable)


def tax_payable(tax: str) -> AccountKey:
    """Return what is owed to the treasury of one tax ('ppn')."""
    return AccountKey(AccountKind.TAX_PAYABLE, tax)


def tax_prepaid(tax: str) -> AccountKey:
    """Return what was taken of the store's income in advance for one tax ('pph22'), counted at the year's end."""
    return AccountKey(AccountKind.TAX_PREPAID, tax)


def dispute_hold(dispute_reference: str) -> AccountKey:
    """Return what a gateway holds back for one dispute ('dispute:3'); it ends empty, won or lost."""
    return AccountKey(AccountKind.DISPUTE_HOLD, dispute_reference)
