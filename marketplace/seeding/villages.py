"""The 243 desa and kelurahan of Kota and Kabupaten Bekasi, from the packaged regions, with approximate positions.

Positions are spread around rounded district centres in a fixed pattern (no register of coordinates comes with the
regions), except the two villages whose centres are known. Area `regions` holds the full official list.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from lokal import wilayah

from marketplace.seeding.specs import Village

CITY = "32.75"
REGENCY = "32.16"
JATIMAKMUR = "32.75.08.1003"
LAMBANGSARI = "32.16.06.2002"

_KNOWN_CENTRES = {JATIMAKMUR: (-6.28282, 106.93026), LAMBANGSARI: (-6.28198, 107.04071)}
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def read_data(name: str) -> dict[str, Any]:
    """Read a TOML file of this package's data folder."""
    return tomllib.loads((resources.files("marketplace.seeding") / "data" / name).read_text(encoding="utf-8"))


@cache
def bekasi_villages() -> tuple[Village, ...]:
    """All 56 kelurahan of the Kota, then the 187 villages of the Kabupaten, each by code."""
    centres = read_data("districts.toml")
    villages: list[Village] = []
    for regency_code in (CITY, REGENCY):
        regency = wilayah.wilayah_name(regency_code) or regency_code
        for district in wilayah.list_wilayah(regency_code):
            reach = 0.013 if regency_code == CITY else 0.022
            for position, child in enumerate(wilayah.list_wilayah(district.code)):
                latitude, longitude = _KNOWN_CENTRES.get(child.code) or _spread(centres[district.code], position, reach)
                villages.append(
                    Village(
                        code=child.code,
                        name=child.name,
                        kind="kelurahan" if child.type == "kelurahan" else "desa",
                        district_code=district.code,
                        district=district.name,
                        regency_code=regency_code,
                        regency=regency,
                        postal_code=child.postal_code or "",
                        latitude=latitude,
                        longitude=longitude,
                    )
                )
    return tuple(villages)


def squared_distance(first: Village, second: Village) -> float:
    """Measure nearness for sorting; degrees are near enough to equal at this latitude."""
    return (first.latitude - second.latitude) ** 2 + (first.longitude - second.longitude) ** 2


def _spread(centre: list[float], position: int, reach: float) -> tuple[float, float]:
    """Give the `position`-th point of a sunflower around the centre: even, without chance, no two alike."""
    radius = reach * math.sqrt((position + 0.5) / 8)
    angle = position * _GOLDEN_ANGLE
    return round(centre[0] + radius * math.sin(angle), 5), round(centre[1] + radius * math.cos(angle), 5)
