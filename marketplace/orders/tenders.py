"""Amounts a buyer is likely to hold out, and counting a till by its notes and coins. Pure."""

from collections.abc import Mapping
from typing import Final

from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.rupiah import parse_rupiah

# Notes and coins in circulation that a till holds, in rupiah.
DENOMINATIONS: Final = (100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100)
_ROUND_TO: Final = (5_000, 10_000, 20_000, 50_000, 100_000)
_MOST_PIECES: Final = 100_000


def likely_tenders(total_rupiah: int) -> list[int]:
    """The exact amount first, then the next sums of notes, ascending, at most five in all."""
    rounded = {-(-total_rupiah // step) * step for step in _ROUND_TO} - {total_rupiah}
    return [total_rupiah, *sorted(rounded)[:4]]


def read_amount(fields: Mapping[str, object], name: str) -> int:
    """Rupiah typed into a field of a form.

    Raises:
        InvalidError: what was typed is no amount, beside that field.

    """
    try:
        return parse_rupiah(str(fields.get(name, "")))
    except FormatError as error:
        raise InvalidError(fields={name: (error.message, error.facts)}) from error


def read_count(fields: Mapping[str, object]) -> int:
    """Cash counted at the end of a shift: by pieces (`pieces_50000`) or as one amount (`counted_rupiah`).

    Raises:
        InvalidError: neither was given, one cannot be read, or both were given and differ.

    """
    errors: dict[str, str | tuple[str, dict[str, object]]] = {}
    total, is_by_pieces = 0, False
    for value in DENOMINATIONS:
        name = f"pieces_{value}"
        text = str(fields.get(name, "")).strip()
        if not text:
            continue
        if not text.isascii() or not text.isdigit() or len(text) > len(str(_MOST_PIECES)) or int(text) > _MOST_PIECES:
            errors[name] = "Tulis jumlah lembar atau keping dengan angka."
            continue
        total, is_by_pieces = total + int(text) * value, True
    if errors:
        raise InvalidError(fields=errors)
    if not is_by_pieces:
        return read_amount(fields, "counted_rupiah")
    if str(fields.get("counted_rupiah", "")).strip() and read_amount(fields, "counted_rupiah") != total:
        message = "Jumlah ini berbeda dari hitungan lembarnya. Kosongkan salah satu."
        raise InvalidError(fields={"counted_rupiah": message})
    return total
