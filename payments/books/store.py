"""Every SQL statement about books by day, one named function each, on the caller's connection.

Closed days are read from their sums (ledger_day_sum), open ones from the transfers, by index alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    import asyncpg

    from payments.connection import Connection
    from payments.ledger.accounts import AccountKey


async def find_book(connection: Connection, *, book: str) -> asyncpg.Record | None:
    """Find a book's clock and the last day that is closed."""
    return await connection.fetchrow("SELECT time_zone, closed_through FROM ledger_book WHERE book = $1", book)


async def place_instant(connection: Connection, *, book: str, instant: datetime) -> asyncpg.Record | None:
    """Say on which day of a book an instant falls, and the last closed one. Locks the book in share, as postings do."""
    return await connection.fetchrow(
        "SELECT closed_through, ($2::timestamptz AT TIME ZONE time_zone)::date AS on_day,"
        " to_char($2::timestamptz AT TIME ZONE time_zone, 'YYYY-MM-DD HH24:MI') AS local"
        " FROM ledger_book WHERE book = $1 FOR SHARE",
        book,
        instant,
    )


async def upsert_time_zone(connection: Connection, *, book: str, time_zone: str) -> None:
    """Open a book with its clock, or set it. Waits for postings under way."""
    await connection.execute(
        "INSERT INTO ledger_book (book, time_zone) VALUES ($1, $2)"
        " ON CONFLICT (book) DO UPDATE SET time_zone = $2 WHERE ledger_book.time_zone <> $2",
        book,
        time_zone,
    )


async def close_days(
    connection: Connection, *, book: str, through: date, at: datetime, author: str, reason: str
) -> asyncpg.Record:
    """Close a book's open days; closed_through and is_new. Locks the book's row, so no posting is under way."""
    (row,) = await connection.fetch(
        "SELECT closed_through, is_new FROM ledger_close_days($1, $2, $3, $4, $5)", book, through, at, author, reason
    )
    return row


async def list_closings(
    connection: Connection, *, book: str, before_day: date | None, limit: int
) -> list[asyncpg.Record]:
    """List acts of closing, the latest first."""
    return await connection.fetch(
        "SELECT after_day, through_day, transfer_count, closed_at, author, reason FROM ledger_close"
        " WHERE book = $1 AND ($2::date IS NULL OR through_day < $2) ORDER BY through_day DESC LIMIT $3",
        book,
        before_day,
        limit,
    )


async def sum_kinds(connection: Connection, *, book: str, since: date, through: date) -> list[asyncpg.Record]:
    """Sum both sides of every kind of a book through a day: before `since`, and from it on."""
    return await connection.fetch(
        """
        WITH its AS (
            SELECT coalesce(closed_through, '-infinity') AS closed_through FROM ledger_book WHERE book = $1
        ),
        moved AS (
            SELECT days.kind, days.on_day < $2 AS is_before, sum(days.debit_rupiah) AS debit,
                   sum(days.credit_rupiah) AS credit
            FROM ledger_day_sum AS days WHERE days.book = $1 AND days.on_day <= $3 GROUP BY 1, 2
            UNION ALL
            SELECT account.kind, side.is_before, sum(side.debit), sum(side.credit)
            FROM (
                SELECT transfer.debit_account_id AS account_id, transfer.booked_on < $2 AS is_before,
                       sum(transfer.amount_rupiah) AS debit, 0 AS credit
                FROM ledger_transfer AS transfer
                WHERE transfer.book = $1 AND transfer.booked_on > (SELECT closed_through FROM its)
                  AND transfer.booked_on <= $3
                GROUP BY 1, 2
                UNION ALL
                SELECT transfer.credit_account_id, transfer.booked_on < $2, 0, sum(transfer.amount_rupiah)
                FROM ledger_transfer AS transfer
                WHERE transfer.book = $1 AND transfer.booked_on > (SELECT closed_through FROM its)
                  AND transfer.booked_on <= $3
                GROUP BY 1, 2
            ) AS side
            JOIN ledger_account AS account ON account.id = side.account_id
            GROUP BY 1, 2
        )
        SELECT kind,
               coalesce(sum(debit) FILTER (WHERE is_before), 0)::bigint AS debit_before_rupiah,
               coalesce(sum(credit) FILTER (WHERE is_before), 0)::bigint AS credit_before_rupiah,
               coalesce(sum(debit) FILTER (WHERE NOT is_before), 0)::bigint AS debit_rupiah,
               coalesce(sum(credit) FILTER (WHERE NOT is_before), 0)::bigint AS credit_rupiah
        FROM moved GROUP BY kind ORDER BY kind
        """,
        book,
        since,
        through,
    )


async def find_account(connection: Connection, *, book: str, account: AccountKey) -> asyncpg.Record | None:
    """Find an account, and through which day its sums may be read from closed days (none where they are shared)."""
    return await connection.fetchrow(
        """
        SELECT account.id, CASE WHEN facts.is_passing THEN NULL ELSE its.closed_through END AS summed_through
        FROM ledger_account AS account
        JOIN ledger_account_kind AS facts ON facts.kind = account.kind
        JOIN ledger_book AS its ON its.book = account.book
        WHERE account.book = $1 AND account.kind = $2 AND account.reference = $3
        """,
        book,
        account.kind.value,
        account.reference,
    )


async def sum_account(
    connection: Connection,
    *,
    book: str,
    account: AccountKey,
    account_id: int,
    summed_through: date | None,
    position: tuple[date, int],
) -> int:
    """Net debit of an account up to and with a position (day, transfer id): whole closed days, then the transfers."""
    return await connection.fetchval(  # type: ignore[no-any-return]
        """
        WITH whole AS (
            SELECT CASE WHEN $5::date IS NULL THEN '-infinity' ELSE least($5::date, $6::date - 1) END AS through
        )
        SELECT (
            coalesce((SELECT sum(debit_rupiah - credit_rupiah) FROM ledger_day_sum
                      WHERE $5::date IS NOT NULL AND book = $1 AND kind = $2 AND reference = $3
                        AND on_day <= (SELECT through FROM whole)), 0)
            + coalesce((SELECT sum(amount_rupiah) FROM ledger_transfer
                        WHERE debit_account_id = $4 AND booked_on > (SELECT through FROM whole)
                          AND (booked_on, id) <= ($6, $7)), 0)
            - coalesce((SELECT sum(amount_rupiah) FROM ledger_transfer
                        WHERE credit_account_id = $4 AND booked_on > (SELECT through FROM whole)
                          AND (booked_on, id) <= ($6, $7)), 0)
        )::bigint
        """,
        book,
        account.kind.value,
        account.reference,
        account_id,
        summed_through,
        *position,
    )


async def page_transfers(
    connection: Connection, *, account_id: int, after: tuple[date, int], through: date, limit: int
) -> list[asyncpg.Record]:
    """List up to `limit` transfers of an account after a position through a day, in the order of days, then ids."""
    return await connection.fetch(
        """
        WITH movement AS (
            (SELECT id, booked_on, amount_rupiah AS debit_rupiah, 0::bigint AS credit_rupiah,
                    credit_account_id AS counter_account_id,
                    source, event, occurred_at, author, reason, corrects_transfer_id
             FROM ledger_transfer WHERE debit_account_id = $1 AND (booked_on, id) > ($2, $3) AND booked_on <= $4
             ORDER BY booked_on, id LIMIT $5)
            UNION ALL
            (SELECT id, booked_on, 0, amount_rupiah, debit_account_id,
                    source, event, occurred_at, author, reason, corrects_transfer_id
             FROM ledger_transfer WHERE credit_account_id = $1 AND (booked_on, id) > ($2, $3) AND booked_on <= $4
             ORDER BY booked_on, id LIMIT $5)
            ORDER BY booked_on, id LIMIT $5
        )
        SELECT movement.*, counter.kind AS counter_kind, counter.reference AS counter_reference
        FROM movement JOIN ledger_account AS counter ON counter.id = movement.counter_account_id
        ORDER BY movement.booked_on, movement.id
        """,
        account_id,
        *after,
        through,
        limit,
    )


async def page_accounts(
    connection: Connection, *, book: str, kind: str, after_reference: str, is_settled_too: bool, limit: int
) -> list[asyncpg.Record]:
    """List accounts of a kind by reference with their sums of now; settled ones (zero, nothing held) if asked for."""
    return await connection.fetch(
        """
        SELECT account.kind, account.reference, balance.debit_rupiah, balance.credit_rupiah,
               balance.pending_debit_rupiah, balance.pending_credit_rupiah
        FROM ledger_account AS account
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        WHERE account.book = $1 AND account.kind = $2 AND account.reference > $3
          AND ($4 OR balance.debit_rupiah <> balance.credit_rupiah
               OR balance.pending_debit_rupiah + balance.pending_credit_rupiah > 0)
        ORDER BY account.reference LIMIT $5
        """,
        book,
        kind,
        after_reference,
        is_settled_too,
        limit,
    )


async def list_closing_findings(connection: Connection, *, book: str | None) -> list[asyncpg.Record]:
    """List what should never be of days: sums that differ from their transfers, gaps, days beside their instants."""
    return await connection.fetch(
        """
        WITH its AS (
            SELECT * FROM ledger_book WHERE $1::text IS NULL OR book = $1
        ),
        act AS (
            SELECT *, lag(through_day) OVER (PARTITION BY book ORDER BY through_day) AS day_before
            FROM ledger_close WHERE $1::text IS NULL OR book = $1
        ),
        summed AS (
            SELECT its.book, days.* FROM its
            CROSS JOIN LATERAL ledger_sum_days(its.book, '-infinity', its.closed_through) AS days
            WHERE its.closed_through IS NOT NULL
        ),
        kept AS (
            SELECT * FROM ledger_day_sum WHERE $1::text IS NULL OR book = $1
        )
        SELECT 'day_sum_differs' AS rule, book, NULL::bigint AS account_id, NULL::bigint AS transfer_id,
               format('%s %s %s: kept %s/%s, recomputed %s/%s', on_day, kind, reference, kept.debit_rupiah,
                      kept.credit_rupiah, summed.debit_rupiah, summed.credit_rupiah) AS particulars
        FROM kept FULL JOIN summed USING (book, on_day, kind, reference)
        WHERE (kept.debit_rupiah, kept.credit_rupiah)
            IS DISTINCT FROM (summed.debit_rupiah, summed.credit_rupiah)
        UNION ALL
        SELECT 'closing_gap', book, NULL, NULL, format('after %s through %s', after_day, through_day)
        FROM act WHERE after_day IS DISTINCT FROM day_before
        UNION ALL
        SELECT 'closing_count_differs', act.book, NULL, NULL,
               format('through %s: kept %s, recomputed %s', act.through_day, act.transfer_count, there.transfer_count)
        FROM act CROSS JOIN LATERAL (
            SELECT count(*) AS transfer_count FROM ledger_transfer AS transfer
            WHERE transfer.book = act.book AND transfer.booked_on <= act.through_day
              AND transfer.booked_on > coalesce(act.after_day, '-infinity')
        ) AS there
        WHERE there.transfer_count <> act.transfer_count
        UNION ALL
        SELECT 'closed_mark_differs', its.book, NULL, NULL,
               format('kept %s, last act %s', its.closed_through, latest.through_day)
        FROM its LEFT JOIN LATERAL (SELECT max(through_day) AS through_day FROM act WHERE act.book = its.book) AS latest
            ON true
        WHERE its.closed_through IS DISTINCT FROM latest.through_day
        UNION ALL
        SELECT 'day_differs', book, NULL, id, format('%s booked on %s', occurred_at, booked_on)
        FROM ledger_transfer
        WHERE ($1::text IS NULL OR book = $1)
          AND abs(booked_on - (occurred_at AT TIME ZONE 'UTC')::date) > 1
        ORDER BY rule, book, transfer_id, particulars
        """,
        book,
    )
