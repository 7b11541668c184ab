"""Regions in the API: search by typing, one by code, the nearest to a position. Open to everyone."""

from typing import Annotated

from litestar import get
from litestar.params import FromQuery, PathParameter, QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.http.policy import public
from marketplace.regions.find_regions import find_regions
from marketplace.regions.get_region import children, get_region
from marketplace.regions.names import RegionLevel
from marketplace.regions.nearest import nearest_villages
from marketplace.regions.schemas import FoundRegions, NearRegion, Region

_CODE_PATTERN = r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$"

Code = Annotated[str, PathParameter(description="Kode wilayah Kemendagri, misalnya 32.75.08.1003", max_length=13)]


@get("/regions", opt=public(), tags=["Wilayah"], summary="Cari wilayah menurut nama, kode pos, atau kode")
async def search_regions(
    q: Annotated[str, QueryParameter(description="Nama seperti diketik orang: pondok gede", max_length=100)] = "",
    level: FromQuery[RegionLevel | None] = None,
    parent: Annotated[
        str | None, QueryParameter(description="Hanya di dalam wilayah ini", pattern=_CODE_PATTERN, max_length=13)
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> FoundRegions:
    """Search by `q`; without it list the regions directly below `parent` (the provinces without either)."""
    async with database.connection() as connection:
        if q.strip():
            return await find_regions(connection, q, level=level, within=parent, limit=limit)
        below = await children(connection, parent)
        return FoundRegions(regions=[region for region in below if level in {None, region.level}])


@get("/regions/nearest", opt=public(), tags=["Wilayah"], summary="Desa dan kelurahan terdekat dari suatu titik")
async def list_nearest_regions(
    latitude: Annotated[float, QueryParameter(ge=-90, le=90)],
    longitude: Annotated[float, QueryParameter(ge=-180, le=180)],
    limit: Annotated[int, QueryParameter(ge=1, le=20)] = 5,
) -> list[NearRegion]:
    """List villages that have a position by its distance, at most 200 km away."""
    async with database.connection() as connection:
        return await nearest_villages(connection, latitude, longitude, limit=limit)


@get("/regions/{code:str}", opt=public(), tags=["Wilayah"], summary="Satu wilayah menurut kode")
async def show_region(code: Code) -> Region:
    """Give one region; 404 when no region has the code."""
    async with database.connection() as connection:
        return await get_region(connection, code)


ROUTES: list[ControllerRouterHandler] = [search_regions, list_nearest_regions, show_region]
