"""What the ledger refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.errors import PaymentsError

if TYPE_CHECKING:
    from datetime import date


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


class DayClosed(PaymentsError):
    """What is to be booked lies on a day that the book has closed."""

    code = "day_closed"
    message = "Pembukuan sampai {closed_through} sudah ditutup. Catat dengan tanggal hari ini"

    def __init__(self, *, closed_through: date) -> None:
        """Keep the last day that is closed."""
        super().__init__(closed_through=closed_through)
        self.closed_through = closed_through


class DayNotOver(PaymentsError):
    """A day is closed once it is over on the book's own clock."""

    code = "day_not_over"
    message = "Hari itu belum selesai, jadi belum dapat ditutup"


class HoldNotFound(PaymentsError):
    """There is no hold of this source and event in this book."""

    code = "hold_not_found"
    message = "Uang yang ditahan tidak ditemukan"


class HoldEnded(PaymentsError):
    """The hold has ended the other way: what was posted cannot be let go, nor the other way round."""

    code = "hold_ended"
    message = "Uang yang ditahan ini sudah diselesaikan dengan cara lain"
