"""Name of a village for people, from memory: such names change with a release of the regions, not with a day."""

from marketplace import database
from marketplace.regions.get_region import find_region

_MOST_LABELS = 5_000
_labels: dict[str, str] = {}


async def village_label(code: str | None) -> str | None:
    """Return the village's name with its district; None for no code, an unknown one, or one that is no village."""
    if code is None:
        return None
    if code not in _labels:
        async with database.connection() as connection:
            region = await find_region(connection, code)
        if region is None or region.level != "village":
            return None
        if len(_labels) >= _MOST_LABELS:
            _labels.clear()
        _labels[code] = f"{region.name}, {region.district}" if region.district else region.name
    return _labels[code]
