"""What stands in a cell of a statement: amounts and dates as Indonesian banks write them. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Final, TypeAlias

Cell: TypeAlias = str | int | float | date | datetime | time

LARGEST_SEN: Final = 10**17
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari", "january"),
            ("feb", "februari", "february", "peb", "pebruari"),
            ("mar", "maret", "march"),
            ("apr", "april"),
            ("mei", "may"),
            ("jun", "juni", "june"),
            ("jul", "juli", "july"),
            ("agu", "agt", "ags", "agustus", "aug", "august"),
            ("sep", "sept", "september"),
            ("okt", "oktober", "oct", "october"),
            ("nov", "november", "nopember", "nop"),
            ("des", "desember", "dec", "december"),
        ),
        1,
    )
    for name in names
}
_CREDIT: Final = frozenset({"cr", "c", "k", "kr", "kredit", "credit", "in", "masuk"})
_DEBIT: Final = frozenset({"db", "d", "dr", "debet", "debit", "out", "keluar"})
_AMOUNT: Final = re.compile(
    r"(?P<minus>-)?(?:rp|idr)?\.?(?P<minus2>-)?(?P<digits>[0-9][0-9.,]*)(?P<minus3>-)?", re.IGNORECASE
)
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:[:.]([0-5][0-9])(?:\.[0-9]+)?)?")
_FULL_DATE: Final = re.compile(r"([0-9]{1,4})[-/. ]([0-9]{1,2}|[A-Za-z]{3,9})[-/. ]([0-9]{1,4})")
_SHORT_DATE: Final = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})")
_PACKED_DATE: Final = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_THOUSANDS: Final = 3
_CENTURY: Final = 100


def text_of(cell: Cell) -> str:
    """Return a cell as text, one line; numbers without an empty fraction, so that references stay what they are."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < LARGEST_SEN else str(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    return " ".join(str(cell).replace("\0", "").split()).removeprefix("'")


def direction_of(cell: Cell) -> int | None:
    """Return 1 for money that came in, -1 for money that went out; None where the cell says neither."""
    word = text_of(cell).strip(". ").casefold()
    return 1 if word in _CREDIT else -1 if word in _DEBIT else None


def sen_of(cell: Cell) -> int | None:
    """Return an amount in hundredths of a rupiah; None for an empty cell. "CR" and "DB" behind it give the sign.

    Raises ValueError for what is no amount.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not abs(cell) < LARGEST_SEN / 100:
            raise ValueError(cell)
        return round(cell * 100)
    written = text_of(cell)
    if written in ("", "-"):
        return None
    sign = 1
    head, _, tail = written.rpartition(" ")
    if head and (direction := direction_of(tail)) is not None:
        sign, written = direction, head
    if written.startswith("(") and written.endswith(")"):
        sign, written = -sign, written[1:-1]
    found = _AMOUNT.fullmatch(written.replace(" ", "").removeprefix("+"))
    if found is None:
        raise ValueError(cell)
    if found["minus"] or found["minus2"] or found["minus3"]:
        sign = -sign
    amount = sign * _hundredths(found["digits"])
    if abs(amount) >= LARGEST_SEN:
        raise ValueError(cell)
    return amount


def _hundredths(digits: str) -> int:
    """Read digits with separators: the last one is the decimal's unless three digits follow it, or it repeats."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return int(digits) * 100
    whole, fraction, separator = digits[:last], digits[last + 1 :], digits[last]
    has_both = "." in digits and "," in digits
    if separator in whole or (len(fraction) == _THOUSANDS and not has_both):
        whole, fraction = digits, ""
    if len(fraction) > 2:  # noqa: PLR2004 - sen have two digits
        raise ValueError(digits)
    other = "," if separator == "." else "."
    groups = re.split(r"[.,]", whole) if fraction == "" and whole == digits else whole.split(other)
    if not whole or any(len(group) != _THOUSANDS for group in groups[1:]) or not groups[0]:
        raise ValueError(digits)
    return int("".join(groups)) * 100 + int(fraction.ljust(2, "0") or "0")


def moment_of(cell: Cell, *, today: date, is_month_first: bool = False) -> tuple[date, time | None]:
    """Return the day of a cell, and the time where it has one; a day without its year is the last one not after today.

    Raises ValueError for what is no date.
    """
    if isinstance(cell, datetime):
        return cell.date(), cell.time().replace(microsecond=0) if cell.time() != time.min else None
    if isinstance(cell, date):
        return cell, None
    written = text_of(cell)
    clock = _TIME.search(written[6:]) if ":" in written else None
    at = None if clock is None else time(int(clock[1]), int(clock[2]), int(clock[3] or 0))
    day = written if clock is None else written[: 6 + clock.start()].rstrip(" T,")
    return _date_of(day, today, is_month_first=is_month_first), at


def _date_of(day: str, today: date, *, is_month_first: bool) -> date:
    if packed := _PACKED_DATE.fullmatch(day):
        return date(int(packed[1]), int(packed[2]), int(packed[3]))
    if short := _SHORT_DATE.fullmatch(day):
        found = _day(int(short[1]), int(short[2]), today.year, is_month_first=is_month_first)
        return found if found <= today else found.replace(year=today.year - 1)
    full = _FULL_DATE.fullmatch(day)
    if full is None:
        raise ValueError(day)
    if len(full[1]) == 4:  # noqa: PLR2004 - a year
        return date(int(full[1]), int(full[2]), int(full[3]))
    if full[2].isdigit():
        return _day(int(full[1]), int(full[2]), int(full[3]), is_month_first=is_month_first)
    month = _MONTHS.get(full[2].casefold())
    if month is None:
        raise ValueError(day)
    return _day(int(full[1]), month, int(full[3]))


def time_of(cell: Cell) -> time | None:
    """Return the time that a cell of its own holds; None where it holds none."""
    if isinstance(cell, datetime):
        return cell.time().replace(microsecond=0)
    if isinstance(cell, time):
        return cell.replace(microsecond=0)
    found = _TIME.match(text_of(cell))
    return None if found is None else time(int(found[1]), int(found[2]), int(found[3] or 0))


def _day(first: int, second: int, year: int, *, is_month_first: bool = False) -> date:
    if year < _CENTURY:
        year += 2000
    if is_month_first:
        first, second = second, first
    return date(year, second, first)
