"""Every SQL statement about transfers that pay what a book owes, and about what is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.stripe.store import add_reversed, list_accounts

if TYPE_CHECKING:
    import asyncpg

    from payments.connection import Connection

__all__ = [
    "add_reversed",
    "end_supplier_transfer",
    "insert_supplier_transfer",
    "list_accounts",
    "lock_transfer",
    "sum_pending",
]


async def insert_supplier_transfer(
    connection: Connection, *, book: str, source: str, owner: str, account_id: str, amount_rupiah: int
) -> int:
    """Write a transfer down that pays what a book owes; its id."""
    transfer_id: int = await connection.fetchval(
        "INSERT INTO stripe_transfer (book, source, owner, account_id, amount_rupiah) VALUES ($1, $2, $3, $4, $5)"
        " RETURNING id",
        book,
        source,
        owner,
        account_id,
        amount_rupiah,
    )
    return transfer_id


async def end_supplier_transfer(connection: Connection, *, transfer_id: int, state: str, gateway_id: str) -> bool:
    """End a transfer that was pending; false where it has ended."""
    return bool(
        await connection.fetchval(
            "UPDATE stripe_transfer SET state = $2, gateway_id = $3 WHERE id = $1 AND state = 'pending' RETURNING true",
            transfer_id,
            state,
            gateway_id,
        )
    )


async def sum_pending(connection: Connection, *, book: str) -> int:
    """Rupiah on their way out of a book: shares and payments of what it owes."""
    total: int = await connection.fetchval(
        "SELECT coalesce(sum(transfer.amount_rupiah), 0)::bigint FROM stripe_transfer AS transfer"
        " LEFT JOIN payment ON payment.id = transfer.payment_id"
        " WHERE transfer.state = 'pending' AND coalesce(transfer.book, payment.book) = $1",
        book,
    )
    return total


async def lock_transfer(connection: Connection, *, gateway_id: str) -> asyncpg.Record | None:
    """Lock a transfer that went out, by Stripe's name; with the book and the source it is posted under."""
    return await connection.fetchrow(
        """
        SELECT transfer.id, transfer.owner, transfer.is_own, transfer.reversed_rupiah, transfer.amount_rupiah,
               coalesce(transfer.book, payment.book) AS book, coalesce(transfer.source, payment.payable) AS source
        FROM stripe_transfer AS transfer LEFT JOIN payment ON payment.id = transfer.payment_id
        WHERE transfer.gateway_id = $1 FOR UPDATE OF transfer
        """,
        gateway_id,
    )
