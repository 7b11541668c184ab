"""A receipt as it is printed: of a sale what was sold and how it was paid, of a return what came back.

Everything on it is frozen (the order's lines, the payment, the rates of taxes, the store's name on that day). Only the
cashier's name follows the person, who may have their name taken off by UU 27/2022.
"""

from typing import Any

import asyncpg
import msgspec

from marketplace.database import Connection
from marketplace.documents import Paper, PaperLine, Proof, find_proof, set_paper
from marketplace.errors import NotFoundError
from marketplace.formats.dates import day_of, format_full_date, format_time
from marketplace.formats.packs import packs_in_brackets, packs_of
from marketplace.formats.rupiah import format_rupiah
from marketplace.ids import OrderId, StoreId
from marketplace.orders import counter_store, document_store
from marketplace.orders.sale_taxes import NO_TAXES, Taxes, taxes_of
from marketplace.orders.show_payment import LABELS
from marketplace.web.translate import translate
from payments import Money

_LARGEST_NUMBER = 2**63 - 1
# What a receipt says at its foot: of a sale, or of money given back by its way.
_FOOT_SENTENCES = {
    "sale": "Terima kasih sudah belanja di koperasi sendiri.",
    "stripe": "Uang dikembalikan ke kartu pembeli.",
    "tab": "Kasbon anggota sudah dikurangi.",
    "other": "Uang sudah diterima kembali oleh pembeli.",
}


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt with all that its paper says; `lines` and `delivery_rupiah` of a return are those that came back."""

    row: asyncpg.Record
    proof: Proof
    lines: list[asyncpg.Record]
    delivery_rupiah: int
    taxes: Taxes
    member_saving_rupiah: int


async def read_receipt(connection: Connection, *, store_id: StoreId, number: int) -> Receipt:
    """Read a receipt of a store.

    Raises:
        NotFoundError: there is none with this number.

    """
    row = None
    if 1 <= number <= _LARGEST_NUMBER:
        row = await counter_store.find_receipt(connection, store_id=store_id, number=number)
    if row is None:
        raise NotFoundError
    proof = await find_proof(connection, store_id=store_id, kind="receipt", number=number)
    if row["kind"] != "sale":
        # Surplus is of no goods.
        made = await document_store.find_return_of_refund(connection, row["refund_id"])
        return Receipt(
            row=row,
            proof=proof,
            lines=[] if made is None else await document_store.list_lines_back(connection, made["id"]),
            delivery_rupiah=0 if made is None else made["delivery_rupiah"],
            taxes=NO_TAXES,
            member_saving_rupiah=0,
        )
    lines = await document_store.list_taxed_lines(connection, OrderId(row["order_id"]))
    return Receipt(
        row=row,
        proof=proof,
        lines=lines,
        delivery_rupiah=row["delivery_rupiah"],
        taxes=sold_taxes(lines, row["delivery_rupiah"]),
        member_saving_rupiah=member_saving(lines),
    )


def sold_taxes(lines: list[asyncpg.Record], delivery_rupiah: int) -> Taxes:
    """Taxes of all that an order was placed for."""
    return taxes_of(lines, {line["listing_id"]: line["quantity"] for line in lines}, delivery=Money(delivery_rupiah))


def member_saving(lines: list[asyncpg.Record]) -> int:
    """What the buyer paid less than somebody who is no member; 0 of sales from before that was kept."""
    return sum(
        line["quantity"] * (line["public_price_rupiah"] - line["unit_price_rupiah"])
        for line in lines
        if line["public_price_rupiah"] is not None
    )


def paper_lines(lines: list[asyncpg.Record], delivery_rupiah: int, language: str) -> list[PaperLine]:
    """Goods and the delivery fee, as printed."""
    printed = [
        PaperLine(
            name=line["name"],
            detail=f"{count(line, language)} × {format_rupiah(line['unit_price_rupiah'], language)}",
            amount=format_rupiah(line["total_rupiah"], language),
        )
        for line in lines
    ]
    if delivery_rupiah:
        fee = format_rupiah(delivery_rupiah, language)
        printed.append(PaperLine(name=translate("Ongkos antar", language), amount=fee))
    return printed


def count(line: asyncpg.Record, language: str) -> str:
    """How many of which unit, and how many larger units that is."""
    grouped = f"{line['quantity']:,}"
    number = grouped if language == "en" else grouped.replace(",", ".")
    packs = packs_in_brackets(line["quantity"], line["unit_code"], packs_of(line["conversions"]), language)
    return f"{number} {line['unit_code']}{packs}"


def tax_notes(taxes: Taxes, language: str, *, is_credit: bool = False) -> list[str]:
    """What a paper says of taxes; nothing where none is on."""
    notes: list[str] = []
    if taxes.ppn:
        sentence = "Termasuk PPN {tax} atas dasar {base}."
        if is_credit:
            sentence = "Mengurangi PPN {tax}."
        base, tax = format_rupiah(taxes.base.rupiah, language), format_rupiah(taxes.ppn.rupiah, language)
        notes.append(translate(sentence, language, tax=tax, base=base))
    if taxes.pph22:
        sentence = "PPh 22 {tax} dipungut dari gerai, tidak menambah yang dibayar pembeli."
        if is_credit:
            sentence = "Mengurangi PPh 22 {tax} yang dipungut dari gerai."
        notes.append(translate(sentence, language, tax=format_rupiah(taxes.pph22.rupiah, language)))
    return notes


def receipt_paper(receipt: Receipt, language: str) -> Paper:
    """The paper of a receipt in a language."""
    row = receipt.row
    is_sale = row["kind"] == "sale"
    notes = tax_notes(receipt.taxes, language)
    if row["kind"] == "surplus":
        notes.append(translate("Uang yang masuk lebih, atau belum kembali kepada pembeli.", language))
    if receipt.member_saving_rupiah:
        saved = format_rupiah(receipt.member_saving_rupiah, language)
        notes.insert(0, translate("Anda hemat {amount} sebagai anggota.", language, amount=saved))
    return set_paper(
        receipt.proof,
        kind=translate("KUITANSI" if is_sale else "KUITANSI PENGEMBALIAN", language),
        title=translate("Kuitansi no. {number}", language, number=row["number"]),
        language=language,
        facts=_facts(row, language, is_sale=is_sale),
        lines=paper_lines(receipt.lines, receipt.delivery_rupiah, language),
        totals=_totals(row, language, is_sale=is_sale),
        notes=notes,
        foot=translate(_FOOT_SENTENCES["sale" if is_sale else _foot_of(row["method"])], language),
        # Goods on a tab are not paid yet: the receipt says that they are owed.
        is_paid=row["method"] != "tab",
        signatures=(translate("Kasir", language), translate("Pembeli", language)),
    )


def _facts(row: asyncpg.Record, language: str, *, is_sale: bool) -> list[tuple[str, str]]:
    def t(sentence: str) -> str:
        return translate(sentence, language)

    zone = row["time_zone"]
    facts = [
        (t("Hari"), format_full_date(day_of(row["issued_at"], zone), language)),
        (t("Pukul"), format_time(row["issued_at"], zone, language)),
    ]
    if row["cashier_name"] is not None:
        facts.append((t("Kasir"), row["cashier_name"]))
    facts.append((t("Pesanan"), row["code"]))
    if is_sale and row["reference"] and row["method"] != "tab":
        facts.append((t("Referensi"), row["reference"]))
    if row["is_member"]:
        facts.append((t("Harga"), t("harga anggota")))
    return facts


def _totals(row: asyncpg.Record, language: str, *, is_sale: bool) -> list[tuple[str, int]]:
    def t(sentence: str) -> str:
        return translate(sentence, language)

    amount: int = row["amount_rupiah"]
    if not is_sale:
        return [(t("Dikembalikan"), amount)]
    if row["method"] == "cash":
        tendered: list[tuple[str, Any]] = [(t("Tunai"), row["tendered_rupiah"]), (t("Kembalian"), row["change_rupiah"])]
        return [(t("Total"), amount), *tendered]
    discount: int = row["discount_rupiah"]
    unique = [(t("Kode unik"), -discount)] if discount else []
    return [(t("Total"), amount), *unique, (t(LABELS[row["method"]]), amount - discount)]


def _foot_of(method: str) -> str:
    return method if method in _FOOT_SENTENCES else "other"
