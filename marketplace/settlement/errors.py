"""What settlement refuses."""

from marketplace.errors import ConflictError


class RunOpenError(ConflictError):
    """The store has a run that is proposed or being paid."""

    code = "settlement_run_open"
    default_message = "Masih ada pelunasan yang berjalan. Selesaikan atau tutup dulu."


class NothingDueError(ConflictError):
    """No supplier has anything due on the day."""

    code = "nothing_due"
    default_message = "Tidak ada utang yang jatuh tempo sampai hari itu."


class RunStateError(ConflictError):
    """The run is in another state than this step needs."""

    code = "settlement_run_state"
    default_message = "Pelunasan ini sudah diputuskan atau ditutup. Muat ulang halaman."


class AlreadyPaidPartError(ConflictError):
    """Somebody else was faster: this payment stands already."""

    code = "settlement_paid"
    default_message = "Pembayaran ini sudah dicatat, nota nomor {number}. Muat ulang halaman."


class LessOwedError(ConflictError):
    """Less is owed now than would be paid: goods came back, or lines were held or disputed since the approval."""

    code = "less_owed"
    default_message = "Yang akan dibayar {wanted}, tetapi sekarang hanya {payable} yang boleh dibayar."


class SafeTooLowError(ConflictError):
    """The safe does not hold the money, by the book."""

    code = "safe_too_low"
    default_message = "Menurut buku, uang di brankas tidak cukup untuk pembayaran ini."


class TransferUnderWayError(ConflictError):
    """A transfer by Stripe has not been answered yet, so nobody knows whether the supplier has been paid."""

    code = "settlement_transfer_under_way"
    default_message = "Transfer lewat Stripe kepada pemasok ini masih berjalan. Tunggu hasilnya dulu."


class MayNotReceiveError(ConflictError):
    """The supplier has no account at Stripe, or one that may not be sent transfers now."""

    code = "supplier_may_not_receive"
    default_message = "Akun Stripe pemasok ini belum ada atau belum boleh menerima transfer. Bayar dengan cara lain."


class StripeTooLowError(ConflictError):
    """The store has less at Stripe, by the book, than is to be sent."""

    code = "stripe_too_low"
    default_message = "Menurut buku, uang gerai di Stripe yang belum dipakai hanya {left}."


class NoBankAccountError(ConflictError):
    """The store has no bank account to transfer from."""

    code = "no_bank_account"
    default_message = "Gerai belum punya rekening. Daftarkan dulu di Cara bayar."


class HeldAlreadyError(ConflictError):
    """The line is held or disputed already."""

    code = "line_held"
    default_message = "Baris ini sudah ditahan atau disanggah."
