"""Units of the Indonesian market, and quantities in text to and from whole base units.

Base units are gram, millilitre, millimetre and piece, so every quantity is an integer. Units of packing (dus, sak,
ikat) hold a different amount for each product: here they count themselves, and what is inside is left to the
product's conversions in ``catalog``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from marketplace.formats.errors import FormatError
from marketplace.formats.typed import plain_text

UnitKind = Literal["mass", "volume", "length", "count", "package"]

MAX_QUANTITY: Final = 1_000_000_000
"""The largest quantity that is read, in base units: a thousand tonnes, or a milliard pieces."""

_EMPTY = "Isi jumlah, misalnya 2 atau 2,5 kg."
_UNREADABLE = "Jumlah tidak terbaca. Tulis dengan angka, misalnya 2 atau 2,5 kg."
_NEGATIVE = "Jumlah tidak boleh negatif."
_ZERO = "Jumlah harus lebih dari nol."
_TOO_LARGE = "Jumlah terlalu besar."
_TOO_FINE = "Jumlah ini terlalu kecil pecahannya untuk satuan {unit}."
_UNKNOWN_UNIT = "Satuan tidak dikenal. Pilih satuan dari daftar."
_OTHER_KIND = "Satuan ini tidak cocok. Barang ini dihitung dalam {unit}."


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of trade. ``factor`` is how many base units of its kind one of it holds (1 for packing)."""

    code: str
    name: str
    english: str
    kind: UnitKind
    factor: int = 1
    spellings: tuple[str, ...] = ()
    """Other ways people write it, lower case. The first is the abbreviation shown in lists."""

    @property
    def abbreviation(self) -> str:
        """Short form for lists and labels."""
        return self.spellings[0] if self.spellings else self.name


UNITS: Final = (
    Unit("kg", "kilogram", "kilogram", "mass", 1_000, ("kg", "kilo", "kgs", "kgr")),
    Unit("g", "gram", "gram", "mass", 1, ("g", "gr", "gram", "grm")),
    Unit("ons", "ons", "hectogram (ons)", "mass", 100, ("ons",)),  # 100 g in trade, not an ounce
    Unit(
        "kuintal",
        "kuintal",
        "quintal (100 kg)",
        "mass",
        100_000,
        ("kuintal", "kw", "kwintal"),
    ),
    Unit("ton", "ton", "tonne", "mass", 1_000_000, ("ton",)),
    Unit("l", "liter", "litre", "volume", 1_000, ("l", "lt", "ltr", "litre")),
    Unit("ml", "mililiter", "millilitre", "volume", 1, ("ml", "cc")),
    Unit("m", "meter", "metre", "length", 1_000, ("m", "mtr")),
    Unit("cm", "sentimeter", "centimetre", "length", 10, ("cm", "senti")),
    Unit("mm", "milimeter", "millimetre", "length", 1, ("mm",)),
    Unit("pcs", "buah", "piece", "count", 1, ("pcs", "pc", "biji", "bh", "unit")),
    Unit("lusin", "lusin", "dozen", "count", 12, ("lusin", "lsn", "losin")),
    Unit("kodi", "kodi", "score (20)", "count", 20, ("kodi",)),
    Unit("gros", "gros", "gross (144)", "count", 144, ("gros", "gross", "grs")),
    Unit("bungkus", "bungkus", "packet", "package", 1, ("bks", "bgks")),
    Unit("pak", "pak", "pack", "package", 1, ("pak", "pack", "pk")),
    Unit("dus", "dus", "carton", "package", 1, ("dus", "karton", "ctn", "dos")),
    Unit("kotak", "kotak", "box", "package", 1, ("ktk",)),
    Unit("botol", "botol", "bottle", "package", 1, ("btl",)),
    Unit("jerigen", "jeriken", "jerrycan", "package", 1, ("jerigen", "jrg", "dirigen")),
    Unit("kaleng", "kaleng", "tin", "package", 1, ("klg",)),
    Unit("sachet", "saset", "sachet", "package", 1, ("sachet", "sct")),
    Unit("renteng", "renteng", "strip of sachets", "package", 1, ("rtg", "renceng")),
    Unit("ikat", "ikat", "bunch", "package", 1, ("ikat", "iket")),
    Unit("sisir", "sisir", "hand (bananas)", "package", 1, ("sisir",)),
    Unit("butir", "butir", "egg or grain", "package", 1, ("btr",)),
    Unit("ekor", "ekor", "head (animal)", "package", 1, ("ekor",)),
    Unit("papan", "papan", "slab", "package", 1, ("papan",)),
    Unit("tray", "tray", "tray", "package", 1, ("tray", "peti")),
    Unit("sak", "sak", "sack", "package", 1, ("sak", "zak")),
    Unit("karung", "karung", "large sack", "package", 1, ("krg",)),
    Unit("tabung", "tabung", "cylinder", "package", 1, ("tbg",)),
    Unit("galon", "galon", "gallon bottle", "package", 1, ("gln",)),
    Unit("porsi", "porsi", "portion", "package", 1, ("porsi", "prs")),
    Unit("loyang", "loyang", "baking tin", "package", 1, ("loyang",)),
    Unit("toples", "toples", "jar", "package", 1, ("tpls", "stoples")),
    Unit("set", "set", "set", "package", 1, ("set",)),
    Unit("paket", "paket", "package", "package", 1, ("pkt",)),
    Unit("lembar", "lembar", "sheet", "package", 1, ("lbr", "helai")),
    Unit("pasang", "pasang", "pair", "package", 1, ("psg",)),
    Unit("hari", "hari", "day", "package", 1, ("hari",)),
)


def _by_spelling() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for unit in UNITS:
        for spelling in (unit.code, unit.name, *unit.spellings):
            if found.setdefault(spelling, unit) is not unit:
                message = f"{spelling} names two units"
                raise ValueError(message)
    return found


_BY_SPELLING: Final = _by_spelling()
_BY_CODE: Final = {unit.code: unit for unit in UNITS}
_BASE_CODES: Final[dict[UnitKind, str]] = {
    "mass": "g",
    "volume": "ml",
    "length": "mm",
    "count": "pcs",
}

_MAX_TEXT_LENGTH = 40
_QUANTITY = re.compile(r"(.*?[0-9\u2044]|setengah|seperempat)\s*([a-z]*)\.?")
_VULGAR_FRACTION = re.compile("[\u00bc-\u00be\u2150-\u215e]")
# No number begins with a group of noughts: "0.500" is half.
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_NUMBER = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,6}))?")
_MIXED = re.compile(r"(?:([0-9]{1,6})\s+)?([1-9])[/\u2044]([2-9])")
_WORDS: Final = {"setengah": Fraction(1, 2), "seperempat": Fraction(1, 4)}


def find_unit(text: str) -> Unit | None:
    """Return the unit that a code, name or abbreviation stands for ("kg", "Kilo", "bks"), or None."""
    return _BY_SPELLING.get(text.strip().rstrip(".").casefold())


def get_unit(code: str) -> Unit:
    """Return the unit with this code. Raises ``FormatError`` when there is none."""
    unit = _BY_CODE.get(code)
    if unit is None:
        raise FormatError(_UNKNOWN_UNIT)
    return unit


def parse_quantity(text: str, unit: Unit, *, allow_zero: bool = False) -> int:
    """Whole base units of ``unit``'s kind from "1", "2,5", "2,5 kg", "setengah kg" or "½ kg".

    ``unit`` applies when none is typed; another unit of the same kind may be typed ("5 ons" where kg is sold). A dot
    before exactly three digits groups thousands, as in prices. Raises ``FormatError`` with an Indonesian sentence.
    """
    # NFKC turns "1½" into "11" over "2": keep the whole number apart from its fraction.
    apart = _VULGAR_FRACTION.sub(r" \g<0>", text[: _MAX_TEXT_LENGTH + 1])
    cleaned = plain_text(apart, longest=_MAX_TEXT_LENGTH)
    if not cleaned:
        raise FormatError(_EMPTY)
    if cleaned.startswith(("-", "\u2212", "\u2013")):
        raise FormatError(_NEGATIVE)
    match = _QUANTITY.fullmatch(cleaned)
    if match is None or len(cleaned) > _MAX_TEXT_LENGTH:
        raise FormatError(_UNREADABLE)
    typed = _typed_unit(match[2], unit)
    amount = _number(match[1].strip()) * typed.factor
    if amount.denominator != 1:
        raise FormatError(_TOO_FINE, unit=typed.name)
    if amount == 0 and not allow_zero:
        raise FormatError(_ZERO)
    if amount > MAX_QUANTITY:
        raise FormatError(_TOO_LARGE)
    return amount.numerator


def _typed_unit(text: str, expected: Unit) -> Unit:
    if not text:
        return expected
    typed = find_unit(text)
    if typed is None:
        raise FormatError(_UNKNOWN_UNIT)
    if typed.kind != expected.kind or (typed.kind == "package" and typed is not expected):
        raise FormatError(_OTHER_KIND, unit=expected.name)
    return typed


def _number(text: str) -> Fraction:
    if text in _WORDS:
        return _WORDS[text]
    if mixed := _MIXED.fullmatch(text):
        return int(mixed[1] or 0) + Fraction(int(mixed[2]), int(mixed[3]))
    grouped = _GROUPED.match(text)
    if grouped is not None and text[grouped.end() : grouped.end() + 1] in {"", ","}:
        text = text.replace(".", "")
    number = _NUMBER.fullmatch(text)
    if number is None:
        raise FormatError(_UNREADABLE)
    decimals = number[2] or ""
    return Fraction(int(number[1] + decimals), 10 ** len(decimals))


def format_quantity(amount: int, unit: Unit, language: str = "id") -> str:
    """Like "2,5 kg" from whole base units; what does not divide evenly is shown in two units ("1 lusin 1 pcs")."""
    whole, rest = divmod(abs(amount), unit.factor)
    sign = "-" if amount < 0 else ""
    if rest and 1_000_000 % unit.factor:
        base = _BY_CODE[_BASE_CODES[unit.kind]]
        shown = f"{_grouped(whole, language)} {unit.abbreviation} " if whole else ""
        return f"{sign}{shown}{_grouped(rest, language)} {base.abbreviation}"
    decimals = f"{rest * 1_000_000 // unit.factor:06}".rstrip("0") if rest else ""
    point = ("." if language == "en" else ",") if decimals else ""
    return f"{sign}{_grouped(whole, language)}{point}{decimals} {unit.abbreviation}"


def unit_name(code: str, language: str) -> str:
    """Short name of a unit, such as "sak" or "kg"."""
    unit = get_unit(code)
    return unit.english if language == "en" and not unit.spellings else unit.abbreviation


def _grouped(number: int, language: str) -> str:
    digits = f"{number:,}"
    return digits if language == "en" else digits.replace(",", ".")
