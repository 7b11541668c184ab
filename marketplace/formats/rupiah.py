"""Reads and writes amounts of rupiah as people type and expect them.

Reading is strict: what could mean two amounts is refused with a sentence, because a wrongly read price costs money.
``lokal.parse_rupiah`` guesses more ("12,5" becomes a fraction, number words are read), so only ``terbilang`` is
taken from it. Adding, comparing and splitting amounts is left to ``payments.money``.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from marketplace.formats.errors import FormatError
from marketplace.formats.typed import plain_text

MAX_RUPIAH: Final = 999_999_999_999
"""The largest amount that is read: just under one trillion, far above any sale of a village cooperative."""

NO_BREAK_SPACE: Final = "\u00a0"

_MAX_TEXT_LENGTH = 40

_EMPTY = "Isi jumlah rupiah, misalnya 12.500."
_UNREADABLE = "Jumlah rupiah tidak terbaca. Tulis dengan angka, misalnya 12.500 atau 12,5rb."
_NEGATIVE = "Jumlah rupiah tidak boleh negatif."
_FRACTION = "Jumlah rupiah harus bulat, tanpa pecahan. Untuk ribuan tulis 12.500 atau 12,5rb."
_AMBIGUOUS = "Jumlah ini bisa dibaca dua cara. Tulis lengkap dengan titik ribuan, misalnya 12.500."
_TOO_LARGE = "Jumlah rupiah terlalu besar. Paling banyak Rp 999.999.999.999."

_SCALES: Final = {
    "rb": 1_000,
    "rbu": 1_000,
    "ribu": 1_000,
    "k": 1_000,
    "jt": 1_000_000,
    "juta": 1_000_000,
    "m": 1_000_000_000,  # Indonesian usage: "M" is miliar, never million
    "miliar": 1_000_000_000,
    "milyar": 1_000_000_000,
}

# Whole amounts said in one word; the slang comes from Hokkien and is heard in every market of Greater Jakarta.
_WORDS: Final = {
    "cepek": 100,
    "seratus": 100,
    "gopek": 500,
    "seribu": 1_000,
    "seceng": 1_000,
    "noceng": 2_000,
    "goceng": 5_000,
    "ceban": 10_000,
    "noban": 20_000,
    "goban": 50_000,
    "cepekceng": 100_000,
    "setengah juta": 500_000,
    "sejuta": 1_000_000,
    "semiliar": 1_000_000_000,
    "semilyar": 1_000_000_000,
}

_PREFIX = re.compile(r"^(?:rp|idr)(?:\.(?=\s*[0-9])|:)?\s*")
_SUFFIX = re.compile(r"(?:\s*rupiah|,-{1,2}|\.-)$")
_PART = re.compile(r"\s*([0-9][0-9.,]*)\s*([a-z]*)")
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_DECIMAL = re.compile(r"([0-9]+)[.,]([0-9]+)")
_GROUP_LENGTH = 3


def parse_rupiah(text: str) -> int:
    """Whole rupiah from what a person typed.

    Reads ``12.500``, ``12500``, ``12rb``, ``12,5rb``, ``1,5jt``, ``1jt 500rb``, ``sejuta``, ``goceng``,
    ``Rp12.500,-``, ``Rp 12.500`` (any kind of space) and ``12.500,00``.

    Raises ``FormatError`` with an Indonesian sentence for nothing, number words, fractions of a rupiah, negative or
    ambiguous amounts (``12,500``, ``1jt 500``) and amounts above ``MAX_RUPIAH``.
    """
    cleaned = plain_text(text, longest=_MAX_TEXT_LENGTH)
    if not cleaned:
        raise FormatError(_EMPTY)
    if len(cleaned) > _MAX_TEXT_LENGTH:
        raise FormatError(_UNREADABLE)
    if cleaned.startswith(("-", "\u2212", "\u2013")) or re.match(r"(?:rp|idr)\.?\s*[-\u2212\u2013]", cleaned):
        raise FormatError(_NEGATIVE)
    body = _SUFFIX.sub("", _PREFIX.sub("", cleaned, count=1), count=1).strip()
    amount = _WORDS.get(body)
    if amount is None:
        amount = _sum_of_parts(body)
    if amount > MAX_RUPIAH:
        raise FormatError(_TOO_LARGE)
    return amount


def _sum_of_parts(body: str) -> int:
    """Read "1jt 500rb" as the sum of its parts; each scale must be smaller than the one before it.

    A rest without a scale is read where it has all its digits ("3rb 500"): "1jt 500" is said of one and a half million
    as well. Nor does anything follow a fraction ("1,5jt 500rb").
    """
    total = Fraction(0)
    position = 0
    previous_scale: int | None = None
    while position < len(body):
        match = _PART.match(body, position)
        if match is None:
            raise FormatError(_UNREADABLE)
        number, unit = match.groups()
        scale = _SCALES.get(unit, 0) if unit else 1
        if scale == 0 or (previous_scale is not None and scale >= previous_scale):
            raise FormatError(_UNREADABLE)
        value = _number(number, has_scale=scale > 1)
        if previous_scale is not None and (
            total.denominator != 1
            or total % previous_scale
            or (scale == 1 and len(re.sub(r"[.]|,.*", "", number)) < len(str(previous_scale)) - 1)
        ):
            raise FormatError(_AMBIGUOUS)
        total += value * scale
        previous_scale = scale
        position = match.end()
    if previous_scale is None:
        raise FormatError(_UNREADABLE)
    if total.denominator != 1:
        raise FormatError(_FRACTION)
    return total.numerator


def _number(text: str, *, has_scale: bool) -> Fraction:
    if _PLAIN.fullmatch(text):
        return Fraction(int(text))
    if _GROUPED.fullmatch(text):
        # "0.500" is half of something; "1.500rb" is either 1,5 thousand or 1.500 thousand: nobody can tell.
        if has_scale or text.startswith("0."):
            raise FormatError(_AMBIGUOUS)
        return Fraction(int(text.replace(".", "")))
    whole, comma, cents = text.partition(",")
    if comma and not has_scale and cents in {"0", "00"}:
        return _number(whole, has_scale=False) if "," not in whole else _refuse()
    decimal = _DECIMAL.fullmatch(text)
    if decimal is None:
        return _fraction_or_unreadable(text)
    before, after = decimal.groups()
    if len(after) == _GROUP_LENGTH:
        raise FormatError(_AMBIGUOUS)
    if not has_scale:
        raise FormatError(_FRACTION)
    return Fraction(int(before + after), 10 ** len(after))


def _fraction_or_unreadable(text: str) -> Fraction:
    whole, comma, cents = text.partition(",")
    if comma and _GROUPED.fullmatch(whole) and _PLAIN.fullmatch(cents):
        raise FormatError(_FRACTION)
    return _refuse()


def _refuse() -> Fraction:
    raise FormatError(_UNREADABLE)


def format_rupiah(amount_rupiah: int, language: str = "id") -> str:
    """Like "Rp 12.500" with a no-break space, so that a price never breaks over two lines; English groups by comma.

    The official spelling has no space (Rp12.500); shops and people read the spaced form faster.
    """
    digits = f"{abs(amount_rupiah):,}"
    if language != "en":
        digits = digits.replace(",", ".")
    return f"{'-' if amount_rupiah < 0 else ''}Rp{NO_BREAK_SPACE}{digits}"


def terbilang(amount_rupiah: int) -> str:
    """Return the amount in Indonesian words for a receipt: "Dua belas ribu lima ratus rupiah"."""
    import lokal  # noqa: PLC0415 - see phone.py

    return lokal.terbilang(amount_rupiah, currency=True, case="sentence")
