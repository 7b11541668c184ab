"""Odd and hostile input, the same for every reader: what looks like a digit is one, or is refused."""

import pytest

from marketplace.formats.dates import parse_date
from marketplace.formats.errors import FormatError
from marketplace.formats.packs import parse_packs
from marketplace.formats.phone import parse_phone
from marketplace.formats.quantity import get_unit, parse_quantity
from marketplace.formats.rupiah import parse_rupiah
from marketplace.formats.typed import plain_text

KG = get_unit("kg")


def test_full_width_odd_spaces_and_invisible_marks_are_read_as_they_look() -> None:
    assert parse_rupiah("\uff11\uff12\uff0e\uff15\uff10\uff10") == 12_500
    assert parse_rupiah("12\u200b.500\u200e") == 12_500
    assert parse_quantity("\uff12,\uff15\u00a0kg", KG) == 2_500
    assert parse_packs("\uff12\u202fdus", "bungkus") == [(2, "dus")]
    # As a telephone copies a number out of a contact.
    assert parse_phone("\u202a+62 812\u20113456\u20117890\u202c") == "+6281234567890"
    assert parse_date("\u200e\uff12\uff11/07/2025").isoformat() == "2025-07-21"


@pytest.mark.parametrize("text", ["5\u00b2", "\u00b2", "\u2460\u2461", "5\u2082", "\u0661\u0662", "\u0967\u0968"])
def test_digits_that_are_more_or_of_another_script_are_refused(text: str) -> None:
    for read in (parse_rupiah, lambda typed: parse_quantity(typed, KG), lambda typed: parse_packs(typed, "dus")):
        with pytest.raises(FormatError):
            read(text)


def test_text_is_cut_one_letter_after_the_longest_so_that_it_is_refused() -> None:
    assert plain_text("9" * 100, longest=40) == "9" * 41
    assert plain_text(" A\u00a0 b ", longest=40) == "a b"
    assert plain_text("\u200b" * 30 + "12", longest=40) == "12"


@pytest.mark.parametrize(
    ("text", "amount"), [("3rb 500", 3_500), ("3rb500", 3_500), ("1jt 500.000", 1_500_000), ("1jt 050.000", 1_050_000)]
)
def test_rest_of_an_amount_with_all_its_digits_is_read(text: str, amount: int) -> None:
    assert parse_rupiah(text) == amount


@pytest.mark.parametrize(
    "text", ["1jt 500", "1jt500", "3rb5", "3rb 50", "1,5jt 500rb", "1,5jt 500", "0.500", "Rp 0.500"]
)
def test_amount_that_is_said_of_two_sums_is_refused(text: str) -> None:
    with pytest.raises(FormatError, match="dua cara"):
        parse_rupiah(text)


def test_half_of_a_kilo_is_not_five_hundred() -> None:
    assert parse_quantity("0.500", KG) == 500
    assert parse_quantity("0.250 kg", KG) == 250
    assert parse_quantity("2.500 g", KG) == 2_500
    assert parse_quantity("1\u215b", KG) == 1_125
    with pytest.raises(FormatError):
        parse_packs("0.500 dus", "bungkus")
