"""Look up regions by code."""

import re

from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.regions import store
from marketplace.regions.schemas import Region

_SHAPE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
_UNKNOWN = "Wilayah ini tidak dikenal."


async def find_region(connection: Connection, code: str) -> Region | None:
    """Return the region with this code (32.75.08.1003), or None."""
    return await store.find_region(connection, code) if _SHAPE.fullmatch(code) else None


async def get_region(connection: Connection, code: str) -> Region:
    """Return the region with this code.

    Raises:
        NotFoundError: no region has it.

    """
    region = await find_region(connection, code)
    if region is None:
        raise NotFoundError(_UNKNOWN)
    return region


async def region_path(connection: Connection, code: str) -> list[Region]:
    """Return the region and those it lies in, smallest first: village, district, regency, province.

    Raises:
        NotFoundError: no region has this code.

    """
    if not _SHAPE.fullmatch(code):
        raise NotFoundError(_UNKNOWN)
    parts = code.split(".")
    regions = await store.list_regions(connection, [".".join(parts[:count]) for count in range(1, len(parts) + 1)])
    if not regions or regions[-1].code != code:
        raise NotFoundError(_UNKNOWN)
    return regions[::-1]


async def children(connection: Connection, code: str | None = None) -> list[Region]:
    """List regions directly below one, by name; the 38 provinces for None."""
    return await store.list_children(connection, code)
