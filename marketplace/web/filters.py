"""The filters of the templates: values to text in the language of the page; the formats are ``marketplace.formats``.

Dates and times are shown on the clock of the page's ``time_zone`` (Bekasi's where the page does not say).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import minijinja

from marketplace.formats.dates import WIB, day_of, format_date, format_full_date, format_instant, format_time
from marketplace.formats.packs import packs_in_brackets, packs_of
from marketplace.formats.phone import mask_phone
from marketplace.formats.rupiah import format_rupiah

if TYPE_CHECKING:
    from minijinja._lowlevel import State


def _language(state: State) -> str:
    return str(state.lookup("language") or "id")


def _time_zone(state: State) -> str:
    return str(state.lookup("time_zone") or WIB)


def _day(state: State, value: dt.date) -> dt.date:
    return day_of(value, _time_zone(state)) if isinstance(value, dt.datetime) else value


@minijinja.pass_state
def rupiah(state: State, value: Any) -> str:
    """Show an amount, an int or ``Money``: "Rp 12.500"."""
    return format_rupiah(int(getattr(value, "rupiah", value)), _language(state))


@minijinja.pass_state
def number(state: State, value: int) -> str:
    """Show a whole number in groups of three: "1.234"."""
    grouped = f"{int(value):,}"
    return grouped if _language(state) == "en" else grouped.replace(",", ".")


@minijinja.pass_state
def date(state: State, value: dt.date) -> str:
    """Show a day, or the day of an instant: "21 Juli 2025"."""
    return format_date(_day(state, value), _language(state))


@minijinja.pass_state
def full_date(state: State, value: dt.date) -> str:
    """Show a day with its name: "Senin, 21 Juli 2025"."""
    return format_full_date(_day(state, value), _language(state))


@minijinja.pass_state
def datetime(state: State, value: dt.datetime) -> str:
    """Show an instant: "Senin, 21 Juli 2025 pukul 09.05 WIB"."""
    return format_instant(value, _time_zone(state), _language(state))


@minijinja.pass_state
def time(state: State, value: dt.datetime) -> str:
    """Show the time of an instant: "09.05 WIB"."""
    return format_time(value, _time_zone(state), _language(state))


def capital(text: object) -> str:
    """Begin with a capital and leave the rest: names of roles and states are small inside sentences."""
    words = str(text)
    return words[:1].upper() + words[1:]


@minijinja.pass_state  # type: ignore[arg-type]  # the stubs know filters of one value
def packs(state: State, quantity: int, unit_code: str, units: Any) -> str:
    """Show how many larger units a quantity fills, after it: " (2 dus)", or nothing where none is full."""
    return packs_in_brackets(int(quantity), unit_code, packs_of(units), _language(state))


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "rupiah": rupiah,
    "number": number,
    "date": date,
    "full_date": full_date,
    "datetime": datetime,
    "time": time,
    "mask_phone": mask_phone,
    "capital": capital,
    "packs": packs,
}
