"""Why a statement cannot be imported or a line not be taken."""

from marketplace.errors import ConflictError


class LineTakenError(ConflictError):
    """Something became of the line already, or of the payment."""

    code = "line_is_taken"
    default_message = "Baris atau pembayaran ini sudah dicocokkan. Muat ulang halaman."


class DoesNotFitError(ConflictError):
    """The line and what it was to become do not fit."""

    code = "line_does_not_fit"
    default_message = "Baris ini tidak cocok dengan pilihan itu: jumlah, rekening atau harinya berbeda."


class NoBankAccountError(ConflictError):
    """A bank statement came for a store without an account."""

    code = "no_bank_account"
    default_message = "Gerai ini belum mencatat rekening bank. Catat dulu di halaman Cara bayar."
