"""The audit trail in people's words: what an event was about, and its facts. Pure.

Numbers by which only the database knows a thing are left out, and so is a word of code that has no name here.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from marketplace.formats.dates import format_date
from marketplace.formats.rupiah import format_rupiah
from marketplace.http.policy import ROLE_NAMES
from marketplace.organisations import KIND_LABELS as ORGANISATION_LABELS
from marketplace.organisations import STATUS_LABELS
from marketplace.reconciliation import DIFFERENCE_LABELS
from marketplace.web.translate import translate

Fact = str | int

SUBJECT_LABELS: Final = {
    "application": "Pengajuan kemitraan no. {n}",
    "deposit": "Setoran no. {n}",
    "listing": "Barang etalase no. {n}",
    "membership_application": "Permohonan anggota",
    "offer": "Penawaran no. {n}",
    "order": "Pesanan",
    "organisation": "Lembaga",
    "password_reset": "Kata sandi",
    "patronage_decision": "Bagian SHU no. {n}",
    "person": "Seorang anggota atau petugas",
    "platform_tax": "Pajak platform",
    "product": "Barang no. {n}",
    "role_assignment": "Peran",
    "session": "Perangkat",
    "settlement_run": "Pelunasan no. {n}",
    "shift": "Sif no. {n}",
    "statement": "Mutasi no. {n}",
    "statement_line": "Baris mutasi no. {n}",
    "store": "Gerai",
    "stripe_call": "Urusan dengan Stripe",
}
# Amounts; of stock the same words count goods.
MONEY_LABELS: Final = {
    "amount": "jumlah {x}",
    "counted": "dihitung {x}",
    "expected": "menurut buku {x}",
    "float": "modal awal {x}",
    "left": "sisa {x}",
    "limit": "batas {x}",
    "price_rupiah": "harga {x}",
    "refunded": "dikembalikan {x}",
    "unit_cost_rupiah": "harga modal {x}",
}
PLAIN_LABELS: Final = {
    "after": "menjadi {x}",
    "before": "sebelumnya {x}",
    "code": "pesanan {x}",
    "counted": "dihitung {x}",
    "days": "{x} hari",
    "document": "menurut {x}",
    "lines": "{x} baris",
    "members": "{x} anggota",
    "new": "{x} baris baru",
    "note": "catatan: {x}",
    "number": "nomor {x}",
    "provider": "penyedia {x}",
    "quantity": "banyaknya {x}",
    "quota": "kuota {x}",
    "reason": "alasan: {x}",
    "receipt": "kuitansi no. {x}",
    "sessions": "{x} perangkat keluar",
    "sessions_ended": "{x} perangkat keluar",
    "unit": "satuan {x}",
    "version": "versi {x}",
    "village": "wilayah {x}",
    "year": "tahun {x}",
}
DAY_LABELS: Final = {
    "due_on": "jatuh tempo sampai {x}",
    "effective_on": "sejak {x}",
    "expired_on": "habis {x}",
    "through": "sampai {x}",
}
YES_LABELS: Final = {
    "is_active": "gerai dibuka",
    "is_back": "kembali ke tahap sebelumnya",
    "is_covered": "masuk wilayah antar",
    "is_delivering": "melayani antar",
    "is_independent": "menyatakan mandiri",
    "is_ktp_checked": "KTP diperiksa",
    "is_on": "dikenakan",
    "renewed": "izinnya diperbarui",
}
NO_LABELS: Final = {
    "is_active": "gerai ditutup",
    "is_covered": "keluar dari wilayah antar",
    "is_delivering": "tidak melayani antar",
    "is_ktp_checked": "KTP tidak diperiksa",
    "is_on": "tidak dikenakan",
}
CHANNEL_LABELS: Final = {"qris": "QRIS", "transfer": "rekening bank", "bank": "rekening bank", "stripe": "kartu"}
KIND_LABELS: Final = {
    "after": "sesudah diserahkan",
    "bank": "mutasi rekening",
    "before": "sebelum diserahkan",
    "damage": "rusak",
    "dispute": "disanggah pemasok",
    "hold": "ditahan koperasi",
    "qris": "laporan QRIS",
    "surplus": "uang masuk lebih",
    "withdrawal": "ditarik pemilik",
}
LICENCE_LABELS: Final = {"pirt": "izin P-IRT", "bpom": "izin BPOM", "halal": "sertifikat halal", "sni": "izin SNI"}
METHOD_LABELS: Final = {
    "cash": "tunai",
    "qris": "QRIS",
    "transfer": "transfer bank",
    "stripe": "kartu",
    "tab": "kasbon",
}
RULE_LABELS: Final = {
    "on_delivery": "dibayar putus saat barang datang",
    "in_days": "tempo",
    "as_sold": "titip jual, dibayar saat laku",
}
TAX_LABELS: Final = {"ppn": "PPN", "pph22": "PPh pasal 22"}
RESIDENT_LABELS: Final = {"resident": "warga"}
GOODS_LABELS: Final = {"active": "dipajang", "draft": "konsep", "paused": "dijeda", "published": "tayang"}
# Words of code by the name of the fact that is one of them.
VALUE_WORDS: Final = {
    "channel": CHANNEL_LABELS,
    "kind": {**ORGANISATION_LABELS, **DIFFERENCE_LABELS, **KIND_LABELS},
    "licence": LICENCE_LABELS,
    "method": METHOD_LABELS,
    "role": {**ROLE_NAMES, **RESIDENT_LABELS},
    "rule": RULE_LABELS,
    "status": STATUS_LABELS,
    "tax": TAX_LABELS,
}
# Our own numbers of things, and what a program compares.
UNSAID: Final = ("contact_kind", "digest", "dispute", "line", "offer_id", "source", "subject", "supplier")

_STOCK: Final = "stock_"
_SEN: Final = 100


def said_subject(subject: str, language: str) -> str:
    """What an event was about, from names such as 'product:17'; empty for a kind without a name."""
    kind, _, number = subject.partition(":")
    return translate(SUBJECT_LABELS[kind], language, n=number) if kind in SUBJECT_LABELS else ""


def said_facts(action: str, facts: Mapping[str, Fact], language: str) -> list[str]:
    """The facts of an event as parts of a sentence, in the order they were recorded."""
    said = (_said(action, name, value, language) for name, value in facts.items())
    return [text for text in said if text]


def _said(action: str, name: str, value: Fact, language: str) -> str:
    if isinstance(value, bool):
        labels = YES_LABELS if value else NO_LABELS
        return translate(labels[name], language) if name in labels else ""
    if value == "" or name in UNSAID:
        return ""
    if name in VALUE_WORDS:
        return _word(VALUE_WORDS[name], str(value), language)
    sentence, text = _with_place(action, name, value, language)
    return translate(sentence, language, x=text) if sentence and text != "" else ""


def _with_place(action: str, name: str, value: Fact, language: str) -> tuple[str, Fact]:
    """The sentence of a fact and what goes into it: money, a day, a state, or the value as it is."""
    if name == "amount_sen" and isinstance(value, int):
        rupiah = abs(value) // _SEN
        return MONEY_LABELS["amount"], format_rupiah(-rupiah if value < 0 else rupiah, language)
    is_goods = name == "counted" and action.startswith(_STOCK)
    if name in MONEY_LABELS and isinstance(value, int) and not is_goods:
        return MONEY_LABELS[name], format_rupiah(value, language)
    if name in DAY_LABELS:
        return DAY_LABELS[name], _day(str(value), language)
    if name in ("before", "after") and isinstance(value, str):
        return PLAIN_LABELS[name], _word(GOODS_LABELS, value, language)
    return PLAIN_LABELS.get(name, ""), value


def _word(words: Mapping[str, str], value: str, language: str) -> str:
    return translate(words[value], language) if value in words else ""


def _day(text: str, language: str) -> str:
    try:
        return format_date(date.fromisoformat(text), language)
    except ValueError:
        return text
