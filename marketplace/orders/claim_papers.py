"""Invoices and credit notes as they are printed and told: what a buyer owes, and what of it is taken back."""

from datetime import date, datetime
from typing import Final

import asyncpg
import msgspec

from marketplace.database import Connection
from marketplace.documents import Paper, Proof, find_proof, set_paper
from marketplace.errors import NotFoundError
from marketplace.formats.dates import day_of, format_full_date
from marketplace.formats.rupiah import format_rupiah
from marketplace.ids import OrderId, StoreId
from marketplace.orders import document_store
from marketplace.orders.issue_invoice import BUYER_PURPOSE, Buyer
from marketplace.orders.receipt_paper import paper_lines, sold_taxes, tax_notes
from marketplace.orders.sale_taxes import Taxes
from marketplace.orders.show_payment import LABELS
from marketplace.sealing import CannotOpenError, current_sealer
from marketplace.web.translate import translate
from payments import Money

INVOICE_STATE_LABELS: Final[dict[str, str]] = {
    "unpaid": "Belum dibayar",
    "paid": "Lunas",
    "on_tab": "Di kasbon anggota",
    "void": "Batal",
}
INVOICE_BADGES: Final = {"unpaid": "wait", "paid": "ok", "on_tab": "wait", "void": "stop"}
CREDIT_NOTE_LABELS: Final[dict[str, str]] = {
    "return": "Barang dan uangnya kembali",
    "allowance": "Potongan harga",
    "refund": "Uang dikembalikan lewat Stripe",
    "void": "Faktur batal",
}
_STANDS_SENTENCES: Final = {
    "unpaid": "Faktur ini belum dibayar.",
    "paid": "Faktur ini lunas dengan kuitansi no. {receipt}.",
    "on_tab": "Belanja faktur ini masuk kasbon anggota, kuitansi no. {receipt}.",
    "void": "Faktur ini batal oleh nota kredit no. {note}.",
}
_LARGEST_NUMBER: Final = 2**63 - 1


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice with what its paper is printed from."""

    row: asyncpg.Record
    proof: Proof
    buyer: Buyer
    lines: list[asyncpg.Record]
    taxes: Taxes


class CreditNote(msgspec.Struct, frozen=True, kw_only=True):
    """A credit note with what its paper is printed from."""

    row: asyncpg.Record
    proof: Proof
    lines: list[asyncpg.Record]
    delivery_rupiah: int
    taxes: Taxes


class InvoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice in a list. `state`: unpaid, paid, on_tab (a member owes it) or void."""

    number: int
    order_code: str
    buyer_name: str
    state: str
    total_rupiah: int
    due_on: date
    issued_at: datetime


class CreditNoteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A credit note in a list. `kind`: return, allowance (money without goods), refund or void (of an unpaid invoice).

    A refund was made at Stripe itself, for goods that stay sold.
    """

    number: int
    kind: str
    order_code: str
    receipt_number: int | None
    invoice_number: int | None
    total_rupiah: int
    issued_at: datetime


def invoice_state(row: asyncpg.Record) -> str:
    """How an invoice stands now."""
    if row["void_number"] is not None:
        return "void"
    if row["paid_at"] is None:
        return "unpaid"
    return "on_tab" if row["paid_by"] == "tab" else "paid"


def open_buyer(row: asyncpg.Record) -> Buyer:
    """Whom an invoice is to, opened from its seal; nameless where the key is gone."""
    try:
        text = current_sealer().open_sealed(row["buyer_sealed"], purpose=BUYER_PURPOSE)
    except CannotOpenError:
        return Buyer(name="", address="", npwp="")
    return msgspec.json.decode(text, type=Buyer)


def invoice_row(row: asyncpg.Record) -> InvoiceRow:
    """Tell an invoice to a list."""
    return InvoiceRow(
        number=row["number"],
        order_code=row["order_code"],
        buyer_name=open_buyer(row).name,
        state=invoice_state(row),
        total_rupiah=row["total_rupiah"],
        due_on=row["due_on"],
        issued_at=row["issued_at"],
    )


def credit_note_row(row: asyncpg.Record) -> CreditNoteRow:
    """Tell a credit note to a list."""
    return CreditNoteRow(**{name: row[name] for name in CreditNoteRow.__struct_fields__})


async def read_invoice(connection: Connection, *, store_id: StoreId, number: int) -> Invoice:
    """Read an invoice of a store.

    Raises:
        NotFoundError: there is none with this number.

    """
    row = None
    if 1 <= number <= _LARGEST_NUMBER:
        row = await document_store.find_invoice(connection, store_id=store_id, number=number)
    if row is None:
        raise NotFoundError
    proof = await find_proof(connection, store_id=store_id, kind="invoice", number=number)
    lines = await document_store.list_taxed_lines(connection, OrderId(row["order_id"]))
    return Invoice(
        row=row, proof=proof, buyer=open_buyer(row), lines=lines, taxes=sold_taxes(lines, row["delivery_rupiah"])
    )


async def read_credit_note(connection: Connection, *, store_id: StoreId, number: int) -> CreditNote:
    """Read a credit note of a store.

    Raises:
        NotFoundError: there is none with this number.

    """
    row = None
    if 1 <= number <= _LARGEST_NUMBER:
        row = await document_store.find_credit_note(connection, store_id=store_id, number=number)
    if row is None:
        raise NotFoundError
    proof = await find_proof(connection, store_id=store_id, kind="credit_note", number=number)
    lines, delivery = [], 0
    if row["return_id"] is not None:
        lines = await document_store.list_lines_back(connection, row["return_id"])
        delivery = row["delivery_rupiah"]
    taxes = Taxes(ppn=Money(row["tax_rupiah"]), pph22=Money(row["withheld_rupiah"]))
    return CreditNote(row=row, proof=proof, lines=lines, delivery_rupiah=delivery, taxes=taxes)


def invoice_paper(invoice: Invoice, language: str) -> Paper:
    """The paper of an invoice in a language; how it stands now is not on it."""

    def t(sentence: str, **facts: object) -> str:
        return translate(sentence, language, **facts)

    row, buyer = invoice.row, invoice.buyer
    facts = [(t("Kepada"), buyer.name)]
    if buyer.address:
        facts.append((t("Alamat"), buyer.address))
    if buyer.npwp:
        facts.append((t("NPWP pembeli"), buyer.npwp))
    facts += [
        (t("Hari"), format_full_date(day_of(row["issued_at"], row["time_zone"]), language)),
        (t("Jatuh tempo"), format_full_date(row["due_on"], language)),
        (t("Pesanan"), row["order_code"]),
    ]
    state = invoice_state(row)
    return set_paper(
        invoice.proof,
        kind=t("FAKTUR"),
        title=t("Faktur no. {number}", number=row["number"]),
        language=language,
        facts=facts,
        lines=paper_lines(invoice.lines, row["delivery_rupiah"], language),
        totals=[(t("Jumlah tagihan"), row["total_rupiah"])],
        notes=tax_notes(invoice.taxes, language),
        foot=t("Faktur ini bukan bukti pembayaran. Minta kuitansi saat membayar."),
        signatures=(t("Koperasi"), t("Penerima")),
        stands=(INVOICE_BADGES[state], _stands(row, state, language)),
    )


def _stands(row: asyncpg.Record, state: str, language: str) -> str:
    return translate(_STANDS_SENTENCES[state], language, receipt=row["receipt_number"], note=row["void_number"])


def credit_note_paper(note: CreditNote, language: str) -> Paper:
    """The paper of a credit note in a language."""

    def t(sentence: str, **facts: object) -> str:
        return translate(sentence, language, **facts)

    row = note.row
    facts = [(t("Hari"), format_full_date(day_of(row["issued_at"], row["time_zone"]), language))]
    if row["receipt_number"] is not None:
        facts.append((t("Atas kuitansi no."), str(row["receipt_number"])))
    if row["invoice_number"] is not None:
        facts.append((t("Atas faktur no."), str(row["invoice_number"])))
    facts += [(t("Pesanan"), row["order_code"]), (t("Alasan"), t(row["reason"]))]
    totals = [(t("Jumlah nota kredit"), row["total_rupiah"])]
    notes = tax_notes(note.taxes, language, is_credit=True)
    if row["refund_id"] is not None:
        if row["refunded_rupiah"] != row["total_rupiah"]:
            # Of a card nobody is let off anything: it went back before, without goods.
            less = t("Sudah dikembalikan") if row["refund_method"] == "stripe" else t("Kode unik")
            totals.append((less, row["refunded_rupiah"] - row["total_rupiah"]))
        totals.append((t(LABELS[row["refund_method"]]), row["refunded_rupiah"]))
        if row["kind"] == "refund":
            notes.insert(
                0, t("Pesanan tetap berlaku: jumlah ini menjadi tagihan lagi, kecuali barangnya dikembalikan.")
            )
    else:
        amount = format_rupiah(row["total_rupiah"], language)
        notes.insert(0, t("Tagihan {amount} tidak berlaku lagi. Tidak ada uang yang dikembalikan.", amount=amount))
    return set_paper(
        note.proof,
        kind=t("NOTA KREDIT"),
        title=t("Nota kredit no. {number}", number=row["number"]),
        language=language,
        facts=facts,
        lines=paper_lines(note.lines, note.delivery_rupiah, language),
        totals=totals,
        notes=notes,
        # An invoice that was never paid sets off no money.
        is_paid=row["refund_id"] is not None,
        signatures=(t("Koperasi"), t("Pembeli")),
    )
