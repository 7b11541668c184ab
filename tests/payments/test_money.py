"""Money is exact, whole, and says no to everything that would make it less so."""

import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.money import LIMIT_RUPIAH, ZERO, Money

SMALL = st.integers(min_value=-(10**13), max_value=10**13)
AMOUNTS = st.integers(min_value=0, max_value=LIMIT_RUPIAH)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=30).filter(any)


@pytest.mark.parametrize("value", [True, False, 1.0, 12_500.5, "12500", None, Money(1)])
def test_anything_but_an_int_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="whole int"):
        Money(value)


@pytest.mark.parametrize("value", [LIMIT_RUPIAH + 1, -LIMIT_RUPIAH - 1])
def test_amount_beyond_the_limit_refused(value: int) -> None:
    with pytest.raises(ValueError, match="beyond the limit"):
        Money(value)


def test_sum_beyond_the_limit_refused() -> None:
    with pytest.raises(ValueError, match="beyond the limit"):
        Money(LIMIT_RUPIAH) + Money(1)


@pytest.mark.parametrize(
    ("operation", "other"),
    [
        (operator.add, 1),
        (operator.sub, 1),
        (operator.mul, 1.5),
        (operator.mul, True),
        (operator.mul, Money(2)),
        (operator.truediv, 2),
        (operator.floordiv, 2),
        (operator.mod, 2),
        (operator.lt, 1),
    ],
)
def test_operation_that_money_lacks_refused(operation: Any, other: Any) -> None:
    with pytest.raises(TypeError):
        operation(Money(100), other)


@pytest.mark.parametrize("conversion", [int, float, round])
def test_conversion_of_money_refused(conversion: Any) -> None:
    with pytest.raises(TypeError):
        conversion(Money(100))


def test_money_is_never_equal_to_a_number() -> None:
    number: object = 5
    assert Money(5) != number


def test_nothing_is_false_and_anything_is_true() -> None:
    assert not ZERO
    assert Money(1)
    assert Money(-1)


def test_money_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Money(5).rupiah = 6  # type: ignore[misc]


@given(SMALL, SMALL, st.integers(min_value=-50, max_value=50))
def test_arithmetic_is_that_of_whole_numbers(left: int, right: int, times: int) -> None:
    assert Money(left) + Money(right) == Money(left + right)
    assert Money(left) - Money(right) == Money(left - right)
    assert Money(left) * times == times * Money(left) == Money(left * times)
    assert -Money(left) == Money(-left)
    assert abs(Money(left)) == Money(abs(left))
    assert (Money(left) < Money(right)) == (left < right)
    assert (Money(left) >= Money(right)) == (left >= right)
    assert Money.total([Money(left), Money(right)]) == Money(left + right)


def test_total_of_nothing_is_zero() -> None:
    assert Money.total([]) == ZERO


@pytest.mark.parametrize(
    ("rupiah", "basis_points", "part"),
    [(12_500, 1_000, 1_250), (9_999, 250, 249), (1, 9_999, 0), (7, 10_000, 7), (7, 0, 0), (0, 5_000, 0)],
)
def test_percent_is_rounded_down(rupiah: int, basis_points: int, part: int) -> None:
    assert Money(rupiah).percent_floor(basis_points) == Money(part)


@given(AMOUNTS, st.integers(min_value=0, max_value=10_000))
def test_percent_is_less_than_one_rupiah_below_the_exact_part(rupiah: int, basis_points: int) -> None:
    part = Money(rupiah).percent_floor(basis_points).rupiah
    assert 0 <= rupiah * basis_points - part * 10_000 < 10_000


@pytest.mark.parametrize(("rupiah", "basis_points"), [(100, -1), (100, 10_001), (-1, 100)])
def test_percent_outside_its_range_refused(rupiah: int, basis_points: int) -> None:
    with pytest.raises(ValueError, match=r"negative|between"):
        Money(rupiah).percent_floor(basis_points)


@pytest.mark.parametrize("basis_points", [2.5, True])
def test_percent_that_is_no_int_refused(basis_points: Any) -> None:
    with pytest.raises(TypeError):
        Money(100).percent_floor(basis_points)


@pytest.mark.parametrize(
    ("rupiah", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (10, [1, 2, 3], [2, 3, 5]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 1, 0], [0, 5, 0]),
        (1, [1, 1], [1, 0]),
        (0, [3, 4], [0, 0]),
    ],
)
def test_split_gives_the_odd_rupiah_to_the_largest_remainders(
    rupiah: int, weights: list[int], parts: list[int]
) -> None:
    assert Money(rupiah).split(weights) == tuple(Money(part) for part in parts)


@given(st.integers(min_value=-LIMIT_RUPIAH, max_value=LIMIT_RUPIAH), WEIGHTS)
def test_split_adds_up_and_is_fair_to_one_rupiah(rupiah: int, weights: list[int]) -> None:
    parts = Money(rupiah).split(weights)
    whole = sum(weights)
    assert Money.total(parts) == Money(rupiah)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.rupiah * whole - rupiah * weight) < whole


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 5]])
def test_split_by_impossible_weights_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        Money(10).split(weights)


@pytest.mark.parametrize("weights", [[0.5, 0.5], [True, 1]])
def test_split_by_weights_that_are_no_ints_refused(weights: list[Any]) -> None:
    with pytest.raises(TypeError):
        Money(10).split(weights)
