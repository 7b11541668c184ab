"""The days that a report is asked for: read from text, kept within bounds, the usual ones where none is named."""

from datetime import date
from typing import Final

import msgspec

from marketplace import clock
from marketplace.errors import InvalidError
from marketplace.formats.dates import day_of, parse_date
from marketplace.formats.errors import FormatError

EARLIEST: Final = date(2000, 1, 1)
LONGEST_DAYS: Final = 732


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The days from `since` through `through`, both within."""

    since: date
    through: date


def report_days(since_text: str | None, through_text: str | None, *, time_zone: str) -> Span:
    """Days of a report: this month until today where nothing was asked; the month of the last day where that was.

    Raises:
        InvalidError: not a day, one before 2000 or after today, a span backwards or longer than two years.

    """
    today = day_of(clock.now(), time_zone)
    problems: dict[str, str | tuple[str, dict[str, object]]] = {}
    through = _read("through", through_text, default=today, problems=problems)
    if through > today:
        problems["through"] = "Hari itu belum tiba. Pilih hari ini atau hari sebelumnya."
        through = today
    since = _read("since", since_text, default=through.replace(day=1), problems=problems)
    if not problems and since > through:
        problems["since"] = "Hari pertama tidak boleh sesudah hari terakhir."
    elif not problems and (through - since).days >= LONGEST_DAYS:
        problems["since"] = "Laporan paling panjang dua tahun."
    if problems:
        raise InvalidError(fields=problems)
    return Span(since=since, through=through)


def _read(
    name: str, text: str | None, *, default: date, problems: dict[str, str | tuple[str, dict[str, object]]]
) -> date:
    if not text:
        return default
    try:
        day = parse_date(text)
    except FormatError as error:
        problems[name] = (error.message, error.facts)
        return default
    if day < EARLIEST:
        problems[name] = "Tulis hari seperti 2025-07-21."
        return default
    return day
