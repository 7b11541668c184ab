"""Amounts as people type them: exact tables, then properties over every amount."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.formats.errors import FormatError
from marketplace.formats.rupiah import (
    MAX_RUPIAH,
    format_rupiah,
    parse_rupiah,
    terbilang,
)

NBSP = "\u00a0"
amounts = st.integers(min_value=0, max_value=MAX_RUPIAH)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("7", 7),
        ("12500", 12_500),
        ("12.500", 12_500),
        ("1.234.567", 1_234_567),
        ("12.500,00", 12_500),
        ("12500,00", 12_500),
        ("12500,0", 12_500),
        ("Rp12.500", 12_500),
        ("Rp 12.500", 12_500),
        (f"Rp{NBSP}12.500", 12_500),
        ("Rp\u202f12.500", 12_500),
        ("rp. 12.500", 12_500),
        ("Rp.12500", 12_500),
        ("RP12.500,-", 12_500),
        ("Rp12.500,--", 12_500),
        ("12.500,-", 12_500),
        ("12.500 rupiah", 12_500),
        ("IDR 12500", 12_500),
        ("  12.500  ", 12_500),
        ("\uff11\uff12\uff15\uff10\uff10", 12_500),
        ("12rb", 12_000),
        ("12 rb", 12_000),
        ("12RB", 12_000),
        ("12k", 12_000),
        ("12 ribu", 12_000),
        ("12,5rb", 12_500),
        ("12.5rb", 12_500),
        ("12,75 rb", 12_750),
        ("1,5jt", 1_500_000),
        ("1.5 jt", 1_500_000),
        ("1,25 juta", 1_250_000),
        ("1jt 500rb", 1_500_000),
        ("1jt500rb", 1_500_000),
        ("2 juta 50 ribu 250", 2_050_250),
        ("1,2 miliar", 1_200_000_000),
        ("1M", 1_000_000_000),
        ("seribu", 1_000),
        ("goceng", 5_000),
        ("Goceng", 5_000),
        ("ceban", 10_000),
        ("gopek", 500),
        ("noceng", 2_000),
        ("noban", 20_000),
        ("goban", 50_000),
        ("setengah juta", 500_000),
        ("sejuta", 1_000_000),
        ("Rp sejuta", 1_000_000),
        ("999.999.999.999", MAX_RUPIAH),
    ],
)
def test_usual_spelling_is_read_exactly(text: str, amount: int) -> None:
    assert parse_rupiah(text) == amount


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("", "Isi jumlah"),
        ("   ", "Isi jumlah"),
        (NBSP, "Isi jumlah"),
        ("dua belas", "Jumlah rupiah tidak terbaca"),
        ("Rp", "Jumlah rupiah tidak terbaca"),
        ("abc", "Jumlah rupiah tidak terbaca"),
        ("1e9", "Jumlah rupiah tidak terbaca"),
        ("0x10", "Jumlah rupiah tidak terbaca"),
        ("+5000", "Jumlah rupiah tidak terbaca"),
        ("5 000", "Jumlah rupiah tidak terbaca"),
        ("12..500", "Jumlah rupiah tidak terbaca"),
        ("1.2.3", "Jumlah rupiah tidak terbaca"),
        ("1.50.000", "Jumlah rupiah tidak terbaca"),
        ("1,234,567", "Jumlah rupiah tidak terbaca"),
        ("500rb 1jt", "Jumlah rupiah tidak terbaca"),
        ("5rb 5rb", "Jumlah rupiah tidak terbaca"),
        ("12 xyz", "Jumlah rupiah tidak terbaca"),
        ("\u0661\u0662\u0663", "Jumlah rupiah tidak terbaca"),
        ("12.500; drop table", "Jumlah rupiah tidak terbaca"),
        ("9" * 200, "Jumlah rupiah tidak terbaca"),
        ("12,5", "Jumlah rupiah harus bulat"),
        ("12.5", "Jumlah rupiah harus bulat"),
        ("12,50", "Jumlah rupiah harus bulat"),
        ("12.500,50", "Jumlah rupiah harus bulat"),
        ("0,0005rb", "Jumlah rupiah harus bulat"),
        ("12,500", "Jumlah ini bisa dibaca dua cara"),
        ("1.500rb", "Jumlah ini bisa dibaca dua cara"),
        ("1,500rb", "Jumlah ini bisa dibaca dua cara"),
        ("-12.500", "Jumlah rupiah tidak boleh negatif"),
        ("Rp -12.500", "Jumlah rupiah tidak boleh negatif"),
        ("\u221212500", "Jumlah rupiah tidak boleh negatif"),
        ("1.000.000.000.000", "Jumlah rupiah terlalu besar"),
        ("1000M", "Jumlah rupiah terlalu besar"),
    ],
)
def test_unclear_amount_is_refused_with_a_sentence(text: str, beginning: str) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_rupiah(text)
    assert refusal.value.message.startswith(beginning)


@given(amounts)
def test_every_amount_survives_being_shown_and_read(amount: int) -> None:
    assert parse_rupiah(format_rupiah(amount)) == amount
    assert parse_rupiah(str(amount)) == amount


@given(st.text(max_size=60))
def test_any_text_is_read_as_whole_rupiah_or_refused(text: str) -> None:
    with contextlib.suppress(FormatError):
        amount = parse_rupiah(text)
        assert 0 <= amount <= MAX_RUPIAH


@given(st.text(alphabet="0123456789.,rbjtk mRp-", max_size=20))
def test_text_near_an_amount_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(FormatError):
        assert 0 <= parse_rupiah(text) <= MAX_RUPIAH


def test_amount_is_shown_with_dots_and_a_space_that_does_not_break() -> None:
    assert format_rupiah(12_500) == f"Rp{NBSP}12.500"
    assert format_rupiah(0) == f"Rp{NBSP}0"
    assert format_rupiah(1_234_567_890) == f"Rp{NBSP}1.234.567.890"
    assert format_rupiah(-12_500) == f"-Rp{NBSP}12.500"
    assert format_rupiah(12_500, "en") == f"Rp{NBSP}12,500"


def test_receipt_spells_the_amount_in_words() -> None:
    assert terbilang(12_500) == "Dua belas ribu lima ratus rupiah"
    assert terbilang(1_000_000) == "Satu juta rupiah"
    assert terbilang(1_100) == "Seribu seratus rupiah"
    assert terbilang(0) == "Nol rupiah"
