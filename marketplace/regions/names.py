"""Names of regions as keys to compare and labels to read.

Official names have no space where people write one ("Pondokgede", "Pondok Gede"), so names are compared with
everything but letters and digits removed.
"""

import re
import unicodedata
from typing import Final, Literal, TypeAlias

RegionLevel: TypeAlias = Literal["province", "regency", "district", "village"]

LEVELS: Final[tuple[RegionLevel, ...]] = ("province", "regency", "district", "village")

_NOT_IN_KEY = re.compile(r"[^a-z0-9]")
_TITLE = re.compile(r"^(?:kabupaten|kota|daerah)(?: administrasi| istimewa| khusus ibukota| khusus)?\s+")
_SHORT_TITLES: Final = {
    "Kabupaten Administrasi ": "Kab. Adm. ",
    "Kabupaten ": "Kab. ",
    "Kota Administrasi ": "Kota Adm. ",
}


def key_of(text: str) -> str:
    """Lower-case letters and digits only: "Pondok Gede" and "PONDOKGEDE" become "pondokgede"."""
    return _NOT_IN_KEY.sub("", unicodedata.normalize("NFKD", text).casefold())


def name_key(name: str, level: RegionLevel) -> str:
    """Return the key of a region's name; "Kota", "Kabupaten" and "Daerah Istimewa" are titles, not names."""
    if level in {"province", "regency"}:
        name = _TITLE.sub("", name.casefold())
    return key_of(name)


def level_of(code: str) -> RegionLevel:
    """Return the level that the parts of a code say: 32, 32.75, 32.75.08, 32.75.08.1003."""
    return LEVELS[code.count(".")]


def short_name(name: str, kind: str) -> str:
    """Return a name with its title shortened, as in addresses: "Kab. Bekasi", "Kec. Pondokgede"."""
    if kind == "kecamatan":
        return f"Kec. {name}"
    if kind == "distrik":
        return f"Distrik {name}"
    for title, short in _SHORT_TITLES.items():
        if name.startswith(title):
            return short + name.removeprefix(title)
    return name
