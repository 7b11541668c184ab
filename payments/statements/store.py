"""Every SQL statement about statements, one named function each, on the caller's connection.

Locks: the book's statements while lines are kept; the row of `statement_match` that says what became of a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection
    from payments.statements.columns import ReadLine

# A payment keeps what was booked as its cost by the order's postings, or by its own where it was surplus; a matched
# line of the acquirer may have corrected it since.
_FEE: Final = """
    coalesce((
        SELECT sum(CASE WHEN debit.kind = 'payment_fee' THEN transfer.amount_rupiah
                        WHEN credit.kind = 'payment_fee' THEN -transfer.amount_rupiah ELSE 0 END)
        FROM ledger_transfer AS transfer
        JOIN ledger_account AS debit ON debit.id = transfer.debit_account_id
        JOIN ledger_account AS credit ON credit.id = transfer.credit_account_id
        WHERE transfer.book = payment.book
          AND ((transfer.source = payment.payable AND transfer.event = 'receivable.fee' AND NOT payment.is_surplus)
               OR (transfer.source = 'payment:' || payment.id AND transfer.event = 'surplus.fee')
               OR transfer.source = (SELECT 'statement_line:' || match.line_id FROM statement_match AS match
                                     WHERE match.payment_id = payment.id))
    ), 0)::bigint
"""


async def lock_statements(connection: Connection, *, book: str) -> None:
    """Let one import of a book at a time pass, until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('statements:' || $1, 0))", book)


async def list_known(
    connection: Connection, *, book: str, account_reference: str, digests: Sequence[str]
) -> frozenset[str]:
    """Which of these lines an account has already."""
    rows = await connection.fetch(
        "SELECT digest FROM statement_line WHERE book = $1 AND account_reference = $2 AND digest = ANY ($3::text[])",
        book,
        account_reference,
        list(digests),
    )
    return frozenset(row["digest"] for row in rows)


async def insert_import(
    connection: Connection,
    *,
    book: str,
    kind: str,
    source: str,
    file_name: str,
    line_count: int,
    new_count: int,
    at: datetime,
    author: str,
) -> int:
    """Note a file."""
    return await connection.fetchval(  # type: ignore[no-any-return]
        "INSERT INTO statement_import (book, kind, source, file_name, line_count, new_count, imported_at, author)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        book,
        kind,
        source,
        file_name,
        line_count,
        new_count,
        at,
        author,
    )


async def insert_lines(
    connection: Connection,
    *,
    import_id: int,
    book: str,
    kind: str,
    account_reference: str,
    lines: Sequence[tuple[ReadLine, str]],
) -> None:
    """Insert lines with their digests, in the order given."""
    await connection.execute(
        """
        INSERT INTO statement_line (import_id, book, kind, account_reference, digest, happened_on, happened_at,
                                    amount_sen, fee_sen, balance_sen, description, reference,
                                    bill_number)
        SELECT $1, $2, $3, $4, line.*
        FROM unnest($5::text[], $6::date[], $7::timestamptz[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[],
                    $12::text[], $13::text[]) AS line
        """,
        import_id,
        book,
        kind,
        account_reference,
        [digest for _, digest in lines],
        [line.on for line, _ in lines],
        [line.at for line, _ in lines],
        [line.amount_sen for line, _ in lines],
        [line.fee_sen for line, _ in lines],
        [line.balance_sen for line, _ in lines],
        [line.text for line, _ in lines],
        [line.reference for line, _ in lines],
        [line.bill_number for line, _ in lines],
    )


async def list_open_lines(connection: Connection, *, book: str, limit: int) -> list[asyncpg.Record]:
    """List a book's lines of which nothing became yet, oldest first."""
    return await connection.fetch(
        """
        SELECT line.*, import.imported_at
        FROM statement_open_line AS open
        JOIN statement_line AS line ON line.id = open.line_id
        JOIN statement_import AS import ON import.id = line.import_id
        WHERE open.book = $1
        ORDER BY open.happened_on, open.line_id LIMIT $2
        """,
        book,
        limit,
    )


async def list_matchable_lines(connection: Connection, *, book: str) -> list[asyncpg.Record]:
    """List open lines of money that came, of an amount that some payment without a line is of, oldest first."""
    return await connection.fetch(
        """
        SELECT line.*, import.imported_at
        FROM statement_open_line AS open
        JOIN statement_line AS line ON line.id = open.line_id
        JOIN statement_import AS import ON import.id = line.import_id
        WHERE open.book = $1 AND line.amount_sen > 0
          AND line.amount_sen IN (
              SELECT (payment.amount_rupiah - payment.discount_rupiah) * 100 FROM payment
              WHERE payment.book = $1 AND payment.method IN ('qris', 'transfer')
                AND NOT EXISTS (SELECT FROM statement_match AS match WHERE match.payment_id = payment.id))
        ORDER BY line.happened_on, line.id
        """,
        book,
    )


async def list_payout_lines(connection: Connection, *, book: str) -> list[asyncpg.Record]:
    """List open lines of a bank that say QRIS and brought money, oldest first."""
    return await connection.fetch(
        """
        SELECT line.*, import.imported_at
        FROM statement_open_line AS open
        JOIN statement_line AS line ON line.id = open.line_id
        JOIN statement_import AS import ON import.id = line.import_id
        WHERE open.book = $1 AND line.kind = 'bank' AND line.amount_sen > 0 AND line.description ILIKE '%qris%'
        ORDER BY line.happened_on, line.id
        """,
        book,
    )


async def find_line(connection: Connection, *, book: str, line_id: int) -> asyncpg.Record | None:
    """Find one line of a book with what became of it."""
    return await connection.fetchrow(
        """
        SELECT line.*, import.imported_at, match.kind AS match_kind, match.payment_id
        FROM statement_line AS line
        JOIN statement_import AS import ON import.id = line.import_id
        LEFT JOIN statement_match AS match ON match.line_id = line.id
        WHERE line.book = $1 AND line.id = $2
        """,
        book,
        line_id,
    )


async def list_unmatched_payments(
    connection: Connection, *, book: str, method: str, since: datetime
) -> list[asyncpg.Record]:
    """List payments of a way that no statement line belongs to, whatever became of them, since an instant."""
    return await connection.fetch(
        """
        SELECT * FROM payment
        WHERE book = $1 AND method = $2 AND recorded_at >= $3
          AND NOT EXISTS (SELECT FROM statement_match AS match WHERE match.payment_id = payment.id)
        ORDER BY id
        """,
        book,
        method,
        since,
    )


async def insert_match(
    connection: Connection,
    *,
    line_id: int,
    book: str,
    kind: str,
    payment_id: int | None,
    move_source: str | None,
    move_part: str | None,
    at: datetime,
    author: str,
) -> bool:
    """Say what became of a line; false where it, the payment or the move has its match already. Waits for another's."""
    made = await connection.fetchval(
        "INSERT INTO statement_match (line_id, book, kind, payment_id, move_source, move_part, matched_at, author)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING true",
        line_id,
        book,
        kind,
        payment_id,
        move_source,
        move_part,
        at,
        author,
    )
    return made is True


async def list_unpaid_out(connection: Connection, *, book: str) -> list[asyncpg.Record]:
    """List QRIS payments whose money no pay-out has carried: rows of id, succeeded_at, amount_rupiah, fee_rupiah."""
    return await connection.fetch(
        f"""
        SELECT id, succeeded_at, amount_rupiah, {_FEE} AS fee_rupiah
        FROM payment
        WHERE book = $1 AND method = 'qris' AND succeeded_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM qris_payout WHERE qris_payout.payment_id = payment.id)
        ORDER BY succeeded_at, id
        """,
        book,
    )


async def find_booked_fee(connection: Connection, *, payment_id: int) -> int:
    """What is booked as the cost of a payment, in rupiah."""
    return await connection.fetchval(  # type: ignore[no-any-return]
        f"SELECT {_FEE} FROM payment WHERE id = $1", payment_id
    )


async def insert_payouts(connection: Connection, *, book: str, line_id: int, payment_ids: list[int]) -> int:
    """Note which payments a pay-out carried; how many of them no other had carried."""
    rows = await connection.fetch(
        "INSERT INTO qris_payout (payment_id, book, line_id) SELECT payment_id, $2, $3"
        " FROM unnest($1::bigint[]) AS payment_id ORDER BY payment_id ON CONFLICT DO NOTHING RETURNING payment_id",
        payment_ids,
        book,
        line_id,
    )
    return len(rows)


async def list_imports(connection: Connection, *, book: str, limit: int) -> list[asyncpg.Record]:
    """List the files of a book, the newest first."""
    return await connection.fetch(
        "SELECT * FROM statement_import WHERE book = $1 AND source = 'file' ORDER BY id DESC LIMIT $2", book, limit
    )
