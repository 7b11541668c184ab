"""The sums of the two taxes, to the rupiah; pure.

PPN (UU PPN as changed by UU 7/2021; PMK 131/2024) is in the price: the base is price × 100/111 rounded to the rupiah,
half up, and the tax is the rest, so both always add up to the price. PPh 22 by PMK 37/2025 is half a percent of the
gross without PPN, rounded down; it is the seller's tax, taken in advance, and never added to what a buyer pays.
"""

from typing import Final

import msgspec

from payments import ZERO, Money

PPN: Final = "ppn"
PPH22: Final = "pph22"
_WHOLE: Final = 10_000


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Basis points of each tax for a store on a day; 0 where it is off."""

    ppn: int = 0
    pph22: int = 0

    @property
    def is_any(self) -> bool:
        """Whether any tax is on."""
        return bool(self.ppn or self.pph22)


def tax_within(price: Money, basis_points: int) -> Money:
    """The PPN that is in a price of zero or more."""
    if not basis_points:
        return ZERO
    whole = _WHOLE + basis_points
    base = (2 * _WHOLE * price.rupiah + whole) // (2 * whole)
    return price - Money(base)


def withheld_of(gross: Money, tax: Money, basis_points: int) -> Money:
    """The PPh 22 of a gross with `tax` of PPN in it."""
    return (gross - tax).percent_floor(basis_points)
