"""Every SQL statement about movements of Stripe's balance, and their comparison with the clearing accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection
    from payments.stripe.facts import Movement


async def insert_movements(
    connection: Connection, *, movements: Sequence[Movement], account_id: str, at: datetime
) -> int:
    """Insert movements; those that are there stay as they are."""
    rows = await connection.fetch(
        """
        INSERT INTO stripe_balance_transaction
            (id, kind, source_id, charge_id, transfer_id, amount_sen, fee_sen, currency, happened_at, kept_at,
             account_id)
        SELECT moved.*, $10::timestamptz, $11::text
        FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
                    $8::text[], $9::timestamptz[]) AS moved
        ON CONFLICT (id) DO NOTHING RETURNING id
        """,
        [one.movement_id for one in movements],
        [one.kind for one in movements],
        [one.source_id for one in movements],
        [one.charge_id for one in movements],
        [one.transfer_id for one in movements],
        [one.amount_sen for one in movements],
        [one.fee_sen for one in movements],
        [one.currency for one in movements],
        [one.happened_at for one in movements],
        at,
        account_id,
    )
    return len(rows)


async def find_read_through(connection: Connection, *, account_id: str) -> datetime | None:
    """Up to when the list has been read whole."""
    through: datetime | None = await connection.fetchval(
        "SELECT read_through FROM stripe_listing WHERE account_id = $1", account_id
    )
    return through


async def find_own_read_through(connection: Connection, *, book: str) -> datetime | None:
    """Up to when the lists of all accounts have been read to which a book's own parts went; None where one was not."""
    through: datetime | None = await connection.fetchval(
        """
        SELECT CASE WHEN bool_and(listing.read_through IS NOT NULL) THEN min(listing.read_through) END
        FROM (SELECT DISTINCT transfer.account_id FROM stripe_transfer AS transfer
              JOIN payment ON payment.id = transfer.payment_id
              WHERE transfer.is_own AND payment.book = $1) AS sent
        LEFT JOIN stripe_listing AS listing ON listing.account_id = sent.account_id
        """,
        book,
    )
    return through


async def list_own_accounts(connection: Connection) -> list[str]:
    """Accounts to which own parts were sent."""
    rows = await connection.fetch("SELECT DISTINCT account_id FROM stripe_transfer WHERE is_own ORDER BY account_id")
    return [row["account_id"] for row in rows]


async def save_read_through(connection: Connection, *, through: datetime, account_id: str) -> None:
    """Note up to when the list has been read; never back."""
    await connection.execute(
        "INSERT INTO stripe_listing (provider, read_through, account_id) VALUES ('stripe', $1, $2)"
        " ON CONFLICT (provider, account_id)"
        " DO UPDATE SET read_through = greatest(stripe_listing.read_through, $1)",
        through,
        account_id,
    )


async def list_unbooked(connection: Connection, *, since: datetime, until: datetime) -> list[asyncpg.Record]:
    """Refunds, disputes, payouts and reversals in a time that left no trace here and that nobody looked at yet.

    Of cooperatives' own accounts payouts alone: the rest there only mirrors what moved on ours.
    """
    return await connection.fetch(
        """
        SELECT moved.id, moved.kind, moved.source_id, moved.transfer_id, moved.account_id
        FROM stripe_balance_transaction AS moved
        WHERE moved.happened_at BETWEEN $1 AND $2
          AND (moved.account_id = '' OR moved.kind IN ('payout', 'payout_failure'))
          AND CASE
              WHEN moved.kind IN ('refund', 'payment_refund') THEN NOT EXISTS (
                  SELECT FROM payment_refund WHERE payment_refund.gateway_id = moved.source_id
                     OR payment_refund.reference = moved.source_id)
              WHEN moved.kind IN ('refund_failure', 'payment_failure_refund') THEN EXISTS (
                  SELECT FROM payment_refund
                  WHERE moved.source_id IN (payment_refund.gateway_id, payment_refund.reference)
                    AND payment_refund.state = 'succeeded')
              -- what comes back of a dispute closes it
              WHEN moved.kind = 'adjustment' AND moved.charge_id NOT IN ('', moved.source_id) THEN NOT EXISTS (
                  SELECT FROM payment_dispute WHERE payment_dispute.gateway_id = moved.source_id
                     AND (moved.amount_sen < 0 OR payment_dispute.state <> 'open'))
              WHEN moved.kind = 'payout' THEN NOT EXISTS (
                  SELECT FROM stripe_store JOIN ledger_transfer
                      ON ledger_transfer.source = 'payout:' || moved.source_id || ':' || stripe_store.book)
              WHEN moved.kind = 'payout_failure' THEN EXISTS (
                  SELECT FROM stripe_store JOIN ledger_transfer AS paid
                      ON paid.source = 'payout:' || moved.source_id || ':' || stripe_store.book
                  WHERE NOT EXISTS (SELECT FROM ledger_transfer AS back WHERE back.corrects_transfer_id = paid.id)
                    AND paid.corrects_transfer_id IS NULL)
              WHEN moved.kind = 'transfer_refund' THEN EXISTS (
                  SELECT FROM stripe_transfer WHERE stripe_transfer.gateway_id = moved.transfer_id
                     AND stripe_transfer.reversed_rupiah = 0)
              ELSE false END
          AND NOT EXISTS (SELECT FROM gateway_event
                          WHERE gateway_event.provider = 'stripe' AND gateway_event.event_id = 'listed:' || moved.id)
        ORDER BY moved.happened_at, moved.id LIMIT 100
        """,
        since,
        until,
    )


# A fee's part of a rupiah counts as a whole one, as in the book.
_NET = """(moved.amount_sen / 100 - CASE WHEN moved.fee_sen > 0 THEN (moved.fee_sen + 99) / 100
           ELSE moved.fee_sen / 100 END)"""


async def list_differences(
    connection: Connection, *, book: str, until: datetime, own_until: datetime | None
) -> list[asyncpg.Record]:
    """List things of a book of which Stripe moved another amount than the book has, none of it after `until`.

    On our account, and (up to `own_until`) on the cooperative's own. Reads all transfers of both, by index.
    """
    return await connection.fetch(
        f"""
        WITH moves AS (
            SELECT 'stripe_clearing' AS place, payment.payable AS thing, 0::bigint AS booked, {_NET} AS moved,
                   moved.happened_at
            FROM stripe_balance_transaction AS moved
            JOIN payment ON payment.method = 'stripe' AND payment.succeeded_at IS NOT NULL
                        AND payment.reference = moved.charge_id
            WHERE payment.book = $1 AND moved.charge_id <> '' AND moved.currency = 'idr' AND moved.account_id = ''
            UNION ALL
            SELECT 'stripe_balance', payment.payable, 0, {_NET}, moved.happened_at
            FROM stripe_balance_transaction AS moved
            JOIN stripe_transfer AS transfer ON transfer.arrived_as = moved.charge_id AND transfer.is_own
                                            AND transfer.account_id = moved.account_id
            JOIN payment ON payment.id = transfer.payment_id
            WHERE payment.book = $1 AND moved.charge_id <> '' AND moved.currency = 'idr'
            UNION ALL
            SELECT 'stripe_clearing', coalesce(transfer.source, payment.payable), 0, {_NET}, moved.happened_at
            FROM stripe_balance_transaction AS moved
            JOIN stripe_transfer AS transfer ON transfer.gateway_id = moved.transfer_id
            LEFT JOIN payment ON payment.id = transfer.payment_id
            WHERE coalesce(transfer.book, payment.book) = $1 AND moved.transfer_id <> '' AND moved.currency = 'idr'
            UNION ALL
            SELECT account.kind, coalesce(payment.payable, disputed.payable, booked.source),
                   CASE WHEN booked.debit_account_id = account.id THEN booked.amount_rupiah
                        ELSE -booked.amount_rupiah END, 0, booked.occurred_at
            FROM ledger_account AS account
            JOIN ledger_transfer AS booked ON account.id IN (booked.debit_account_id, booked.credit_account_id)
            LEFT JOIN payment ON payment.id =
                CASE WHEN booked.source LIKE 'payment:%' THEN substring(booked.source, 9)::bigint END
            LEFT JOIN payment_dispute AS dispute ON dispute.id =
                CASE WHEN booked.source LIKE 'dispute:%' THEN substring(booked.source, 9)::bigint END
            LEFT JOIN payment AS disputed ON disputed.id = dispute.payment_id
            WHERE account.book = $1 AND account.kind IN ('stripe_clearing', 'stripe_balance')
              AND booked.source NOT LIKE 'payout:%'
        )
        SELECT place = 'stripe_balance' AS is_own, thing, sum(booked)::bigint AS booked_rupiah,
               sum(moved)::bigint AS moved_rupiah, min(happened_at) AS since
        FROM moves GROUP BY place, thing
        HAVING sum(booked) <> sum(moved)
           AND max(happened_at) <= CASE WHEN place = 'stripe_balance' THEN $3::timestamptz ELSE $2 END
        ORDER BY since, thing, place LIMIT 200
        """,
        book,
        until,
        own_until,
    )


async def list_strange(connection: Connection, *, until: datetime, limit: int) -> list[asyncpg.Record]:
    """Movements that belong to no book, and payouts whose parts in the books do not add up to them, newest first.

    Of our account only: what else a cooperative does with its own is its own affair.
    """
    return await connection.fetch(
        """
        SELECT * FROM (
            SELECT moved.id, moved.kind, moved.source_id, moved.currency, moved.happened_at,
                   moved.amount_sen - moved.fee_sen AS net_sen, 0::bigint AS booked_sen
            FROM stripe_balance_transaction AS moved
            WHERE moved.account_id = '' AND moved.kind NOT IN ('payout', 'payout_failure', 'payout_cancel')
              AND (moved.currency <> 'idr' OR NOT (
                  EXISTS (SELECT FROM payment WHERE payment.method = 'stripe' AND payment.succeeded_at IS NOT NULL
                          AND payment.reference = moved.charge_id AND moved.charge_id <> '')
                  OR EXISTS (SELECT FROM stripe_transfer WHERE stripe_transfer.gateway_id = moved.transfer_id
                             AND moved.transfer_id <> '')))
            UNION ALL
            SELECT min(moved.id), min(moved.kind), moved.source_id, min(moved.currency), min(moved.happened_at),
                   sum(moved.amount_sen - moved.fee_sen)::bigint,
                   (SELECT coalesce(sum(CASE WHEN debit.kind = 'stripe_clearing' THEN booked.amount_rupiah
                                             ELSE -booked.amount_rupiah END), 0)::bigint * 100
                    FROM stripe_store
                    JOIN ledger_transfer AS booked
                        ON booked.source = 'payout:' || moved.source_id || ':' || stripe_store.book
                    JOIN ledger_account AS debit ON debit.id = booked.debit_account_id)
            FROM stripe_balance_transaction AS moved
            WHERE moved.account_id = '' AND moved.kind IN ('payout', 'payout_failure', 'payout_cancel')
            GROUP BY moved.source_id
        ) AS strange
        -- a payout in sen and its parts in rupiah differ by what fees were rounded by: less than a rupiah each
        WHERE happened_at <= $1 AND abs(net_sen - booked_sen) >= 100
        ORDER BY happened_at DESC, id LIMIT $2
        """,
        until,
        limit,
    )
