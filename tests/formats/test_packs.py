"""Larger units in text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.formats.errors import FormatError
from marketplace.formats.packs import (
    Pack,
    packs_text,
    parse_packs,
    read_packs,
    read_unit_option,
    split_packs,
    unit_option,
    write_packs,
)

PACKS = (Pack("renteng", 6), Pack("dus", 12))


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("24", [(24, "bungkus")]),
        ("2 dus", [(2, "dus")]),
        ("2DUS 3 bks", [(2, "dus"), (3, "bungkus")]),
        ("2 dus + 3", [(2, "dus"), (3, "bungkus")]),
        ("1 karton dan 1 rtg", [(1, "dus"), (1, "renteng")]),
        ("1.200", [(1_200, "bungkus")]),
        ("0", [(0, "bungkus")]),
        ("2 kwt", [(2, "kwt")]),
    ],
)
def test_quantity_is_read_as_people_count(text: str, counted: list[tuple[int, str]]) -> None:
    assert parse_packs(text, "bungkus") == counted


@pytest.mark.parametrize("text", ["", "dus", "2,5 dus", "2.5 dus", "-3", "2 dus 2 dus", "٣ dus", "2 3", "x" * 100])
def test_quantity_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        parse_packs(text, "bungkus")


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (5, ""),
        (6, "1 renteng"),
        (24, "2 dus"),
        (27, "2 dus 3 bungkus"),
        (31, "2 dus 1 renteng 1 bungkus"),
        (12_000, "1.000 dus"),
    ],
)
def test_quantity_is_shown_counted_out(quantity: int, text: str) -> None:
    assert packs_text(quantity, "bungkus", PACKS) == text


@given(quantity=st.integers(0, 10**6), factors=st.sets(st.integers(2, 10**5), max_size=3))
def test_counting_out_loses_nothing(quantity: int, factors: set[int]) -> None:
    packs = [Pack(f"unit{factor}", factor) for factor in factors]
    factor_of = {"bungkus": 1} | {pack.unit_code: pack.factor for pack in packs}
    assert sum(many * factor_of[code] for many, code in split_packs(quantity, "bungkus", packs)) == quantity


def test_shown_factors_come_back_as_they_were() -> None:
    assert read_packs(write_packs(PACKS)) == {"renteng": 6, "dus": 12}
    assert read_packs("dus:x :3 dus sak:-1 " + "9" * 500) == {}
    option = unit_option(Pack("dus", 1_200), "bungkus")
    assert option.text == "dus (1.200 bungkus)"
    assert read_unit_option(option.value) == ("dus", 1_200)
    assert read_unit_option("") == (None, None)
