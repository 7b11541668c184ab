"""The sums of taxes, and that what comes back in any parts takes back exactly what was in the sale."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.orders.sale_taxes import NO_TAXES, Taxes, taxes_back, taxes_of
from marketplace.taxes import tax_within, withheld_of
from payments import ZERO, Money, accounts, recipes


@pytest.mark.parametrize(
    ("price", "base"),
    [(0, 0), (1, 1), (4, 4), (5, 5), (111, 100), (15_000, 13_514), (65_000, 58_559), (111_000_000, 100_000_000)],
)
def test_the_base_is_a_hundred_of_a_hundred_and_eleven_rounded_half_up(price: int, base: int) -> None:
    assert tax_within(Money(price), 1_100) == Money(price - base)


def test_no_rate_is_no_tax() -> None:
    assert tax_within(Money(15_000), 0) == ZERO
    assert withheld_of(Money(15_000), ZERO, 0) == ZERO


def test_half_a_percent_is_of_the_gross_without_ppn() -> None:
    assert withheld_of(Money(111_000), Money(11_000), 50) == Money(500)
    assert withheld_of(Money(199), ZERO, 50) == ZERO


@given(price=st.integers(0, 10**12), points=st.integers(1, 10_000))
def test_base_and_tax_are_the_nearest_that_add_up_to_the_price(price: int, points: int) -> None:
    tax = tax_within(Money(price), points).rupiah
    base = price - tax
    exact_times = price * 10_000
    whole = 10_000 + points
    assert 0 <= tax <= price
    assert abs(base * whole - exact_times) * 2 <= whole


def row(listing_id: int, price: int, points: int, delivery_points: int, withheld_points: int) -> dict[str, Any]:
    return {
        "listing_id": listing_id,
        "unit_price_rupiah": price,
        "tax_basis_points": points,
        "delivery_tax_basis_points": delivery_points,
        "withheld_basis_points": withheld_points,
    }


@st.composite
def sales(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[int, int], int]:
    points = draw(st.sampled_from([0, 1_100, 1_200]))
    delivery_points = draw(st.sampled_from([0, points]))
    withheld = draw(st.sampled_from([0, 50]))
    rows = [
        row(number, draw(st.integers(1, 2_000_000)), draw(st.sampled_from([0, points])), delivery_points, withheld)
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]
    quantities = {line["listing_id"]: draw(st.integers(1, 40)) for line in rows}
    return rows, quantities, draw(st.integers(0, 50_000))


@given(sale=sales(), data=st.data())
def test_any_parts_that_come_back_take_back_exactly_the_taxes_of_the_sale(
    sale: tuple[list[dict[str, Any]], dict[int, int], int], data: st.DataObject
) -> None:
    rows, quantities, delivery = sale
    whole = taxes_of(rows, quantities, delivery=Money(delivery))
    left, delivery_left = dict(quantities), Money(delivery)
    back: Counter[str] = Counter()
    for is_last in (*(False for _ in range(data.draw(st.integers(0, 4)))), True):
        # At last all that is left.
        part = left if is_last else {key: data.draw(st.integers(0, count)) for key, count in left.items()}
        fee = delivery_left if is_last or data.draw(st.booleans()) else ZERO
        taxes = taxes_back(rows, left, part, delivery_left=delivery_left, delivery=fee)
        gross = sum(part[line["listing_id"]] * line["unit_price_rupiah"] for line in rows) + fee.rupiah
        # No part takes back more than its own price.
        assert 0 <= taxes.ppn.rupiah <= gross
        assert 0 <= taxes.pph22.rupiah <= gross
        back.update(ppn=taxes.ppn.rupiah, pph22=taxes.pph22.rupiah, delivery=taxes.delivery_ppn.rupiah)
        left = {listing_id: count - part[listing_id] for listing_id, count in left.items()}
        delivery_left -= fee
    assert (back["ppn"], back["pph22"]) == (whole.ppn.rupiah, whole.pph22.rupiah)
    assert back["delivery"] == whole.delivery_ppn.rupiah
    assert taxes_of(rows, left, delivery=ZERO) == Taxes()


def test_an_order_without_lines_has_no_taxes() -> None:
    assert taxes_of([], {}, delivery=Money(5_000)) == NO_TAXES


def test_a_taxed_sale_owes_the_tax_and_earns_the_rest() -> None:
    till = accounts.till("shift:1")
    lines = [recipes.OwnStockSold(price=Money(111_000), cost=Money(80_000), tax=Money(11_000))]
    sold = recipes.sale(paid_into=till, lines=lines, delivery_fee=Money(11_100), delivery_tax=Money(1_100))
    assert [(one.event, one.debit, one.credit, one.amount.rupiah) for one in sold] == [
        ("sale.goods", till, accounts.GOODS_REVENUE, 100_000),
        ("sale.tax", till, accounts.tax_payable("ppn"), 12_100),
        ("sale.cost", accounts.COST_OF_GOODS_SOLD, accounts.INVENTORY, 80_000),
        ("sale.delivery", till, accounts.DELIVERY_REVENUE, 10_000),
    ]
    back = recipes.sale_return(
        paid_out_of=till,
        lines=lines,
        return_reference="return:1",
        delivery_fee=Money(11_100),
        delivery_tax=Money(1_100),
    )
    # Debit and credit are the other way round; what comes back lessens the sales by an account of its own.
    assert [(one.event, one.debit, one.credit, one.amount.rupiah) for one in back] == [
        ("return:1.goods", accounts.SALES_RETURNS, till, 100_000),
        ("return:1.tax", accounts.tax_payable("ppn"), till, 12_100),
        ("return:1.cost", accounts.INVENTORY, accounts.COST_OF_GOODS_SOLD, 80_000),
        ("return:1.delivery", accounts.DELIVERY_REVENUE, till, 10_000),
    ]


def test_a_tax_that_is_no_part_of_its_price_is_refused() -> None:
    with pytest.raises(ValueError, match="no part of a price"):
        recipes.OwnStockSold(price=Money(10), cost=ZERO, tax=Money(11))
