"""JSON API of oversight: reports that read. Coverage is open to everyone, the rest to the agency of the region."""

from datetime import date
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.errors import InvalidError
from marketplace.formats.dates import WIB, day_of
from marketplace.http.pagination import Page, checked_limit
from marketplace.http.policy import AGENCY, only, public
from marketplace.oversight.coverage import read_coverage
from marketplace.oversight.orders import OrderStateName, list_overseen_orders
from marketplace.oversight.schemas import CoverageReport, OverseenOrder, Turnover
from marketplace.oversight.scope import region_of, region_within
from marketplace.oversight.turnover import LONGEST_DAYS, SortKey, read_turnover

_TAGS = ["Laporan"]
RegionCode = Annotated[
    str | None,
    QueryParameter(
        description="Kode wilayah Kemendagri, misalnya 32.75",
        pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$",
    ),
]


def check_period(first: date, last: date) -> None:
    """Let a period pass that runs forward and is not longer than two years.

    Raises:
        InvalidError: it is not.

    """
    if last < first:
        raise InvalidError(fields={"last": "Hari terakhir tidak boleh sebelum hari pertama."})
    if (last - first).days >= LONGEST_DAYS:
        raise InvalidError(fields={"last": "Laporan paling panjang dua tahun."})


@get("/reports/coverage", opt=public(), tags=_TAGS, summary="Cakupan koperasi pada suatu hari")
async def get_coverage(on: date | None = None, region: RegionCode = None) -> CoverageReport:
    """Count cooperatives by status on a day, for a region (the whole country without one) and its parts."""
    async with database.connection() as connection:
        return await read_coverage(connection, region or "", on=on or day_of(clock.now(), WIB))


@get("/reports/turnover", opt=only(*AGENCY), tags=_TAGS, summary="Omzet per koperasi di wilayah dinas")
async def get_turnover(
    actor: Actor,
    first: date | None = None,
    last: date | None = None,
    region: RegionCode = None,
    sort: SortKey = "turnover",
) -> Turnover:
    """Sum sales less returns for each cooperative; the present month without days."""
    until = last or day_of(clock.now(), WIB)
    since = first or until.replace(day=1)
    check_period(since, until)
    async with database.connection() as connection:
        return await read_turnover(connection, region_within(actor, region), first=since, last=until, sort=sort)


@get("/reports/orders", opt=only(*AGENCY), tags=_TAGS, summary="Pesanan di wilayah dinas, tanpa data pembeli")
async def get_orders(
    actor: Actor, in_state: OrderStateName | None = None, cursor: str | None = None, limit: int | None = None
) -> Page[OverseenOrder]:
    """List orders of the region's stores, newest first."""
    return await list_overseen_orders(region_of(actor), state=in_state, cursor=cursor, limit=checked_limit(limit))


ROUTES: list[ControllerRouterHandler] = [get_coverage, get_turnover, get_orders]
