"""What of an order goes back and how much money with it. Pure.

Prices are those of the sale. A consigned line's fee is taken back so that all parts add up to exactly the fee of the
sale, whatever is rounded: each part takes the difference between the fee of what stayed before and what stays after.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import asyncpg
import msgspec

from marketplace.errors import InvalidError
from marketplace.ids import ListingId
from marketplace.orders.sale_taxes import line_tax
from payments import ZERO, Money, recipes

ReturnKind = Literal["before", "after", "surplus"]


class ReturnedLine(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one line that go back, at the price of the sale. `is_stocked` is false for goods made to order."""

    listing_id: ListingId
    name: str
    unit_code: str
    quantity: int
    total_rupiah: int
    is_stocked: bool


class ReturnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back. `amount` is the money, `discount` what the buyer never paid of it; `is_whole`: nothing stays."""

    lines: list[ReturnedLine]
    goods: Money
    delivery: Money
    discount: Money
    amount: Money
    is_whole: bool


def left_of(row: Mapping[str, Any] | asyncpg.Record) -> int:
    """Units of a line that are still the buyer's."""
    left: int = row["quantity"] - row["cancelled_quantity"] - row["returned_quantity"]
    return left


def plan_return(
    rows: Sequence[Mapping[str, Any] | asyncpg.Record],
    wanted: Mapping[ListingId, int] | None,
    *,
    delivery_left: Money,
    includes_delivery: bool,
    payment_left: Money,
) -> ReturnPlan:
    """Plan the return of `wanted` units by listing, or of all that is left (None).

    The delivery fee goes back with the whole order, or where `includes_delivery` says so.

    Raises:
        InvalidError: nothing is wanted, an unknown line, more than is left, or nothing was paid for it.

    """
    by_listing = {row["listing_id"]: row for row in rows}
    if wanted is None:
        wanted = {ListingId(row["listing_id"]): left_of(row) for row in rows if left_of(row)}
    if not wanted and not (includes_delivery and delivery_left):
        raise InvalidError(fields={"lines": "Pilih barang yang dikembalikan, dan berapa banyak."})
    lines = []
    for listing_id, quantity in sorted(wanted.items()):
        row = by_listing.get(listing_id)
        if row is None:
            raise InvalidError(fields={"lines": "Ada barang yang tidak ada di pesanan ini."})
        if not 1 <= quantity <= left_of(row):
            message = "{name} paling banyak {left} yang bisa dikembalikan."
            raise InvalidError(
                fields={f"quantity_{listing_id}": (message, {"name": row["name"], "left": left_of(row)})}
            )
        lines.append(
            ReturnedLine(
                listing_id=listing_id,
                name=row["name"],
                unit_code=row["unit_code"],
                quantity=quantity,
                total_rupiah=quantity * row["unit_price_rupiah"],
                is_stocked=row["source"] != "made_to_order",
            )
        )
    is_whole = all(left_of(row) == wanted.get(row["listing_id"], 0) for row in rows)
    goods = Money.total(Money(line.total_rupiah) for line in lines)
    delivery = delivery_left if is_whole or includes_delivery else ZERO
    full = goods + delivery
    amount = min(full, payment_left)
    if not amount.is_positive:
        raise InvalidError(fields={"lines": "Semua uang pesanan ini sudah dikembalikan."})
    return ReturnPlan(
        lines=lines, goods=goods, delivery=delivery, discount=full - amount, amount=amount, is_whole=is_whole
    )


def returned_part(
    row: Mapping[str, Any] | asyncpg.Record, *, quantity: int, cost: Money, supplier_reference: str
) -> recipes.SoldLine:
    """What a return of `quantity` more units takes back of a sold line; `row` counts what came back before."""
    price = Money(quantity * row["unit_price_rupiah"])
    stays = left_of(row)
    if row["source"] == "own_stock":
        tax = line_tax(row, stays) - line_tax(row, stays - quantity)
        return recipes.OwnStockSold(price=price, cost=cost, tax=tax)
    before = _fee(row, stays)
    after = _fee(row, stays - quantity)
    return recipes.ConsignmentSold(price=price, fee=before - after, supplier_reference=supplier_reference)


def _fee(row: Mapping[str, Any] | asyncpg.Record, quantity: int) -> Money:
    price = Money(quantity * row["unit_price_rupiah"])
    return recipes.consignment_share(price, fee_basis_points=row["fee_basis_points"]).fee
