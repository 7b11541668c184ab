"""What regions look like to the API, to forms and to other areas."""

import msgspec

from marketplace.regions.names import RegionLevel


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """One region with the names of those it lies in; `label` tells equal names apart.

    `kind` is the Indonesian word: provinsi, kabupaten, kota, kecamatan, distrik, kelurahan, desa, desa adat.
    Without a position (`latitude`, `longitude` in degrees) nearness goes by district and regency.
    """

    code: str
    level: RegionLevel
    kind: str
    name: str
    label: str
    parent_code: str | None
    postal_code: str | None
    latitude: float | None
    longitude: float | None
    is_position_approximate: bool
    time_zone: str
    district: str | None
    regency: str | None
    province: str | None


class FoundRegions(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to a typed name. `is_guess`: nothing has that name, these sound like it."""

    regions: list[Region]
    is_guess: bool = False


class NearRegion(msgspec.Struct, frozen=True, kw_only=True):
    """A village and how far its position is, in kilometres."""

    region: Region
    distance_km: float
