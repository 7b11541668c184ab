"""From what somebody typed or chose to whole units of the product's own kind; pure.

A page posts the factor that it showed. One that moved since is refused, naming old and new: nobody buys, sells or
counts another number of goods than they saw.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from marketplace.catalog.errors import UnitChangedError
from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.packs import Pack, parse_packs
from marketplace.formats.quantity import find_unit

_UNKNOWN: Final = "{name} tidak dihitung per {unit}. Pakai {units}."
_TOO_MANY: Final = "Terlalu banyak: {count} {unit} adalah {total} {base}, paling banyak {most}."


class ProductUnits(msgspec.Struct, frozen=True, kw_only=True):
    """The units that a product is counted in: its own, and the larger ones."""

    name: str
    unit_code: str
    packs: tuple[Pack, ...] = ()

    @property
    def names(self) -> str:
        """All of them, for a sentence."""
        return " / ".join([self.unit_code, *(pack.unit_code for pack in self.packs)])

    def factor_of(self, unit_code: str) -> int | None:
        """Own units in one of these; None for a unit that the product is not counted in."""
        if unit_code == self.unit_code:
            return 1
        return next((pack.factor for pack in self.packs if pack.unit_code == unit_code), None)


def to_own_units(
    count: int, unit_code: str | None, *, units: ProductUnits, seen_factor: int | None, most: int, field: str
) -> int:
    """Own units in `count` of a unit; `seen_factor` is what the page showed, None where nothing was shown.

    Raises:
        InvalidError: a unit that the product is not counted in, or more than `most` own units.
        UnitChangedError: the factor is another one now.

    """
    code = unit_code or units.unit_code
    known = find_unit(code)
    factor = units.factor_of(known.code if known else code)
    if factor is None:
        facts: dict[str, object] = {"name": units.name, "unit": code[:40], "units": units.names}
        raise InvalidError(fields={field: (_UNKNOWN, facts)})
    if seen_factor is not None and seen_factor != factor:
        raise UnitChangedError(
            field=field, name=units.name, unit=code, old=seen_factor, new=factor, base=units.unit_code
        )
    total = count * factor
    if total > most:
        facts = {"count": count, "unit": code, "total": total, "base": units.unit_code, "most": most}
        raise InvalidError(fields={field: (_TOO_MANY, facts)})
    return total


def read_counted(text: str, *, units: ProductUnits, seen: Mapping[str, int], most: int, field: str) -> int:
    """Own units from "24", "2 dus" or "2 dus 3 bungkus"; `seen` are the factors that the page showed, by unit.

    Raises:
        InvalidError: not readable, an unknown unit, or more than `most`.
        UnitChangedError: a factor is another one now.

    """
    try:
        counted = parse_packs(text, units.unit_code)
    except FormatError as error:
        raise InvalidError(fields={field: (error.message, error.facts)}) from error
    return sum_own_units(counted, units=units, seen=seen, most=most, field=field)


def sum_own_units(
    counted: Iterable[tuple[int, str]], *, units: ProductUnits, seen: Mapping[str, int], most: int, field: str
) -> int:
    """Own units in several counts together; raises as `read_counted`."""
    total = 0
    for count, code in counted:
        total += to_own_units(count, code, units=units, seen_factor=seen.get(code), most=most - total, field=field)
    return total
