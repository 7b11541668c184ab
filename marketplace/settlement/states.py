"""The words of settlement: states of a run, rules of terms, kinds of lines."""

from typing import Final

RUN_LABELS: Final = {
    "proposed": "Menunggu persetujuan",
    "approved": "Disetujui, sedang dibayar",
    "rejected": "Ditolak",
    "done": "Lunas semua",
    "closed": "Ditutup",
}
RUN_BADGES: Final = {"proposed": "wait", "approved": "info", "rejected": "stop", "done": "ok", "closed": "info"}
RULE_LABELS: Final = {
    "on_delivery": "Dibayar putus saat barang datang",
    "in_days": "Tempo",
    "as_sold": "Titip jual, dibayar saat laku",
}
LINE_LABELS: Final = {
    "sale": "Penjualan",
    "receipt": "Barang masuk",
    "payment_back": "Pelunasan dibatalkan",
    "other": "Catatan lain",
}
METHOD_LABELS: Final = {"cash": "Tunai dari brankas", "transfer": "Transfer bank", "stripe": "Transfer lewat Stripe"}
RECEIVER_LABELS: Final = {
    "none": "Belum dipasang",
    "begun": "Formulir Stripe belum selesai diisi",
    "needs_more": "Stripe meminta data tambahan",
    "checking": "Sedang diperiksa Stripe",
    "active": "Boleh menerima transfer",
}
RECEIVER_BADGES: Final = {"none": "info", "begun": "wait", "needs_more": "stop", "checking": "wait", "active": "ok"}
HOLD_LABELS: Final = {"hold": "Ditahan koperasi", "dispute": "Disanggah pemasok"}

# How the sources of transfers begin that a supplier's debt comes from.
_KINDS: Final = {"order:": "sale", "receipt:": "receipt", "settlement:": "payment_back"}


def kind_of(source: str) -> str:
    """Tell the kind of a line by the source of its transfers."""
    return next((kind for start, kind in _KINDS.items() if source.startswith(start)), "other")
