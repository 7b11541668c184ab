"""The states of a payment, and which may follow which, as data.

Only success is monotone: money that came never becomes money that did not come, it is given back. The other states may
lose to a late success, because the buyer's money is more real than our clock. A database trigger keeps the same rule.
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
    CANCELLED = "cancelled"
    REVERSED = "reversed"


OPEN: Final = (PaymentState.PENDING, PaymentState.AWAITING_CONFIRMATION)
"""States in which money is still expected."""

_ENDS: Final = frozenset({PaymentState.FAILED, PaymentState.EXPIRED, PaymentState.CANCELLED})

TRANSITIONS: Final[dict[PaymentState, frozenset[PaymentState]]] = {
    PaymentState.PENDING: frozenset({PaymentState.AWAITING_CONFIRMATION, PaymentState.SUCCEEDED}) | _ENDS,
    PaymentState.AWAITING_CONFIRMATION: frozenset({PaymentState.SUCCEEDED}) | _ENDS,
    PaymentState.FAILED: frozenset({PaymentState.SUCCEEDED}),
    PaymentState.EXPIRED: frozenset({PaymentState.SUCCEEDED}),
    PaymentState.CANCELLED: frozenset({PaymentState.SUCCEEDED}),
    # all of it was given back; a gateway may fail to do so later
    PaymentState.SUCCEEDED: frozenset({PaymentState.REVERSED}),
    PaymentState.REVERSED: frozenset({PaymentState.SUCCEEDED}),
}
