"""The day's report on a page and as a table to take along (CSV)."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.errors import InvalidError
from marketplace.formats.dates import format_time
from marketplace.formats.spreadsheets import plain_cell
from marketplace.http.forms import field_sentences
from marketplace.http.policy import STORE_READERS, only
from marketplace.orders.pages_till import MOVE_LABELS
from marketplace.orders.report import SOURCE_LABELS, DayReport, HourSales, show_day_report
from marketplace.orders.show_payment import LABELS
from marketplace.web.render import render_page, translate

AnyRequest = Request[Any, Any, Any]

Day = Annotated[str, QueryParameter(name="on", max_length=20)]

# A chart of the shop's usual day, longer where somebody sold outside it.
_FIRST_HOUR, _LAST_HOUR = 7, 20


@get("/koperasi/laporan", opt=only(*STORE_READERS))
async def report_page(request: AnyRequest, actor: Actor, on: Day = "") -> Response[bytes]:
    """A day at the store, today where none is named."""
    problem = ""
    try:
        report = await show_day_report(on, actor=actor)
    except InvalidError as error:
        # A day ahead or misspelt: say so, and show today.
        problem = field_sentences(request, error).get("on", "")
        report = await show_day_report(None, actor=actor)
    return render_page(
        request,
        "reports/day.html",
        status_code=422 if problem else 200,
        report=report,
        problem=problem,
        hours=chart_hours(report.hours or []),
        source_labels=SOURCE_LABELS,
        other_shifts=[
            shift
            for shift in report.shifts
            if shift.dropped_rupiah
            or shift.refilled_rupiah
            or shift.repaid_rupiah
            or shift.patronage_rupiah
            or shift.other_ways
        ],
        way_labels=LABELS,
        move_labels=MOVE_LABELS,
        previous_on=(report.on - timedelta(days=1)).isoformat(),
        next_on=None if report.is_today else (report.on + timedelta(days=1)).isoformat(),
        on=report.on.isoformat(),
        time_zone=report.time_zone,
    )


def chart_hours(hours: list[HourSales]) -> list[tuple[str, int]]:
    """Rows of the chart: each hour of the day with its sales, quiet ones included."""
    if not hours:
        return []
    by_hour = {row.hour: row.total_rupiah for row in hours}
    first, last = min(_FIRST_HOUR, *by_hour), max(_LAST_HOUR, *by_hour)
    return [(f"{hour:02}.00", by_hour.get(hour, 0)) for hour in range(first, last + 1)]


@get("/koperasi/laporan/unduh", opt=only(*STORE_READERS))
async def download_report(request: AnyRequest, actor: Actor, on: Day = "") -> Response[bytes]:
    """The same day as CSV: one row a figure, semicolons as spreadsheets in Indonesia expect."""
    report = await show_day_report(on, actor=actor)
    text = report_csv(report, language=request.scope["state"]["language"])
    name = f"laporan-{report.on.isoformat()}.csv"
    return Response(
        text.encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"},
    )


def report_csv(report: DayReport, *, language: str) -> str:
    """Rows of part, item, count and rupiah (empty where there is none, or where a cashier is not told it yet)."""

    def t(sentence: str, /, **params: object) -> str:
        return translate(sentence, language, **params)

    rows: list[tuple[str, str, int | None, int | None]] = [
        (t("Penjualan"), t("Penjualan"), report.sale_count, report.total_rupiah),
        (t("Penjualan"), t("Ongkos antar"), None, report.delivery_rupiah),
        (t("Penjualan"), t("Uang dikembalikan"), report.return_count, report.returned_rupiah),
        (t("Penjualan"), t("Bersih"), None, report.net_rupiah),
    ]
    rows += [
        (t("Menurut asal barang"), t(SOURCE_LABELS[row.source]), row.unit_count, row.total_rupiah)
        for row in report.sources or ()
    ]
    rows += [(t("Menurut cara bayar"), t(LABELS[way.method]), None, way.total_rupiah) for way in report.ways or ()]
    rows += [(t("Menurut jam"), f"{row.hour:02}.00", row.sale_count, row.total_rupiah) for row in report.hours or ()]
    for shift in report.shifts:
        name = f"{shift.cashier_name} {format_time(shift.opened_at, report.time_zone, language)}"
        rows += [
            (t("Kas"), f"{name}: {label}", None, amount)
            for label, amount in (
                (t("Modal awal"), shift.float_rupiah),
                (t("Uang masuk"), shift.taken_rupiah),
                (t("Uang dikembalikan"), shift.refunded_rupiah),
                (t("Disetor ke brankas"), shift.dropped_rupiah),
                (t("Diambil dari brankas"), shift.refilled_rupiah),
                (t("Kasbon dibayar"), shift.repaid_rupiah),
                (t("SHU dibayarkan"), shift.patronage_rupiah),
                (t("Seharusnya"), shift.expected_rupiah),
                (t("Dihitung"), shift.counted_rupiah),
                (t("Selisih"), shift.variance_rupiah),
            )
        ]
        rows += [
            (t("Bukan tunai"), f"{name}: {t(LABELS[way.method])}", None, way.total_rupiah)
            for way in shift.other_ways or ()
        ]
    rows.append((t("Kas"), t("Brankas"), None, report.safe_rupiah))
    rows.append((t("Kas"), t("Dalam perjalanan ke bank"), None, report.in_transit_rupiah))
    rows += [(t("Utang pemasok"), payable.name, None, payable.owed_rupiah) for payable in report.payables]
    sheet = StringIO()
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow((t("Bagian"), t("Rincian"), t("Banyaknya"), "Rupiah"))
    for part, item, count, amount in rows:
        writer.writerow((part, plain_cell(item), "" if count is None else count, "" if amount is None else amount))
    return sheet.getvalue()


PAGES: list[ControllerRouterHandler] = [download_report, report_page]
