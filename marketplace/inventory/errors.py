"""Refusals of the store room."""

from collections.abc import Sequence

import msgspec

from marketplace.errors import ConflictError, InvalidError
from marketplace.ids import ListingId


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    """One listing with fewer units free than were asked for; `left` is what is free now."""

    listing_id: ListingId
    wanted: int
    left: int


class OutOfStockError(ConflictError):
    """Some goods are not there in the wanted quantity; nothing was set aside."""

    code = "out_of_stock"

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        """Take the short listings, in id order."""
        self.shortages = list(shortages)
        if len(self.shortages) == 1:
            (only,) = self.shortages
            message = "Stok tidak cukup: diminta {wanted}, tersisa {left}." if only.left else "Stok sudah habis."
            super().__init__(message, listing_id=only.listing_id, wanted=only.wanted, left=only.left)
        else:
            super().__init__(
                "Stok tidak cukup untuk {count} barang.",
                count=len(self.shortages),
                shortages=[msgspec.to_builtins(shortage) for shortage in self.shortages],
            )


class StockNotHeldError(ConflictError):
    """The order's goods went back on the shelf before they were sold."""

    code = "stock_not_held"
    default_message = "Barang pesanan ini sudah tidak disisihkan lagi. Buat pesanan baru."


class ReturnTooLargeError(InvalidError):
    """More units come back than were sold and not yet returned."""

    code = "return_too_large"
    default_message = "Jumlah retur melebihi yang terjual: paling banyak {left}."


class StockBelowZeroError(InvalidError):
    """A correction would leave fewer than no units."""

    code = "stock_below_zero"
    default_message = "Stok tidak boleh kurang dari nol: sekarang {on_hand}, dikurangi {less}."


class StockBelowReservedError(InvalidError):
    """A correction would take units that buyers have ordered."""

    code = "stock_below_reserved"
    default_message = (
        "Ada {reserved} yang sudah dipesan pembeli, jadi stok tidak boleh kurang dari itu. Batalkan pesanannya dulu."
    )
