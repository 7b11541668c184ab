"""Write the invoice of an order that is not paid in cash: for one that waits for its money, on a tab, or by transfer.

One for each order, numbered without gaps for each store. What it says never changes: the order's lines are frozen when
it is placed, its taxes with the invoice, the buyer's name as it was given. An unpaid order waits for its money until
the invoice is due, and takes its invoice back where it ends unpaid, by a credit note that the database itself writes.
"""

from datetime import date, timedelta
from typing import Final

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import payable_of
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.formats.dates import day_bounds, day_of
from marketplace.http.idempotency import Once
from marketplace.ids import OrderId, StoreId
from marketplace.orders import document_store, store
from marketplace.orders.freeze_taxes import freeze_taxes
from marketplace.orders.report_store import find_store
from marketplace.orders.sale_taxes import taxes_of
from marketplace.orders.states import OPEN_STATES
from marketplace.sealing import current_sealer
from payments import Money

LONGEST_NAME: Final = 120
LONGEST_ADDRESS: Final = 200
MOST_DAYS: Final = 90
USUAL_DAYS: Final = 14
BUYER_PURPOSE: Final = "invoice.buyer"
_SENTENCES: Final = {
    "name": "Tulis nama pembeli, paling panjang 120 huruf.",
    "address": "Alamat paling panjang 200 huruf.",
    "npwp": "NPWP terdiri dari 15, 16, atau 22 angka.",
}
_TAX_NUMBER_LENGTHS: Final = (15, 16, 22)
INVOICED_WAYS: Final = ("tab", "transfer")


class InvoiceExistsError(ConflictError):
    """An order has one invoice."""

    code = "order_has_invoice"
    default_message = "Pesanan ini sudah punya faktur no. {number}."


class NotInvoicedError(ConflictError):
    """What was paid at once has its receipt; what has ended or went back is no claim any more."""

    code = "order_is_not_invoiced"
    default_message = (
        "Faktur dibuat untuk pesanan yang belum dibayar, masuk kasbon, atau dibayar lewat transfer. Pesanan ini tidak."
    )


class NewInvoice(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The command: to whom, and until when it is to be paid. `buyer_npwp` is empty where the buyer has none."""

    buyer_name: str
    due_on: date | None = None
    buyer_address: str = ""
    buyer_npwp: str = ""


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an invoice is to, as kept under its seal."""

    name: str
    address: str
    npwp: str


class IssuedInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """The number of the invoice, what it asks for and until when."""

    number: int
    order_code: str
    total_rupiah: int
    tax_rupiah: int
    due_on: date


@database.retry_on_conflict
async def issue_invoice(code: str, command: NewInvoice, *, actor: Actor, once: Once) -> IssuedInvoice:
    """Write the invoice of an order of the actor's store.

    Locks order, counter of invoices.

    Raises:
        InvalidError: no name, a text too long, no tax number, a day before today or more than 90 days ahead.
        NotFoundError: no such order here.
        InvoiceExistsError: it has one.
        NotInvoicedError: paid at once, ended, or money went back.

    """
    buyer = _checked(command)
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, IssuedInvoice)) is not None:
            return answer
        place = await find_store(connection, store_id)
        order = await store.lock_order(connection, code=code, store_id=store_id)
        if order is None or place is None:
            raise NotFoundError
        due_on = _due(command.due_on, today=day_of(now, place["time_zone"]))
        await _check_order(connection, order)
        if order["paid_at"] is None:
            # What was paid was frozen then.
            await freeze_taxes(connection, store_id=store_id, order_id=order["id"], at=now)
        rows = await document_store.list_taxed_lines(connection, order["id"])
        taxes = taxes_of(
            rows, {row["listing_id"]: row["quantity"] for row in rows}, delivery=Money(order["delivery_rupiah"])
        )
        number = await document_store.take_number(connection, store_id=store_id, kind="invoice")
        await document_store.insert_invoice(
            connection,
            store_id=store_id,
            number=number,
            order_id=order["id"],
            due_on=due_on,
            buyer_sealed=current_sealer().seal(msgspec.json.encode(buyer).decode(), purpose=BUYER_PURPOSE),
            total_rupiah=order["total_rupiah"],
            tax_rupiah=taxes.ppn.rupiah,
            withheld_rupiah=taxes.pph22.rupiah,
            issued_at=now,
            issued_by=person_id,
        )
        if order["paid_at"] is None:
            _, until = day_bounds(due_on, place["time_zone"])
            await document_store.hold_until_due(connection, order_id=order["id"], until=until)
        await record_audit(
            connection,
            actor=actor,
            action="invoice.issued",
            subject=payable_of(order["id"]),
            detail={"number": number, "amount": order["total_rupiah"]},
        )
        answer = IssuedInvoice(
            number=number,
            order_code=code,
            total_rupiah=order["total_rupiah"],
            tax_rupiah=taxes.ppn.rupiah,
            due_on=due_on,
        )
        await once.keep_answer(connection, answer)
        return answer


def _checked(command: NewInvoice) -> Buyer:
    errors: dict[str, str | tuple[str, dict[str, object]]] = {}
    name = " ".join(command.buyer_name.split())
    address = " ".join(command.buyer_address.split())
    npwp = "".join(letter for letter in command.buyer_npwp if letter not in " .-")
    if not 1 <= len(name) <= LONGEST_NAME:
        errors["buyer_name"] = _SENTENCES["name"]
    if len(address) > LONGEST_ADDRESS:
        errors["buyer_address"] = _SENTENCES["address"]
    if npwp and not (npwp.isascii() and npwp.isdecimal() and len(npwp) in _TAX_NUMBER_LENGTHS):
        errors["buyer_npwp"] = _SENTENCES["npwp"]
    if errors:
        raise InvalidError(fields=errors)
    return Buyer(name=name, address=address, npwp=npwp)


def _due(wanted: date | None, *, today: date) -> date:
    due_on = wanted or today + timedelta(days=USUAL_DAYS)
    if not today <= due_on <= today + timedelta(days=MOST_DAYS):
        message = "Jatuh tempo antara hari ini dan 90 hari lagi."
        raise InvalidError(fields={"due_on": message})
    return due_on


async def _check_order(connection: database.Connection, order: asyncpg.Record) -> None:
    store_id, order_id = StoreId(order["store_id"]), OrderId(order["id"])
    if (number := await document_store.find_invoice_number(connection, order_id=order_id)) is not None:
        raise InvoiceExistsError(number=number)
    if order["paid_at"] is None:
        if order["state"] not in OPEN_STATES:
            raise NotInvoicedError
        return
    paid = await document_store.find_how_paid(connection, store_id=store_id, order_id=order_id)
    if paid is None or paid["is_returned"] or paid["method"] not in INVOICED_WAYS:
        raise NotInvoicedError
