"""Every SQL statement about payments and refunds, one named function each, on the caller's connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection
    from payments.money import Money


async def insert_cash_payment(
    connection: Connection,
    *,
    payable: str,
    book: str,
    till_reference: str,
    amount: Money,
    tendered: Money,
    key: str,
    at: datetime,
    author: str,
) -> asyncpg.Record | None:
    """Insert a succeeded cash payment; None where its key is known or its payable is paid.

    Waits for another transaction that is inserting the same key or paying the same payable.
    """
    return await connection.fetchrow(
        """
        INSERT INTO payment (payable, book, method, amount_rupiah, tendered_rupiah, change_rupiah, state,
                             till_reference, key, author, succeeded_at)
        VALUES ($1, $2, 'cash', $3::bigint, $4::bigint, $4::bigint - $3::bigint, 'succeeded', $5, $6, $7, $8)
        ON CONFLICT DO NOTHING
        RETURNING *
        """,
        payable,
        book,
        amount.rupiah,
        tendered.rupiah,
        till_reference,
        key,
        author,
        at,
    )


async def find_by_key(connection: Connection, *, key: str) -> asyncpg.Record | None:
    """Find a payment by the key it was made with."""
    return await connection.fetchrow("SELECT * FROM payment WHERE key = $1", key)


async def find_succeeded(connection: Connection, *, payable: str) -> asyncpg.Record | None:
    """Find the payment by which a payable stands paid now."""
    return await connection.fetchrow("SELECT * FROM payment WHERE payable = $1 AND state = 'succeeded'", payable)


async def lock_payment(connection: Connection, *, payment_id: int, book: str) -> asyncpg.Record | None:
    """Lock one payment of a book until the transaction ends; None where the book has no such payment."""
    return await connection.fetchrow(
        "SELECT * FROM payment WHERE id = $1 AND book = $2 FOR NO KEY UPDATE", payment_id, book
    )


async def find_refund(connection: Connection, *, payment_id: int) -> asyncpg.Record | None:
    """Find the refund of a payment."""
    return await connection.fetchrow("SELECT * FROM payment_refund WHERE payment_id = $1", payment_id)


async def insert_refund(
    connection: Connection,
    *,
    payment_id: int,
    till_reference: str,
    key: str,
    at: datetime,
    author: str,
    reason: str,
) -> asyncpg.Record | None:
    """Insert the refund of a locked payment and mark that reversed; None where the key served for another refund."""
    return await connection.fetchrow(
        """
        WITH refund AS (
            INSERT INTO payment_refund (payment_id, book, amount_rupiah, till_reference, key, author, reason,
                                        refunded_at)
            SELECT id, book, amount_rupiah, $2, $3, $4, $5, $6 FROM payment WHERE id = $1
            ON CONFLICT (key) DO NOTHING
            RETURNING *
        ),
        reversed AS (
            UPDATE payment SET state = 'reversed' WHERE id IN (SELECT payment_id FROM refund)
        )
        SELECT * FROM refund
        """,
        payment_id,
        till_reference,
        key,
        author,
        reason,
        at,
    )
