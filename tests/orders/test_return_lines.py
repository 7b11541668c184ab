"""Parts of a sale take back exactly what the whole gave, to the rupiah."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.errors import InvalidError
from marketplace.ids import ListingId
from marketplace.orders.return_lines import plan_return, returned_part
from payments import Money, recipes

LINE = st.fixed_dictionaries(
    {
        "unit_price_rupiah": st.integers(1, 99_999),
        "quantity": st.integers(1, 30),
        "fee_basis_points": st.integers(0, 10_000),
    }
)


@settings(deadline=None)
@given(LINE, st.lists(st.integers(1, 30), max_size=10))
def test_parts_of_a_consigned_line_take_back_exactly_what_the_sale_gave(line: dict[str, int], parts: list[int]) -> None:
    row: dict[str, Any] = line | {"source": "consignment", "cancelled_quantity": 0, "returned_quantity": 0}
    price = Money(row["unit_price_rupiah"] * row["quantity"])
    whole = recipes.consignment_share(price, fee_basis_points=row["fee_basis_points"])
    fees, owed = Money(0), Money(0)
    for part in [*parts, row["quantity"]]:
        quantity = min(part, row["quantity"] - row["returned_quantity"])
        if not quantity:
            continue
        sold = returned_part(row, quantity=quantity, cost=Money(0), supplier_reference="organisation:1")
        assert isinstance(sold, recipes.ConsignmentSold)
        fees, owed = fees + sold.fee, owed + sold.price - sold.fee
        row["returned_quantity"] += quantity
    assert (fees, owed) == (whole.fee, whole.owed_to_supplier)


def test_plan_never_gives_back_more_than_came() -> None:
    row = {
        "listing_id": 1,
        "name": "Beras",
        "unit_code": "sak",
        "source": "own_stock",
        "unit_price_rupiah": 100,
        "quantity": 3,
        "cancelled_quantity": 0,
        "returned_quantity": 1,
    }
    plan = plan_return([row], None, delivery_left=Money(50), includes_delivery=False, payment_left=Money(249))
    assert (plan.goods, plan.delivery, plan.discount, plan.amount, plan.is_whole) == (
        Money(200),
        Money(50),
        Money(1),
        Money(249),
        True,
    )
    with pytest.raises(InvalidError):
        plan_return([row], None, delivery_left=Money(0), includes_delivery=False, payment_left=Money(0))
    with pytest.raises(InvalidError):
        plan_return([row], {ListingId(2): 1}, delivery_left=Money(0), includes_delivery=False, payment_left=Money(9))
