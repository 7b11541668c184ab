"""JSON API of oversight: reports that read. Coverage is open to everyone, the rest to the agency of the region."""

from datetime import date
from typing import Annotated, Any

from litestar import Request, get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.errors import InvalidError
from marketplace.formats.dates import WIB, day_of
from marketplace.http.pagination import Page, checked_limit
from marketplace.http.policy import AGENCY, only, public
from marketplace.oversight.anomalies import TITLE_LABELS, find_anomalies, rule_of
from marketplace.oversight.audit_trail import list_audit_trail
from marketplace.oversight.coverage import list_cooperatives_on, read_coverage
from marketplace.oversight.orders import OrderStateName, list_overseen_orders
from marketplace.oversight.schemas import (
    AuditEvent,
    CooperativeOn,
    CoverageReport,
    OverseenOrder,
    RemarkableThing,
    Turnover,
)
from marketplace.oversight.scope import region_of, region_within
from marketplace.oversight.turnover import LONGEST_DAYS, SortKey, read_turnover
from marketplace.web.translate import translate

_TAGS = ["Laporan"]
RegionCode = Annotated[
    str | None,
    QueryParameter(
        description="Kode wilayah Kemendagri, misalnya 32.75",
        pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$",
    ),
]
DistrictCode = Annotated[
    str,
    QueryParameter(
        description="Kode kecamatan, desa, atau kelurahan, misalnya 32.75.08",
        pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}(\.[0-9]{4})?$",
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


@get("/reports/coverage/cooperatives", opt=public(), tags=_TAGS, summary="Koperasi suatu kecamatan pada suatu hari")
async def get_coverage_cooperatives(region: DistrictCode, on: date | None = None) -> list[CooperativeOn]:
    """Name the cooperatives of a district or village with the status they had on a day."""
    async with database.connection() as connection:
        return await list_cooperatives_on(connection, region, on=on or day_of(clock.now(), WIB))


@get("/reports/audit", opt=only(*AGENCY), tags=_TAGS, summary="Jejak perubahan di wilayah dinas")
async def get_audit_trail(actor: Actor, cursor: str | None = None, limit: int | None = None) -> Page[AuditEvent]:
    """List what organisations of the region did, newest first."""
    return await list_audit_trail(region_of(actor), cursor=cursor, limit=checked_limit(limit))


@get("/reports/anomalies", opt=only(*AGENCY), tags=_TAGS, summary="Kejanggalan di wilayah dinas")
async def get_anomalies(request: Request[Any, Any, Any], actor: Actor) -> list[RemarkableThing]:
    """List the kinds of remarkable things, each with how it was computed and what shows it."""
    language = request.scope["state"]["language"]
    async with database.connection() as connection:
        found = await find_anomalies(connection, region_of(actor), today=day_of(clock.now(), WIB))
    return [
        RemarkableThing(
            key=entry.key,
            title=translate(TITLE_LABELS[entry.key], language),
            rule=rule_of(entry, language),
            rows=entry.rows,
        )
        for entry in found
    ]


ROUTES: list[ControllerRouterHandler] = [
    get_anomalies,
    get_audit_trail,
    get_coverage,
    get_coverage_cooperatives,
    get_orders,
    get_turnover,
]
