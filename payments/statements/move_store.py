"""Every SQL statement about what the book says moved at a bank, on the caller's connection. Locks nothing.

A move is what one source did to a bank account in one go (see `moves.py`). Read by the day on which it was booked, so
the cost is that of the days asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date, datetime

    import asyncpg

    from payments.connection import Connection

# What left a bank account ($1 the book, $2 the first day), and what a gateway paid out to it: without what lines of
# statements booked themselves, what was reversed, and what has its line already. The discount that is taken back with
# a return is debited to the account: one payment at the bank is the net of its transfers.
_MOVES: Final = """
    WITH account AS (
        SELECT id, kind, reference FROM ledger_account
        WHERE book = $1 AND kind IN ('bank', 'stripe_clearing')
    ),
    begun AS (
        SELECT account.id AS account_id, account.reference, transfer.source,
               split_part(transfer.event, '.', 1) AS part, min(transfer.id) AS transfer_id,
               min(transfer.booked_on) AS booked_on, min(transfer.occurred_at) AS occurred_at
        FROM account
        JOIN ledger_transfer AS transfer ON transfer.credit_account_id = account.id AND transfer.booked_on >= $2
        WHERE account.kind = 'bank' AND NOT starts_with(transfer.source, 'statement_line:')
          AND NOT starts_with(transfer.source, 'deposit:') AND transfer.corrects_transfer_id IS NULL
          AND NOT EXISTS (SELECT FROM ledger_transfer AS back WHERE back.corrects_transfer_id = transfer.id)
        GROUP BY 1, 2, 3, 4
        UNION ALL
        SELECT account.id, account.reference, transfer.source, split_part(transfer.event, '.', 1), transfer.id,
               transfer.booked_on, transfer.occurred_at
        FROM account AS clearing
        JOIN ledger_transfer AS transfer ON transfer.credit_account_id = clearing.id AND transfer.booked_on >= $2
        JOIN account ON account.id = transfer.debit_account_id AND account.kind = 'bank'
        WHERE clearing.kind = 'stripe_clearing' AND transfer.corrects_transfer_id IS NULL
          AND NOT EXISTS (SELECT FROM ledger_transfer AS back WHERE back.corrects_transfer_id = transfer.id)
    ),
    move AS (
        SELECT begun.source, begun.part, begun.reference AS account_reference, begun.transfer_id, begun.booked_on,
               begun.occurred_at, (
                   SELECT sum(CASE WHEN side.debit_account_id = begun.account_id THEN side.amount_rupiah
                                   ELSE -side.amount_rupiah END)::bigint
                   FROM ledger_transfer AS side
                   WHERE side.source = begun.source AND split_part(side.event, '.', 1) = begun.part
                     AND begun.account_id IN (side.debit_account_id, side.credit_account_id)
                     AND NOT EXISTS (SELECT FROM ledger_transfer AS back WHERE back.corrects_transfer_id = side.id)
               ) AS rupiah
        FROM begun
        WHERE NOT EXISTS (SELECT FROM statement_match AS match WHERE match.book = $1
                          AND match.move_source = begun.source AND match.move_part = begun.part)
    )
"""


async def list_moves(
    connection: Connection, *, book: str, account_reference: str, since: date, through: date
) -> list[asyncpg.Record]:
    """List moves of an account booked on some days that no line shows, the oldest first."""
    return await connection.fetch(
        _MOVES + " SELECT * FROM move WHERE account_reference = $3 AND booked_on <= $4 AND rupiah <> 0"
        " ORDER BY booked_on, transfer_id",
        book,
        since,
        account_reference,
        through,
    )


async def find_first_open_day(connection: Connection, *, book: str) -> date | None:
    """Day of the oldest line of a book of which nothing became yet."""
    return await connection.fetchval(  # type: ignore[no-any-return]
        "SELECT min(happened_on) FROM statement_open_line WHERE book = $1", book
    )


async def list_fits(connection: Connection, *, book: str, since: date, days: int) -> list[asyncpg.Record]:
    """List open lines with the moves of their account and exact amount booked at most some days before or after."""
    return await connection.fetch(
        _MOVES
        + """
        SELECT line.id AS line_id, move.source, move.part
        FROM statement_open_line AS open
        JOIN statement_line AS line ON line.id = open.line_id
        JOIN move ON move.account_reference = line.account_reference AND move.rupiah * 100 = line.amount_sen
         AND move.booked_on BETWEEN line.happened_on - $3::int AND line.happened_on + $3::int
        WHERE open.book = $1 AND line.kind = 'bank'
        ORDER BY line.id, move.transfer_id
        """,
        book,
        since,
        days,
    )


async def find_covered(connection: Connection, *, book: str, account_reference: str) -> asyncpg.Record:
    """Which days the statements of an account cover: from its first line to its last; both none without a line."""
    (row,) = await connection.fetch(
        "SELECT min(happened_on) AS since, max(happened_on) AS through FROM statement_line"
        " WHERE book = $1 AND account_reference = $2",
        book,
        account_reference,
    )
    return row


async def find_last_balance(
    connection: Connection, *, book: str, account_reference: str, through: date
) -> asyncpg.Record | None:
    """Find the newest line up to a day that says what the account held after it, and when it was brought."""
    return await connection.fetchrow(
        "SELECT line.happened_on, line.balance_sen, import.imported_at"
        " FROM statement_line AS line JOIN statement_import AS import ON import.id = line.import_id"
        " WHERE line.book = $1 AND line.account_reference = $2 AND line.balance_sen IS NOT NULL"
        " AND line.happened_on <= $3 ORDER BY line.happened_on DESC, line.id DESC LIMIT 1",
        book,
        account_reference,
        through,
    )


async def sum_held(connection: Connection, *, book: str, account_reference: str, day: date, until: datetime) -> int:
    """What a bank account held by the book at an instant of a day, in sen: its balance less what came later."""
    return await connection.fetchval(  # type: ignore[no-any-return]
        """
        SELECT (100 * coalesce(sum(
            balance.debit_rupiah - balance.credit_rupiah
            - coalesce((SELECT sum(amount_rupiah) FROM ledger_transfer
                        WHERE debit_account_id = account.id AND booked_on >= $3 AND occurred_at > $4), 0)
            + coalesce((SELECT sum(amount_rupiah) FROM ledger_transfer
                        WHERE credit_account_id = account.id AND booked_on >= $3 AND occurred_at > $4), 0)
        ), 0))::bigint
        FROM ledger_account AS account JOIN ledger_balance AS balance ON balance.account_id = account.id
        WHERE account.book = $1 AND account.kind = 'bank' AND account.reference = $2
        """,
        book,
        account_reference,
        day,
        until,
    )


async def sum_shifted(connection: Connection, *, book: str, account_reference: str, day: date, until: datetime) -> int:
    """What lines through a day moved that was booked after an instant, less what later lines did before it; in sen.

    A line's money is booked when the line is brought: by the day of the line it belongs to the statement already.
    """
    return await connection.fetchval(  # type: ignore[no-any-return]
        """
        SELECT coalesce(sum(CASE WHEN line.happened_on <= $3 AND booked.at > $4 THEN booked.sen
                                 WHEN line.happened_on > $3 AND booked.at <= $4 THEN -booked.sen ELSE 0 END), 0)::bigint
        FROM statement_match AS match
        JOIN statement_line AS line ON line.id = match.line_id AND line.account_reference = $2
        CROSS JOIN LATERAL (
            SELECT payment.succeeded_at AS at, line.amount_sen AS sen FROM payment
            WHERE payment.id = match.payment_id
            UNION ALL
            SELECT match.matched_at, line.amount_sen WHERE match.kind IN ('payout', 'bank_fee')
            UNION ALL
            SELECT transfer.occurred_at, 100 * CASE WHEN transfer.debit_account_id = account.id
                                                    THEN transfer.amount_rupiah ELSE -transfer.amount_rupiah END
            FROM ledger_account AS account
            JOIN ledger_transfer AS transfer ON account.id IN (transfer.debit_account_id, transfer.credit_account_id)
            WHERE account.book = $1 AND account.kind = 'bank' AND account.reference = $2
              AND transfer.source = match.move_source AND split_part(transfer.event, '.', 1) = match.move_part
        ) AS booked
        WHERE match.book = $1 AND match.matched_at >= $4
        """,
        book,
        account_reference,
        day,
        until,
    )
