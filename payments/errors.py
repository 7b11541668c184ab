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


class AlreadyRefunded(PaymentsError):
    """The payment was given back before, under another key."""

    code = "already_refunded"
    message = "Pembayaran ini sudah dikembalikan"


class UnknownMethod(PaymentsError):
    """No gateway is registered for this way to pay."""

    code = "unknown_method"
    message = "Cara bayar ini belum tersedia"
