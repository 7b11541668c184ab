"""What the actions of the audit trail are called; one that is missing here is shown by its own name."""

from typing import Final

ACTION_LABELS: Final = {
    "offer_created": "Penawaran ditulis",
    "offer_changed": "Penawaran diubah",
    "offer_published": "Penawaran diterbitkan",
    "offer_closed": "Penawaran ditutup",
    "application_made": "Kemitraan diajukan",
    "application_withdrawn": "Pengajuan ditarik",
    "application_accepted": "Pengajuan diterima",
    "application_declined": "Pengajuan ditolak",
    "product_created": "Barang ditambahkan",
    "product_edited": "Barang diubah",
    "product_photo": "Foto barang dipasang",
    "stock_received": "Barang masuk stok",
    "stock_corrected": "Stok dikoreksi",
    "stock_counted": "Stok dihitung (opname)",
    "books.day_closed": "Hari ditutup di buku",
    "store_saved": "Data gerai diubah",
    "store_coverage": "Wilayah antar gerai diubah",
}
