"""Bringing in what happened elsewhere, in bulk: payments and postings of an earlier book, or of a demonstration.

Several thousand at a time in a few statements, where a call for each would take minutes. What is imported is written
once: a key or event that is there already is refused and nothing stands, so that a repeated import is noticed. Daily
work goes through `take_cash` and `post`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from payments import imports_store as store
from payments.connection import require_transaction
from payments.ledger.transfers import Transfer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from payments.connection import Connection


class ImportedPosting(msgspec.Struct, frozen=True, kw_only=True):
    """The transfers of one source, as `post` takes them."""

    book: str
    source: str
    transfers: tuple[Transfer, ...]
    author: str
    occurred_at: datetime
    reason: str = ""


class ImportedCashPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment in cash that was made; with `refund_reason` it was given back out of `refund_till_reference`."""

    payable: str
    book: str
    till_reference: str
    amount_rupiah: int
    tendered_rupiah: int
    key: str
    author: str
    succeeded_at: datetime
    refund_till_reference: str = ""
    refund_reason: str = ""
    refunded_at: datetime | None = None


async def import_postings(connection: Connection, postings: Sequence[ImportedPosting]) -> int:
    """Post all transfers in one statement, in the order given; the number of transfers.

    Balances follow as with `post`; cash that would end below zero is refused by the database, as is an event that
    stands already. Joins the caller's transaction.
    """
    require_transaction(connection)
    return await store.insert_postings(connection, postings)


async def import_cash_payments(
    connection: Connection, payments: Sequence[ImportedCashPayment]
) -> tuple[dict[str, int], dict[str, int]]:
    """Write payments and their refunds; ids of payments and of refunds, by payable. Joins the caller's transaction."""
    require_transaction(connection)
    return await store.insert_cash_payments(connection, payments)
