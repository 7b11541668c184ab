"""Every SQL statement about cooperatives' own parts of card payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncpg

    from payments.connection import Connection


async def lock_store(connection: Connection, *, book: str) -> None:
    """Lock what a book has at Stripe against others that want to send their part of it."""
    await connection.execute("SELECT FROM stripe_store WHERE book = $1 FOR NO KEY UPDATE", book)


async def find_fee(connection: Connection, *, book: str, payment_id: int) -> int | None:
    """What taking a payment cost, in rupiah; None where that is not booked."""
    fee: int | None = await connection.fetchval(
        "SELECT amount_rupiah FROM ledger_transfer"
        " WHERE book = $1 AND source = 'payment:' || $2::bigint AND event = 'gateway.fee'",
        book,
        payment_id,
    )
    return fee


async def find_by_arrival(connection: Connection, *, arrived_as: str, account_id: str) -> asyncpg.Record | None:
    """The book that a movement on a cooperative's account belongs to, by what its transfer is called there."""
    return await connection.fetchrow(
        "SELECT payment.book FROM stripe_transfer AS transfer JOIN payment ON payment.id = transfer.payment_id"
        " WHERE transfer.arrived_as = $1 AND transfer.arrived_as <> '' AND transfer.account_id = $2"
        " AND transfer.is_own",
        arrived_as,
        account_id,
    )


async def has_own_parts(connection: Connection, *, account_id: str, state: str | None) -> bool:
    """Whether own parts were wanted for an account; with a state, whether some are in it."""
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM stripe_transfer WHERE account_id = $1 AND is_own"
            " AND ($2::text IS NULL OR state = $2))",
            account_id,
            state,
        )
    )


async def list_refused_backs(connection: Connection, *, book: str, limit: int) -> list[asyncpg.Record]:
    """Parts of a book that Stripe would not take back: payable, rupiah and when it was wanted, the newest first."""
    return await connection.fetch(
        """
        SELECT payment.payable, (call.input::json ->> 'amount_rupiah')::bigint AS amount_rupiah, call.made_at
        FROM gateway_call AS call
        JOIN payment ON payment.id = call.payment_id
        JOIN stripe_transfer AS transfer
            ON transfer.payment_id = payment.id AND transfer.id = (call.input::json ->> 'transfer_row_id')::bigint
        WHERE call.purpose = 'reversal' AND call.state = 'refused' AND payment.book = $1 AND transfer.is_own
        ORDER BY call.id DESC LIMIT $2
        """,
        book,
        limit,
    )
