"""Quantities and units of the market."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.formats.errors import FormatError
from marketplace.formats.quantity import (
    MAX_QUANTITY,
    UNITS,
    find_unit,
    format_quantity,
    get_unit,
    parse_quantity,
)


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("1", "kg", 1_000),
        ("2,5 kg", "kg", 2_500),
        ("2.5kg", "kg", 2_500),
        ("2,5", "kg", 2_500),
        ("1.500", "kg", 1_500_000),
        ("1.500,25 kg", "kg", 1_500_250),
        ("1.500", "pcs", 1_500),
        ("0,125", "kg", 125),
        ("5 ons", "kg", 500),
        ("250 gr", "kg", 250),
        ("setengah kg", "kg", 500),
        ("seperempat", "kg", 250),
        ("½ kg", "kg", 500),
        ("1½ kg", "kg", 1_500),
        ("1 1/2 kg", "kg", 1_500),
        ("¾", "kg", 750),
        ("2 kw", "kg", 200_000),
        ("1 ton", "kuintal", 1_000_000),
        ("1,5 liter", "l", 1_500),
        ("600 ml", "l", 600),
        ("2 lusin", "pcs", 24),
        ("1 kodi", "pcs", 20),
        ("1 gros", "lusin", 144),
        ("3 pcs", "lusin", 3),
        ("2,5 m", "m", 2_500),
        ("40 dus", "dus", 40),
        ("3 karton", "dus", 3),
        ("5 Bks.", "bungkus", 5),
        ("10 zak", "sak", 10),
    ],
)
def test_quantity_is_read_in_base_units(text: str, unit: str, amount: int) -> None:
    assert parse_quantity(text, get_unit(unit)) == amount


@pytest.mark.parametrize(
    ("text", "unit", "beginning"),
    [
        ("", "kg", "Isi jumlah"),
        ("kg", "kg", "Jumlah tidak terbaca"),
        ("dua", "kg", "Jumlah tidak terbaca"),
        ("2,5,5", "kg", "Jumlah tidak terbaca"),
        ("1 2 kg", "kg", "Jumlah tidak terbaca"),
        ("1" * 60, "kg", "Jumlah tidak terbaca"),
        ("-1", "kg", "Jumlah tidak boleh negatif"),
        ("\u22122", "kg", "Jumlah tidak boleh negatif"),
        ("0", "kg", "Jumlah harus lebih dari nol"),
        ("0,0005", "kg", "Jumlah ini terlalu kecil"),
        ("1/3 kg", "kg", "Jumlah ini terlalu kecil"),
        ("2,5", "pcs", "Jumlah ini terlalu kecil"),
        ("0,5 dus", "dus", "Jumlah ini terlalu kecil"),
        ("99999999", "ton", "Jumlah terlalu besar"),
        ("1 foo", "kg", "Satuan tidak dikenal"),
        ("1 liter", "kg", "Satuan ini tidak cocok"),
        ("1 sak", "dus", "Satuan ini tidak cocok"),
    ],
)
def test_unclear_quantity_is_refused_with_a_sentence(text: str, unit: str, beginning: str) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_quantity(text, get_unit(unit))
    assert refusal.value.message.startswith(beginning)
    assert "{" not in str(refusal.value)


def test_zero_is_read_where_it_is_allowed() -> None:
    assert parse_quantity("0", get_unit("kg"), allow_zero=True) == 0


@pytest.mark.parametrize(
    ("code", "factor"),
    [
        ("g", 1), ("ons", 100), ("kg", 1_000), ("kuintal", 100_000), ("ton", 1_000_000),
        ("ml", 1), ("l", 1_000), ("pcs", 1), ("lusin", 12), ("kodi", 20), ("gros", 144), ("dus", 1), ("sak", 1),
    ],
)  # fmt: skip
def test_unit_holds_its_base_units(code: str, factor: int) -> None:
    assert get_unit(code).factor == factor


def test_codes_are_unique_and_every_spelling_finds_its_unit() -> None:
    assert len({unit.code for unit in UNITS}) == len(UNITS)
    for unit in UNITS:
        assert unit.english
        for spelling in (unit.code, unit.name, *unit.spellings):
            assert find_unit(spelling.upper()) is unit
    assert find_unit("hektare") is None
    with pytest.raises(FormatError):
        get_unit("hektare")


def test_quantity_is_shown_in_its_unit() -> None:
    assert format_quantity(2_500, get_unit("kg")) == "2,5 kg"
    assert format_quantity(1_000, get_unit("kg")) == "1 kg"
    assert format_quantity(1_500_000, get_unit("kg")) == "1.500 kg"
    assert format_quantity(1_234_567, get_unit("kg"), "en") == "1,234.567 kg"
    assert format_quantity(24, get_unit("lusin")) == "2 lusin"
    assert format_quantity(13, get_unit("lusin")) == "1 lusin 1 pcs"
    assert format_quantity(5, get_unit("lusin")) == "5 pcs"
    assert format_quantity(3, get_unit("dus")) == "3 dus"
    assert format_quantity(-2_500, get_unit("kg")) == "-2,5 kg"
    assert format_quantity(0, get_unit("kg")) == "0 kg"


@given(
    st.sampled_from([unit for unit in UNITS if unit.factor == 1 or 1_000_000 % unit.factor == 0]),
    st.data(),
)
def test_every_shown_quantity_is_read_back(unit: object, data: st.DataObject) -> None:
    chosen = next(known for known in UNITS if known is unit)
    amount = data.draw(st.integers(min_value=1, max_value=MAX_QUANTITY))
    shown = format_quantity(amount, chosen)
    # "1,125 kg" is read as written: a comma never groups thousands.
    assert parse_quantity(shown, chosen) == amount


@given(st.text(max_size=60))
def test_any_text_is_a_quantity_or_refused(text: str) -> None:
    with contextlib.suppress(FormatError):
        assert 0 < parse_quantity(text, get_unit("kg")) <= MAX_QUANTITY
