"""Indonesian dates and times of day, always in the time zone of a region.

Instants are stored in UTC; a day (for a report, a shift, the financial year) is the day of the region, so its
borders come from here too. What time it is now is left to ``marketplace.clock``.

Indonesia has three zones without daylight saving time since 1988, so fixed offsets are exact and need no zone
database on the machine; the stored name is IANA's because PostgreSQL understands it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from marketplace.formats.errors import FormatError
from marketplace.formats.typed import plain_text

WIB: Final = "Asia/Jakarta"
WITA: Final = "Asia/Makassar"
WIT: Final = "Asia/Jayapura"

_ZONES: Final = {
    WIB: timezone(timedelta(hours=7), "WIB"),
    WITA: timezone(timedelta(hours=8), "WITA"),
    WIT: timezone(timedelta(hours=9), "WIT"),
}

# Keppres 41/1987: Bali, Nusa Tenggara, South, East and North Kalimantan and Sulawesi are central, Maluku and Papua
# eastern; Sumatra, Java, West and Central Kalimantan western.
_CENTRAL_PROVINCES: Final = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
_EASTERN_PROVINCES: Final = frozenset({"81", "82", "91", "92", "93", "94", "95", "96"})

_MONTHS: Final = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_WEEKDAYS: Final = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
}
_NEAR_DAYS: Final = {
    "id": {-1: "kemarin", 0: "hari ini", 1: "besok"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}

_EMPTY = "Isi tanggal, misalnya 21/07/2025."
_UNREADABLE = "Tanggal tidak terbaca. Tulis hari, bulan, tahun, misalnya 21/07/2025 atau 21 Juli 2025."
_NO_SUCH_DAY = "Tanggal ini tidak ada di kalender."

_MAX_TEXT_LENGTH = 40
_NUMERIC = re.compile(r"([0-9]{1,2})[/.\-\s]([0-9]{1,2})[/.\-\s]([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WITH_MONTH = re.compile(r"(?:[a-z']+,?\s+)?([0-9]{1,2})[\s\-]+([a-z]{3,9})\.?[\s\-]+([0-9]{4})")
_EARLIEST_YEAR = 1900
_LATEST_YEAR = 2199


def _month_numbers() -> dict[str, int]:
    numbers = {
        "agu": 8,
        "ags": 8,
        "agt": 8,
        "agst": 8,
        "nop": 11,
        "nopember": 11,
        "pebruari": 2,
        "peb": 2,
        "sept": 9,
    }
    for names in _MONTHS.values():
        for number, name in enumerate(names, start=1):
            numbers[name.lower()] = number
            numbers[name.lower()[:3]] = number
    return numbers


_MONTH_NUMBERS: Final = _month_numbers()


def time_zone_of(region_code: str) -> str:
    """Return the IANA zone of a region by the province its code starts with: Bekasi (32…) is ``Asia/Jakarta``."""
    province = region_code[:2]
    if province in _EASTERN_PROVINCES:
        return WIT
    return WITA if province in _CENTRAL_PROVINCES else WIB


def zone(time_zone: str) -> timezone:
    """Return the fixed offset of one of Indonesia's three zones. Raises ``ValueError`` for any other name."""
    found = _ZONES.get(time_zone)
    if found is None:
        message = f"not a time zone of Indonesia: {time_zone}"
        raise ValueError(message)
    return found


def local(instant: datetime, time_zone: str) -> datetime:
    """Return the same instant on the clock of the zone. Raises ``ValueError`` for an instant without a zone."""
    if instant.tzinfo is None:
        message = "an instant needs a time zone"
        raise ValueError(message)
    return instant.astimezone(zone(time_zone))


def day_of(instant: datetime, time_zone: str) -> date:
    """Return the calendar day of the region on which an instant falls: 17.30 UTC is already tomorrow in Bekasi."""
    return local(instant, time_zone).date()


def day_bounds(day: date, time_zone: str) -> tuple[datetime, datetime]:
    """First instant of the day and of the day after it, in UTC: ``start <= instant < end`` selects the day."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone(time_zone)).astimezone(UTC)
    return start, start + timedelta(days=1)


def format_date(day: date, language: str = "id") -> str:
    """Like "21 Juli 2025" ("21 July 2025")."""
    return f"{day.day} {_MONTHS[_language(language)][day.month - 1]} {day.year}"


def format_full_date(day: date, language: str = "id") -> str:
    """Like "Senin, 21 Juli 2025" ("Monday, 21 July 2025")."""
    return f"{_WEEKDAYS[_language(language)][day.weekday()]}, {format_date(day, language)}"


def format_short_date(day: date) -> str:
    """Like "21/07/25", day first in both languages: one page never shows two orders."""
    return f"{day.day:02}/{day.month:02}/{day.year % 100:02}"


def format_time(instant: datetime, time_zone: str, language: str = "id") -> str:
    """Like "09.05 WIB" with a dot ("09:05 WIB" in English)."""
    there = local(instant, time_zone)
    separator = ":" if _language(language) == "en" else "."
    return f"{there.hour:02}{separator}{there.minute:02} {there.tzname()}"


def format_instant(instant: datetime, time_zone: str, language: str = "id") -> str:
    """Like "Senin, 21 Juli 2025 pukul 09.05 WIB" ("Monday, 21 July 2025 at 09:05 WIB")."""
    at = "at" if _language(language) == "en" else "pukul"
    day = format_full_date(day_of(instant, time_zone), language)
    return f"{day} {at} {format_time(instant, time_zone, language)}"


def format_near_day(day: date, today: date, language: str = "id") -> str:
    """Like "kemarin", "hari ini", "besok" beside ``today``, otherwise the date."""
    near = _NEAR_DAYS[_language(language)].get((day - today).days)
    return format_date(day, language) if near is None else near


def parse_date(text: str) -> date:
    """Return a day from "21/07/2025" (day first), "2025-07-21" or "21 Juli 2025" (also English and short month names).

    Raises ``FormatError`` for anything else, for years of two digits (which century?) and for days that do not exist.
    """
    cleaned = plain_text(text, longest=_MAX_TEXT_LENGTH)
    if not cleaned:
        raise FormatError(_EMPTY)
    if iso := _ISO.fullmatch(cleaned):
        year, month, day = (int(part) for part in iso.groups())
    elif numeric := _NUMERIC.fullmatch(cleaned):
        day, month, year = (int(part) for part in numeric.groups())
    elif (named := _WITH_MONTH.fullmatch(cleaned)) and named[2] in _MONTH_NUMBERS:
        day, month, year = int(named[1]), _MONTH_NUMBERS[named[2]], int(named[3])
    else:
        raise FormatError(_UNREADABLE)
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        raise FormatError(_UNREADABLE)
    try:
        return date(year, month, day)
    except ValueError:
        raise FormatError(_NO_SUCH_DAY) from None


def _language(language: str) -> str:
    """Every language without a table of its own reads Indonesian."""
    return language if language in _MONTHS else "id"
