"""What is handed to the ledger and what it answers with."""

from __future__ import annotations

from datetime import datetime

import msgspec

from payments.ledger.accounts import AccountKey
from payments.money import Money


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One amount to move: the debited account receives, the credited one gives. `event` names it within its source.

    Raises ValueError where the amount is not above zero or both accounts are the same.
    """

    debit: AccountKey
    credit: AccountKey
    amount: Money
    event: str

    def __post_init__(self) -> None:
        """Refuse what the database would refuse, while it is still clear whose mistake it is."""
        if not self.amount.is_positive:
            message = f"a transfer moves more than nothing, not {self.amount.rupiah} rupiah ({self.event})"
            raise ValueError(message)
        if self.debit == self.credit:
            message = f"a transfer goes between two accounts ({self.event})"
            raise ValueError(message)
        if not self.event:
            message = "a transfer has an event that names it"
            raise ValueError(message)


class PostedTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that stands in the ledger; `is_new` is false where an earlier call had posted it."""

    transfer_id: int
    event: str
    is_new: bool


class Posting(msgspec.Struct, frozen=True):
    """All transfers of one call, in the order they were given."""

    transfers: tuple[PostedTransfer, ...]

    @property
    def transfer_ids(self) -> tuple[int, ...]:
        """Return the ids in the order the transfers were given."""
        return tuple(transfer.transfer_id for transfer in self.transfers)

    @property
    def is_new(self) -> bool:
        """Whether this call wrote anything."""
        return any(transfer.is_new for transfer in self.transfers)


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """An amount that is set aside; `is_new` is false where an earlier call had done it."""

    hold_id: int
    is_new: bool


class OpenHold(msgspec.Struct, frozen=True, kw_only=True):
    """What is set aside now, and the transfer it would become."""

    hold_id: int
    source: str
    transfer: Transfer
    held_at: datetime
    author: str
    reason: str
