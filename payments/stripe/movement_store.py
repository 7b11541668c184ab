"""Every SQL statement about movements of Stripe's balance, and their comparison with the clearing accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection
    from payments.stripe.facts import Movement


async def insert_movements(connection: Connection, *, movements: Sequence[Movement], at: datetime) -> int:
    """Insert movements; those that are there stay as they are."""
    rows = await connection.fetch(
        """
        INSERT INTO stripe_balance_transaction
            (id, kind, source_id, charge_id, transfer_id, amount_sen, fee_sen, currency, happened_at, kept_at)
        SELECT moved.*, $10::timestamptz
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
    )
    return len(rows)


async def find_read_through(connection: Connection) -> datetime | None:
    """Up to when the list has been read whole."""
    through: datetime | None = await connection.fetchval("SELECT read_through FROM stripe_listing")
    return through


async def save_read_through(connection: Connection, *, through: datetime) -> None:
    """Note up to when the list has been read; never back."""
    await connection.execute(
        "INSERT INTO stripe_listing (provider, read_through) VALUES ('stripe', $1)"
        " ON CONFLICT (provider) DO UPDATE SET read_through = greatest(stripe_listing.read_through, $1)",
        through,
    )


async def list_unbooked(connection: Connection, *, since: datetime, until: datetime) -> list[asyncpg.Record]:
    """Refunds, disputes, payouts and reversals in a time that left no trace here and that nobody looked at yet."""
    return await connection.fetch(
        """
        SELECT moved.id, moved.kind, moved.source_id, moved.transfer_id FROM stripe_balance_transaction AS moved
        WHERE moved.happened_at BETWEEN $1 AND $2
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


async def list_differences(connection: Connection, *, book: str, until: datetime) -> list[asyncpg.Record]:
    """List things of a book of which Stripe moved another amount than the book has, none of it after `until`.

    Reads all transfers of the account, by index.
    """
    return await connection.fetch(
        f"""
        WITH moves AS (
            SELECT payment.payable AS thing, 0::bigint AS booked, {_NET} AS moved, moved.happened_at
            FROM stripe_balance_transaction AS moved
            JOIN payment ON payment.method = 'stripe' AND payment.succeeded_at IS NOT NULL
                        AND payment.reference = moved.charge_id
            WHERE payment.book = $1 AND moved.charge_id <> '' AND moved.currency = 'idr'
            UNION ALL
            SELECT coalesce(transfer.source, payment.payable), 0, {_NET}, moved.happened_at
            FROM stripe_balance_transaction AS moved
            JOIN stripe_transfer AS transfer ON transfer.gateway_id = moved.transfer_id
            LEFT JOIN payment ON payment.id = transfer.payment_id
            WHERE coalesce(transfer.book, payment.book) = $1 AND moved.transfer_id <> '' AND moved.currency = 'idr'
            UNION ALL
            SELECT coalesce(payment.payable, disputed.payable, booked.source),
                   CASE WHEN booked.debit_account_id = account.id THEN booked.amount_rupiah
                        ELSE -booked.amount_rupiah END, 0, booked.occurred_at
            FROM ledger_account AS account
            JOIN ledger_transfer AS booked ON account.id IN (booked.debit_account_id, booked.credit_account_id)
            LEFT JOIN payment ON payment.id =
                CASE WHEN booked.source LIKE 'payment:%' THEN substring(booked.source, 9)::bigint END
            LEFT JOIN payment_dispute AS dispute ON dispute.id =
                CASE WHEN booked.source LIKE 'dispute:%' THEN substring(booked.source, 9)::bigint END
            LEFT JOIN payment AS disputed ON disputed.id = dispute.payment_id
            WHERE account.book = $1 AND account.kind = 'stripe_clearing' AND booked.source NOT LIKE 'payout:%'
        )
        SELECT thing, sum(booked)::bigint AS booked_rupiah, sum(moved)::bigint AS moved_rupiah,
               min(happened_at) AS since
        FROM moves GROUP BY thing HAVING sum(booked) <> sum(moved) AND max(happened_at) <= $2
        ORDER BY since, thing LIMIT 200
        """,
        book,
        until,
    )


async def list_strange(connection: Connection, *, until: datetime, limit: int) -> list[asyncpg.Record]:
    """Movements that belong to no book, and payouts whose parts in the books do not add up to them, newest first."""
    return await connection.fetch(
        """
        SELECT * FROM (
            SELECT moved.id, moved.kind, moved.source_id, moved.currency, moved.happened_at,
                   moved.amount_sen - moved.fee_sen AS net_sen, 0::bigint AS booked_sen
            FROM stripe_balance_transaction AS moved
            WHERE moved.kind NOT IN ('payout', 'payout_failure', 'payout_cancel')
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
            WHERE moved.kind IN ('payout', 'payout_failure', 'payout_cancel')
            GROUP BY moved.source_id
        ) AS strange
        -- a payout in sen and its parts in rupiah differ by what fees were rounded by: less than a rupiah each
        WHERE happened_at <= $1 AND abs(net_sen - booked_sen) >= 100
        ORDER BY happened_at DESC, id LIMIT $2
        """,
        until,
        limit,
    )
