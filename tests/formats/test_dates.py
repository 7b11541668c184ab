"""Dates as people read them, and days that begin at midnight of the region."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date as babel_format_date
from hypothesis import given
from hypothesis import strategies as st
from lokal import PROVINCES

from marketplace.formats.dates import (
    WIB,
    WIT,
    WITA,
    day_bounds,
    day_of,
    format_date,
    format_full_date,
    format_instant,
    format_near_day,
    format_short_date,
    format_time,
    local,
    parse_date,
    time_zone_of,
    zone,
)
from marketplace.formats.errors import FormatError

NINE_IN_BEKASI = datetime(2025, 7, 21, 2, 5, tzinfo=UTC)
DAY = date(2025, 7, 21)


def test_instant_is_shown_on_the_clock_of_the_region() -> None:
    assert format_instant(NINE_IN_BEKASI, WIB) == "Senin, 21 Juli 2025 pukul 09.05 WIB"
    assert format_instant(NINE_IN_BEKASI, WITA) == "Senin, 21 Juli 2025 pukul 10.05 WITA"
    assert format_instant(NINE_IN_BEKASI, WIT) == "Senin, 21 Juli 2025 pukul 11.05 WIT"
    assert format_instant(NINE_IN_BEKASI, WIB, "en") == "Monday, 21 July 2025 at 09:05 WIB"


def test_parts_of_a_date_are_shown_alone() -> None:
    assert format_date(DAY) == "21 Juli 2025"
    assert format_date(DAY, "en") == "21 July 2025"
    assert format_full_date(DAY) == "Senin, 21 Juli 2025"
    assert format_short_date(DAY) == "21/07/25"
    assert format_short_date(date(2009, 1, 2)) == "02/01/09"
    assert format_time(NINE_IN_BEKASI, WIB) == "09.05 WIB"
    assert format_time(NINE_IN_BEKASI, WIB, "en") == "09:05 WIB"
    assert format_date(DAY, "su") == "21 Juli 2025"


@pytest.mark.parametrize("language", ["id", "en"])
def test_names_of_days_and_months_equal_those_of_babel(language: str) -> None:
    for offset in range(366):
        day = date(2024, 1, 1) + timedelta(days=offset)
        assert format_full_date(day, language) == babel_format_date(day, "EEEE, d MMMM y", locale=language)


def test_near_days_have_names() -> None:
    assert format_near_day(DAY, DAY) == "hari ini"
    assert format_near_day(date(2025, 7, 20), DAY) == "kemarin"
    assert format_near_day(date(2025, 7, 22), DAY) == "besok"
    assert format_near_day(date(2025, 7, 19), DAY) == "19 Juli 2025"
    assert format_near_day(date(2025, 7, 20), DAY, "en") == "yesterday"


@pytest.mark.parametrize(
    ("region_code", "time_zone"),
    [
        ("32.75.08.1003", WIB),
        ("11", WIB),
        ("31", WIB),
        ("61", WIB),
        ("62", WIB),
        ("51", WITA),
        ("53.01", WITA),
        ("63", WITA),
        ("64", WITA),
        ("65", WITA),
        ("73.71", WITA),
        ("76", WITA),
        ("81", WIT),
        ("82", WIT),
        ("91.03", WIT),
        ("96", WIT),
    ],
)
def test_region_has_the_zone_of_its_province(region_code: str, time_zone: str) -> None:
    assert time_zone_of(region_code) == time_zone


def test_all_provinces_fall_into_the_three_zones() -> None:
    zones = [time_zone_of(code) for code in PROVINCES]
    assert (zones.count(WIB), zones.count(WITA), zones.count(WIT)) == (18, 12, 8)


@pytest.mark.parametrize("time_zone", [WIB, WITA, WIT])
@given(instant=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - Hypothesis wants them bare  # noqa: DTZ001
def test_fixed_offset_equals_the_zone_database(time_zone: str, instant: datetime) -> None:
    moment = instant.replace(tzinfo=UTC)
    assert local(moment, time_zone).replace(tzinfo=None) == moment.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def test_day_begins_at_midnight_of_the_region() -> None:
    before = datetime(2025, 7, 20, 16, 59, 59, tzinfo=UTC)
    assert day_of(before, WIB) == date(2025, 7, 20)
    assert day_of(before + timedelta(seconds=1), WIB) == DAY
    assert day_of(before, WIT) == DAY
    assert day_bounds(DAY, WIB) == (
        datetime(2025, 7, 20, 17, tzinfo=UTC),
        datetime(2025, 7, 21, 17, tzinfo=UTC),
    )


@given(instant=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - Hypothesis wants them bare
def test_every_instant_lies_within_the_bounds_of_its_day(instant: datetime) -> None:
    moment = instant.replace(tzinfo=UTC)
    start, end = day_bounds(day_of(moment, WIB), WIB)
    assert start <= moment < end


def test_instant_without_zone_and_foreign_zone_are_programming_errors() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        day_of(datetime(2025, 7, 21), WIB)  # noqa: DTZ001
    with pytest.raises(ValueError, match="not a time zone of Indonesia"):
        zone("Europe/Berlin")


@pytest.mark.parametrize(
    "text",
    [
        "21/07/2025",
        "21/7/2025",
        "21-07-2025",
        "21.07.2025",
        "21 07 2025",
        "2025-07-21",
        "21 Juli 2025",
        "21 juli 2025",
        "21 Jul 2025",
        "21-Jul-2025",
        "21 July 2025",
        "Senin, 21 Juli 2025",
        "  21   Juli 2025 ",
        "21\u00a0Juli\u00a02025",
    ],
)
def test_usual_spelling_of_a_day_is_read(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("17 Agustus 1945", date(1945, 8, 17)),
        ("17 Agt 2025", date(2025, 8, 17)),
        ("1 Mei 2025", date(2025, 5, 1)),
        ("10 Nopember 2025", date(2025, 11, 10)),
        ("28 Pebruari 2025", date(2025, 2, 28)),
        ("29/02/2024", date(2024, 2, 29)),
    ],
)
def test_other_spellings_of_months_are_read(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("", "Isi tanggal"),
        ("kemarin", "Tanggal tidak terbaca"),
        ("21/07/25", "Tanggal tidak terbaca"),
        ("2025/07/21", "Tanggal tidak terbaca"),
        ("21 Foo 2025", "Tanggal tidak terbaca"),
        ("21/07/0025", "Tanggal tidak terbaca"),
        ("21/07/9999", "Tanggal tidak terbaca"),
        ("31/02/2025", "Tanggal ini tidak ada"),
        ("29/02/2025", "Tanggal ini tidak ada"),
        ("07/21/2025", "Tanggal ini tidak ada"),
        ("2025-13-01", "Tanggal ini tidak ada"),
        ("0/1/2025", "Tanggal ini tidak ada"),
    ],
)
def test_unclear_day_is_refused_with_a_sentence(text: str, beginning: str) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_date(text)
    assert refusal.value.message.startswith(beginning)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_every_shown_day_is_read_back(day: date) -> None:
    for language in ("id", "en"):
        assert parse_date(format_date(day, language)) == day
        assert parse_date(format_full_date(day, language)) == day
    assert parse_date(day.isoformat()) == day


@given(st.text(max_size=60))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    with contextlib.suppress(FormatError):
        assert parse_date(text).year >= 1900
