"""Larger units of a product in text: "2 dus 3 bungkus" to counts of units, and 27 bungkus to "2 dus 3 bungkus".

Inside, every quantity is whole units of the product's own kind; a pack is a convenience at the edges. What a pack may
be used for, and whether its factor moved meanwhile, is judged in ``catalog``.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from marketplace.formats.errors import FormatError
from marketplace.formats.quantity import find_unit, get_unit
from marketplace.formats.typed import plain_text

_EMPTY: Final = "Isi jumlah, misalnya 12."
_UNREADABLE: Final = "Isi bilangan bulat, misalnya 12."
_NEGATIVE: Final = "Jumlah tidak boleh negatif."
_TWICE: Final = "Satuan {unit} tertulis dua kali."
_LONGEST: Final = 60
# No comma between the parts: "2,5 dus" is not 2 and 5 dus.
_PART: Final = re.compile(
    r"([0-9]{1,9}|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)\s*(?:([a-z]+)\.?)?(?:\s*(?:\+|\bdan\b)\s*|\s+|$)"
)


class Pack(msgspec.Struct, frozen=True):
    """One larger unit of a product: 1 `unit_code` holds `factor` of the product's own unit."""

    unit_code: str
    factor: int


def packs_of(rows: Iterable[Any] | None) -> tuple[Pack, ...]:
    """Packs from JSON of the database or from structs, the largest first."""
    packs = [
        Pack(row["unit_code"], row["factor"]) if isinstance(row, dict) else Pack(row.unit_code, row.factor)
        for row in rows or ()
    ]
    return tuple(sorted(packs, key=lambda pack: (-pack.factor, pack.unit_code)))


def split_packs(quantity: int, unit_code: str, packs: Iterable[Pack]) -> list[tuple[int, str]]:
    """How a quantity is counted out, the largest units first: 27 bungkus of 12 a dus is 2 dus and 3 bungkus."""
    counted: list[tuple[int, str]] = []
    rest = quantity
    for pack in sorted(packs, key=lambda pack: -pack.factor):
        many, rest = divmod(rest, pack.factor)
        if many:
            counted.append((many, pack.unit_code))
    return [*counted, (rest, unit_code)] if rest else counted


def packs_text(quantity: int, unit_code: str, packs: Iterable[Pack], language: str = "id") -> str:
    """Like "2 dus 3 bungkus"; empty where no larger unit is full."""
    counted = split_packs(quantity, unit_code, packs)
    if not counted or counted[0][1] == unit_code:
        return ""
    separator = "," if language == "en" else "."
    return " ".join(f"{many:,}".replace(",", separator) + f" {get_unit(code).name}" for many, code in counted)


def packs_in_brackets(quantity: int, unit_code: str, packs: Iterable[Pack], language: str = "id") -> str:
    """Like " (2 dus 3 bungkus)", to stand after the quantity; empty where no larger unit is full."""
    text = packs_text(quantity, unit_code, packs, language)
    return f" ({text})" if text else ""


def parse_packs(text: str, unit_code: str) -> list[tuple[int, str]]:
    """Counts of units from "24", "2 dus", "2 dus 3 bungkus" or "2 dus + 3"; a count alone is in the own unit.

    Whether the product has these units is for the caller. Raises ``FormatError`` with an Indonesian sentence.
    """
    cleaned = plain_text(text, longest=_LONGEST)
    if not cleaned:
        raise FormatError(_EMPTY)
    if cleaned.startswith(("-", "\u2212", "\u2013")):
        raise FormatError(_NEGATIVE)
    counted: list[tuple[int, str]] = []
    at = 0
    while at < len(cleaned):
        match = _PART.match(cleaned, at)
        if match is None or len(cleaned) > _LONGEST:
            raise FormatError(_UNREADABLE)
        unit = find_unit(match[2]) if match[2] else None
        code = unit.code if unit else match[2] or unit_code
        if any(code == known for _, known in counted):
            raise FormatError(_TWICE, unit=code)
        counted.append((int(match[1].replace(".", "")), code))
        at = match.end()
    return counted


class UnitOption(msgspec.Struct, frozen=True, kw_only=True):
    """A unit to choose in a form; its value carries the factor that is shown: "dus:12"."""

    value: str
    text: str


def unit_option(pack: Pack, unit_code: str, language: str = "id") -> UnitOption:
    """Offer a unit: "dus (12 bungkus)", or the product's own unit by its name alone."""
    name = get_unit(pack.unit_code).name
    inside = f" ({pack.factor:,} {get_unit(unit_code).name})" if pack.factor > 1 else ""
    inside = inside if language == "en" else inside.replace(",", ".")
    return UnitOption(value=f"{pack.unit_code}:{pack.factor}", text=name + inside)


def read_unit_option(text: str) -> tuple[str | None, int | None]:
    """Unit and factor from what a `UnitOption` posts; (None, None) where nothing was chosen."""
    for code, factor in read_packs(text).items():
        return code, factor
    return None, None


def write_packs(packs: Iterable[Pack]) -> str:
    """The packs as a page posts them back, so that a factor that moved meanwhile is noticed: "dus:12 renteng:6"."""
    return " ".join(f"{pack.unit_code}:{pack.factor}" for pack in packs)


def read_packs(text: str) -> dict[str, int]:
    """Factors by unit from what `write_packs` wrote; what it cannot have written is left out."""
    found = {}
    for part in text[:400].split():
        code, _, factor = part.partition(":")
        if code and factor.isascii() and factor.isdecimal() and len(factor) <= 9:  # noqa: PLR2004 - no factor is longer
            found[code] = int(factor)
    return found
