"""Centroids of the villages, from the packed file beside this module (see data/README.md for source and licence).

The file is text in gzip: a line `PP.KK.CC` begins a district, each line after it is one village: the last four
digits of its code and how far its latitude and longitude lie from those of the village before it, in ten-thousandths
of a degree (11 m). Differences pack to a third of what plain numbers take.
"""

import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

Position: TypeAlias = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84)."""

CENTROIDS_PATH: Final = Path(__file__).parent / "data" / "village_centroids.txt.gz"
_STEPS_PER_DEGREE: Final = 10_000
_DISTRICT_LENGTH: Final = len("PP.KK.CC")


def read_centroids(path: Path = CENTROIDS_PATH) -> dict[str, Position]:
    """Read latitude and longitude of every village in the file, by village code."""
    positions: dict[str, Position] = {}
    district, latitude, longitude = "", 0, 0
    for line in gzip.decompress(path.read_bytes()).decode("ascii").splitlines():
        parts = line.split(" ")
        if len(parts) == 1:
            district, latitude, longitude = line, 0, 0
            continue
        latitude += int(parts[1])
        longitude += int(parts[2])
        positions[f"{district}.{parts[0]}"] = (latitude / _STEPS_PER_DEGREE, longitude / _STEPS_PER_DEGREE)
    return positions


def pack_centroids(positions: Mapping[str, Position]) -> bytes:
    """Pack positions by village code into the content of the file; the same input gives the same bytes."""
    lines: list[str] = []
    district, latitude, longitude = "", 0, 0
    for code in sorted(positions):
        if code[:_DISTRICT_LENGTH] != district:
            district, latitude, longitude = code[:_DISTRICT_LENGTH], 0, 0
            lines.append(district)
        north, east = (round(degrees * _STEPS_PER_DEGREE) for degrees in positions[code])
        lines.append(f"{code[_DISTRICT_LENGTH + 1 :]} {north - latitude} {east - longitude}")
        latitude, longitude = north, east
    return gzip.compress("\n".join(lines).encode("ascii"), compresslevel=9, mtime=0)


def mean_position(positions: Iterable[Position]) -> Position | None:
    """Return the middle of some positions; fine at the size of a regency, None for none."""
    known = list(positions)
    if not known:
        return None
    return (
        round(sum(latitude for latitude, _ in known) / len(known), 4),
        round(sum(longitude for _, longitude in known) / len(known), 4),
    )
