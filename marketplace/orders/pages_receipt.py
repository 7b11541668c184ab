"""After the cash: the change shown large, the receipt on paper or by WhatsApp."""

from typing import Annotated, Any, Final
from urllib.parse import quote

import asyncpg
from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.documents import paper_response, pdf_response, read_width
from marketplace.errors import NotFoundError
from marketplace.formats.rupiah import format_rupiah
from marketplace.http.policy import STORE_READERS, STORE_STAFF, only
from marketplace.orders import counter_store
from marketplace.orders.receipt_paper import read_receipt, receipt_paper
from marketplace.orders.show_payment import LABELS
from marketplace.web.render import render_page, translate

AnyRequest = Request[Any, Any, Any]

_LARGEST_NUMBER: Final = 2**63 - 1


async def _read_receipt(actor: Actor, number: int) -> asyncpg.Record:
    row = None
    if 1 <= number <= _LARGEST_NUMBER:
        async with database.connection() as connection:
            row = await counter_store.find_receipt(connection, store_id=actor.require_store(), number=number)
    if row is None:
        raise NotFoundError
    return row


def whatsapp_summary(row: asyncpg.Record, language: str) -> str:
    """Address that opens WhatsApp with number, total and code; who receives it is chosen there."""
    sentence = (
        "Kuitansi no. {number} dari {store}: {total}. Kode pesanan {code}."
        if row["kind"] == "sale"
        else "Kuitansi pengembalian no. {number} dari {store}: {total}. Kode pesanan {code}."
    )
    text = translate(
        sentence,
        language,
        number=row["number"],
        store=row["store_name"],
        total=format_rupiah(row["amount_rupiah"], language).replace("\u00a0", " "),
        code=row["code"],
    )
    return f"https://wa.me/?text={quote(text, safe='')}"


@get("/kasir/selesai/{number:int}", opt=only(*STORE_STAFF))
async def done_page(request: AnyRequest, actor: Actor, number: int) -> Response[bytes]:
    """The change, readable from across the counter, and the next order."""
    row = await _read_receipt(actor, number)
    return render_page(
        request,
        "counter/done.html",
        receipt=dict(row),
        payment_labels=LABELS,
        is_waiting=row["state"] in ("placed", "accepted", "ready"),
        whatsapp_href=whatsapp_summary(row, request.scope["state"]["language"]),
        time_zone=row["time_zone"],
    )


@get("/kasir/kuitansi/{number:int}", opt=only(*STORE_READERS))
async def receipt_page(
    request: AnyRequest,
    actor: Actor,
    number: int,
    lebar: Annotated[str, QueryParameter(max_length=4)] = "58",
    bentuk: Annotated[str, QueryParameter(max_length=4)] = "",
) -> Response[Any]:
    """The numbered receipt, for rolls of 58 and 80 mm, for A4, or as PDF."""
    language = request.scope["state"]["language"]
    async with database.connection() as connection:
        receipt = await read_receipt(connection, store_id=actor.require_store(), number=number)
    paper = receipt_paper(receipt, language)
    if bentuk == "pdf":
        return await pdf_response(paper, receipt.proof)
    is_staff = actor.require_hat().role in STORE_STAFF
    return paper_response(
        request,
        paper,
        receipt.proof,
        width=read_width(lebar, "58"),
        back_href="/kasir" if is_staff else "/koperasi/laporan",
        back_label="Kasir" if is_staff else "Laporan",
        whatsapp_href=whatsapp_summary(receipt.row, language),
    )


PAGES: list[ControllerRouterHandler] = [done_page, receipt_page]
