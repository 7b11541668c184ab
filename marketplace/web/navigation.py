"""Where each role's way begins: the few entries of the bar at the bottom (phone) or the top (desk), at most five.

Labels are Indonesian sentences, translated when drawn. What stands on those pages belongs to the areas.
"""

from __future__ import annotations

from typing import Final

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """One way to go: its label (an Indonesian msgid), its icon in the sprite and its address."""

    label: str
    icon: str
    href: str


RESIDENT: Final = (
    Entry("Beranda", "house", "/"),
    Entry("Cari", "search", "/cari"),
    Entry("Keranjang", "shopping-basket", "/keranjang"),
    Entry("Pesanan", "clipboard-list", "/akun/pesanan"),
    Entry("Akun", "user", "/akun"),
)
CASHIER: Final = (
    Entry("Kasir", "calculator", "/kasir"),
    Entry("Pesanan", "clipboard-list", "/koperasi/pesanan"),
    Entry("Stok", "package", "/koperasi/stok"),
    Entry("Akun", "user", "/akun"),
)
STORE: Final = (
    Entry("Gerai", "store", "/koperasi"),
    Entry("Pesanan", "clipboard-list", "/koperasi/pesanan"),
    Entry("Stok", "package", "/koperasi/stok"),
    Entry("Kemitraan", "handshake", "/koperasi/kemitraan"),
    Entry("Akun", "user", "/akun"),
)
SELLER: Final = (
    Entry("Usaha", "house", "/umkm"),
    Entry("Barang", "tag", "/umkm/produk"),
    Entry("Akun", "user", "/akun"),
)
PARTNER: Final = (
    Entry("Mitra", "house", "/bumd"),
    Entry("Penawaran", "handshake", "/bumd/penawaran"),
    Entry("Akun", "user", "/akun"),
)
AGENCY: Final = (
    Entry("Dinas", "landmark", "/dinas"),
    Entry("Cakupan", "chart-column", "/dinas/cakupan"),
    Entry("Pesanan", "clipboard-list", "/dinas/pesanan"),
    Entry("Omzet", "wallet", "/dinas/omzet"),
    Entry("Akun", "user", "/akun"),
)
OPERATOR: Final = (
    Entry("Pengelola", "shield-check", "/operator"),
    Entry("Pengguna", "users", "/operator/pengguna"),
    Entry("Cakupan", "chart-column", "/cakupan"),
    Entry("Akun", "user", "/akun"),
)

ENTRIES_BY_ROLE: Final[dict[str, tuple[Entry, ...]]] = {
    "resident": RESIDENT,
    "member": RESIDENT,
    "cashier": CASHIER,
    "store_manager": STORE,
    "pengurus": STORE,
    "pengawas": STORE,
    "seller_owner": SELLER,
    "seller_staff": SELLER,
    "partner_staff": PARTNER,
    "agency_officer": AGENCY,
    "platform_operator": OPERATOR,
}


def entries_for(role: str | None) -> tuple[Entry, ...]:
    """List the entries of a role; guests and unknown roles get the resident's."""
    return ENTRIES_BY_ROLE.get(role or "resident", RESIDENT)


def current_entry(role: str | None, path: str) -> str | None:
    """Give the address of the role's entry that covers the path best; None where none does."""
    covering = [
        entry.href
        for entry in entries_for(role)
        if path == entry.href or (entry.href != "/" and path.startswith(entry.href + "/"))
    ]
    return max(covering, key=len, default=None)
