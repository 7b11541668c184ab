"""What a sale, its payment and its return mean for the store's book. Pure apart from the call of `payments.post`.

Every order has its own receivable: paying puts money against it, handing over takes the price from it, so a finished
order's receivable is zero whichever came first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from marketplace.books import book_of, payable_of, supplier_reference_of
from marketplace.ids import OrderId, StoreId
from marketplace.orders.sale_taxes import NO_TAXES, Taxes, taxes_of
from marketplace.taxes import PPH22, tax_within
from payments import ZERO, AccountKey, Booking, Money, PaymentSucceeded, Transfer, accounts, post, recipes


class NotPaid(msgspec.Struct, frozen=True, kw_only=True):
    """What of the worth of returned goods is not paid out for them, and why.

    `discount`: the buyer was let off it (transfers); `allowed`: it went back before, without goods; `owed`: it was
    given back at the gateway itself, so that the buyer owed it again.
    """

    discount: Money = ZERO
    allowed: Money = ZERO
    owed: Money = ZERO


def sold_lines(lines: Sequence[Mapping[str, Any] | asyncpg.Record]) -> list[recipes.SoldLine]:
    """Order lines as the recipes want them: own stock with cost, others' goods with the fee frozen on the sale.

    `cost_rupiah` is what left the stock with the goods. It is booked whatever the line's source: own goods that came
    back after their listing was turned into another's keep the value they came back with. `tax_basis_points` is the
    rate of PPN that the sale was made at.
    """
    sold: list[recipes.SoldLine] = []
    for line in lines:
        price = Money(line["sold_rupiah"])
        if line["source"] == "own_stock":
            tax = tax_within(price, line["tax_basis_points"])
            sold.append(recipes.OwnStockSold(price=price, cost=Money(line["cost_rupiah"]), tax=tax))
        else:
            share = recipes.consignment_share(price, fee_basis_points=line["fee_basis_points"])
            sold.append(
                recipes.ConsignmentSold(
                    price=price, fee=share.fee, supplier_reference=supplier_reference_of(line["seller_id"])
                )
            )
            if line["cost_rupiah"]:
                sold.append(recipes.OwnStockSold(price=ZERO, cost=Money(line["cost_rupiah"])))
    return sold


async def post_payment(
    connection: Any,
    *,
    store_id: StoreId,
    order_id: OrderId,
    payment: PaymentSucceeded,
    paid_into: AccountKey,
    fee: Money,
    author: str,
    booking: Booking,
) -> None:
    """Book what the buyer paid against the order's receivable."""
    await post(
        connection,
        book=book_of(store_id),
        source=payable_of(order_id),
        transfers=recipes.receivable_paid(
            receivable=accounts.buyer_receivable(payable_of(order_id)),
            paid_into=paid_into,
            amount=payment.amount,
            discount=payment.discount,
            fee=fee,
        ),
        author=author,
        occurred_at=booking.occurred_at,
        reason=booking.reason,
    )


async def post_surplus(
    connection: Any,
    *,
    store_id: StoreId,
    order_id: OrderId,
    payment: PaymentSucceeded,
    paid_into: AccountKey,
    fee: Money,
    author: str,
    booking: Booking,
) -> None:
    """Book money that came twice or too late as owed back to the buyer."""
    await post(
        connection,
        book=book_of(store_id),
        source=f"payment:{payment.payment_id}",
        transfers=recipes.surplus_received(
            payable=payable_of(order_id), paid_into=paid_into, amount=payment.amount - payment.discount, fee=fee
        ),
        author=author,
        occurred_at=booking.occurred_at,
        reason=booking.reason,
    )


async def post_sale(
    connection: Any,
    *,
    store_id: StoreId,
    order_id: OrderId,
    lines: Sequence[asyncpg.Record],
    delivery_rupiah: int,
    author: str,
    at: datetime,
    paid_now: tuple[AccountKey, Money, Money, Money] | None = None,
) -> None:
    """Recognise the sale at hand-over; `paid_now` (into, amount, discount, fee) books the payment with it."""
    receivable = accounts.buyer_receivable(payable_of(order_id))
    sold = {line["listing_id"]: line["quantity"] - line["cancelled_quantity"] for line in lines}
    taxes = taxes_of(lines, sold, delivery=Money(delivery_rupiah))
    transfers: tuple[Transfer, ...] = recipes.sale(
        paid_into=receivable,
        lines=sold_lines(lines),
        delivery_fee=Money(delivery_rupiah),
        delivery_tax=taxes.delivery_ppn,
    )
    transfers += recipes.tax_withheld(tax=PPH22, amount=taxes.pph22)
    if paid_now is not None:
        paid_into, amount, discount, fee = paid_now
        paid = recipes.receivable_paid(
            receivable=receivable, paid_into=paid_into, amount=amount, discount=discount, fee=fee
        )
        transfers = (*paid, *transfers)
    await post(
        connection,
        book=book_of(store_id),
        source=payable_of(order_id),
        transfers=transfers,
        author=author,
        occurred_at=at,
    )


async def post_return(
    connection: Any,
    *,
    store_id: StoreId,
    order_id: OrderId,
    return_id: int,
    lines: Sequence[recipes.SoldLine],
    delivery: Money,
    not_paid: NotPaid,
    lost: Money,
    paid_out_of: AccountKey,
    author: str,
    at: datetime,
    reason: str,
    taxes: Taxes = NO_TAXES,
) -> None:
    """Take goods of a sale back and pay for them, less what is `not_paid` for them now.

    `lost` is what spoilt goods among them cost the store; `taxes` are those of what comes back.
    """
    reference = f"return:{return_id}"
    transfers = recipes.sale_return(
        paid_out_of=paid_out_of,
        lines=lines,
        return_reference=reference,
        delivery_fee=delivery,
        delivery_tax=taxes.delivery_ppn,
        discount=not_paid.discount,
        allowed_before=not_paid.allowed,
    )
    settled = recipes.receivable_settled(
        receivable=accounts.buyer_receivable(payable_of(order_id)),
        settled_by=paid_out_of,
        amount=not_paid.owed,
        return_reference=reference,
    )
    transfers += recipes.tax_given_back(tax=PPH22, amount=taxes.pph22, return_reference=reference)
    await post(
        connection,
        book=book_of(store_id),
        source=payable_of(order_id),
        transfers=(*transfers, *settled, *recipes.inventory_lost(cost=lost, event=f"{reference}.lost")),
        author=author,
        occurred_at=at,
        reason=reason,
    )


async def post_refund_before_hand_over(
    connection: Any,
    *,
    store_id: StoreId,
    order_id: OrderId,
    return_id: int,
    amount: Money,
    discount: Money,
    paid_out_of: AccountKey,
    author: str,
    at: datetime,
    reason: str,
) -> None:
    """Give back what was paid for goods that are not handed over."""
    await post(
        connection,
        book=book_of(store_id),
        source=payable_of(order_id),
        transfers=recipes.receivable_refunded(
            receivable=accounts.buyer_receivable(payable_of(order_id)),
            paid_out_of=paid_out_of,
            amount=amount,
            discount=discount,
            return_reference=f"return:{return_id}",
        ),
        author=author,
        occurred_at=at,
        reason=reason,
    )


async def post_surplus_back(
    connection: Any,
    *,
    store_id: StoreId,
    order_id: OrderId,
    payment_id: int,
    refund_id: int,
    amount: Money,
    paid_out_of: AccountKey,
    author: str,
    at: datetime,
    reason: str,
) -> None:
    """Give back money that came twice or too late."""
    await post(
        connection,
        book=book_of(store_id),
        source=f"payment:{payment_id}",
        transfers=recipes.surplus_given_back(
            payable=payable_of(order_id),
            paid_out_of=paid_out_of,
            amount=amount,
            refund_reference=f"refund:{refund_id}",
        ),
        author=author,
        occurred_at=at,
        reason=reason,
    )


async def post_allowance(
    connection: Any,
    *,
    store_id: StoreId,
    order_id: OrderId,
    amount: Money,
    refund_reference: str,
    author: str,
    at: datetime,
    reason: str,
) -> None:
    """Let a buyer off part of the price after the sale: a return without goods, owed to the buyer until it has left."""
    await post(
        connection,
        book=book_of(store_id),
        source=payable_of(order_id),
        transfers=recipes.sale_return(
            paid_out_of=accounts.refund_due(payable_of(order_id)),
            lines=[recipes.OwnStockSold(price=amount, cost=ZERO)],
            return_reference=refund_reference,
        ),
        author=author,
        occurred_at=at,
        reason=reason,
    )
