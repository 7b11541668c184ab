"""Every SQL statement about channels, one named function each, on the caller's connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    import asyncpg

    from payments.connection import Connection
    from payments.money import Money
    from payments.qris.payload import Merchant


async def lock_channels(connection: Connection, *, book: str) -> None:
    """Let one change of a book's channels at a time pass, until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('channels:' || $1, 0))", book)


async def insert_qris_merchant(
    connection: Connection, *, book: str, merchant: Merchant, at: datetime, author: str
) -> int:
    """Keep a checked static code as the book's active one."""
    await connection.execute("UPDATE qris_merchant SET is_active = false WHERE book = $1 AND is_active", book)
    return await connection.fetchval(  # type: ignore[no-any-return]
        "INSERT INTO qris_merchant (book, payload, nmid, name, city, criteria, registered_at, author)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        book,
        merchant.payload,
        merchant.nmid,
        merchant.name,
        merchant.city,
        merchant.criteria,
        at,
        author,
    )


async def stop_qris(connection: Connection, *, book: str) -> None:
    """Take no QRIS any more; codes shown before may still be paid."""
    await connection.execute("UPDATE qris_merchant SET is_active = false WHERE book = $1 AND is_active", book)


async def find_qris_merchant(connection: Connection, *, book: str) -> asyncpg.Record | None:
    """Find the book's active static code."""
    return await connection.fetchrow("SELECT * FROM qris_merchant WHERE book = $1 AND is_active", book)


async def insert_bank_account(
    connection: Connection, *, book: str, bank: str, number: str, holder: str, at: datetime, author: str
) -> int:
    """Keep an account as the one that buyers of the book transfer to; one that was known before becomes it again."""
    await connection.execute("UPDATE bank_account SET is_active = false WHERE book = $1 AND is_active", book)
    return await connection.fetchval(  # type: ignore[no-any-return]
        "INSERT INTO bank_account (book, bank, number, holder, registered_at, author) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (book, bank, number) DO UPDATE SET is_active = true, holder = $4 RETURNING id",
        book,
        bank,
        number,
        holder,
        at,
        author,
    )


async def stop_transfers(connection: Connection, *, book: str) -> None:
    """Take no transfers any more."""
    await connection.execute("UPDATE bank_account SET is_active = false WHERE book = $1 AND is_active", book)


async def find_bank_account(connection: Connection, *, book: str) -> asyncpg.Record | None:
    """Find the account that buyers of the book transfer to."""
    return await connection.fetchrow("SELECT * FROM bank_account WHERE book = $1 AND is_active", book)


async def find_qris_fee(connection: Connection, *, criteria: str, amount: Money, on: date) -> int:
    """Basis points that a QRIS payment of this amount costs a merchant of these criteria on a day."""
    return await connection.fetchval(  # type: ignore[no-any-return]
        """
        SELECT coalesce((
            SELECT basis_points FROM qris_fee
            WHERE criteria = $1 AND above_rupiah < $2
              AND effective_on = (SELECT max(effective_on) FROM qris_fee WHERE criteria = $1 AND effective_on <= $3)
            ORDER BY above_rupiah DESC LIMIT 1), 0)
        """,
        criteria,
        amount.rupiah,
        on,
    )


async def list_limits(connection: Connection, *, on: date) -> dict[str, int]:
    """The most that one payment may carry, by method; ways without a limit are left out."""
    rows = await connection.fetch(
        "SELECT DISTINCT ON (method) method, maximum_rupiah FROM payment_limit WHERE effective_on <= $1"
        " ORDER BY method, effective_on DESC",
        on,
    )
    return {row["method"]: row["maximum_rupiah"] for row in rows}


async def takes_cards(connection: Connection, *, book: str) -> bool:
    """Whether a book takes cards."""
    return bool(await connection.fetchval("SELECT true FROM stripe_store WHERE book = $1 AND is_active", book))


async def stop_cards(connection: Connection, *, book: str) -> None:
    """Take no more cards."""
    await connection.execute("UPDATE stripe_store SET is_active = false WHERE book = $1", book)
