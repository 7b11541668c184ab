"""The books on pages: the general ledger, its reports and activity; each to print or to take along."""

from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.bookkeeping.close_day import show_closing
from marketplace.bookkeeping.documents import Document, cell_text
from marketplace.bookkeeping.exports import (
    LINES_IN_A_FILE,
    ExportTooLongError,
    document_response,
    read_format,
)
from marketplace.bookkeeping.read_books import (
    LINES_ON_A_PAGE,
    ReportName,
    read_account,
    read_kind,
    show_accounts,
    show_activity,
    show_report,
)
from marketplace.bookkeeping.spans import Span
from marketplace.errors import InvalidError
from marketplace.http.forms import field_sentences
from marketplace.http.policy import BOOK_READERS, STORE_MANAGERS, only
from marketplace.web.render import render_page
from marketplace.web.translate import translate
from payments import AccountKind
from payments.ledger.accounts import KINDS

AnyRequest = Request[Any, Any, Any]
_HOME: Final = "/koperasi/buku"
_FIELDS: Final = {"since": "dari", "through": "sampai"}


REPORT_PATHS: Final[dict[ReportName, str]] = {
    "trial_balance": "neraca-saldo",
    "profit_and_loss": "hasil-usaha",
    "balance_sheet": "neraca",
}
REPORT_LABELS: Final[dict[ReportName, str]] = {
    "trial_balance": "Neraca saldo",
    "profit_and_loss": "Perhitungan hasil usaha",
    "balance_sheet": "Neraca",
}


def report_tabs(root: str) -> tuple[tuple[str, str], ...]:
    """Label and address of each report below an address."""
    return tuple((REPORT_LABELS[name], f"{root}/{path}") for name, path in REPORT_PATHS.items())


def kind_href(kind: AccountKind) -> str:
    """Address of a kind's accounts."""
    return f"{_HOME}/akun/{kind.value}"


def drawn_rows(document: Document) -> list[dict[str, Any]]:
    """Rows of a document as a template draws them."""
    return [
        {
            "cells": [cell_text(cell, document.language) for cell in row.cells],
            "style": row.style,
            "href": row.href,
        }
        for row in document.rows
    ]


def headings(document: Document) -> list[str | tuple[str, str]]:
    """Column heads as a template's table takes them."""
    return [(column.label, "number") if column.is_amount else column.label for column in document.columns]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around a report on its page: its days, what was typed, and where it leads."""

    span: Span
    time_zone: str
    typed: dict[str, str]
    errors: dict[str, str]
    has_since: bool = True
    fixed: dict[str, str] = {}
    next_cursor: str | None = None
    back_href: str = _HOME
    back_label: str = "Buku besar"
    # reports side by side: (label, address), and which is shown
    tabs: tuple[tuple[str, str], ...] = ()
    tab: str = ""

    @property
    def query(self) -> str:
        """Query of the same report, for its files and its next page."""
        return urlencode({"dari": self.span.since.isoformat(), "sampai": self.span.through.isoformat(), **self.fixed})


async def answer_report(request: AnyRequest, document: Document, view: View, *, bentuk: str) -> Response[Any]:
    """Answer with the file that was asked for, or the page of a report."""
    if (file_format := read_format(bentuk)) is not None and not view.errors:
        return await document_response(document, file_format)
    span, typed = view.span, view.typed
    return render_page(
        request,
        "bookkeeping/report.html",
        status_code=422 if view.errors else 200,
        document=document,
        rows=drawn_rows(document),
        headings=headings(document),
        typed={
            "dari": typed.get("dari") or span.since.isoformat(),
            "sampai": typed.get("sampai") or span.through.isoformat(),
        },
        errors=view.errors,
        has_since=view.has_since,
        fixed=view.fixed,
        export=view.query,
        next_href=f"?{view.query}&{urlencode({'setelah': view.next_cursor})}" if view.next_cursor else None,
        back_href=view.back_href,
        back_label=view.back_label,
        tabs=[(translate(label, document.language), href, None) for label, href in view.tabs],
        tab=view.tab,
        time_zone=view.time_zone,
    )


def page_problems(request: AnyRequest, error: InvalidError) -> dict[str, str]:
    """Sentences beside the fields as the page calls them."""
    return {_FIELDS.get(name, name): said for name, said in field_sentences(request, error).items()}


async def _report_page(
    request: AnyRequest, actor: Actor, name: ReportName, *, dari: str, sampai: str, bentuk: str
) -> Response[Any]:
    store_id, language = actor.require_store(), request.scope["state"]["language"]
    errors: dict[str, str] = {}
    try:
        shown = await show_report(name, store_id, since=dari, through=sampai, language=language, href_of=kind_href)
    except InvalidError as error:
        # Days ahead or misspelt: say so, and show this month.
        errors = page_problems(request, error)
        shown = await show_report(name, store_id, language=language, href_of=kind_href)
    view = View(
        span=shown.span,
        time_zone=shown.time_zone,
        typed={"dari": dari, "sampai": sampai},
        errors=errors,
        has_since=name == "profit_and_loss",
        tabs=report_tabs(_HOME),
        tab=f"{_HOME}/{REPORT_PATHS[name]}",
    )
    return await answer_report(request, shown.document, view, bentuk=bentuk)


@get(_HOME, opt=only(*BOOK_READERS))
async def books_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """Buku besar: every kind of account with its balance, the reports, and how far the book is closed."""
    store_id, language = actor.require_store(), request.scope["state"]["language"]
    shown = await show_report("trial_balance", store_id, language=language, href_of=kind_href)
    return render_page(
        request,
        "bookkeeping/home.html",
        document=shown.document,
        rows=drawn_rows(shown.document),
        headings=headings(shown.document),
        closing=await show_closing(store_id, language=language),
        may_close=actor.require_hat().role in STORE_MANAGERS,
        time_zone=shown.time_zone,
    )


@get(f"{_HOME}/neraca-saldo", opt=only(*BOOK_READERS))
async def trial_balance_page(request: AnyRequest, actor: Actor, sampai: str = "", bentuk: str = "") -> Response[Any]:
    """Neraca saldo at the end of a day."""
    return await _report_page(request, actor, "trial_balance", dari="", sampai=sampai, bentuk=bentuk)


@get(f"{_HOME}/hasil-usaha", opt=only(*BOOK_READERS))
async def profit_and_loss_page(
    request: AnyRequest, actor: Actor, dari: str = "", sampai: str = "", bentuk: str = ""
) -> Response[Any]:
    """Perhitungan hasil usaha of some days."""
    return await _report_page(request, actor, "profit_and_loss", dari=dari, sampai=sampai, bentuk=bentuk)


@get(f"{_HOME}/neraca", opt=only(*BOOK_READERS))
async def balance_sheet_page(request: AnyRequest, actor: Actor, sampai: str = "", bentuk: str = "") -> Response[Any]:
    """Neraca at the end of a day."""
    return await _report_page(request, actor, "balance_sheet", dari="", sampai=sampai, bentuk=bentuk)


@get(f"{_HOME}/akun/{{kind:str}}", opt=only(*BOOK_READERS))
async def accounts_page(
    request: AnyRequest, actor: Actor, kind: str, semua: str = "", setelah: str = ""
) -> Response[Any]:
    """Accounts of a kind; straight on to the activity where the kind has only one."""
    its = read_kind(kind)
    if not KINDS[its].reference_is:
        return Redirect(f"{kind_href(its)}/mutasi", status_code=303)
    shown = await show_accounts(
        its,
        actor.require_store(),
        cursor=setelah,
        is_settled_too=bool(semua),
        language=request.scope["state"]["language"],
    )
    more = {"semua": "1"} if semua else {}
    return render_page(
        request,
        "bookkeeping/accounts.html",
        kind_name=KINDS[its].indonesian,
        accounts=[
            (each, f"{kind_href(its)}/mutasi?{urlencode({'rujukan': each.reference})}") for each in shown.accounts
        ],
        is_settled_too=bool(semua),
        path_of_page=kind_href(its),
        next_href=f"{kind_href(its)}?{urlencode({**more, 'setelah': shown.next_cursor})}"
        if shown.next_cursor
        else None,
        time_zone=shown.time_zone,
    )


@get(f"{_HOME}/akun/{{kind:str}}/mutasi", opt=only(*BOOK_READERS))
async def activity_page(
    request: AnyRequest,
    actor: Actor,
    kind: str,
    rujukan: str = "",
    dari: str = "",
    sampai: str = "",
    setelah: str = "",
    bentuk: str = "",
) -> Response[Any]:
    """Mutasi: an account's transfers of some days with the balance after each."""
    account, store_id = read_account(kind, rujukan), actor.require_store()
    language, file_format = request.scope["state"]["language"], read_format(bentuk)
    limit = LINES_IN_A_FILE[file_format] if file_format is not None else LINES_ON_A_PAGE
    errors: dict[str, str] = {}
    try:
        shown = await show_activity(
            account,
            store_id,
            since=dari,
            through=sampai,
            cursor="" if file_format else setelah,
            limit=limit,
            language=language,
        )
    except InvalidError as error:
        errors = page_problems(request, error)
        shown = await show_activity(account, store_id, limit=limit, language=language)
    if file_format is not None and shown.next_cursor is not None:
        raise ExportTooLongError(most=limit)
    view = View(
        span=shown.span,
        time_zone=shown.time_zone,
        typed={"dari": dari, "sampai": sampai},
        errors=errors,
        fixed={"rujukan": rujukan} if rujukan else {},
        next_cursor=shown.next_cursor,
        back_href=kind_href(account.kind) if rujukan else _HOME,
        back_label=KINDS[account.kind].indonesian if rujukan else "Buku besar",
    )
    return await answer_report(request, shown.document, view, bentuk=bentuk)


PAGES: list[ControllerRouterHandler] = [
    accounts_page,
    balance_sheet_page,
    books_page,
    profit_and_loss_page,
    activity_page,
    trial_balance_page,
]
