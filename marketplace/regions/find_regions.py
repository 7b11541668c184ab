"""Find regions by what people type: a name in any spelling, with or without where it lies, a postal code, a code.

"jatimakmur bekasi" may name one place or a place in another, so the words are split at every point, longest name
first, and the rest must occur in the names of the regions around.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from marketplace.database import Connection
from marketplace.regions import store
from marketplace.regions.names import RegionLevel, key_of, name_key
from marketplace.regions.schemas import FoundRegions, Region
from marketplace.regions.suggest import suggest_keys

LARGEST_LIMIT: Final = 100
_MAX_TEXT_LENGTH: Final = 100
_MAX_WORDS: Final = 8
_SHORTEST_KEY: Final = 2

_POSTAL_CODE = re.compile(r"[0-9]{5}")
_CODE = re.compile(r"([0-9]{2})(?:\.?([0-9]{2})(?:\.?([0-9]{2})(?:\.?([0-9]{4}))?)?)?")
_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile("['\u2019`]")

# What a leading title says about the kind that is meant.
_TITLES: Final = {
    "provinsi": ("provinsi",),
    "prov": ("provinsi",),
    "kabupaten": ("kabupaten",),
    "kab": ("kabupaten",),
    "kota": ("kota",),
    "kecamatan": ("kecamatan", "distrik"),
    "kec": ("kecamatan", "distrik"),
    "distrik": ("distrik",),
    "kelurahan": ("kelurahan",),
    "kel": ("kelurahan",),
    "desa": ("desa", "desa adat"),
    "ds": ("desa", "desa adat"),
}
_REGENCY_TITLES: Final = {"kota": "kota", "kabupaten": "kabupaten", "kab": "kabupaten"}


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the words: a name, the words around it, and what titles say."""

    key: str
    context: tuple[str, ...] = ()
    kinds: tuple[str, ...] | None = None
    regency_kind: str | None = None


async def find_regions(
    connection: Connection,
    text: str,
    *,
    level: RegionLevel | None = None,
    within: str | None = None,
    limit: int = 20,
) -> FoundRegions:
    """Find regions by name ("pondok gede", "jatimakmur bekasi"), postal code ("17413") or code ("32.75.08").

    Exact names come first, then larger regions; a district found by its whole name is followed by its villages.
    `level` keeps one level, `within` is the code of a region to stay in, `limit` is at most 100. Where nothing has
    the name, regions with a similar name are given with `is_guess`.
    """
    limit = max(1, min(limit, LARGEST_LIMIT))
    typed = unicodedata.normalize("NFKC", text[:_MAX_TEXT_LENGTH]).casefold().strip()
    by_number = await _by_number(connection, typed, limit)
    if by_number is not None:
        kept = [region for region in by_number if _fits(region, level, within)]
        return FoundRegions(regions=kept)
    readings = _readings(typed)
    for reading in readings:
        found = await _named(connection, reading, level=level, within=within, limit=limit)
        if found:
            return FoundRegions(regions=found)
    guessed = await _guess(connection, readings, level=level, within=within, limit=limit)
    return FoundRegions(regions=guessed, is_guess=bool(guessed))


async def _guess(
    connection: Connection,
    readings: list[_Reading],
    *,
    level: RegionLevel | None,
    within: str | None,
    limit: int,
) -> list[Region]:
    """Regions whose name is as near to what was typed as any in those surroundings."""
    for has_first_letter in (True, False):
        for reading in readings:
            slips = await suggest_keys(connection, reading.key, has_first_letter=has_first_letter)
            if not slips:
                continue
            found = await store.list_by_keys(
                connection, list(slips), level=level, within=within, context=reading.context, limit=limit
            )
            if found:
                fewest = slips[name_key(found[0].name, found[0].level)]
                return [region for region in found if slips[name_key(region.name, region.level)] == fewest]
    return []


async def _by_number(connection: Connection, typed: str, limit: int) -> list[Region] | None:
    """Regions by postal code or region code; None when a name was typed."""
    if _POSTAL_CODE.fullmatch(typed):
        return await store.list_by_postal_code(connection, typed, limit)
    if code := _CODE.fullmatch(typed):
        found = await store.find_region(connection, ".".join(part for part in code.groups() if part))
        return [] if found is None else [found]
    return None


def _fits(region: Region, level: RegionLevel | None, within: str | None) -> bool:
    return (level is None or region.level == level) and (within is None or region.code.startswith(f"{within}."))


async def _named(
    connection: Connection, reading: _Reading, *, level: RegionLevel | None, within: str | None, limit: int
) -> list[Region]:
    found = await store.list_named(
        connection,
        reading.key,
        level=level,
        within=within,
        kinds=reading.kinds,
        context=reading.context,
        regency_kind=reading.regency_kind,
        limit=limit,
    )
    if level not in {None, "village"} or len(found) >= limit:
        return found
    districts = [region for region in found if region.level == "district" and key_of(region.name) == reading.key]
    if level == "village":
        districts = await store.list_named(
            connection,
            reading.key,
            level="district",
            within=within,
            kinds=None,
            context=reading.context,
            regency_kind=reading.regency_kind,
            limit=limit,
        )
        districts = [region for region in districts if key_of(region.name) == reading.key]
    if not districts:
        return found
    known = {region.code for region in found}
    villages = await store.list_children_of_many(connection, [district.code for district in districts], limit)
    return [*found, *(village for village in villages if village.code not in known)][:limit]


def _readings(typed: str) -> list[_Reading]:
    """All ways to read the words, the likeliest first; a comma ends the name."""
    head, comma, tail = _APOSTROPHES.sub("", typed).partition(",")
    words, around = _WORD.findall(head)[:_MAX_WORDS], _WORD.findall(tail)[:_MAX_WORDS]
    readings: list[_Reading] = []
    starts: list[tuple[list[str], tuple[str, ...] | None]] = [(words, None)]
    if len(words) > 1 and words[0] in _TITLES:
        # "Kota Baru" is also the name of villages, so the words are read with and without a title.
        starts.insert(0, (words[1:], _TITLES[words[0]]))
    for name_words, kinds in starts:
        shortest = len(name_words) if comma else 1
        for count in range(len(name_words), shortest - 1, -1):
            key = "".join(name_words[:count])
            if len(key) >= _SHORTEST_KEY:
                readings.append(_with_context(key, [*name_words[count:], *around], kinds))
    return readings


def _with_context(key: str, words: list[str], kinds: tuple[str, ...] | None) -> _Reading:
    regency_kinds = [_REGENCY_TITLES[word] for word in words if word in _REGENCY_TITLES]
    return _Reading(
        key=key,
        context=tuple(word for word in words if word not in _TITLES),
        kinds=kinds,
        regency_kind=regency_kinds[0] if regency_kinds else None,
    )
