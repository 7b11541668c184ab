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
    "store_saved": "Data gerai diubah",
    "store_coverage": "Wilayah antar gerai diubah",
    "store.refund_limit": "Batas pengembalian uang diubah",
    "channel.qris_registered": "QRIS gerai dipasang",
    "channel.bank_registered": "Rekening gerai dipasang",
    "channel.stopped": "Cara bayar gerai dihentikan",
    "payment.started": "Pembayaran dimulai",
    "order.paid_twice": "Uang masuk lebih dicatat",
    "order.placed_at_counter": "Pesanan dibuat di kasir",
    "return.requested": "Pengembalian uang diajukan",
    "return.approved": "Pengembalian uang disetujui",
    "return.rejected": "Pengembalian uang ditolak",
    "return.done": "Uang dikembalikan",
}
