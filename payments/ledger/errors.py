"""What the ledger refuses."""

from __future__ import annotations

from payments.errors import PaymentsError


class PostingConflict(PaymentsError):
    """The same source and event stand in the ledger already, with another amount or other accounts."""

    code = "posting_conflict"
    message = "Pencatatan ini sudah ada dengan isi yang lain"


class BalanceTooLow(PaymentsError):
    """The posting would bring an account below zero that must never be (cash that is not there)."""

    code = "balance_too_low"
    message = "Saldo tidak cukup"


class NothingToReverse(PaymentsError):
    """The source has no transfer that matches and is not itself a correction."""

    code = "nothing_to_reverse"
    message = "Tidak ada pencatatan yang dapat dibatalkan"
