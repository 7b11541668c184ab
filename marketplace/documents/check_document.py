"""Whether a document is genuine: what anybody is told who holds its code, and no more.

Kind, number, store, day and sum are what somebody who forges a paper would change, so whoever holds the paper compares
these five. Nothing of the buyer, the goods, the cashier, the way to pay or the hour is told: the paper may have been
lost or photographed, and its code must not tell more of a person's life than that a sum was paid somewhere.
"""

from datetime import date
from typing import Final, Literal

import msgspec

from marketplace import database
from marketplace.documents import store
from marketplace.documents.codes import read_code, spaced
from marketplace.errors import NotFoundError

Kind = Literal["receipt", "repayment", "invoice", "credit_note", "remittance", "deposit"]

KIND_LABELS: Final[dict[str, str]] = {
    "receipt": "Kuitansi",
    "repayment": "Kuitansi kasbon",
    "invoice": "Faktur",
    "credit_note": "Nota kredit",
    "remittance": "Nota pelunasan",
    "deposit": "Bukti setoran",
}


class NoSuchDocumentError(NotFoundError):
    """No document bears this code."""

    code = "no_such_document"
    default_message = "Tidak ada dokumen dengan kode ini. Periksa kodenya huruf demi huruf."


class GenuineDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A genuine document: what to compare with the paper. `code` is in groups of four."""

    code: str
    kind: Kind
    number: int
    store_name: str
    issued_on: date
    total_rupiah: int


async def check_document(typed: str) -> GenuineDocument:
    """The document that bears this code.

    Raises:
        NoSuchDocumentError: there is none, or it cannot be a code.

    """
    code = read_code(typed)
    row = None
    if code is not None:
        async with database.connection() as connection:
            row = await store.find_genuine(connection, code)
    if code is None or row is None:
        raise NoSuchDocumentError
    return GenuineDocument(code=spaced(code), **dict(row))
