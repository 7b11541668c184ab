"""What a provider says in a callback: the notification of a QR payment (QR MPM) as SNAP names its fields. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import msgspec

from payments.statements.cells import sen_of
from payments.statements.columns import BANK_TIME, LONGEST_REFERENCE, ReadLine

_PAID: Final = "00"
_MOST_APART: Final = timedelta(days=7)


class _Amount(msgspec.Struct):
    value: str
    currency: str


class _More(msgspec.Struct):
    rrn: str = ""


class _Notification(msgspec.Struct, rename="camel"):
    original_reference_no: str
    latest_transaction_status: str
    amount: _Amount
    original_partner_reference_no: str = ""
    finished_time: str = ""
    additional_info: _More = msgspec.field(default_factory=_More)


def read_notification(body: str, *, received_at: datetime) -> ReadLine | None:
    """Read a notification as a line of the acquirer's list; None where no money came (a failed or pending payment).

    The number that counts is the RRN, which the payer sees too; the provider's own where it gives none. Raises
    ValueError for what is no such notification.
    """
    try:
        said = msgspec.json.decode(body, type=_Notification)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = "no notification of a QR payment"
        raise ValueError(message) from error
    if said.latest_transaction_status != _PAID:
        return None
    reference = (said.additional_info.rrn or said.original_reference_no).replace(" ", "").upper()
    amount = sen_of(said.amount.value)
    if said.amount.currency != "IDR" or not amount or amount <= 0 or not 1 <= len(reference) <= LONGEST_REFERENCE:
        message = "no rupiah, or no number"
        raise ValueError(message)
    at = datetime.fromisoformat(said.finished_time) if said.finished_time else received_at
    at = at if at.tzinfo is not None else at.replace(tzinfo=BANK_TIME)
    if abs(at - received_at) > _MOST_APART:
        message = "a payment of another time"
        raise ValueError(message)
    return ReadLine(
        row=0,
        on=at.astimezone(BANK_TIME).date(),
        at=at,
        amount_sen=amount,
        text="Pemberitahuan penyedia QRIS",
        reference=reference,
        bill_number=said.original_partner_reference_no[:LONGEST_REFERENCE].upper(),
    )
