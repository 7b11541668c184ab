"""Opening hours: read, written, and whether a store is open."""

from datetime import UTC, datetime

import pytest

from marketplace.formats.errors import FormatError
from marketplace.stores.hours import Spell, format_day, is_open, parse_day

MONDAY = 1


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("08.00-16.00", "08.00-16.00"),
        ("8-17", "08.00-17.00"),
        ("13:00 - 17:30, 8.00 s/d 12.00", "08.00-12.00, 13.00-17.30"),
        ("00.00-24.00", "00.00-24.00"),
        ("tutup", ""),
        ("", ""),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, written: str) -> None:
    """And written in one way."""
    assert format_day(parse_day(text, MONDAY), MONDAY) == written


@pytest.mark.parametrize("text", ["pagi", "17-8", "8-12, 11-15", "8.75-9", "8-25", "8", "1-2,3-4,5-6,7-8,9-10"])
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    """With a sentence."""
    with pytest.raises(FormatError):
        parse_day(text, MONDAY)


def test_store_is_open_on_its_own_clock() -> None:
    """08.00 in Bekasi is 01.00 UTC, 10.00 in Jayapura; the closing minute is closed; Monday is not Sunday."""
    hours = [Spell(weekday=MONDAY, opens_minute=8 * 60, closes_minute=16 * 60)]
    day = datetime(2025, 7, 21, tzinfo=UTC)
    assert is_open(hours, day.replace(hour=1), "Asia/Jakarta")
    assert not is_open(hours, day.replace(hour=0, minute=59), "Asia/Jakarta")
    assert not is_open(hours, day.replace(hour=9), "Asia/Jakarta")
    assert is_open(hours, day.replace(hour=0, minute=59), "Asia/Jayapura")
    assert not is_open(hours, datetime(2025, 7, 20, 3, tzinfo=UTC), "Asia/Jakarta")
