"""What payments tells the rest: past facts about money, whichever way it came."""

from __future__ import annotations

from datetime import datetime

import msgspec

from payments.money import Money


class PaymentSucceeded(msgspec.Struct, frozen=True, kw_only=True):
    """A payable was paid in full. `is_new` is false where the same key had succeeded before.

    `tendered`, `change` and `till_reference` are those of cash; None and empty for other ways.
    """

    payment_id: int
    payable: str
    book: str
    method: str
    amount: Money
    tendered: Money | None
    change: Money | None
    till_reference: str
    author: str
    succeeded_at: datetime
    is_new: bool


class PaymentRefunded(msgspec.Struct, frozen=True, kw_only=True):
    """A payment was given back in full; its payable may be paid anew.

    `is_new` is false where the same key had served before.
    """

    refund_id: int
    payment_id: int
    payable: str
    book: str
    method: str
    amount: Money
    till_reference: str
    author: str
    reason: str
    refunded_at: datetime
    is_new: bool
