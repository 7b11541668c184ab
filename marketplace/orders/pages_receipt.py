"""After the cash: the change shown large, the receipt on paper or by WhatsApp."""

from typing import Annotated, Any, Final
from urllib.parse import quote

import asyncpg
from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.formats.rupiah import format_rupiah, terbilang
from marketplace.http.policy import STORE_READERS, STORE_STAFF, only
from marketplace.orders import counter_store
from marketplace.orders.show_payment import LABELS
from marketplace.web.render import render_page, translate

AnyRequest = Request[Any, Any, Any]

WIDTH_LABELS: Final = {"58": "Kertas 58 mm", "80": "Kertas 80 mm", "a4": "Kertas A4"}
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
    request: AnyRequest, actor: Actor, number: int, lebar: Annotated[str, QueryParameter(max_length=4)] = "58"
) -> Response[bytes]:
    """The numbered receipt, for rolls of 58 and 80 mm and for A4."""
    row = await _read_receipt(actor, number)
    return render_page(
        request,
        "counter/receipt.html",
        receipt=dict(row),
        payment_labels=LABELS,
        words=terbilang(row["amount_rupiah"]),
        width=lebar if lebar in WIDTH_LABELS else "58",
        widths=WIDTH_LABELS,
        whatsapp_href=whatsapp_summary(row, request.scope["state"]["language"]),
        is_staff=actor.require_hat().role in STORE_STAFF,
        time_zone=row["time_zone"],
    )


PAGES: list[ControllerRouterHandler] = [done_page, receipt_page]
