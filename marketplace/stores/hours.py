"""Opening hours of a store, in its own time zone; pure. A day may have several spells; none means closed."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from marketplace.formats.dates import local
from marketplace.formats.errors import FormatError

DAY_MINUTES: Final = 24 * 60
WEEKDAY_LABELS: Final = {
    1: "Senin",
    2: "Selasa",
    3: "Rabu",
    4: "Kamis",
    5: "Jumat",
    6: "Sabtu",
    7: "Minggu",
}
_MOST_SPELLS: Final = 4
_SPELL: Final = re.compile(
    r"([0-9]{1,2})(?:[.:]([0-9]{2}))?\s*(?:-|\u2013|s/d|sampai)\s*([0-9]{1,2})(?:[.:]([0-9]{2}))?"
)
_CLOSED: Final = ("", "-", "tutup", "libur", "closed")

_UNREADABLE = "Tulis jam buka seperti 08.00-16.00, atau dua kali: 08.00-12.00, 13.00-17.00. Kosongkan bila tutup."
_BACKWARDS = "Jam tutup harus sesudah jam buka."
_OVERLAP = "Jam buka pada hari yang sama tidak boleh bertumpuk."


class Spell(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One spell of opening on a weekday (ISO: Monday is 1), in minutes since midnight; 1440 is the day's end."""

    weekday: int
    opens_minute: int
    closes_minute: int


def is_open(hours: Sequence[Spell], instant: datetime, time_zone: str) -> bool:
    """Whether the store is open at an instant, on the clock of its zone; the closing minute is closed."""
    there = local(instant, time_zone)
    minute = there.hour * 60 + there.minute
    return any(
        spell.weekday == there.isoweekday() and spell.opens_minute <= minute < spell.closes_minute for spell in hours
    )


def parse_day(text: str, weekday: int) -> list[Spell]:
    """Read "08.00-12.00, 13.00-17.00", "8-17" or "tutup". Raises FormatError."""
    if text.strip().lower() in _CLOSED:
        return []
    spells: list[Spell] = []
    for part in text.split(","):
        match = _SPELL.fullmatch(part.strip().lower())
        if match is None or len(spells) == _MOST_SPELLS:
            raise FormatError(_UNREADABLE)
        opens, closes = _minutes(match[1], match[2]), _minutes(match[3], match[4])
        if closes <= opens:
            raise FormatError(_BACKWARDS)
        if any(opens < other.closes_minute and other.opens_minute < closes for other in spells):
            raise FormatError(_OVERLAP)
        spells.append(Spell(weekday=weekday, opens_minute=opens, closes_minute=closes))
    return sorted(spells)


def _minutes(hour: str, minute: str | None) -> int:
    total = int(hour) * 60 + int(minute or 0)
    if total > DAY_MINUTES or int(minute or 0) >= 60:  # noqa: PLR2004 - minutes of an hour
        raise FormatError(_UNREADABLE)
    return total


def format_day(hours: Sequence[Spell], weekday: int) -> str:
    """Write a day's spells as they are typed: "08.00-12.00, 13.00-17.00"; empty when closed."""
    return ", ".join(
        f"{clock_text(spell.opens_minute)}-{clock_text(spell.closes_minute)}"
        for spell in sorted(hours)
        if spell.weekday == weekday
    )


def clock_text(minute: int) -> str:
    """Write minutes since midnight as "08.00"."""
    return f"{minute // 60:02}.{minute % 60:02}"
