"""Which day it is where an organisation sits: a status is dated by the calendar on its wall."""

from datetime import date

from marketplace import clock
from marketplace.formats.dates import day_of, time_zone_of

_WITHOUT_SEAT = "Asia/Jakarta"


def today_at(region_code: str | None) -> date:
    """Today at this region; western time where there is no seat."""
    return day_of(clock.now(), time_zone_of(region_code) if region_code else _WITHOUT_SEAT)
