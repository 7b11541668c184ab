"""What taxes are in a sale and in what of it comes back. Pure.

A sale keeps the rates it was made at (`sale_tax`). What is taken back is the difference between the taxes of what
stayed before and of what stays after, so that all parts add up to exactly the taxes of the sale, whatever is rounded.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import msgspec

from marketplace.taxes import tax_within, withheld_of
from payments import ZERO, Money

Line = Mapping[str, Any] | asyncpg.Record


class Taxes(msgspec.Struct, frozen=True, kw_only=True):
    """PPN in the prices, the part of it that is in the delivery fee, the base of both, and PPh 22 taken in advance."""

    ppn: Money = ZERO
    delivery_ppn: Money = ZERO
    base: Money = ZERO
    pph22: Money = ZERO

    def less(self, other: "Taxes") -> "Taxes":
        """What these are more than others."""
        return Taxes(
            ppn=self.ppn - other.ppn,
            delivery_ppn=self.delivery_ppn - other.delivery_ppn,
            base=self.base - other.base,
            pph22=self.pph22 - other.pph22,
        )


NO_TAXES = Taxes()


def line_tax(row: Line, quantity: int) -> Money:
    """PPN in so many units of a line."""
    return tax_within(Money(quantity * row["unit_price_rupiah"]), row["tax_basis_points"])


def taxes_of(rows: Sequence[Line], quantities: Mapping[Any, int], *, delivery: Money) -> Taxes:
    """Taxes of so many units of each line (by listing) and a delivery fee. Each row bears the rates of the sale."""
    if not rows:
        return NO_TAXES
    delivery_points, withheld_points = rows[0]["delivery_tax_basis_points"], rows[0]["withheld_basis_points"]
    ppn, taxed, gross = ZERO, ZERO, delivery
    for row in rows:
        quantity = quantities.get(row["listing_id"], 0)
        price = Money(quantity * row["unit_price_rupiah"])
        gross += price
        if row["tax_basis_points"]:
            taxed += price
            ppn += line_tax(row, quantity)
    delivery_ppn = tax_within(delivery, delivery_points)
    if delivery_points:
        taxed += delivery
    ppn += delivery_ppn
    return Taxes(ppn=ppn, delivery_ppn=delivery_ppn, base=taxed - ppn, pph22=withheld_of(gross, ppn, withheld_points))


def taxes_back(
    rows: Sequence[Line], left: Mapping[Any, int], back: Mapping[Any, int], *, delivery_left: Money, delivery: Money
) -> Taxes:
    """Taxes of what comes back (`back` units of each line, `delivery` of the fee) where so much had been left."""
    stays = {listing_id: quantity - back.get(listing_id, 0) for listing_id, quantity in left.items()}
    before = taxes_of(rows, left, delivery=delivery_left)
    return before.less(taxes_of(rows, stays, delivery=delivery_left - delivery))
