"""Licence and identity numbers of the right shape that cannot be mistaken for issued ones.

Runs of zeros stand where an authority would put a date or serial. Shapes after Perka BPOM 22/2018 (P-IRT), BPOM
registration prefixes, BPJPH certificates and OSS (NIB). Telephone numbers use 0810, a prefix no operator has.
"""

from __future__ import annotations

from datetime import date

from marketplace.seeding.specs import LicenceSpec

PIRT_YEARS = 5


def pirt(*, package: int, food_kind: str, regency_code: str, serial: int, expires_year: int) -> str:
    """`P-IRT` + 13 digits, a dash and the year of expiry; the maker's serial starts with 99."""
    region = regency_code.replace(".", "")
    return f"P-IRT {package}{food_kind}{region}{serial % 90 + 10:02d}{9900 + serial % 100:04d}-{expires_year % 100:02d}"


def food_licence(kind: str, serial: int, *, today: date) -> LicenceSpec:
    """Make a BPOM number (MD food, TR traditional remedy, NA cosmetic) whose end lies ahead."""
    expires_on = date(today.year + 1 + serial % 4, 1 + serial % 12, 28)
    match kind:
        case "bpom_md":
            return LicenceSpec("bpom_md", f"MD {serial:012d}", expires_on)
        case "bpom_tr":
            return LicenceSpec("bpom_tr", f"TR {serial:09d}", expires_on)
        case "bpom_na":
            return LicenceSpec("bpom_na", f"NA {serial:011d}", expires_on)
        case _:
            message = f"no licence of kind {kind!r}"
            raise ValueError(message)


def halal_certificate(serial: int) -> str:
    """`ID` and 17 digits: province, kind and a serial with a long run of zeros."""
    return f"ID32110000000{serial:06d}"


def nib(serial: int) -> str:
    """13 digits; a real one never begins with seven zeros."""
    return f"0000000{serial:06d}"


def nik_koperasi(district_code: str, serial: int) -> str:
    """13 digits that begin with the district, as the known example does, then 99 and a serial."""
    return f"{district_code.replace('.', '')}99{serial:05d}"


def ahu_number(serial: int, year: int) -> str:
    """Give a number to the approval of a cooperative's establishment, from 9.900.000 on."""
    return f"AHU-{9_900_000 + serial:07d}.AH.01.29.TAHUN {year}"


def phone(serial: int) -> str:
    """Make an E.164 number under the prefix 0810, which belongs to no operator."""
    return f"+62810{serial:08d}"
