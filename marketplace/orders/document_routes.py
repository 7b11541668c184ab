"""JSON API of invoices and credit notes."""

from datetime import date, datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.formats.packs import Pack
from marketplace.formats.rupiah import terbilang
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_READERS, STORE_STAFF, only
from marketplace.orders import document_store
from marketplace.orders.claim_papers import (
    CreditNoteRow,
    InvoiceRow,
    credit_note_row,
    invoice_row,
    invoice_state,
    read_credit_note,
    read_invoice,
)
from marketplace.orders.issue_invoice import IssuedInvoice, NewInvoice, issue_invoice

AnyRequest = Request[Any, Any, Any]
MOST_SHOWN: Final = 50

Before = Annotated[
    int | None, QueryParameter(name="before", description="Only those with a lower number.", ge=1, le=2**63 - 1)
]


class DocumentLine(msgspec.Struct, frozen=True, kw_only=True):
    """Goods on a document, at the price of the sale."""

    name: str
    unit_code: str
    quantity: int
    unit_price_rupiah: int
    total_rupiah: int
    conversions: list[Pack] | None = None


class ShownInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice. `state`: unpaid, paid, on_tab or void; `tax_rupiah` is the PPN in the total, of `tax_base_rupiah`.

    `withheld_rupiah` is PPh 22 that is taken of the store. Anybody checks the paper at `check_url`.
    """

    number: int
    order_code: str
    store_name: str
    buyer_name: str
    buyer_address: str
    buyer_npwp: str
    state: str
    lines: list[DocumentLine]
    delivery_rupiah: int
    total_rupiah: int
    tax_base_rupiah: int
    tax_rupiah: int
    withheld_rupiah: int
    amount_in_words: str
    due_on: date
    issued_at: datetime
    issued_by_name: str
    receipt_number: int | None
    credit_note_number: int | None
    document_code: str
    check_url: str


class ShownCreditNote(msgspec.Struct, frozen=True, kw_only=True):
    """A credit note on a receipt, an invoice or both. `refunded_rupiah` is None where no money went back."""

    number: int
    kind: str
    order_code: str
    store_name: str
    receipt_number: int | None
    invoice_number: int | None
    reason: str
    lines: list[DocumentLine]
    delivery_rupiah: int
    total_rupiah: int
    tax_rupiah: int
    withheld_rupiah: int
    refunded_rupiah: int | None
    amount_in_words: str
    stamp_duty_rupiah: int
    issued_at: datetime
    document_code: str
    check_url: str


@post("/stores/current/orders/{code:str}/invoice", opt=only(*STORE_STAFF), status_code=201)
async def create_invoice(request: AnyRequest, data: NewInvoice, actor: Actor, code: str) -> IssuedInvoice:
    """Write the invoice of an order that waits for its money, is on a tab, or was paid by transfer."""
    return await issue_invoice(code, data, actor=actor, once=await once_from_header(request))


@get("/stores/current/invoices", opt=only(*STORE_READERS))
async def get_invoices(actor: Actor, before: Before = None) -> list[InvoiceRow]:
    """Invoices of the store, the latest 50 first."""
    async with database.connection() as connection:
        rows = await document_store.list_invoices(connection, actor.require_store(), before=before, limit=MOST_SHOWN)
    return [invoice_row(row) for row in rows]


@get("/stores/current/invoices/{number:int}", opt=only(*STORE_READERS))
async def get_invoice(actor: Actor, number: int) -> ShownInvoice:
    """An invoice of the store by its number."""
    async with database.connection() as connection:
        invoice = await read_invoice(connection, store_id=actor.require_store(), number=number)
    row = invoice.row
    return ShownInvoice(
        number=row["number"],
        order_code=row["order_code"],
        store_name=invoice.proof.store_name,
        buyer_name=invoice.buyer.name,
        buyer_address=invoice.buyer.address,
        buyer_npwp=invoice.buyer.npwp,
        state=invoice_state(row),
        lines=_lines(invoice.lines),
        delivery_rupiah=row["delivery_rupiah"],
        total_rupiah=row["total_rupiah"],
        tax_base_rupiah=invoice.taxes.base.rupiah,
        tax_rupiah=row["tax_rupiah"],
        withheld_rupiah=row["withheld_rupiah"],
        amount_in_words=terbilang(row["total_rupiah"]),
        due_on=row["due_on"],
        issued_at=row["issued_at"],
        issued_by_name=row["issued_by_name"],
        receipt_number=row["receipt_number"],
        credit_note_number=row["void_number"],
        document_code=invoice.proof.spaced_code,
        check_url=invoice.proof.url,
    )


@get("/stores/current/credit-notes", opt=only(*STORE_READERS))
async def get_credit_notes(actor: Actor, before: Before = None) -> list[CreditNoteRow]:
    """Credit notes of the store, the latest 50 first."""
    async with database.connection() as connection:
        rows = await document_store.list_credit_notes(
            connection, actor.require_store(), before=before, limit=MOST_SHOWN
        )
    return [credit_note_row(row) for row in rows]


@get("/stores/current/credit-notes/{number:int}", opt=only(*STORE_READERS))
async def get_credit_note(actor: Actor, number: int) -> ShownCreditNote:
    """A credit note of the store by its number."""
    async with database.connection() as connection:
        note = await read_credit_note(connection, store_id=actor.require_store(), number=number)
    row = note.row
    return ShownCreditNote(
        number=row["number"],
        kind=row["kind"],
        order_code=row["order_code"],
        store_name=note.proof.store_name,
        receipt_number=row["receipt_number"],
        invoice_number=row["invoice_number"],
        reason=row["reason"],
        lines=_lines(note.lines),
        delivery_rupiah=note.delivery_rupiah,
        total_rupiah=row["total_rupiah"],
        tax_rupiah=row["tax_rupiah"],
        withheld_rupiah=row["withheld_rupiah"],
        refunded_rupiah=row["refunded_rupiah"],
        amount_in_words=terbilang(row["total_rupiah"]),
        stamp_duty_rupiah=note.proof.duty_rupiah(is_paid=row["refund_id"] is not None),
        issued_at=row["issued_at"],
        document_code=note.proof.spaced_code,
        check_url=note.proof.url,
    )


def _lines(rows: list[Any]) -> list[DocumentLine]:
    names = DocumentLine.__struct_fields__
    return [msgspec.convert({name: row[name] for name in names}, DocumentLine) for row in rows]


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_invoice,
    get_credit_note,
    get_credit_notes,
    get_invoice,
    get_invoices,
]
