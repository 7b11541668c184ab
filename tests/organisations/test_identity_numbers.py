"""Identity and licence numbers by shape. All numbers here are made up except the published examples of decrees."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.formats.errors import FormatError
from marketplace.organisations.identity_numbers import (
    LABELS,
    PARSERS,
    IdentityKind,
    format_npwp,
    is_halal_usual,
    mask_nik,
    mask_number,
    number_expires_on,
    parse_identity_number,
    pirt_expires_on,
)


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("nik", "3275010101900001", "3275010101900001"),
        ("nik", "3275 0101 0190 0001", "3275010101900001"),
        ("nik", "32.75.01.410190.0001", "3275014101900001"),
        ("nik", "3275017112050002", "3275017112050002"),
        ("nik", "3275012902000001", "3275012902000001"),
        ("cooperative_nik", "1602080120002", "1602080120002"),
        ("cooperative_nik", "0102080120002", "0102080120002"),
        ("nib", "1905250093184", "1905250093184"),
        ("nib", "0105 2500 93184", "0105250093184"),
        ("npwp", "09.254.294.3-407.000", "0092542943407000"),
        ("npwp", "092542943407000", "0092542943407000"),
        ("npwp", "0092542943407000", "0092542943407000"),
        ("npwp", "3275010101900001", "3275010101900001"),
        ("nitku", "0092542943407000000001", "0092542943407000000001"),
        ("nitku", "0092542943407000 000001", "0092542943407000000001"),
        ("ahu", "AHU-0018900.AH.01.29.TAHUN 2025", "AHU-0018900.AH.01.29.TAHUN 2025"),
        ("ahu", "ahu-0018900.ah.01.29.tahun 2025", "AHU-0018900.AH.01.29.TAHUN 2025"),
        ("ahu", "AHU-0018900.AH.01.29. Tahun 2025", "AHU-0018900.AH.01.29.TAHUN 2025"),
        ("pirt", "P-IRT 3063306010072-19", "P-IRT 3063306010072-19"),
        ("pirt", "3063306010072-19", "P-IRT 3063306010072-19"),
        ("pirt", "pirt no. 306330601007219", "P-IRT 3063306010072-19"),
        ("bpom", "MD 235602169254", "MD 235602169254"),
        ("bpom", "BPOM RI MD 235602169254", "MD 235602169254"),
        ("bpom", "ml235602169254123", "ML 235602169254123"),
        ("bpom", "NA18200100001", "NA 18200100001"),
        ("bpom", "TR123456789", "TR 123456789"),
        ("halal", "ID32110000123456789", "ID32110000123456789"),
        ("halal", "id 3211 0000 1234 5678 9", "ID32110000123456789"),
        ("halal", "ID32110000123456", "ID32110000123456"),
    ],
)
def test_usual_spelling_gives_the_one_number(kind: IdentityKind, text: str, number: str) -> None:
    assert parse_identity_number(kind, text) == number
    assert parse_identity_number(kind, number) == number


@pytest.mark.parametrize(
    ("kind", "text", "beginning"),
    [
        ("nik", "", "NIK (KTP) terdiri dari 16 digit"),
        ("nik", "327501010190000", "NIK (KTP) terdiri dari 16 digit"),
        ("nik", "32750101019000011", "NIK (KTP) terdiri dari 16 digit"),
        ("nik", "3275O10101900001", "NIK (KTP) terdiri dari 16 digit"),
        ("nik", "\u0663275010101900001", "NIK (KTP) terdiri dari 16 digit"),
        ("nik", "1602080120002", "Ini 13 digit"),
        ("nik", "0275010101900001", "NIK (KTP) ini tidak mungkin"),
        ("nik", "3275010101900000", "NIK (KTP) ini tidak mungkin"),
        ("nik", "3275013201900001", "NIK (KTP) ini tidak mungkin"),
        ("nik", "3275010113900001", "NIK (KTP) ini tidak mungkin"),
        ("nik", "3275014001900001", "NIK (KTP) ini tidak mungkin"),
        ("nik", "3275013002900001", "NIK (KTP) ini tidak mungkin"),
        ("nik", "3200010101900001", "NIK (KTP) ini tidak mungkin"),
        ("cooperative_nik", "3275010101900001", "Ini 16 digit"),
        ("cooperative_nik", "160208012000", "NIK Koperasi terdiri dari 13"),
        ("nib", "190525009318", "NIB terdiri dari 13"),
        ("nib", "19052500931845", "NIB terdiri dari 13"),
        ("npwp", "09.254.294.3-407", "NPWP terdiri dari 15"),
        ("npwp", "9999999999999999", "NPWP 16 digit yang tidak diawali 0"),
        ("nitku", "0092542943407000", "NITKU terdiri dari 22"),
        ("nitku", "9999999999999999000001", "NPWP 16 digit yang tidak diawali 0"),
        ("ahu", "AHU-18900.AH.01.29.TAHUN 2025", "Nomor SK badan hukum"),
        ("ahu", "AHU-0018900.AH.02.29.TAHUN 2025", "Nomor SK badan hukum"),
        ("ahu", "AHU-0099999.AH.01.29", "Nomor SK badan hukum"),
        ("pirt", "306330601007", "Nomor P-IRT terdiri dari 15"),
        ("pirt", "P-IRT 3063306010072", "Nomor P-IRT terdiri dari 15"),
        ("bpom", "235602169254", "Nomor izin edar BPOM"),
        ("bpom", "MD 23560216925", "Nomor izin edar BPOM"),
        ("bpom", "MD 2356021692541234", "Nomor izin edar BPOM"),
        ("bpom", "XX 235602169254", "Nomor izin edar BPOM"),
        ("halal", "ID3211", "Nomor sertifikat halal"),
        ("halal", "32110000123456789", "Nomor sertifikat halal"),
        ("halal", "KH00123456789", "Ini nomor ketetapan halal"),
        ("halal", "ID" + "1" * 100, "Nomor sertifikat halal"),
    ],
)
def test_wrong_shape_is_refused_with_a_sentence(kind: IdentityKind, text: str, beginning: str) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_identity_number(kind, text)
    assert refusal.value.message.startswith(beginning)
    assert not text or text not in str(refusal.value)


@given(st.sampled_from(sorted(PARSERS)), st.text(max_size=80))
def test_any_text_is_normalised_or_refused(kind: IdentityKind, text: str) -> None:
    with contextlib.suppress(FormatError):
        number = parse_identity_number(kind, text)
        assert parse_identity_number(kind, number) == number


def test_every_kind_has_a_label_and_the_two_niks_are_told_apart() -> None:
    assert set(LABELS) == set(PARSERS)
    assert LABELS["nik"] == "NIK (KTP)"
    assert LABELS["cooperative_nik"] == "NIK Koperasi"


def test_pirt_ends_with_the_year_in_its_last_digits() -> None:
    assert pirt_expires_on("P-IRT 3063306010072-19") == date(2019, 12, 31)
    assert number_expires_on("pirt", "P-IRT 3063306010072-30") == date(2030, 12, 31)
    assert number_expires_on("halal", "ID32110000123456789") is None


def test_halal_number_of_another_length_is_unusual() -> None:
    assert is_halal_usual("ID32110000123456789")
    assert not is_halal_usual("ID32110000123456")


def test_masked_numbers_hide_the_middle() -> None:
    assert mask_nik("3275010101900001") == "3275********0001"
    assert mask_number("1602080120002") == "1602*****0002"
    assert mask_number("12345") == "***45"
    assert mask_number("1") == "1"


def test_npwp_is_shown_in_its_old_form_where_there_is_one() -> None:
    assert format_npwp("0092542943407000") == "09.254.294.3-407.000"
    assert format_npwp("3275010101900001") == "3275010101900001"
