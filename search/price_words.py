"""Prices that people write into the search box: "beras dibawah 70rb", "10rb-25rb keripik", "nasi box 15rb".

Only what is unmistakably a price is taken (a limit word or a range, and rb, ribu, k, jt, juta or at least 500 rupiah);
everything else stays in the text. A price alone means about that much. Reading prices in forms is left to the caller.
"""

import re
from decimal import Decimal

import msgspec

_AMOUNT = r"(?:rp\.?\s?)?(\d{1,3}(?:\.\d{3})+|\d{1,9}(?:,\d{1,3})?)\s?(rb|ribu|rebu|k|jt|juta)?(?:,-)?(?![\w])"
_BELOW = re.compile(
    r"(?:\bdi\s?bawah|\bmaks(?:imal|imum)?\.?|\bmax\.?|\bkurang dari|\bpaling mahal|\bbudget|<=?)\s*" + _AMOUNT
)
_ABOVE = re.compile(r"(?:\bdi\s?atas|\bminimal|\bminimum|\blebih dari|\bpaling murah|>=?)\s*" + _AMOUNT)
_BETWEEN = re.compile(
    r"(?<![\w])" + _AMOUNT.replace("(?![\\w])", "") + r"\s*(?:-|\u2013|sampai|s/d|hingga)\s*" + _AMOUNT
)
_MEASURE = r"(?:gr?|gram|ml|mg|cc|kg|kilo|l|ltr|liter|cm|m|pcs|watt|mah)\b"
# Alone, a number is a price by its unit, its "Rp", its thousands (12.000) or a word before it; "1.000 ml" is none.
_ABOUT = re.compile(
    r"(?<![\w.,-])(?:(?P<word>se?harga|harganya|sekitar|kisaran)\s+)?(?P<rp>rp\.?\s?)?"
    r"(?P<digits>\d{1,3}(?:\.\d{3})+|\d{1,9}(?:,\d{1,3})?)"
    r"(?:(?P<short>k)|\s?(?P<unit>rb|ribu|rebu|jt|juta))?(?P<an>\s?an)?(?:,-)?(?![\w])(?!\s*" + _MEASURE + ")"
)
_ABOUT_LOWEST, _ABOUT_HIGHEST = Decimal("0.75"), Decimal("1.25")
_FACTORS = {
    "rb": 1_000,
    "ribu": 1_000,
    "rebu": 1_000,
    "k": 1_000,
    "jt": 1_000_000,
    "juta": 1_000_000,
}
_SMALLEST_BARE_PRICE_RUPIAH = 500
_LARGEST_PRICE_RUPIAH = 10**12


class PriceWords(msgspec.Struct, frozen=True):
    """What is left of the text, and the limits found in it (whole rupiah, both inclusive).

    `about` is the price as it was typed where it was a price alone: the limits then lie a quarter around it, and should
    be given up rather than find nothing.
    """

    text: str
    min_rupiah: int | None = None
    max_rupiah: int | None = None
    about: str = ""


def _rupiah(digits: str, unit: str | None) -> int | None:
    amount = Decimal(digits.replace(".", "").replace(",", "."))
    if unit is None and amount < _SMALLEST_BARE_PRICE_RUPIAH:
        return None
    rupiah = int(amount * _FACTORS.get(unit or "", 1))
    return rupiah if rupiah <= _LARGEST_PRICE_RUPIAH else None


def read_price_words(text: str) -> PriceWords:
    """Take the price limits out of `text`.

    A range counts only where at least its upper end has a unit ("10-25rb"); its lower end then shares that unit.
    """
    lowered = text.lower()
    between = _BETWEEN.search(lowered)
    if between is not None:
        low_digits, low_unit, high_digits, high_unit = between.groups()
        low, high = (
            _rupiah(low_digits, low_unit or high_unit),
            _rupiah(high_digits, high_unit),
        )
        if high_unit is not None and low is not None and high is not None and low <= high:
            return PriceWords(f"{lowered[: between.start()]} {lowered[between.end() :]}", low, high)
    limits: list[int | None] = []
    for pattern in (_ABOVE, _BELOW):
        found = pattern.search(lowered)
        rupiah = None if found is None else _rupiah(found.group(1), found.group(2))
        if found is not None and rupiah is not None:
            lowered = f"{lowered[: found.start()]} {lowered[found.end() :]}"
        limits.append(rupiah)
    low, high = limits
    return _about(lowered) if low is None and high is None else PriceWords(lowered, low, high)


def _about(lowered: str) -> PriceWords:
    for found in _ABOUT.finditer(lowered):
        unit = "k" if found["short"] else found["unit"]
        is_price = any(found[name] for name in ("word", "rp", "short", "unit", "an")) or "." in found["digits"]
        rupiah = _rupiah(found["digits"], unit) if is_price else None
        if rupiah:
            text = f"{lowered[: found.start()]} {lowered[found.end() :]}"
            low, high = int(rupiah * _ABOUT_LOWEST), int(rupiah * _ABOUT_HIGHEST)
            return PriceWords(text, low, high, about=found[0].strip())
    return PriceWords(lowered)
