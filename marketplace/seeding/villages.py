"""The 243 desa and kelurahan of Kota and Kabupaten Bekasi, from the packaged regions, with approximate positions.

Area `regions` holds the full official list and says where the positions come from.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from lokal import wilayah

from marketplace.regions import shipped_positions
from marketplace.seeding.specs import Village

CITY = "32.75"
REGENCY = "32.16"
JATIMAKMUR = "32.75.08.1003"
LAMBANGSARI = "32.16.06.2002"


def read_data(name: str) -> dict[str, Any]:
    """Read a TOML file of this package's data folder."""
    return tomllib.loads((resources.files("marketplace.seeding") / "data" / name).read_text(encoding="utf-8"))


@cache
def bekasi_villages() -> tuple[Village, ...]:
    """All 56 kelurahan of the Kota, then the 187 villages of the Kabupaten, each by code."""
    positions = shipped_positions()
    villages: list[Village] = []
    for regency_code in (CITY, REGENCY):
        regency = wilayah.wilayah_name(regency_code) or regency_code
        for district in wilayah.list_wilayah(regency_code):
            for child in wilayah.list_wilayah(district.code):
                latitude, longitude = positions[child.code]
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
