"""Pages of invoices and credit notes: writing an invoice, lists, and the papers themselves."""

from datetime import timedelta
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.documents import paper_response, pdf_response, read_width
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.formats.dates import day_of, parse_date
from marketplace.formats.errors import FormatError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_READERS, STORE_STAFF, only
from marketplace.ids import OrderId, new_token
from marketplace.orders import document_store, store
from marketplace.orders.claim_papers import (
    CREDIT_NOTE_LABELS,
    INVOICE_BADGES,
    INVOICE_STATE_LABELS,
    credit_note_paper,
    credit_note_row,
    invoice_paper,
    invoice_row,
    read_credit_note,
    read_invoice,
)
from marketplace.orders.document_routes import MOST_SHOWN
from marketplace.orders.issue_invoice import USUAL_DAYS, NewInvoice, issue_invoice
from marketplace.orders.order_view import open_contact
from marketplace.orders.report_store import find_store
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]
Width = Annotated[str, QueryParameter(max_length=4)]
Before = Annotated[int | None, QueryParameter(name="sebelum", ge=1, le=2**63 - 1)]
_INVOICES: Final = "/koperasi/faktur"
_CREDIT_NOTES: Final = "/koperasi/nota-kredit"


async def _invoice_form(
    request: AnyRequest,
    actor: Actor,
    code: str,
    *,
    error: LumbungError | None = None,
    typed: dict[str, Any] | None = None,
) -> Response[bytes]:
    store_id = actor.require_store()
    language = request.scope["state"]["language"]
    async with database.connection() as connection:
        place = await find_store(connection, store_id)
        order = await store.find_store_order(connection, code=code, store_id=store_id)
        if order is None or place is None:
            raise NotFoundError
        number = await document_store.find_invoice_number(connection, order_id=OrderId(order["id"]))
    if number is not None:
        return see_other(f"{_INVOICES}/{number}")
    contact = open_contact(order, actor=actor, language=language)
    due_on = day_of(clock.now(), place["time_zone"]) + timedelta(days=USUAL_DAYS)
    usual = {
        "buyer_name": "" if contact is None else contact.name,
        "buyer_address": "" if contact is None else contact.address,
        "due_on": due_on.isoformat(),
    }
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "counter/invoice_form.html",
        status_code=200 if error is None else error.status_code,
        code=code,
        total_rupiah=order["total_rupiah"],
        typed=usual if typed is None else typed,
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        once=new_token(),
        time_zone=place["time_zone"],
    )


@get("/kasir/pesanan/{code:str}/faktur", opt=only(*STORE_STAFF))
async def invoice_form_page(request: AnyRequest, actor: Actor, code: str) -> Response[Any]:
    """Ask to whom the invoice of an order is; where it has one, show that."""
    return await _invoice_form(request, actor, code)


@post("/kasir/pesanan/{code:str}/faktur", opt=only(*STORE_STAFF))
async def submit_invoice(request: AnyRequest, actor: Actor, code: str) -> Response[Any]:
    """Write the invoice."""
    form = await read_form(request)
    try:
        issued = await issue_invoice(code, _read(form), actor=actor, once=once_from_form(request, form))
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _invoice_form(request, actor, code, error=error, typed=form)
    return see_other(f"{_INVOICES}/{issued.number}")


def _read(form: dict[str, Any]) -> NewInvoice:
    try:
        due_on = parse_date(str(form.get("due_on", "")))
    except FormatError as error:
        raise InvalidError(fields={"due_on": error.message}) from error
    return NewInvoice(
        buyer_name=str(form.get("buyer_name", "")),
        buyer_address=str(form.get("buyer_address", "")),
        buyer_npwp=str(form.get("buyer_npwp", "")),
        due_on=due_on,
    )


@get("/koperasi/faktur", opt=only(*STORE_READERS))
async def invoices_page(request: AnyRequest, actor: Actor, before: Before = None) -> Response[bytes]:
    """Invoices of the store, the latest first."""
    async with database.connection() as connection:
        place = await find_store(connection, actor.require_store())
        rows = await document_store.list_invoices(
            connection, actor.require_store(), before=before, limit=MOST_SHOWN + 1
        )
    return _list_page(
        request,
        "counter/invoices.html",
        [invoice_row(row) for row in rows],
        path=_INVOICES,
        time_zone="Asia/Jakarta" if place is None else place["time_zone"],
        labels=INVOICE_STATE_LABELS,
        badges=INVOICE_BADGES,
    )


@get("/koperasi/nota-kredit", opt=only(*STORE_READERS))
async def credit_notes_page(request: AnyRequest, actor: Actor, before: Before = None) -> Response[bytes]:
    """Credit notes of the store, the latest first."""
    async with database.connection() as connection:
        place = await find_store(connection, actor.require_store())
        rows = await document_store.list_credit_notes(
            connection, actor.require_store(), before=before, limit=MOST_SHOWN + 1
        )
    return _list_page(
        request,
        "counter/credit_notes.html",
        [credit_note_row(row) for row in rows],
        path=_CREDIT_NOTES,
        time_zone="Asia/Jakarta" if place is None else place["time_zone"],
        labels=CREDIT_NOTE_LABELS,
        badges={},
    )


def _list_page(
    request: AnyRequest,
    template: str,
    rows: list[Any],
    *,
    path: str,
    time_zone: str,
    labels: dict[str, str],
    badges: dict[str, str],
) -> Response[bytes]:
    shown = rows[:MOST_SHOWN]
    next_href = f"{path}?sebelum={shown[-1].number}" if len(rows) > MOST_SHOWN else None
    return render_page(
        request,
        template,
        rows=[msgspec.structs.asdict(row) for row in shown],
        next_href=next_href,
        labels=labels,
        badges=badges,
        time_zone=time_zone,
    )


@get("/koperasi/faktur/{number:int}", opt=only(*STORE_READERS))
async def invoice_page(
    request: AnyRequest, actor: Actor, number: int, lebar: Width = "a4", bentuk: Width = ""
) -> Response[Any]:
    """An invoice to print, or as PDF."""
    async with database.connection() as connection:
        invoice = await read_invoice(connection, store_id=actor.require_store(), number=number)
    paper = invoice_paper(invoice, request.scope["state"]["language"])
    if bentuk == "pdf":
        return await pdf_response(paper, invoice.proof)
    return paper_response(
        request, paper, invoice.proof, width=read_width(lebar, "a4"), back_href=_INVOICES, back_label="Faktur"
    )


@get("/koperasi/nota-kredit/{number:int}", opt=only(*STORE_READERS))
async def credit_note_page(
    request: AnyRequest, actor: Actor, number: int, lebar: Width = "a4", bentuk: Width = ""
) -> Response[Any]:
    """A credit note to print, or as PDF."""
    async with database.connection() as connection:
        note = await read_credit_note(connection, store_id=actor.require_store(), number=number)
    paper = credit_note_paper(note, request.scope["state"]["language"])
    if bentuk == "pdf":
        return await pdf_response(paper, note.proof)
    return paper_response(
        request, paper, note.proof, width=read_width(lebar, "a4"), back_href=_CREDIT_NOTES, back_label="Nota kredit"
    )


PAGES: list[ControllerRouterHandler] = [
    credit_note_page,
    credit_notes_page,
    invoice_form_page,
    invoice_page,
    invoices_page,
    submit_invoice,
]
