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
    r"(?P<minus>-)?(?:rp|idr)?\.?(?P<minus2>-)?(?P<digits>[0-9][0-9.,]*)(?P<after>[-+])?", re.IGNORECASE
)
_NO_SEN: Final = re.compile(r"[.,]\s*-{1,2}$")
_SAID_AFTER: Final = re.compile(r"(.*[0-9)+-])\s*([A-Za-z]{1,6})\.?")
_SAID_BEFORE: Final = re.compile(r"([A-Za-z]{1,6})\.?\s*([-+(0-9].*)")
_MINUSES: Final = str.maketrans("\u2212\u2013", "--")
_TIME: Final = re.compile(
    r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:[:.]([0-5][0-9])(?:\.[0-9]+)?)?(?:\s*([ap])\.?m\b)?", re.IGNORECASE
)
# A day, and behind it nothing or the time: what goes on in another way is a note.
_FULL_DATE: Final = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,2}|[A-Za-z]{3,9})\2([0-9]{1,4})(?=$|[ T,])")
_SHORT_DATE: Final = re.compile(r"([0-9]{1,2})(?:[-/]([0-9]{1,2})|[-/ ]([A-Za-z]{3,9}))(?=$|[ T,])")
_PACKED_DATE: Final = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})(?=$|[ T,])")
_GAP: Final = " T,"
_THOUSANDS: Final = 3
_SEN_DIGITS: Final = 2
_CENTURY: Final = 100
_LEAP_YEARS_APART: Final = 8
_NOON: Final = 12


class ImpossibleDate(ValueError):
    """What is written as a day but is none, such as 31/09/2026."""


def text_of(cell: Cell) -> str:
    """Return a cell as text, one line; numbers without an empty fraction, so that references stay what they are."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < LARGEST_SEN else str(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    text = " ".join(str(cell).replace("\0", "").split()).removeprefix("'")
    # How spreadsheets are told that a number is a text.
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text


def direction_of(cell: Cell) -> int | None:
    """Return 1 for money that came in, -1 for money that went out; None where the cell says neither."""
    word = text_of(cell).strip(". ").casefold()
    return 1 if word in _CREDIT else -1 if word in _DEBIT else None


def sen_of(cell: Cell) -> int | None:
    """Return an amount in hundredths of a rupiah; None for an empty cell. "CR" and "DB" beside it give the sign.

    Raises ValueError for what is no amount.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not abs(cell) < LARGEST_SEN / 100:
            raise ValueError(cell)
        return round(cell * 100)
    written, direction = _direction_in(text_of(cell).translate(_MINUSES))
    if written in ("", "-"):
        return None
    written = _NO_SEN.sub("", written)
    sign = 1
    if written.startswith("(") and written.endswith(")"):
        sign, written = -1, written[1:-1]
    found = _AMOUNT.fullmatch(written.replace(" ", "").removeprefix("+"))
    if found is None:
        raise ValueError(cell)
    if found["minus"] or found["minus2"] or found["after"] == "-":
        sign = -sign
    amount = (sign if direction is None else direction) * _hundredths(found["digits"])
    if abs(amount) >= LARGEST_SEN:
        raise ValueError(cell)
    return amount


def _direction_in(written: str) -> tuple[str, int | None]:
    """Take the word for in or out off an amount; the word counts, whatever sign stands beside it."""
    if (after := _SAID_AFTER.fullmatch(written)) and (direction := direction_of(after[2])) is not None:
        return after[1], direction
    if (before := _SAID_BEFORE.fullmatch(written)) and (direction := direction_of(before[1])) is not None:
        return before[2], direction
    return written, None


def _hundredths(digits: str) -> int:
    """Read digits with separators: three digits behind up to three others are thousands, else the last one is decimal.

    What is less than a sen must be nothing: nobody pays it.
    """
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return int(digits) * 100
    whole, fraction, separator = digits[:last], digits[last + 1 :], digits[last]
    other = "," if separator == "." else "."
    is_one_thousand = len(fraction) == _THOUSANDS and 0 < len(whole) <= _THOUSANDS and whole.strip("0") != ""
    if separator in whole or (is_one_thousand and other not in whole):
        return _whole(digits, separator) * 100
    if fraction[_SEN_DIGITS:].strip("0"):
        raise ValueError(digits)
    return _whole(whole, other) * 100 + int(fraction[:_SEN_DIGITS].ljust(_SEN_DIGITS, "0"))


def _whole(digits: str, separator: str) -> int:
    groups = digits.split(separator)
    is_grouped = len(groups) == 1 or (
        0 < len(groups[0]) <= _THOUSANDS and all(len(group) == _THOUSANDS for group in groups[1:])
    )
    if not is_grouped or not all(group.isdecimal() for group in groups):
        raise ValueError(digits)
    return int("".join(groups))


def moment_of(cell: Cell, *, today: date, is_month_first: bool = False) -> tuple[date, time | None]:
    """Return the day of a cell, and the time where it has one; a day without its year is the last one not after today.

    Raises ImpossibleDate for a day that does not exist, ValueError for what is no day at all.
    """
    if isinstance(cell, datetime):
        return cell.date(), cell.time().replace(microsecond=0) if cell.time() != time.min else None
    if isinstance(cell, date):
        return cell, None
    written = text_of(cell)
    found = _PACKED_DATE.match(written) or _FULL_DATE.match(written) or _SHORT_DATE.match(written)
    if found is None:
        raise ValueError(cell)
    rest = written[found.end() :].strip(_GAP)
    clock = _TIME.match(rest)
    if rest and clock is None:
        raise ValueError(cell)
    try:
        return _date_of(found, today, is_month_first=is_month_first), None if clock is None else _time(clock)
    except ValueError as error:
        raise ImpossibleDate(cell) from error


def _date_of(found: re.Match[str], today: date, *, is_month_first: bool) -> date:
    if found.re is _PACKED_DATE:
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found.re is _SHORT_DATE:
        return _latest(int(found[1]), found[2] or found[3], today, is_month_first=is_month_first)
    if len(found[1]) == 4:  # noqa: PLR2004 - a year
        return date(int(found[1]), _month(found[3]), int(found[4]))
    if found[3].isdecimal():
        return _day(int(found[1]), int(found[3]), int(found[4]), is_month_first=is_month_first)
    return _day(int(found[1]), _month(found[3]), int(found[4]))


def _latest(first: int, second: str, today: date, *, is_month_first: bool) -> date:
    """Return the last such day that is not after today; 29 February is not in every year."""
    for year in range(today.year, today.year - _LEAP_YEARS_APART - 1, -1):
        try:
            found = _day(first, _month(second), year, is_month_first=is_month_first and second.isdecimal())
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError(first, second)


def _month(written: str) -> int:
    if written.isdecimal():
        return int(written)
    month = _MONTHS.get(written.casefold())
    if month is None:
        raise ValueError(written)
    return month


def time_of(cell: Cell) -> time | None:
    """Return the time that a cell of its own holds; None where it holds none."""
    if isinstance(cell, datetime):
        return cell.time().replace(microsecond=0)
    if isinstance(cell, time):
        return cell.replace(microsecond=0)
    found = _TIME.match(text_of(cell))
    return None if found is None else _time(found)


def _time(found: re.Match[str]) -> time:
    hour = int(found[1])
    if found[4] and hour <= _NOON:
        hour = hour % _NOON + (_NOON if found[4].casefold() == "p" else 0)
    return time(hour, int(found[2]), int(found[3] or 0))


def _day(first: int, second: int, year: int, *, is_month_first: bool = False) -> date:
    if year < _CENTURY:
        year += 2000
    if is_month_first:
        first, second = second, first
    return date(year, second, first)
