"""The states of a payment, and which may follow which, as data.

Only success is monotone: once a payment has succeeded it never becomes anything but reversed. The other states may lose
to a late success, because the buyer's money is more real than our clock. A database trigger keeps the same rule.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class PaymentState(StrEnum):
    """Where a payment stands."""

    PENDING = "pending"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    REVERSED = "reversed"


TRANSITIONS: Final[dict[PaymentState, frozenset[PaymentState]]] = {
    PaymentState.PENDING: frozenset(
        {PaymentState.AWAITING_CONFIRMATION, PaymentState.SUCCEEDED, PaymentState.FAILED, PaymentState.EXPIRED}
    ),
    PaymentState.AWAITING_CONFIRMATION: frozenset({PaymentState.SUCCEEDED, PaymentState.FAILED, PaymentState.EXPIRED}),
    PaymentState.FAILED: frozenset({PaymentState.SUCCEEDED}),
    PaymentState.EXPIRED: frozenset({PaymentState.SUCCEEDED}),
    PaymentState.SUCCEEDED: frozenset({PaymentState.REVERSED}),
    PaymentState.REVERSED: frozenset(),
}
