"""The price of one unit for a quantity and a buyer, and why; pure.

A store sets a public and perhaps a member price. The seller's grosir tiers lower the price by the same rupiah as at the
seller: 12.500, from ten 11.000, means 1.500 less at the store too, so its margin stays what it was. The lowest of
public, member and grosir price counts; reductions are not added up.
"""

from typing import Literal

import msgspec

from payments.money import Money


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """The seller's price from a quantity on."""

    from_quantity: int
    price_rupiah: int


class PriceBasis(msgspec.Struct, frozen=True, kw_only=True):
    """What a price is computed from: the listing's two prices, the seller's price and tiers."""

    price_rupiah: int
    member_price_rupiah: int | None
    product_price_rupiah: int
    tiers: tuple[Tier, ...] = ()


class UnitPrice(msgspec.Struct, frozen=True, kw_only=True):
    """Price of one unit; `reason` says which rule gave it, `from_quantity` the tier's."""

    price: Money
    reason: Literal["public", "member", "tier"]
    from_quantity: int | None = None


def tier_prices(basis: PriceBasis) -> list[Tier]:
    """The store's price at each tier that lowers it, by rising quantity."""
    found: list[Tier] = []
    lowest = basis.price_rupiah
    for tier in sorted(basis.tiers, key=lambda tier: tier.from_quantity):
        price_rupiah = basis.price_rupiah - (basis.product_price_rupiah - tier.price_rupiah)
        # A store far below the seller's price would give the goods away: there the tier does not apply.
        if 0 < price_rupiah < lowest:
            found.append(Tier(from_quantity=tier.from_quantity, price_rupiah=price_rupiah))
            lowest = price_rupiah
    return found


def unit_price(basis: PriceBasis, *, quantity: int, is_member: bool) -> UnitPrice:
    """Lowest price of one unit when `quantity` are bought; the member price only for a member of this cooperative."""
    found = UnitPrice(price=Money(basis.price_rupiah), reason="public")
    if is_member and basis.member_price_rupiah is not None and basis.member_price_rupiah < basis.price_rupiah:
        found = UnitPrice(price=Money(basis.member_price_rupiah), reason="member")
    for tier in tier_prices(basis):
        if tier.from_quantity <= quantity and Money(tier.price_rupiah) < found.price:
            found = UnitPrice(price=Money(tier.price_rupiah), reason="tier", from_quantity=tier.from_quantity)
    return found
