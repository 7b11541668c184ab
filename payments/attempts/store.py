"""Every SQL statement about payments and refunds, one named function each, on the caller's connection.

Locks: the payment row. Whoever settles a payable holds that payable's own lock before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
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


async def insert_attempt(
    connection: Connection,
    *,
    payable: str,
    book: str,
    method: str,
    amount: Money,
    discount: Money,
    state: str,
    instruction: str,
    channel_reference: str,
    expires_at: datetime | None,
    key: str,
    at: datetime,
    author: str,
) -> asyncpg.Record | None:
    """Insert an attempt that waits for its money, with its history; None where its key, or its like, is there.

    Its like: an open attempt of the same way for the payable, or an open transfer of the same amount in the book.
    """
    return await connection.fetchrow(
        """
        WITH attempt AS (
            INSERT INTO payment (payable, book, method, amount_rupiah, discount_rupiah, state, instruction,
                                 channel_reference, expires_at, key, author, recorded_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT DO NOTHING
            RETURNING *
        ), noted AS (
            INSERT INTO payment_history (payment_id, state, happened_at, author) SELECT id, state, $12, $11 FROM attempt
        )
        SELECT * FROM attempt
        """,
        payable,
        book,
        method,
        amount.rupiah,
        discount.rupiah,
        state,
        instruction,
        channel_reference,
        expires_at,
        key,
        author,
        at,
    )


async def find_by_key(connection: Connection, *, key: str) -> asyncpg.Record | None:
    """Find a payment by the key it was made with."""
    return await connection.fetchrow("SELECT * FROM payment WHERE key = $1", key)


async def find_succeeded(connection: Connection, *, payable: str) -> asyncpg.Record | None:
    """Find the payment by which a payable stands paid now."""
    return await connection.fetchrow(
        "SELECT * FROM payment WHERE payable = $1 AND state = 'succeeded' AND NOT is_surplus", payable
    )


async def find_open(connection: Connection, *, payable: str, method: str) -> asyncpg.Record | None:
    """Find the attempt of one way that waits for its money."""
    return await connection.fetchrow(
        "SELECT * FROM payment WHERE payable = $1 AND method = $2 AND state IN ('pending', 'awaiting_confirmation')",
        payable,
        method,
    )


async def list_of_payable(connection: Connection, *, payable: str) -> list[asyncpg.Record]:
    """List all attempts for a payable, oldest first."""
    return await connection.fetch("SELECT * FROM payment WHERE payable = $1 ORDER BY id", payable)


async def list_open_amounts(connection: Connection, *, book: str) -> list[int]:
    """List the amounts that open transfers of a book are to be recognised by, ascending."""
    rows = await connection.fetch(
        "SELECT amount_rupiah - discount_rupiah AS due_rupiah FROM payment"
        " WHERE book = $1 AND method = 'transfer' AND state = 'awaiting_confirmation' ORDER BY 1",
        book,
    )
    return [row["due_rupiah"] for row in rows]


async def lock_payment(connection: Connection, *, payment_id: int, book: str) -> asyncpg.Record | None:
    """Lock one payment of a book until the transaction ends; None where the book has no such payment."""
    return await connection.fetchrow(
        "SELECT * FROM payment WHERE id = $1 AND book = $2 FOR NO KEY UPDATE", payment_id, book
    )


async def find_payment_row(connection: Connection, *, payment_id: int, book: str) -> asyncpg.Record | None:
    """Read one payment of a book."""
    return await connection.fetchrow("SELECT * FROM payment WHERE id = $1 AND book = $2", payment_id, book)


async def find_any_payment_row(connection: Connection, *, payment_id: int) -> asyncpg.Record | None:
    """Read one payment of whichever book."""
    return await connection.fetchrow("SELECT * FROM payment WHERE id = $1", payment_id)


async def find_by_gateway_id(connection: Connection, *, method: str, gateway_id: str) -> asyncpg.Record | None:
    """Find the attempt that a gateway knows by this name."""
    return await connection.fetchrow("SELECT * FROM payment WHERE method = $1 AND gateway_id = $2", method, gateway_id)


async def set_gateway(
    connection: Connection, *, payment_id: int, gateway_id: str, instruction: str, expires_at: datetime | None
) -> None:
    """Keep what the gateway answered when the attempt was started there."""
    await connection.execute(
        "UPDATE payment SET gateway_id = $2, instruction = $3, expires_at = $4,"
        " state = CASE state WHEN 'pending' THEN 'awaiting_confirmation' ELSE state END WHERE id = $1",
        payment_id,
        gateway_id,
        instruction,
        expires_at,
    )


async def set_succeeded(
    connection: Connection, *, payment_id: int, reference: str, is_surplus: bool, at: datetime, author: str
) -> asyncpg.Record:
    """Mark a locked attempt as paid. Surplus also where another payment of the payable stands by now.

    Breaks `payment_reference_once` where the other side's number has paid something else.
    """
    row = await connection.fetchrow(
        """
        WITH paid AS (
            UPDATE payment SET state = 'succeeded', succeeded_at = $4, reference = $2, author = $5,
                is_surplus = $3 OR EXISTS (
                    SELECT FROM payment AS other
                    WHERE other.payable = payment.payable AND other.state = 'succeeded' AND NOT other.is_surplus)
            WHERE id = $1 RETURNING *
        ), noted AS (
            INSERT INTO payment_history (payment_id, state, happened_at, author, detail)
            SELECT id, CASE WHEN is_surplus THEN 'surplus' ELSE 'succeeded' END, $4, $5, $2 FROM paid
        )
        SELECT * FROM paid
        """,
        payment_id,
        reference,
        is_surplus,
        at,
        author,
    )
    assert row is not None  # noqa: S101 - the caller holds its lock
    return row


async def set_ended(
    connection: Connection, *, payment_ids: list[int], state: str, at: datetime, author: str, detail: str
) -> int:
    """End open attempts that were locked or chosen; those that ended meanwhile stay. Return how many ended now."""
    return await connection.fetchval(  # type: ignore[no-any-return]
        """
        WITH ended AS (
            UPDATE payment SET state = $2
            WHERE id = ANY ($1::bigint[]) AND state IN ('pending', 'awaiting_confirmation') RETURNING id
        ), noted AS (
            INSERT INTO payment_history (payment_id, state, happened_at, author, detail)
            SELECT id, $2, $3, $4, $5 FROM ended
        )
        SELECT count(*) FROM ended
        """,
        payment_ids,
        state,
        at,
        author,
        detail,
    )


async def cancel_open(
    connection: Connection, *, payables: Sequence[str], at: datetime, author: str, detail: str
) -> int:
    """Cancel the open attempts of payables whose locks the caller holds; return how many there were."""
    return await connection.fetchval(  # type: ignore[no-any-return]
        """
        WITH ended AS (
            UPDATE payment SET state = 'cancelled'
            WHERE payable = ANY ($1::text[]) AND state IN ('pending', 'awaiting_confirmation') RETURNING id
        ), noted AS (
            INSERT INTO payment_history (payment_id, state, happened_at, author, detail)
            SELECT id, 'cancelled', $2, $3, $4 FROM ended
        )
        SELECT count(*) FROM ended
        """,
        payables,
        at,
        author,
        detail,
    )


async def list_due(connection: Connection, *, now: datetime, limit: int) -> list[int]:
    """List attempts whose time has run out, locked, skipping those somebody is working on."""
    rows = await connection.fetch(
        "SELECT id FROM payment WHERE expires_at < $1 AND state IN ('pending', 'awaiting_confirmation')"
        " ORDER BY id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED",
        now,
        limit,
    )
    return [row["id"] for row in rows]


async def list_waiting(connection: Connection, *, book: str, limit: int) -> list[asyncpg.Record]:
    """List a book's attempts that wait for confirmation, the oldest first."""
    return await connection.fetch(
        "SELECT * FROM payment WHERE book = $1 AND state IN ('pending', 'awaiting_confirmation')"
        " ORDER BY recorded_at, id LIMIT $2",
        book,
        limit,
    )


async def list_history(connection: Connection, *, payment_id: int) -> list[asyncpg.Record]:
    """List what happened to an attempt, oldest first."""
    return await connection.fetch("SELECT * FROM payment_history WHERE payment_id = $1 ORDER BY id", payment_id)


async def find_refund_by_key(connection: Connection, *, key: str) -> asyncpg.Record | None:
    """Find a refund by the key it was made with."""
    return await connection.fetchrow("SELECT * FROM payment_refund WHERE key = $1", key)


async def insert_refund(
    connection: Connection,
    *,
    payment_id: int,
    book: str,
    amount: Money,
    method: str,
    state: str,
    till_reference: str,
    reference: str,
    key: str,
    at: datetime,
    author: str,
    reason: str,
) -> asyncpg.Record | None:
    """Insert a refund of a locked payment, which follows by trigger; None where the key served for another refund.

    Breaks `payment_refunded_is_a_part` where more would be given back than was paid.
    """
    return await connection.fetchrow(
        """
        INSERT INTO payment_refund (payment_id, book, amount_rupiah, method, state, till_reference, reference, key,
                                    author, reason, refunded_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (key) DO NOTHING
        RETURNING *
        """,
        payment_id,
        book,
        amount.rupiah,
        method,
        state,
        till_reference,
        reference,
        key,
        author,
        reason,
        at,
    )


async def lock_refund(connection: Connection, *, refund_id: int) -> asyncpg.Record | None:
    """Lock one refund."""
    return await connection.fetchrow("SELECT * FROM payment_refund WHERE id = $1 FOR NO KEY UPDATE", refund_id)


async def set_refund_state(
    connection: Connection, *, refund_id: int, state: str, gateway_id: str, reference: str
) -> asyncpg.Record:
    """Move a locked refund; its payment follows by trigger."""
    row = await connection.fetchrow(
        "UPDATE payment_refund SET state = $2, gateway_id = $3, reference = $4 WHERE id = $1 RETURNING *",
        refund_id,
        state,
        gateway_id,
        reference,
    )
    assert row is not None  # noqa: S101 - the caller holds its lock
    return row


async def list_refunds(connection: Connection, *, payment_id: int) -> list[asyncpg.Record]:
    """List the refunds of a payment, oldest first."""
    return await connection.fetch("SELECT * FROM payment_refund WHERE payment_id = $1 ORDER BY id", payment_id)


async def sum_given_back(connection: Connection, *, payable: str) -> int:
    """Rupiah that people gave back, or asked a gateway to, of all payments for a payable; what failed came back."""
    total: int = await connection.fetchval(
        "SELECT coalesce(sum(back.amount_rupiah), 0)::bigint FROM payment"
        " JOIN payment_refund AS back ON back.payment_id = payment.id"
        " WHERE payment.payable = $1 AND back.state <> 'failed' AND back.author <> 'system'",
        payable,
    )
    return total
