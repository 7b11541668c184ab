"""Posting to the ledger and reversing what was posted: the only two ways in.

Both join the caller's transaction and cost one round trip (reversing: two). A refusal leaves that transaction failed,
so nothing of the posting can be committed by accident. A use case posts once if it can: postings lock accounts in id
order within one call, and two calls in one transaction may meet another transaction's in the opposite order (the
database then stops one of them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import asyncpg

from payments.connection import require_transaction
from payments.ledger import store
from payments.ledger.accounts import AccountKey, AccountKind
from payments.ledger.errors import NothingToReverse
from payments.ledger.refusals import refused
from payments.ledger.transfers import PostedTransfer, Posting, Transfer
from payments.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from payments.connection import Connection

REVERSAL_PREFIX: Final = "reversal:"


async def post(
    connection: Connection,
    *,
    book: str,
    source: str,
    transfers: Sequence[Transfer],
    author: str,
    occurred_at: datetime,
    reason: str = "",
) -> Posting:
    """Post the transfers of one source, all or none; what was posted before is answered with its earlier ids.

    `book` is the store's ('store:12'), `source` what caused it ('order:123'), `author` who did it ('person:7',
    'system'). Raises PostingConflict where source and event stand there already with another amount or other accounts,
    BalanceTooLow where cash would go below zero or below what is held of it, DayClosed where the day of `occurred_at`
    is closed (`bookable` says where a late fact goes), ValueError for an instant without zone or an event given twice.
    """
    return await _post(
        connection,
        book=book,
        source=source,
        transfers=transfers,
        corrects=[None] * len(transfers),
        author=author,
        occurred_at=occurred_at,
        reason=reason,
    )


async def reverse(
    connection: Connection,
    *,
    book: str,
    source: str,
    reason: str,
    author: str,
    occurred_at: datetime,
    event_prefix: str = "",
    transfer_ids: Sequence[int] | None = None,
) -> Posting:
    """Reverse a source's transfers by new ones in the opposite direction, each once; doing it again changes nothing.

    All of them, or those whose event begins with `event_prefix`, or those of `transfer_ids`. The reversal's event is
    the original one after 'reversal:'. Raises NothingToReverse where none matches (or one of the ids does not),
    BalanceTooLow where the cash is no longer there, ValueError without a reason.
    """
    if not reason:
        message = "a reversal says why"
        raise ValueError(message)
    rows = await store.list_reversible(
        connection, book=book, source=source, event_prefix=event_prefix, transfer_ids=transfer_ids
    )
    if not rows or (transfer_ids is not None and len(rows) != len(set(transfer_ids))):
        raise NothingToReverse(book=book, source=source)
    return await _post(
        connection,
        book=book,
        source=source,
        transfers=[
            Transfer(
                debit=AccountKey(AccountKind(row["credit_kind"]), row["credit_reference"]),
                credit=AccountKey(AccountKind(row["debit_kind"]), row["debit_reference"]),
                amount=Money(row["amount_rupiah"]),
                event=REVERSAL_PREFIX + row["event"],
            )
            for row in rows
        ],
        corrects=[row["id"] for row in rows],
        author=author,
        occurred_at=occurred_at,
        reason=reason,
    )


async def _post(
    connection: Connection,
    *,
    book: str,
    source: str,
    transfers: Sequence[Transfer],
    corrects: Sequence[int | None],
    author: str,
    occurred_at: datetime,
    reason: str,
) -> Posting:
    require_transaction(connection)
    if occurred_at.tzinfo is None:
        message = "occurred_at needs its zone"
        raise ValueError(message)
    if len({transfer.event for transfer in transfers}) != len(transfers):
        message = f"the same event twice in one posting of {source}"
        raise ValueError(message)
    if not transfers:
        return Posting(())
    try:
        rows = await store.insert_transfers(
            connection,
            book=book,
            source=source,
            transfers=transfers,
            corrects=corrects,
            occurred_at=occurred_at,
            author=author,
            reason=reason,
        )
    except asyncpg.PostgresError as error:
        if (fact := refused(error, book=book, source=source, transfers=transfers)) is None:
            raise
        raise fact from error
    by_event = {row["event"]: row for row in rows}
    return Posting(
        tuple(
            PostedTransfer(
                transfer_id=by_event[transfer.event]["transfer_id"],
                event=transfer.event,
                is_new=by_event[transfer.event]["is_new"],
            )
            for transfer in transfers
        )
    )
