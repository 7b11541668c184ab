"""What the database refuses, as the ledger's facts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import asyncpg

from payments.ledger.accounts import KINDS, AccountKey, Side
from payments.ledger.errors import BalanceTooLow, DayClosed, PostingConflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payments.errors import PaymentsError
    from payments.ledger.transfers import Transfer

_CONFLICT_SQLSTATE: Final = "LG001"
_CLOSED_SQLSTATE: Final = "LG004"


def refused(
    error: asyncpg.PostgresError, *, book: str, source: str, transfers: Sequence[Transfer]
) -> PaymentsError | None:
    """Return the fact behind a database error; None where it is not one of the ledger's."""
    if isinstance(error, asyncpg.CheckViolationError) and error.constraint_name == "ledger_balance_not_negative":
        return BalanceTooLow(book=book, accounts=_shrinking_cash(transfers))
    if isinstance(error, asyncpg.UniqueViolationError) and error.constraint_name == "ledger_transfer_source_event_key":
        return PostingConflict(source=source, event=error.detail)
    if error.sqlstate == _CONFLICT_SQLSTATE:
        return PostingConflict(source=source, event=error.detail)
    if error.sqlstate == _CLOSED_SQLSTATE:
        return DayClosed(closed_through=date.fromisoformat(str(error.detail)))
    return None


def _shrinking_cash(transfers: Sequence[Transfer]) -> tuple[AccountKey, ...]:
    """Return the accounts of the posting that may never be negative and shrink by it: one of them was too low."""
    growth: dict[AccountKey, int] = {}
    for transfer in transfers:
        for account, side in ((transfer.debit, Side.DEBIT), (transfer.credit, Side.CREDIT)):
            sign = 1 if KINDS[account.kind].normal_side == side else -1
            growth[account] = growth.get(account, 0) + sign * transfer.amount.rupiah
    return tuple(
        sorted(account for account, by in growth.items() if by < 0 and not KINDS[account.kind].may_be_negative)
    )
