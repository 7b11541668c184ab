"""The books of a cooperative of the agency's region: its three reports, to read and to take along; no accounts."""

from typing import Any

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.bookkeeping import (
    REPORT_PATHS,
    ReportName,
    ShownReport,
    View,
    answer_report,
    page_problems,
    report_tabs,
    show_report,
)
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.policy import AGENCY, only
from marketplace.ids import StoreId
from marketplace.oversight import store
from marketplace.oversight.scope import region_of

AnyRequest = Request[Any, Any, Any]


@get("/dinas/buku/{cooperative_id:int}/{report:str}", opt=only(*AGENCY))
async def cooperative_report_page(
    request: AnyRequest,
    actor: Actor,
    cooperative_id: int,
    report: str,
    dari: str = "",
    sampai: str = "",
    bentuk: str = "",
) -> Response[Any]:
    """Trial balance, profit and loss or balance sheet of a cooperative's store; the rest of its book is its own."""
    name = next((name for name, path in REPORT_PATHS.items() if path == report), None)
    async with database.connection() as connection:
        store_id = await store.find_store_of(connection, region_of(actor), cooperative_id=cooperative_id)
    if name is None or store_id is None:
        raise NotFoundError
    errors: dict[str, str] = {}
    try:
        shown = await _shown(request, name, StoreId(store_id), dari=dari, sampai=sampai)
    except InvalidError as error:
        errors = page_problems(request, error)
        shown = await _shown(request, name, StoreId(store_id))
    root = f"/dinas/buku/{cooperative_id}"
    view = View(
        span=shown.span,
        time_zone=shown.time_zone,
        typed={"dari": dari, "sampai": sampai},
        errors=errors,
        has_since=name == "profit_and_loss",
        back_href="/dinas/omzet",
        back_label="Omzet",
        tabs=report_tabs(root),
        tab=f"{root}/{report}",
    )
    return await answer_report(request, shown.document, view, bentuk=bentuk)


async def _shown(
    request: AnyRequest, name: ReportName, store_id: StoreId, *, dari: str = "", sampai: str = ""
) -> ShownReport:
    language = request.scope["state"]["language"]
    return await show_report(name, store_id, since=dari, through=sampai, language=language)


PAGES: list[ControllerRouterHandler] = [cooperative_report_page]
