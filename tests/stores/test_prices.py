"""The unit price for a quantity and a buyer."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.stores import PriceBasis, Tier, tier_prices, unit_price
from payments.money import Money

BASIS = PriceBasis(
    price_rupiah=15_000,
    member_price_rupiah=14_500,
    product_price_rupiah=12_500,
    tiers=(Tier(from_quantity=10, price_rupiah=11_500), Tier(from_quantity=50, price_rupiah=10_000)),
)


def _price(quantity: int, *, is_member: bool) -> tuple[int, str]:
    found = unit_price(BASIS, quantity=quantity, is_member=is_member)
    return found.price.rupiah, found.reason


def test_guest_pays_the_public_price_and_the_grosir_price_from_its_quantity() -> None:
    """The store's margin of 2.500 stays."""
    assert [_price(quantity, is_member=False) for quantity in (1, 9, 10, 49, 50)] == [
        (15_000, "public"),
        (15_000, "public"),
        (14_000, "tier"),
        (14_000, "tier"),
        (12_500, "tier"),
    ]


def test_member_pays_the_lowest_of_both() -> None:
    """Reductions are not added up."""
    assert [_price(quantity, is_member=True) for quantity in (1, 10)] == [(14_500, "member"), (14_000, "tier")]


def test_tier_that_would_give_goods_away_does_not_apply() -> None:
    """A store that sells far below the seller keeps its own price."""
    basis = PriceBasis(
        price_rupiah=1_000,
        member_price_rupiah=None,
        product_price_rupiah=12_500,
        tiers=(Tier(from_quantity=10, price_rupiah=11_500),),
    )
    assert tier_prices(basis) == []
    assert unit_price(basis, quantity=10, is_member=False).price == Money(1_000)


@given(
    price=st.integers(1, 10**6),
    member=st.none() | st.integers(1, 10**6),
    product=st.integers(1, 10**6),
    tiers=st.lists(st.tuples(st.integers(2, 500), st.integers(1, 10**6)), max_size=5, unique_by=lambda tier: tier[0]),
    quantities=st.tuples(st.integers(1, 1000), st.integers(1, 1000)),
    is_member=st.booleans(),
)
def test_more_units_never_cost_more_each(
    price: int,
    member: int | None,
    product: int,
    tiers: list[tuple[int, int]],
    quantities: tuple[int, int],
    is_member: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    """And nobody pays more than the public price, nor nothing."""
    basis = PriceBasis(
        price_rupiah=price,
        member_price_rupiah=member,
        product_price_rupiah=product,
        tiers=tuple(Tier(from_quantity=quantity, price_rupiah=rupiah) for quantity, rupiah in tiers),
    )
    few, many = (unit_price(basis, quantity=quantity, is_member=is_member).price for quantity in sorted(quantities))
    assert Money(0) < many <= few <= Money(price)
