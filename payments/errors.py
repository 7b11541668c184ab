"""What can be refused in payments, as plain facts.

`message` is the Indonesian sentence for people, a msgid with named places; `params` fills them. Amounts in `params` are
`Money`, so that the caller writes them in its own way. `code` is for programs and never changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from payments.money import Money


class PaymentsError(Exception):
    """Something that payments refuses. Whoever catches it inside a transaction lets the transaction fail."""

    code: ClassVar[str] = "payments"
    message: ClassVar[str] = "Pembayaran ditolak"

    def __init__(self, **params: object) -> None:
        """Keep what fills the sentence's places."""
        super().__init__(self.message, params)
        self.params = params

    def __str__(self) -> str:
        """Return the code and the particulars, for logs and test output."""
        return f"{self.code} {self.params}" if self.params else self.code


class OutsideTransaction(PaymentsError):
    """The caller has no transaction open: a mistake in the program, not of a person."""

    code = "outside_transaction"
    message = "Pencatatan uang harus di dalam satu transaksi"


class TenderTooSmall(PaymentsError):
    """The buyer handed over less than is due."""

    code = "tender_too_small"
    message = "Uang yang diterima kurang {short_by}"

    def __init__(self, *, short_by: Money) -> None:
        """Keep how much is missing."""
        super().__init__(short_by=short_by)
        self.short_by = short_by


class AlreadyPaid(PaymentsError):
    """What was to be paid is paid already, under another key."""

    code = "already_paid"
    message = "Tagihan ini sudah dibayar"


class KeyReused(PaymentsError):
    """The key has served for something else before."""

    code = "key_reused"
    message = "Kunci pengiriman ini sudah dipakai untuk pembayaran lain"


class PaymentNotFound(PaymentsError):
    """There is no such payment in this book."""

    code = "payment_not_found"
    message = "Pembayaran tidak ditemukan"


class NothingToRefund(PaymentsError):
    """The payment's money never came, so none goes back."""

    code = "nothing_to_refund"
    message = "Pembayaran ini belum diterima, jadi tidak ada yang dikembalikan"


class RefundTooLarge(PaymentsError):
    """More would be given back than is left of what was paid."""

    code = "refund_too_large"
    message = "Pengembalian paling banyak {left}"

    def __init__(self, *, left: Money) -> None:
        """Keep how much may still be given back."""
        super().__init__(left=left)
        self.left = left


class AlreadyConfirmed(PaymentsError):
    """The payment was confirmed before, with another number of the other side."""

    code = "already_confirmed"
    message = "Pembayaran ini sudah dikonfirmasi dengan nomor referensi lain"


class ReferenceUsed(PaymentsError):
    """The other side's number has paid something else in this book."""

    code = "reference_used"
    message = "Nomor referensi {reference} sudah dipakai untuk pembayaran lain"


class UnknownMethod(PaymentsError):
    """No gateway is registered for this way to pay."""

    code = "unknown_method"
    message = "Cara bayar ini belum tersedia"


class WayNotOpen(PaymentsError):
    """The store has not set this way to pay up, or has switched it off."""

    code = "way_not_open"
    message = "Gerai ini belum menerima cara bayar itu"


class TooManyTransfers(PaymentsError):
    """Every amount that could tell this transfer from others is taken by one that waits."""

    code = "too_many_transfers"
    message = "Terlalu banyak transfer yang menunggu. Pilih cara bayar lain, atau coba lagi nanti"
