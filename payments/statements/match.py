"""Which payment a line of a statement may be the money of. Pure: it proposes, and says where only one fits.

A transfer is known by its exact amount, a QRIS payment by its reference number or, before anybody confirmed it, by
amount and time. A proposal is unique where the line fits one payment and the payment fits one line; everything else is
for a person.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

TRANSFER_DAYS: Final = 14
"""How late a transfer may come and still be taken for what it was asked for."""
_QRIS_EARLY: Final = timedelta(minutes=5)
_QRIS_LATE: Final = timedelta(hours=2)
SEN: Final = 100


class OpenLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of which nothing became yet."""

    line_id: int
    kind: str
    account_reference: str
    on: date
    at: datetime | None
    amount_sen: int
    reference: str
    bill_number: str = ""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that no line belongs to yet. `day` is that of its start in the bank's time."""

    payment_id: int
    method: str
    channel_reference: str
    due_rupiah: int
    reference: str
    is_settled: bool
    day: date
    started_at: datetime
    bill_number: str = ""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """The payments that a line fits; `unique` is the one that may be taken without asking."""

    line_id: int
    payment_ids: tuple[int, ...]
    unique: int | None


def propose(lines: Sequence[OpenLine], expected: Sequence[Expected]) -> list[Proposal]:
    """Propose payments for lines; lines that fit none are left out."""
    by_amount: dict[int, list[Expected]] = {}
    for payment in expected:
        by_amount.setdefault(payment.due_rupiah * SEN, []).append(payment)
    fitting = {
        line.line_id: [payment.payment_id for payment in by_amount.get(line.amount_sen, []) if _fits(line, payment)]
        for line in lines
    }
    named = {
        line.line_id: payment.payment_id
        for line in lines
        for payment in by_amount.get(line.amount_sen, [])
        if line.kind == "qris" and payment.method == "qris" and line.reference and line.reference == payment.reference
    }
    for line_id, payment_id in named.items():
        fitting[line_id] = [payment_id]
    taken = set(named.values())
    for line_id, payment_ids in fitting.items():
        if line_id not in named:
            fitting[line_id] = [payment_id for payment_id in payment_ids if payment_id not in taken]
    claims = Counter(payment_id for payment_ids in fitting.values() for payment_id in payment_ids)
    return [
        Proposal(
            line_id=line_id,
            payment_ids=tuple(payment_ids),
            unique=payment_ids[0] if len(payment_ids) == 1 and claims[payment_ids[0]] == 1 else None,
        )
        for line_id, payment_ids in fitting.items()
        if payment_ids
    ]


def _fits(line: OpenLine, payment: Expected) -> bool:
    if line.kind == "bank":
        return (
            payment.method == "transfer"
            and payment.channel_reference == line.account_reference
            and payment.day <= line.on <= payment.day + timedelta(days=TRANSFER_DAYS)
        )
    if payment.method != "qris" or payment.is_settled:
        # What was confirmed has its number; another number is other money.
        return False
    if line.bill_number and payment.bill_number:
        return line.bill_number == payment.bill_number
    if line.at is None:
        return payment.day == line.on
    return payment.started_at - _QRIS_EARLY <= line.at <= payment.started_at + _QRIS_LATE
