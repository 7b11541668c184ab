"""Which transfers the events of a store make: pure, exact to the rupiah, without a database.

Debit receives, credit gives. A sale is recognised at hand-over. Of own stock the store earns the price and gives up the
cost; of goods on consignment (and made to order, which are never the store's either) the goods stay the supplier's
until sold, so only the fee is the store's revenue and the rest is owed to the supplier. Transfers of nothing are left
out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from payments.ledger.accounts import (
    CASH_OVER_SHORT,
    CONSIGNMENT_FEE_REVENUE,
    COST_OF_GOODS_SOLD,
    DELIVERY_REVENUE,
    EARNINGS_SHARED,
    GOODS_REVENUE,
    INVENTORY,
    INVENTORY_LOSS,
    OPENING_BALANCE,
    PAYMENT_DISCOUNT,
    PAYMENT_FEE,
    SAFE,
    SALES_RETURNS,
    AccountKey,
    Side,
    bank,
    cash_in_transit,
    member_patronage,
    member_tab,
    refund_due,
    supplier_payable,
    tax_payable,
    tax_prepaid,
)
from payments.ledger.transfers import Transfer
from payments.money import ZERO, Money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ConsignmentShare(msgspec.Struct, frozen=True):
    """A price shared between store and supplier; both parts add up to the price."""

    fee: Money
    owed_to_supplier: Money


SALES_TAX = "ppn"


class OwnStockSold(msgspec.Struct, frozen=True, kw_only=True):
    """Goods of the store's own: the price of the line, and what the goods cost the store (zero where not known).

    `tax` is the sales tax that is in the price: the store takes it for the treasury.
    """

    price: Money
    cost: Money
    tax: Money = ZERO

    def __post_init__(self) -> None:
        """Refuse a tax that is no part of the price."""
        if not ZERO <= self.tax <= self.price:
            message = f"a tax of {self.tax.rupiah} rupiah is no part of a price of {self.price.rupiah}"
            raise ValueError(message)


class ConsignmentSold(msgspec.Struct, frozen=True, kw_only=True):
    """Goods of a supplier, on consignment or made to order: the price of the line and the store's fee of it.

    The fee is the one agreed when it was sold (`consignment_share`); a later change of terms does not touch it.
    """

    price: Money
    fee: Money
    supplier_reference: str

    def __post_init__(self) -> None:
        """Refuse a fee that is no part of the price."""
        if not ZERO <= self.fee <= self.price:
            message = f"a fee of {self.fee.rupiah} rupiah is no part of a price of {self.price.rupiah}"
            raise ValueError(message)


SoldLine: TypeAlias = OwnStockSold | ConsignmentSold


def consignment_share(price: Money, *, fee_basis_points: int) -> ConsignmentShare:
    """Share a line's price: the fee is rounded down, the odd rupiah is the supplier's."""
    fee = price.percent_floor(fee_basis_points)
    return ConsignmentShare(fee=fee, owed_to_supplier=price - fee)


def sale(
    *, paid_into: AccountKey, lines: Sequence[SoldLine], delivery_fee: Money = ZERO, delivery_tax: Money = ZERO
) -> tuple[Transfer, ...]:
    """Recognise a sale at hand-over.

    What `paid_into` (a till, a clearing account, a receivable) receives is exactly the sum of all prices and the
    delivery fee; the tax in them is owed to the treasury, the rest is revenue.

    At most 4 transfers and 2 for each supplier: lines are summed up, the order keeps them one by one.
    """
    own, consigned = _by_owner(lines)
    tax = Money.total(line.tax for line in own)
    transfers = [
        _maybe(paid_into, GOODS_REVENUE, Money.total(line.price for line in own) - tax, "sale.goods"),
        _maybe(paid_into, tax_payable(SALES_TAX), tax + delivery_tax, "sale.tax"),
        _maybe(COST_OF_GOODS_SOLD, INVENTORY, Money.total(line.cost for line in own), "sale.cost"),
    ]
    for supplier_reference, (owed, fee) in consigned.items():
        payable = supplier_payable(supplier_reference)
        transfers.append(_maybe(paid_into, payable, owed, f"sale.owed.{supplier_reference}"))
        transfers.append(_maybe(paid_into, CONSIGNMENT_FEE_REVENUE, fee, f"sale.fee.{supplier_reference}"))
    transfers.append(_maybe(paid_into, DELIVERY_REVENUE, delivery_fee - delivery_tax, "sale.delivery"))
    return _present(transfers)


def sale_return(
    *,
    paid_out_of: AccountKey,
    lines: Sequence[SoldLine],
    return_reference: str,
    delivery_fee: Money = ZERO,
    delivery_tax: Money = ZERO,
    discount: Money = ZERO,
    allowed_before: Money = ZERO,
    is_resaleable: bool = True,
) -> tuple[Transfer, ...]:
    """Take goods back, whole or in part, and pay for them out of a till (or another account).

    Own stock goes to the sales returns, and back into the inventory at cost where it can be sold again; else its cost
    becomes an inventory loss. Of consigned goods the supplier's part and the fee are taken back, of taxed ones the tax
    that the line says. `return_reference`
    ('return:4') keeps several returns of one sale apart. A `discount` that the buyer was let off is not paid out: it is
    taken back where it was booked. What was `allowed_before` without goods (a return of them that was paid already)
    is not paid for once more. A sale that never should have been is reversed instead (`reverse`).
    """
    own, consigned = _by_owner(lines)
    received_back = INVENTORY if is_resaleable else INVENTORY_LOSS
    prefix = f"{return_reference}."
    tax = Money.total(line.tax for line in own)
    transfers = [
        _maybe(SALES_RETURNS, paid_out_of, Money.total(line.price for line in own) - tax, f"{prefix}goods"),
        _maybe(tax_payable(SALES_TAX), paid_out_of, tax + delivery_tax, f"{prefix}tax"),
        _maybe(received_back, COST_OF_GOODS_SOLD, Money.total(line.cost for line in own), f"{prefix}cost"),
    ]
    for supplier_reference, (owed, fee) in consigned.items():
        payable = supplier_payable(supplier_reference)
        transfers.append(_maybe(payable, paid_out_of, owed, f"{prefix}owed.{supplier_reference}"))
        transfers.append(_maybe(CONSIGNMENT_FEE_REVENUE, paid_out_of, fee, f"{prefix}fee.{supplier_reference}"))
    transfers.append(_maybe(DELIVERY_REVENUE, paid_out_of, delivery_fee - delivery_tax, f"{prefix}delivery"))
    transfers.append(_maybe(paid_out_of, PAYMENT_DISCOUNT, discount, f"{prefix}discount"))
    transfers.append(_maybe(paid_out_of, SALES_RETURNS, allowed_before, f"{prefix}allowed_before"))
    return _present(transfers)


def tax_withheld(*, tax: str, amount: Money, event: str = "sale.withheld") -> tuple[Transfer, ...]:
    """Book tax of the store's income that is taken in advance: prepaid by the store, owed to the treasury."""
    return _present([_maybe(tax_prepaid(tax), tax_payable(tax), amount, event)])


def tax_given_back(*, tax: str, amount: Money, return_reference: str) -> tuple[Transfer, ...]:
    """Take back what was withheld of a sale, for the part of it that came back."""
    return _present([_maybe(tax_payable(tax), tax_prepaid(tax), amount, f"{return_reference}.withheld")])


def receivable_settled(
    *, receivable: AccountKey, settled_by: AccountKey, amount: Money, return_reference: str
) -> tuple[Transfer, ...]:
    """Settle what a buyer owes by goods that came back: money for them had left before, and was owed again since."""
    return _present([_maybe(settled_by, receivable, amount, f"{return_reference}.settled")])


def receivable_paid(
    *, receivable: AccountKey, paid_into: AccountKey, amount: Money, discount: Money = ZERO, fee: Money = ZERO
) -> tuple[Transfer, ...]:
    """Book what a buyer pays of what the store is owed.

    Of `amount` the buyer was let off `discount`, so `paid_into` receives the rest; `fee` is what taking it costs the
    store there. Both are the store's cost, never the buyer's.
    """
    return _present(
        [
            _maybe(paid_into, receivable, amount - discount, "receivable.paid"),
            _maybe(PAYMENT_DISCOUNT, receivable, discount, "receivable.discounted"),
            _maybe(PAYMENT_FEE, paid_into, fee, "receivable.fee"),
        ]
    )


def receivable_refunded(
    *,
    receivable: AccountKey,
    paid_out_of: AccountKey,
    amount: Money,
    return_reference: str,
    discount: Money = ZERO,
) -> tuple[Transfer, ...]:
    """Give back what a buyer paid for goods that are not handed over, whole or in part.

    Of `amount` the buyer had been let off `discount`, which is taken back where it was booked. `return_reference`
    ('return:4') keeps several refunds of one sale apart.
    """
    return _present(
        [
            _maybe(receivable, paid_out_of, amount - discount, f"{return_reference}.refunded"),
            _maybe(receivable, PAYMENT_DISCOUNT, discount, f"{return_reference}.undiscounted"),
        ]
    )


def surplus_received(*, payable: str, paid_into: AccountKey, amount: Money, fee: Money = ZERO) -> tuple[Transfer, ...]:
    """Book money that came for what was settled or had ended: it is the buyer's, and goes back."""
    return _present(
        [
            _maybe(paid_into, refund_due(payable), amount, "surplus.received"),
            _maybe(PAYMENT_FEE, paid_into, fee, "surplus.fee"),
        ]
    )


def surplus_given_back(
    *, payable: str, paid_out_of: AccountKey, amount: Money, refund_reference: str
) -> tuple[Transfer, ...]:
    """Give surplus money back to its buyer; `refund_reference` ('refund:4') keeps several refunds apart."""
    return _present([_maybe(refund_due(payable), paid_out_of, amount, f"{refund_reference}.given_back")])


def fee_corrected(*, paid_into: AccountKey, difference: Money) -> tuple[Transfer, ...]:
    """Book that taking money cost more than was booked, or less (a negative difference)."""
    if difference.is_negative:
        return (Transfer(debit=paid_into, credit=PAYMENT_FEE, amount=-difference, event="fee.corrected"),)
    return _present([_maybe(PAYMENT_FEE, paid_into, difference, "fee.corrected")])


def clearing_paid_out(
    *, clearing: AccountKey, paid_into: AccountKey, amount: Money, expected: Money
) -> tuple[Transfer, ...]:
    """Bring money that was on its way to the bank; where less (or more) came than was expected, that is the cost."""
    return (
        *_present([_maybe(paid_into, clearing, amount, "payout.received")]),
        *fee_corrected(paid_into=clearing, difference=expected - amount),
    )


def goods_received(*, supplier_reference: str, cost: Money) -> tuple[Transfer, ...]:
    """Receive goods bought on credit: inventory at cost, owed to the supplier. Consigned goods make no transfer."""
    return _present([_maybe(INVENTORY, supplier_payable(supplier_reference), cost, "receipt.goods")])


def goods_returned_to_supplier(*, supplier_reference: str, cost: Money) -> tuple[Transfer, ...]:
    """Give bought goods back: what is owed shrinks by their cost."""
    return _present([_maybe(supplier_payable(supplier_reference), INVENTORY, cost, "receipt.returned")])


def inventory_lost(*, cost: Money, event: str = "inventory.lost") -> tuple[Transfer, ...]:
    """Write off own goods that spoiled, broke or were not found at stock-take, at cost."""
    return _present([_maybe(INVENTORY_LOSS, INVENTORY, cost, event)])


def inventory_found(*, cost: Money) -> tuple[Transfer, ...]:
    """Take in own goods that stock-take found beyond the book, at cost: less was lost than was thought."""
    return _present([_maybe(INVENTORY, INVENTORY_LOSS, cost, "inventory.found")])


def supplier_paid(*, supplier_reference: str, paid_out_of: AccountKey, amount: Money) -> tuple[Transfer, ...]:
    """Pay a supplier in cash (a till, the safe) or from the bank."""
    return _present([_maybe(supplier_payable(supplier_reference), paid_out_of, amount, "supplier.paid")])


def float_put_in(*, till: AccountKey, amount: Money, event: str = "float.in") -> tuple[Transfer, ...]:
    """Put change money from the safe into a till, as a shift begins or later."""
    return _present([_maybe(till, SAFE, amount, event)])


def till_dropped(*, till: AccountKey, amount: Money, event: str = "float.out") -> tuple[Transfer, ...]:
    """Bring cash from a till to the safe, during a shift or at its end (then all of it)."""
    return _present([_maybe(SAFE, till, amount, event)])


def till_handed_over(*, from_till: AccountKey, to_till: AccountKey, amount: Money) -> tuple[Transfer, ...]:
    """Hand a counted till over to the next cashier's shift, all of it."""
    return _present([_maybe(to_till, from_till, amount, "till.handed_over")])


def till_counted(*, till: AccountKey, expected: Money, counted: Money) -> tuple[Transfer, ...]:
    """Book the difference between what a till should hold and what was counted; nothing where it is right.

    Short is an expense, over is taken off it; afterwards the till's balance is what was counted.
    """
    if counted.is_negative:
        message = "nobody counts less than nothing"
        raise ValueError(message)
    difference = counted - expected
    if difference.is_negative:
        return (Transfer(debit=CASH_OVER_SHORT, credit=till, amount=-difference, event="till.short"),)
    return _present([_maybe(till, CASH_OVER_SHORT, difference, "till.over")])


def deposit_taken(*, deposit: str, amount: Money) -> tuple[Transfer, ...]:
    """Take cash out of the safe to bring it to the bank."""
    return _present([_maybe(cash_in_transit(deposit), SAFE, amount, "deposit.taken")])


def deposit_arrived(*, deposit: str, bank_reference: str, amount: Money) -> tuple[Transfer, ...]:
    """Book what was brought to the bank as being on the account."""
    return _present([_maybe(bank(bank_reference), cash_in_transit(deposit), amount, "deposit.arrived")])


def deposit_counted(*, bank_reference: str, brought: Money, counted: Money) -> tuple[Transfer, ...]:
    """Book that the bank counted less (or more) than was brought to it: short is an expense, over is taken off it."""
    difference = counted - brought
    if difference.is_negative:
        short = Transfer(debit=CASH_OVER_SHORT, credit=bank(bank_reference), amount=-difference, event="deposit.short")
        return (short,)
    return _present([_maybe(bank(bank_reference), CASH_OVER_SHORT, difference, "deposit.over")])


def deposit_brought_back(*, deposit: str, amount: Money) -> tuple[Transfer, ...]:
    """Book what did not reach the bank back into the safe."""
    return _present([_maybe(SAFE, cash_in_transit(deposit), amount, "deposit.brought_back")])


def tab_repaid(*, tab: AccountKey, paid_into: AccountKey, amount: Money) -> tuple[Transfer, ...]:
    """Take what a member pays of what they bought on trust."""
    return _present([_maybe(paid_into, tab, amount, "tab.repaid")])


def earnings_shared(shares: Mapping[str, Money]) -> tuple[Transfer, ...]:
    """Owe members, by reference ('person:7'), what their meeting gave them of past years' earnings."""
    return _present(
        [
            _maybe(EARNINGS_SHARED, member_patronage(member), amount, f"patronage.decided.{member}")
            for member, amount in shares.items()
        ]
    )


def tab_repaid_from_patronage(*, member_reference: str, amount: Money) -> tuple[Transfer, ...]:
    """Take what a member owes of their tab off what they were given of the earnings; no cash moves."""
    return _present(
        [_maybe(member_patronage(member_reference), member_tab(member_reference), amount, "tab.repaid_from_patronage")]
    )


def patronage_paid_out(*, member_reference: str, paid_out_of: AccountKey, amount: Money) -> tuple[Transfer, ...]:
    """Pay a member in cash what they were given of the earnings."""
    return _present([_maybe(member_patronage(member_reference), paid_out_of, amount, "patronage.paid_out")])


def opened_with(*, account: AccountKey, amount: Money, side: Side = Side.DEBIT) -> tuple[Transfer, ...]:
    """Bring in what was there before the book began: cash in the safe, stock (debit), debts (credit)."""
    event = f"opening.{account.kind.value}.{account.reference}".rstrip(".")
    if side == Side.DEBIT:
        return _present([_maybe(account, OPENING_BALANCE, amount, event)])
    return _present([_maybe(OPENING_BALANCE, account, amount, event)])


def _by_owner(lines: Sequence[SoldLine]) -> tuple[list[OwnStockSold], dict[str, tuple[Money, Money]]]:
    """Return the store's own lines, and for each supplier what it is owed and the fee."""
    own: list[OwnStockSold] = []
    consigned: dict[str, tuple[Money, Money]] = {}
    for line in lines:
        if isinstance(line, OwnStockSold):
            own.append(line)
        else:
            owed, fee = consigned.get(line.supplier_reference, (ZERO, ZERO))
            consigned[line.supplier_reference] = (owed + line.price - line.fee, fee + line.fee)
    return own, consigned


def _maybe(debit: AccountKey, credit: AccountKey, amount: Money, event: str) -> Transfer | None:
    if not amount:
        return None
    return Transfer(debit=debit, credit=credit, amount=amount, event=event)


def _present(transfers: Sequence[Transfer | None]) -> tuple[Transfer, ...]:
    return tuple(transfer for transfer in transfers if transfer is not None)
