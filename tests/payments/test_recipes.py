"""The recipes: exact to the rupiah, whatever is sold."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import AccountKey, Money, Transfer
from payments.ledger.accounts import (
    CASH_OVER_SHORT,
    CONSIGNMENT_FEE_REVENUE,
    COST_OF_GOODS_SOLD,
    DELIVERY_REVENUE,
    GOODS_REVENUE,
    INVENTORY,
    INVENTORY_LOSS,
    OPENING_BALANCE,
    QRIS_CLEARING,
    SAFE,
    SALES_RETURNS,
    Side,
    bank,
    buyer_receivable,
    supplier_payable,
    till,
)
from payments.ledger.recipes import (
    ConsignmentShare,
    ConsignmentSold,
    OwnStockSold,
    SoldLine,
    consignment_share,
    float_put_in,
    goods_received,
    goods_returned_to_supplier,
    inventory_lost,
    opened_with,
    receivable_paid,
    sale,
    sale_return,
    supplier_paid,
    till_counted,
    till_dropped,
)

TILL = till("shift:1")
KERIPIK = supplier_payable("organisation:5")
BATIK = supplier_payable("organisation:6")

PRICES = st.integers(min_value=0, max_value=10**9).map(Money)
OWN_LINES = st.builds(OwnStockSold, price=PRICES, cost=PRICES)


@st.composite
def consigned_lines(draw: st.DrawFn) -> ConsignmentSold:
    price = draw(PRICES)
    share = consignment_share(price, fee_basis_points=draw(st.integers(min_value=0, max_value=10_000)))
    supplier = draw(st.sampled_from(["organisation:5", "organisation:6", "organisation:7"]))
    return ConsignmentSold(price=price, fee=share.fee, supplier_reference=supplier)


LINES: st.SearchStrategy[list[SoldLine]] = st.lists(st.one_of(OWN_LINES, consigned_lines()), max_size=12)


def net_debits(transfers: Sequence[Transfer]) -> dict[AccountKey, int]:
    net: dict[AccountKey, int] = {}
    for transfer in transfers:
        net[transfer.debit] = net.get(transfer.debit, 0) + transfer.amount.rupiah
        net[transfer.credit] = net.get(transfer.credit, 0) - transfer.amount.rupiah
    return {account: rupiah for account, rupiah in net.items() if rupiah}


def test_sale_of_all_kinds_of_goods_moves_exact_amounts() -> None:
    transfers = sale(
        paid_into=TILL,
        lines=[
            OwnStockSold(price=Money(62_500), cost=Money(57_500)),
            OwnStockSold(price=Money(18_000), cost=Money(16_250)),
            ConsignmentSold(price=Money(15_999), fee=Money(2_399), supplier_reference="organisation:5"),
            ConsignmentSold(price=Money(10_000), fee=Money(1_000), supplier_reference="organisation:5"),
            ConsignmentSold(price=Money(185_000), fee=Money(0), supplier_reference="organisation:6"),
        ],
        delivery_fee=Money(5_000),
    )
    assert {transfer.event: (transfer.debit, transfer.credit, transfer.amount.rupiah) for transfer in transfers} == {
        "sale.goods": (TILL, GOODS_REVENUE, 80_500),
        "sale.cost": (COST_OF_GOODS_SOLD, INVENTORY, 73_750),
        "sale.owed.organisation:5": (TILL, KERIPIK, 22_600),
        "sale.fee.organisation:5": (TILL, CONSIGNMENT_FEE_REVENUE, 3_399),
        "sale.owed.organisation:6": (TILL, BATIK, 185_000),
        "sale.delivery": (TILL, DELIVERY_REVENUE, 5_000),
    }


@given(LINES, PRICES, st.sampled_from([TILL, QRIS_CLEARING, buyer_receivable("order:1")]))
def test_sale_brings_in_exactly_prices_and_delivery(
    lines: list[SoldLine], delivery_fee: Money, paid_into: AccountKey
) -> None:
    transfers = sale(paid_into=paid_into, lines=lines, delivery_fee=delivery_fee)
    net = net_debits(transfers)

    assert net.get(paid_into, 0) == sum(line.price.rupiah for line in lines) + delivery_fee.rupiah
    assert sum(net.values()) == 0
    consigned = [line for line in lines if isinstance(line, ConsignmentSold)]
    to_suppliers_and_fee = [
        rupiah for account, rupiah in net.items() if account == CONSIGNMENT_FEE_REVENUE or account.kind == KERIPIK.kind
    ]
    assert -sum(to_suppliers_and_fee) == sum(line.price.rupiah for line in consigned)
    assert len({transfer.event for transfer in transfers}) == len(transfers) <= 3 + 2 * 3


@given(lines=LINES, delivery_fee=PRICES, is_resaleable=st.booleans())
def test_return_of_everything_leaves_only_returns_against_revenue(
    lines: list[SoldLine], delivery_fee: Money, *, is_resaleable: bool
) -> None:
    sold = sale(paid_into=TILL, lines=lines, delivery_fee=delivery_fee)
    returned = sale_return(
        paid_out_of=TILL,
        lines=lines,
        return_reference="return:1",
        delivery_fee=delivery_fee,
        is_resaleable=is_resaleable,
    )
    own = [line for line in lines if isinstance(line, OwnStockSold)]
    price, cost = sum(line.price.rupiah for line in own), sum(line.cost.rupiah for line in own)
    expected = {GOODS_REVENUE: -price, SALES_RETURNS: price}
    if not is_resaleable:
        expected |= {INVENTORY: -cost, INVENTORY_LOSS: cost}
    assert net_debits([*sold, *returned]) == {account: rupiah for account, rupiah in expected.items() if rupiah}
    assert not {transfer.event for transfer in sold} & {transfer.event for transfer in returned}


@given(PRICES, st.integers(min_value=0, max_value=10_000))
def test_consignment_shares_add_up_to_the_price(price: Money, fee_basis_points: int) -> None:
    share = consignment_share(price, fee_basis_points=fee_basis_points)
    assert share.fee + share.owed_to_supplier == price


def test_odd_rupiah_of_a_consignment_is_the_suppliers() -> None:
    assert consignment_share(Money(15_999), fee_basis_points=1_500) == ConsignmentShare(Money(2_399), Money(13_600))


@pytest.mark.parametrize("fee", [-1, 101])
def test_fee_that_is_no_part_of_the_price_refused(fee: int) -> None:
    with pytest.raises(ValueError, match="no part of a price"):
        ConsignmentSold(price=Money(100), fee=Money(fee), supplier_reference="organisation:5")


@pytest.mark.parametrize(
    ("transfers", "expected"),
    [
        (goods_received(supplier_reference="organisation:5", cost=Money(90)), (INVENTORY, KERIPIK, 90)),
        (goods_returned_to_supplier(supplier_reference="organisation:5", cost=Money(9)), (KERIPIK, INVENTORY, 9)),
        (inventory_lost(cost=Money(7)), (INVENTORY_LOSS, INVENTORY, 7)),
        (
            supplier_paid(supplier_reference="organisation:5", paid_out_of=SAFE, amount=Money(50)),
            (KERIPIK, SAFE, 50),
        ),
        (float_put_in(till=TILL, amount=Money(300)), (TILL, SAFE, 300)),
        (till_dropped(till=TILL, amount=Money(200)), (SAFE, TILL, 200)),
        (
            receivable_paid(receivable=buyer_receivable("order:1"), paid_into=TILL, amount=Money(4)),
            (TILL, buyer_receivable("order:1"), 4),
        ),
        (till_counted(till=TILL, expected=Money(100), counted=Money(99)), (CASH_OVER_SHORT, TILL, 1)),
        (till_counted(till=TILL, expected=Money(100), counted=Money(105)), (TILL, CASH_OVER_SHORT, 5)),
        (opened_with(account=bank("bjb"), amount=Money(6)), (bank("bjb"), OPENING_BALANCE, 6)),
        (opened_with(account=KERIPIK, amount=Money(6), side=Side.CREDIT), (OPENING_BALANCE, KERIPIK, 6)),
    ],
)
def test_recipe_makes_one_transfer_the_right_way_round(
    transfers: tuple[Transfer, ...], expected: tuple[AccountKey, AccountKey, int]
) -> None:
    assert [(transfer.debit, transfer.credit, transfer.amount.rupiah) for transfer in transfers] == [expected]


def test_recipes_of_nothing_make_no_transfer() -> None:
    assert sale(paid_into=TILL, lines=[]) == ()
    assert till_counted(till=TILL, expected=Money(100), counted=Money(100)) == ()
    assert till_dropped(till=TILL, amount=Money(0)) == ()


def test_recipe_of_a_negative_amount_refused() -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        goods_received(supplier_reference="organisation:5", cost=Money(-1))
    with pytest.raises(ValueError, match="less than nothing"):
        till_counted(till=TILL, expected=Money(0), counted=Money(-1))
