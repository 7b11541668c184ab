"""The statements of `imports.py`: whole lists at once, on the caller's connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from payments.connection import Connection
    from payments.imports import ImportedCashPayment, ImportedPosting


async def insert_postings(connection: Connection, postings: Sequence[ImportedPosting]) -> int:
    """Open the accounts in key order, then insert all transfers; the trigger moves and locks the balances."""
    rows = [(posting, transfer) for posting in postings for transfer in posting.transfers]
    keys = sorted(
        {
            (posting.book, account.kind.value, account.reference)
            for posting, transfer in rows
            for account in (transfer.debit, transfer.credit)
        }
    )
    await connection.execute(
        """
        INSERT INTO ledger_account (book, kind, reference, normal_side, may_be_negative)
        SELECT wanted.book, wanted.kind, wanted.reference, facts.normal_side, facts.may_be_negative
        FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS wanted (book, kind, reference, position)
        JOIN ledger_account_kind AS facts ON facts.kind = wanted.kind
        ORDER BY wanted.position
        ON CONFLICT (book, kind, reference) DO NOTHING
        """,
        *(list(column) for column in zip(*keys, strict=True)),
    )
    accounts = {
        (row["book"], row["kind"], row["reference"]): row["id"]
        for row in await connection.fetch(
            "SELECT id, book, kind, reference FROM ledger_account WHERE book = ANY ($1::text[])",
            sorted({book for book, _, _ in keys}),
        )
    }
    await connection.execute(
        """
        INSERT INTO ledger_transfer (book, debit_account_id, credit_account_id, amount_rupiah, source, event,
                                     occurred_at, author, reason)
        SELECT book, debit_id, credit_id, amount_rupiah, source, event, occurred_at, author, reason
        FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[],
                    $7::timestamptz[], $8::text[], $9::text[]) WITH ORDINALITY
            AS wanted (book, debit_id, credit_id, amount_rupiah, source, event, occurred_at, author, reason, position)
        ORDER BY position
        """,
        [posting.book for posting, _ in rows],
        [accounts[posting.book, transfer.debit.kind.value, transfer.debit.reference] for posting, transfer in rows],
        [accounts[posting.book, transfer.credit.kind.value, transfer.credit.reference] for posting, transfer in rows],
        [transfer.amount.rupiah for _, transfer in rows],
        [posting.source for posting, _ in rows],
        [transfer.event for _, transfer in rows],
        [posting.occurred_at for posting, _ in rows],
        [posting.author for posting, _ in rows],
        [posting.reason for posting, _ in rows],
    )
    return len(rows)


async def insert_cash_payments(
    connection: Connection, payments: Sequence[ImportedCashPayment]
) -> tuple[dict[str, int], dict[str, int]]:
    """Insert the payments, then the refunds of those that were given back; ids of each by payable."""
    rows = await connection.fetch(
        """
        INSERT INTO payment (payable, book, method, amount_rupiah, tendered_rupiah, change_rupiah, state,
                             till_reference, key, author, succeeded_at)
        SELECT payable, book, 'cash', amount_rupiah, tendered_rupiah, tendered_rupiah - amount_rupiah,
               'succeeded', till_reference, key, author, succeeded_at
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[],
                    $7::text[], $8::timestamptz[]) WITH ORDINALITY
            AS wanted (payable, book, amount_rupiah, tendered_rupiah, till_reference, key, author,
                       succeeded_at, position)
        ORDER BY position
        RETURNING id, payable
        """,
        [payment.payable for payment in payments],
        [payment.book for payment in payments],
        [payment.amount_rupiah for payment in payments],
        [payment.tendered_rupiah for payment in payments],
        [payment.till_reference for payment in payments],
        [payment.key for payment in payments],
        [payment.author for payment in payments],
        [payment.succeeded_at for payment in payments],
    )
    ids = {row["payable"]: row["id"] for row in rows}
    refunded = [payment for payment in payments if payment.refunded_at is not None]
    refunds = await connection.fetch(
        """
        INSERT INTO payment_refund (payment_id, book, amount_rupiah, method, state, till_reference, key, author, reason,
                                    refunded_at)
        SELECT payment_id, book, amount_rupiah, 'cash', 'succeeded', till_reference, key, author, reason, refunded_at
        FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                    $8::timestamptz[])
            AS wanted (payment_id, book, amount_rupiah, till_reference, key, author, reason, refunded_at)
        RETURNING id, payment_id
        """,
        [ids[payment.payable] for payment in refunded],
        [payment.book for payment in refunded],
        [payment.amount_rupiah for payment in refunded],
        [payment.refund_till_reference for payment in refunded],
        [f"{payment.key}:refund" for payment in refunded],
        [payment.author for payment in refunded],
        [payment.refund_reason for payment in refunded],
        [payment.refunded_at for payment in refunded],
    )
    by_payment = {row["payment_id"]: row["id"] for row in refunds}
    return ids, {payment.payable: by_payment[ids[payment.payable]] for payment in refunded}
