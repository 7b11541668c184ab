"""Why an order cannot be placed or moved."""

from typing import Any

from marketplace.errors import ConflictError, InvalidError


class EmptyCartError(InvalidError):
    """There is nothing to order."""

    code = "cart_empty"
    default_message = "Keranjang masih kosong."


class CartChangedError(ConflictError):
    """The cart is not what the buyer saw: another tab changed it."""

    code = "cart_changed"
    default_message = "Isi keranjang sudah berubah di tab lain. Periksa lagi sebelum memesan."


class PriceChangedError(ConflictError):
    """Prices moved since the buyer saw them; `changes` holds name, old and new."""

    code = "price_changed"
    default_message = "Harga berubah sejak Anda melihatnya. Periksa harga baru, lalu pesan lagi."

    def __init__(self, changes: list[dict[str, Any]]) -> None:
        """Take one entry per product (product_id) or delivery (store_id): name, old_rupiah, new_rupiah."""
        super().__init__(changes=changes)
        self.changes = changes


class NotServedError(ConflictError):
    """A store can no longer serve goods that the buyer saw there; `goods` says which and how many are left."""

    code = "out_of_stock"
    default_message = "Sebagian barang tidak lagi tersedia di gerai itu. Ubah jumlahnya atau pilih gerai lain."

    def __init__(self, goods: list[dict[str, Any]]) -> None:
        """Take one entry per product: product_id, name, wanted, left."""
        super().__init__(goods=goods)
        self.goods = goods


class PriceAboveCeilingError(ConflictError):
    """Goods may not be sold at this price: a ceiling (HET) is in force where the store lies, or must be set first."""

    code = "price_above_ceiling"
    default_message = (
        "{name} belum bisa dijual seharga {price}: melebihi HET {commodity} {amount}/{per} ({rule}) sejak {since},"
        " paling tinggi {highest}. Gerai perlu menurunkan harganya dulu."
    )

    def __init__(self, *, is_missing: bool, **facts: object) -> None:
        """Take name and price of the goods and the facts of the verdict; `is_missing` where no HET is set."""
        message = (
            "{name} belum bisa dijual: HET {commodity} belum diisi untuk wilayah gerai ini." if is_missing else None
        )
        super().__init__(message, **facts)


class LicenceExpiredError(ConflictError):
    """Goods may not be sold any more: a licence they are sold under has run out, by the day of the store."""

    code = "licence_expired"
    default_message = (
        "{name} belum bisa dijual: {licence} sudah habis masa berlakunya pada {day}. Penjual perlu memperbarui izinnya."
    )
