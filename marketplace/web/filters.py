"""The filters of the templates: values to text, in the reader's language where it matters. The formats themselves live in ``formats``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import minijinja

from marketplace.web.translate import as_language

if TYPE_CHECKING:
    from collections.abc import Callable

WIB: Final = dt.timezone(dt.timedelta(hours=7), "WIB")
_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS: Final = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()  # noqa: SIM905
)


def _amount(value: object) -> int:
    return int(getattr(value, "rupiah", value))  # type: ignore[call-overload,no-any-return]


@minijinja.pass_state
def rupiah(state: minijinja._lowlevel.State, value: object) -> str:
    amount = _amount(value)
    text = f"Rp\u00a0{abs(amount):,}".replace(",", "." if as_language(state.lookup("language")) == "id" else ",")
    return f"-{text}" if amount < 0 else text


@minijinja.pass_state
def number(state: minijinja._lowlevel.State, value: object) -> str:
    return f"{value:,}".replace(",", "." if as_language(state.lookup("language")) == "id" else ",")


@minijinja.pass_state
def date(state: minijinja._lowlevel.State, value: dt.date) -> str:
    if isinstance(value, dt.datetime):
        value = value.astimezone(WIB).date()
    return f"{_DAYS[value.weekday()]}, {value.day} {_MONTHS[value.month - 1]} {value.year}"


@minijinja.pass_state
def time(state: minijinja._lowlevel.State, value: dt.datetime) -> str:
    return value.astimezone(WIB).strftime("%H.%M WIB")


@minijinja.pass_state
def datetime(state: minijinja._lowlevel.State, value: dt.datetime) -> str:
    local = value.astimezone(WIB)
    return f"{_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year} pukul {local:%H.%M} WIB"


def mask_phone(value: str) -> str:
    return value[:4] + "*" * max(0, len(value) - 7) + value[-3:]


FILTERS: Final[dict[str, Callable[..., object]]] = {
    "rupiah": rupiah, "number": number, "date": date, "datetime": datetime, "time": time, "mask_phone": mask_phone,
}
