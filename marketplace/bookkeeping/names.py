"""What accounts, events and authors are called on a page: words for kinds, names for references."""

import re
from collections.abc import Iterable
from typing import Final

from marketplace.bookkeeping import store
from marketplace.database import Connection
from marketplace.ids import StoreId
from marketplace.web.translate import translate
from payments import AccountKey
from payments.ledger.accounts import KINDS

# What an event is called, by the beginning of its name without the numbers in it; the longest that fits.
EVENT_LABELS: Final = {
    "deposit.arrived": "Setoran sampai di bank",
    "deposit.brought_back": "Setoran kembali ke brankas",
    "deposit.over": "Setoran lebih menurut bank",
    "deposit.short": "Setoran kurang menurut bank",
    "deposit.taken": "Uang dibawa ke bank",
    "dispute.fee": "Biaya sengketa",
    "dispute.held": "Uang ditahan karena sengketa",
    "dispute.lost": "Sengketa kalah",
    "dispute.won": "Sengketa menang",
    "drop": "Laci ke brankas",
    "fee.corrected": "Biaya pembayaran dibetulkan",
    "float.in": "Modal awal laci",
    "float.out": "Setor laci ke brankas",
    "gateway.fee": "Biaya pembayaran",
    "inventory.found": "Barang ditemukan",
    "inventory.lost": "Barang susut",
    "opening": "Saldo awal",
    "own": "Bagian koperasi dikirim",
    "own.back": "Bagian koperasi ditarik kembali",
    "own.back_at": "Bagian koperasi ditarik di Stripe",
    "patronage.decided": "Bagian SHU",
    "patronage.paid_out": "SHU dibayarkan tunai",
    "payout.paid": "Pencairan Stripe",
    "payout.received": "Pencairan diterima",
    "receipt.goods": "Barang diterima",
    "receipt.returned": "Barang dikembalikan ke pemasok",
    "receivable.discounted": "Kode unik transfer",
    "receivable.fee": "Biaya pembayaran",
    "receivable.paid": "Pembayaran pembeli",
    "refill": "Brankas ke laci",
    "refund": "Potongan harga",
    "refund.came_back": "Pengembalian yang gagal",
    "refund.given_back": "Uang lebih dikembalikan",
    "refund.made_elsewhere": "Dikembalikan di halaman Stripe",
    "refund.settled_by_dispute": "Pengembalian lunas oleh sengketa",
    "refund.settled_elsewhere": "Pengembalian lunas di halaman Stripe",
    "return": "Retur",
    "return.lost": "Retur yang rusak",
    "return.refunded": "Uang dikembalikan",
    "return.undiscounted": "Kode unik dibatalkan",
    "reversal": "Pembatalan",
    "sale.cost": "Harga pokok penjualan",
    "sale.delivery": "Ongkos kirim",
    "sale.fee": "Jasa titip jual",
    "sale.goods": "Penjualan barang",
    "sale.owed": "Bagian pemasok",
    "sale.tax": "PPN penjualan",
    "sale.withheld": "PPh 22 dipungut",
    "share": "Bagian pemasok dikirim",
    "share.back": "Bagian pemasok ditarik kembali",
    "supplier.paid": "Pembayaran pemasok",
    "surplus.fee": "Biaya pembayaran",
    "surplus.received": "Uang lebih diterima",
    "tab.repaid": "Kasbon dibayar",
    "tab.repaid_from_patronage": "Kasbon dipotong dari SHU",
    "till.handed_over": "Serah terima laci",
    "till.over": "Kas lebih",
    "till.short": "Kas kurang",
    "transfer.back_at": "Transfer pemasok ditarik di Stripe",
}
# The numbers of what an event is about: of refund 4 that came back, of what was taken back of share 12.
_NUMBERS: Final = re.compile(r"[:.]\d+(?=\.|$)")

# Taxes are called the same in every language.
TAX_NAMES: Final = {"ppn": "PPN", "pph22": "PPh 22"}


def label_of(event: str) -> str | None:
    """Which of the labels is an event's; None where none is."""
    plain = _NUMBERS.sub("", event)
    known = [name for name in EVENT_LABELS if plain == name or plain.startswith((f"{name}.", f"{name}:"))]
    return max(known, key=len) if known else None


def event_name(event: str, language: str) -> str:
    """Word for an event, its own name where there is none."""
    label = label_of(event)
    return event if label is None else translate(EVENT_LABELS[label], language)


class Names:
    """Names of what references stand for ('organisation:5'), found together and then asked one by one."""

    def __init__(self, language: str, found: dict[str, str]) -> None:
        """Keep the names found."""
        self._language = language
        self._found = found

    def reference(self, reference: str) -> str:
        """Name of a reference; the reference itself where nothing is known of it."""
        if reference in self._found:
            return self._found[reference]
        if reference in TAX_NAMES:
            return TAX_NAMES[reference]
        head, _, number = reference.partition(":")
        if head == "shift":
            return translate("Sif {number}", self._language, number=number)
        return translate("Sistem", self._language) if reference == "system" else reference

    def account(self, account: AccountKey) -> str:
        """Name of an account: its kind, and what it is of."""
        kind = translate(KINDS[account.kind].indonesian, self._language)
        return f"{kind}: {self.reference(account.reference)}" if account.reference else kind


async def find_names(connection: Connection, store_id: StoreId, references: Iterable[str], *, language: str) -> Names:
    """Find the names of references, one statement for each sort of thing that occurs."""
    numbers: dict[str, set[int]] = {}
    for reference in references:
        head, _, number = reference.partition(":")
        if number.isdecimal():
            numbers.setdefault(head, set()).add(int(number))
    found: dict[str, str] = {}
    if ids := numbers.get("organisation"):
        named = await store.name_organisations(connection, sorted(ids))
        found |= {f"organisation:{number}": name for number, name in named.items()}
    if ids := numbers.get("person"):
        named = await store.name_people(connection, sorted(ids))
        found |= {f"person:{number}": name for number, name in named.items()}
    if ids := numbers.get("order"):
        named = await store.name_orders(connection, store_id, sorted(ids))
        found |= {f"order:{number}": code for number, code in named.items()}
    return Names(language, found)
