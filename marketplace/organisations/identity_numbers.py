"""Identity and licence numbers of people, organisations and goods, judged by their shape.

A right shape does not prove that an office issued the number: that is for whoever verifies the organisation. Every
reader returns the one normalised spelling, or raises ``FormatError`` with an Indonesian sentence that never repeats
what was typed. Numbers are strings, because leading zeros count.

The first six digits of a NIK name the place of first registration, not the home, so nothing here derives a region
from it. Sealing and fingerprints are left to ``marketplace.sealing``.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from marketplace.formats.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

IdentityKind = Literal["nik", "cooperative_nik", "nib", "npwp", "nitku", "ahu", "pirt", "bpom", "halal"]

LABELS: Final[Mapping[IdentityKind, str]] = {
    "nik": "NIK (KTP)",
    "cooperative_nik": "NIK Koperasi",
    "nib": "NIB",
    "npwp": "NPWP",
    "nitku": "NITKU",
    "ahu": "SK Badan Hukum (AHU)",
    "pirt": "P-IRT",
    "bpom": "Izin edar BPOM",
    "halal": "Sertifikat halal",
}
"""What people call each number. "NIK" alone is never shown: the citizen's and the cooperative's differ."""

_NIK_IS_16 = "NIK (KTP) terdiri dari 16 digit angka, sesuai yang tertulis di KTP."
_NIK_IS_NOT_13 = "Ini 13 digit: tampaknya NIK Koperasi. NIK (KTP) terdiri dari 16 digit angka."
_NIK_WRONG = "NIK (KTP) ini tidak mungkin benar. Periksa lagi angka di KTP."
_COOPERATIVE_NIK_IS_13 = "NIK Koperasi terdiri dari 13 digit angka."
_COOPERATIVE_NIK_IS_NOT_16 = "Ini 16 digit: tampaknya NIK (KTP). NIK Koperasi terdiri dari 13 digit angka."
_NIB_IS_13 = "NIB terdiri dari 13 digit angka."
_NPWP_IS_16 = "NPWP terdiri dari 15 digit (format lama) atau 16 digit angka."
_NPWP_NIK_WRONG = "NPWP 16 digit yang tidak diawali 0 adalah NIK (KTP), tetapi angka ini bukan NIK yang mungkin."
_NITKU_IS_22 = "NITKU terdiri dari 22 digit angka: NPWP 16 digit dan 6 digit nomor tempat usaha."
_AHU = "Nomor SK badan hukum ditulis seperti AHU-0018900.AH.01.29.TAHUN 2025."
_PIRT = "Nomor P-IRT terdiri dari 15 digit angka, ditulis seperti P-IRT 1234567890123-45."
_BPOM = "Nomor izin edar BPOM diawali MD, ML, NA atau TR, lalu angka, misalnya MD 123456789012."
_HALAL = "Nomor sertifikat halal diawali ID lalu 14 sampai 18 digit angka, misalnya ID12345678901234567."
_HALAL_IS_NOT_KH = "Ini nomor ketetapan halal (KH). Isi nomor sertifikat yang diawali ID."

_MAX_TEXT_LENGTH = 60
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015/]")
_AHU_SHAPE = re.compile(r"AHU-?([0-9]{7})AH01([0-9]{2})TAHUN([0-9]{4})")
_PIRT_SHAPE = re.compile(r"(?:PIRT)?(?:NO)?([0-9]{13})([0-9]{2})")
_BPOM_SHAPE = re.compile(r"(?:BPOM)?(?:RI)?(MD|ML|NA|TR)([0-9]+)")
_HALAL_SHAPE = re.compile(r"ID([0-9]{14,18})")
_HALAL_USUAL_DIGITS: Final = 17
# Length of the digits after the prefix. MD and ML were 12 digits and have grown since 2022; NA (cosmetics) and TR
# (traditional medicine) are shorter.
_BPOM_DIGITS: Final = {"MD": (12, 15), "ML": (12, 15), "NA": (11, 13), "TR": (9, 12)}

_NIK_DIGITS: Final = 16
_COOPERATIVE_NIK_DIGITS: Final = 13
_NIB_DIGITS: Final = 13
_OLD_NPWP_DIGITS: Final = 15
_NPWP_DIGITS: Final = 16
_NITKU_DIGITS: Final = 22
_DAY_OFFSET_OF_WOMEN: Final = 40


def parse_nik(text: str) -> str:
    """Sixteen digits of a citizen's NIK (KTP): region, date of birth (a woman's day + 40), serial."""
    digits = _digits(text)
    if len(digits) == _COOPERATIVE_NIK_DIGITS:
        raise FormatError(_NIK_IS_NOT_13)
    if len(digits) != _NIK_DIGITS:
        raise FormatError(_NIK_IS_16)
    if not _may_be_nik(digits):
        raise FormatError(_NIK_WRONG)
    return digits


def parse_cooperative_nik(text: str) -> str:
    """Thirteen digits of a cooperative's own number (Nomor Induk Koperasi), which is not a citizen's NIK."""
    digits = _digits(text)
    if len(digits) == _NIK_DIGITS:
        raise FormatError(_COOPERATIVE_NIK_IS_NOT_16)
    return _exactly(digits, _COOPERATIVE_NIK_DIGITS, _COOPERATIVE_NIK_IS_13)


def parse_nib(text: str) -> str:
    """Thirteen digits of a business number (Nomor Induk Berusaha). No check digit is known."""
    return _exactly(_digits(text), _NIB_DIGITS, _NIB_IS_13)


def parse_npwp(text: str) -> str:
    """Sixteen digits of a taxpayer number, from sixteen or from the old fifteen (PMK 112/2022: 0 before them).

    Sixteen digits without a leading 0 are a person's NIK and must be a possible one.
    """
    digits = _digits(text)
    if len(digits) == _OLD_NPWP_DIGITS:
        return "0" + digits
    _exactly(digits, _NPWP_DIGITS, _NPWP_IS_16)
    if not digits.startswith("0") and not _may_be_nik(digits):
        raise FormatError(_NPWP_NIK_WRONG)
    return digits


def parse_nitku(text: str) -> str:
    """Twenty-two digits of a place of business: the NPWP of sixteen and the number of the place."""
    digits = _exactly(_digits(text), _NITKU_DIGITS, _NITKU_IS_22)
    parse_npwp(digits[:_NPWP_DIGITS])
    return digits


def parse_ahu(text: str) -> str:
    """Decree of legal personality, ``AHU-0018900.AH.01.29.TAHUN 2025`` (29: establishment was approved)."""
    match = _AHU_SHAPE.fullmatch(_letters_and_digits(text))
    if match is None:
        raise FormatError(_AHU)
    number, code, year = match.groups()
    return f"AHU-{number}.AH.01.{code}.TAHUN {year}"


def parse_pirt(text: str) -> str:
    """Home-industry food licence, ``P-IRT 1234567890123-45``; the last two digits are the year it ends.

    Only length and shape are judged: published descriptions of the inner digits contradict each other. Source:
    Peraturan BPOM 22/2018.
    """
    match = _PIRT_SHAPE.fullmatch(_letters_and_digits(text))
    if match is None:
        raise FormatError(_PIRT)
    return f"P-IRT {match[1]}-{match[2]}"


def pirt_expires_on(number: str) -> date:
    """Last day on which a normalised P-IRT may still be valid: the end of the year in its last two digits."""
    return date(2000 + int(number[-2:]), 12, 31)


def parse_bpom(text: str) -> str:
    """Marketing licence of BPOM, ``MD 123456789012``: MD and ML food, NA cosmetics, TR traditional medicine."""
    match = _BPOM_SHAPE.fullmatch(_letters_and_digits(text))
    if match is None:
        raise FormatError(_BPOM)
    prefix, digits = match.groups()
    fewest, most = _BPOM_DIGITS[prefix]
    if not fewest <= len(digits) <= most:
        raise FormatError(_BPOM)
    return f"{prefix} {digits}"


def parse_halal(text: str) -> str:
    """Halal certificate, ``ID`` and 14 to 18 digits. It does not expire while the composition stays the same."""
    kept = _letters_and_digits(text)
    if kept.startswith("KH"):
        raise FormatError(_HALAL_IS_NOT_KH)
    match = _HALAL_SHAPE.fullmatch(kept)
    if match is None:
        raise FormatError(_HALAL)
    return f"ID{match[1]}"


def is_halal_usual(number: str) -> bool:
    """Whether a normalised halal number has the usual 17 digits; others are accepted with a warning."""
    return len(number) == len("ID") + _HALAL_USUAL_DIGITS


PARSERS: Final[Mapping[IdentityKind, Callable[[str], str]]] = {
    "nik": parse_nik,
    "cooperative_nik": parse_cooperative_nik,
    "nib": parse_nib,
    "npwp": parse_npwp,
    "nitku": parse_nitku,
    "ahu": parse_ahu,
    "pirt": parse_pirt,
    "bpom": parse_bpom,
    "halal": parse_halal,
}


def parse_identity_number(kind: IdentityKind, text: str) -> str:
    """Read a number of the given kind into its normalised spelling. Raises ``FormatError``."""
    return PARSERS[kind](text)


def number_expires_on(kind: IdentityKind, number: str) -> date | None:
    """Give the last valid day that a normalised number carries in itself, or None (most carry none)."""
    return pirt_expires_on(number) if kind == "pirt" else None


def mask_nik(nik: str) -> str:
    """Show a NIK as ``3275********0001``: recognisable to its holder, useless to others."""
    return mask_number(nik)


def mask_number(number: str) -> str:
    """Keep the first and last four characters of a long number; shorter than 12 keeps only the last two."""
    if len(number) < 12:  # noqa: PLR2004 - said in the docstring
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def format_npwp(npwp: str) -> str:
    """Show a normalised NPWP as ``09.254.294.3-407.000`` where the old form exists, otherwise as it is."""
    if len(npwp) != _NPWP_DIGITS or not npwp.startswith("0"):
        return npwp
    old = npwp[1:]
    return f"{old[:2]}.{old[2:5]}.{old[5:8]}.{old[8]}-{old[9:12]}.{old[12:]}"


def _may_be_nik(digits: str) -> bool:
    if digits.startswith("0") or digits.endswith("0000") or digits[2:4] == "00" or digits[4:6] == "00":
        return False
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    if day > _DAY_OFFSET_OF_WOMEN:
        day -= _DAY_OFFSET_OF_WOMEN
    return any(_is_day(century + year, month, day) for century in (1900, 2000))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _exactly(digits: str, count: int, message: str) -> str:
    if len(digits) != count:
        raise FormatError(message)
    return digits


def _digits(text: str) -> str:
    """Digits without separators, or nothing when anything else was typed."""
    kept = _letters_and_digits(text)
    return kept if kept.isdecimal() and kept.isascii() else ""


def _letters_and_digits(text: str) -> str:
    shown = unicodedata.normalize("NFKC", text[: _MAX_TEXT_LENGTH + 1]).upper()
    return "" if len(shown) > _MAX_TEXT_LENGTH else _SEPARATORS.sub("", shown)
