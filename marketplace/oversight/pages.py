"""The agency's pages and the public coverage page. Every one of them only reads."""

from datetime import date, timedelta
from typing import Any, Final, get_args

import msgspec
from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.errors import InvalidError
from marketplace.formats.dates import WIB, day_of, format_date, parse_date
from marketplace.formats.errors import FormatError
from marketplace.http.forms import field_sentences
from marketplace.http.pagination import DEFAULT_LIMIT
from marketplace.http.policy import AGENCY, only, public
from marketplace.orders import STATE_NAMES
from marketplace.organisations import STATUS_LABELS
from marketplace.oversight import store
from marketplace.oversight.actions import ACTION_LABELS
from marketplace.oversight.anomalies import TITLE_LABELS, find_anomalies, rule_of
from marketplace.oversight.audit_trail import list_audit_trail
from marketplace.oversight.audit_words import said_facts, said_subject
from marketplace.oversight.coverage import DISTRICT_LENGTH, list_cooperatives_on, read_coverage
from marketplace.oversight.orders import OrderStateName, list_overseen_orders
from marketplace.oversight.routes import check_period
from marketplace.oversight.scope import region_of, region_within
from marketplace.oversight.turnover import SortKey, read_turnover, write_csv
from marketplace.regions import get_region, region_path
from marketplace.web.render import SHARED_SECONDS, render_page

AnyRequest = Request[Any, Any, Any]

# What two truthful press reports of the Kabupaten counted, and today.
NOTED_DAYS: Final = (date(2025, 5, 20), date(2025, 7, 21))
_ROWS_OF_TURNOVER: Final = 100
_STATE_KINDS: Final = {
    "placed": "wait",
    "accepted": "wait",
    "ready": "info",
    "handed_over": "ok",
    "completed": "ok",
    "cancelled": "plain",
    "expired": "plain",
    "returned": "stop",
}


def _day(errors: dict[str, Any], name: str, text: str, default: date) -> date:
    if not text:
        return default
    try:
        return parse_date(text)
    except FormatError as error:
        errors[name] = (error.message, error.facts)
        return default


@get("/dinas", opt=only(*AGENCY))
async def agency_home(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Show the region today and this month."""
    region_code, today = region_of(actor), day_of(clock.now(), WIB)
    first = today.replace(day=1)
    async with database.connection() as connection:
        region = await get_region(connection, region_code)
        coverage = await read_coverage(connection, region_code, on=today)
        turnover = await read_turnover(connection, region_code, first=first, last=today)
        days = await store.list_turnover_days(connection, region_code, first=today - timedelta(days=29), last=today)
        open_orders = await store.count_open_orders(connection, region_code)
        anomalies = await find_anomalies(connection, region_code, today=today)
    return render_page(
        request,
        "oversight/home.html",
        region=region,
        today=today,
        whole=coverage.whole,
        turnover=turnover,
        best=turnover.rows[:5],
        days=[(format_date(row["day"], actor.language), row["turnover_rupiah"]) for row in days],
        open_orders=open_orders,
        anomalies=anomalies,
        anomaly_titles=TITLE_LABELS,
    )


@get("/cakupan", opt=public())
async def public_coverage_page(request: AnyRequest, wilayah: str = "", hari: str = "") -> Response[Any]:
    """Show coverage by date, of any region."""
    return await _show_coverage(request, wilayah, hari, path="/cakupan", root="")


@get("/dinas/cakupan", opt=only(*AGENCY))
async def coverage_page(request: AnyRequest, actor: Actor, wilayah: str = "", hari: str = "") -> Response[Any]:
    """Show coverage by date, of the agency's region and its parts."""
    return await _show_coverage(
        request, region_within(actor, wilayah), hari, path="/dinas/cakupan", root=region_of(actor)
    )


async def _show_coverage(request: AnyRequest, region_code: str, text: str, *, path: str, root: str) -> Response[Any]:
    language, today = request.scope["state"]["language"], day_of(clock.now(), WIB)
    refused: dict[str, Any] = {}
    on = _day(refused, "hari", text, today)
    async with database.connection() as connection:
        above = (await region_path(connection, region_code))[::-1] if region_code else []
        coverage = await read_coverage(connection, region_code, on=on)
        cooperatives = (
            await list_cooperatives_on(connection, region_code, on=on) if len(region_code) >= DISTRICT_LENGTH else None
        )
    crumbs = [("Indonesia", f"{path}?hari={on.isoformat()}")] if not root else []
    crumbs += [
        (region.name, f"{path}?wilayah={region.code}&hari={on.isoformat()}")
        for region in above
        if len(region.code) >= len(root)
    ]
    return render_page(
        request,
        "oversight/coverage.html",
        shared_seconds=SHARED_SECONDS,
        status_code=422 if refused else 200,
        path_of_page=path,
        region_code=region_code,
        on=on,
        today=today,
        typed=text or on.isoformat(),
        noted_days=NOTED_DAYS,
        coverage=coverage,
        cooperatives=cooperatives,
        crumbs=crumbs,
        with_papers=[(format_date(point.on, language), point.with_papers) for point in coverage.course],
        operating=[(format_date(point.on, language), point.operating) for point in coverage.course],
        status_names=STATUS_LABELS,
        errors=field_sentences(request, InvalidError(fields=refused)),
    )


@get("/dinas/pesanan", opt=only(*AGENCY))
async def orders_page(request: AnyRequest, actor: Actor, keadaan: str = "", setelah: str = "") -> Response[Any]:
    """List orders of the region's stores, newest first."""
    state = keadaan if keadaan in get_args(OrderStateName) else None
    page = await list_overseen_orders(region_of(actor), state=state, cursor=setelah, limit=DEFAULT_LIMIT)
    return render_page(
        request,
        "oversight/orders.html",
        orders=page.items,
        next_cursor=page.next_cursor,
        state=state or "",
        state_names=STATE_NAMES,
        state_kinds=_STATE_KINDS,
    )


@get("/dinas/omzet", opt=only(*AGENCY))
async def turnover_page(
    request: AnyRequest,
    actor: Actor,
    dari: str = "",
    sampai: str = "",
    urut: str = "",
    bentuk: str = "",
    lembar: int = 1,
) -> Response[Any]:
    """Show turnover for each cooperative over some days, or give it as CSV."""
    region_code, today = region_of(actor), day_of(clock.now(), WIB)
    refused: dict[str, Any] = {}
    last = _day(refused, "sampai", sampai, today)
    first = _day(refused, "dari", dari, last.replace(day=1))
    try:
        check_period(first, last)
    except InvalidError as error:
        refused |= {{"last": "sampai"}.get(name, name): said for name, said in error.fields.items()}
        first = last.replace(day=1)
    sort: SortKey = next((key for key in get_args(SortKey) if key == urut), "turnover")
    async with database.connection() as connection:
        turnover = await read_turnover(connection, region_code, first=first, last=last, sort=sort)
        days = await store.list_turnover_days(connection, region_code, first=first, last=last)
    if bentuk == "csv" and not refused:
        name = f"omzet-{region_code}-{first.isoformat()}-{last.isoformat()}.csv"
        return Response(
            # The mark at the beginning tells spreadsheets that this is UTF-8.
            ("\ufeff" + write_csv(turnover)).encode(),
            media_type="text/csv",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )
    sheets = max(1, -(-len(turnover.rows) // _ROWS_OF_TURNOVER))
    sheet = min(max(lembar, 1), sheets)
    return render_page(
        request,
        "oversight/turnover.html",
        status_code=422 if refused else 200,
        turnover=turnover,
        rows=turnover.rows[(sheet - 1) * _ROWS_OF_TURNOVER : sheet * _ROWS_OF_TURNOVER],
        sheet=sheet,
        sheets=sheets,
        sort=sort,
        typed={"dari": dari or first.isoformat(), "sampai": sampai or last.isoformat()},
        period=f"dari={first.isoformat()}&sampai={last.isoformat()}",
        days=[(format_date(row["day"], actor.language), row["turnover_rupiah"]) for row in days],
        errors=field_sentences(request, InvalidError(fields=refused)),
    )


@get("/dinas/jejak", opt=only(*AGENCY))
async def audit_page(request: AnyRequest, actor: Actor, setelah: str = "") -> Response[Any]:
    """Show what organisations of the region did, newest first."""
    page = await list_audit_trail(region_of(actor), cursor=setelah, limit=DEFAULT_LIMIT)
    return render_page(
        request,
        "oversight/audit.html",
        events=[
            msgspec.structs.asdict(event)
            | {
                "subject": said_subject(event.subject, actor.language),
                "facts": ", ".join(said_facts(event.action, event.facts, actor.language)),
            }
            for event in page.items
        ],
        next_cursor=page.next_cursor,
        action_names=ACTION_LABELS,
    )


@get("/dinas/kejanggalan", opt=only(*AGENCY))
async def anomalies_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Show remarkable things with how each was computed."""
    async with database.connection() as connection:
        anomalies = await find_anomalies(connection, region_of(actor), today=day_of(clock.now(), WIB))
    return render_page(
        request,
        "oversight/anomalies.html",
        anomalies=anomalies,
        titles=TITLE_LABELS,
        rules={entry.key: rule_of(entry, actor.language) for entry in anomalies},
    )


PAGES: list[ControllerRouterHandler] = [
    agency_home,
    public_coverage_page,
    coverage_page,
    orders_page,
    turnover_page,
    audit_page,
    anomalies_page,
]
