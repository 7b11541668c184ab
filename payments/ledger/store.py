"""Every SQL statement of the ledger, one named function each, on the caller's connection.

What a posting means, and how refusals become errors, is in `post.py`; what must hold is in `check.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection
    from payments.ledger.accounts import AccountKey
    from payments.ledger.transfers import Transfer


async def insert_transfers(
    connection: Connection,
    *,
    book: str,
    source: str,
    transfers: Sequence[Transfer],
    corrects: Sequence[int | None],
    occurred_at: datetime,
    author: str,
    reason: str,
) -> list[asyncpg.Record]:
    """Insert what is not there yet and move the balances, in one round trip; rows of event, transfer_id, is_new.

    Locks the balance rows of the accounts touched in account-id order. Opens accounts on first use.
    """
    return await connection.fetch(
        "SELECT event, transfer_id, is_new FROM ledger_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        book,
        source,
        [transfer.event for transfer in transfers],
        [transfer.amount.rupiah for transfer in transfers],
        [transfer.debit.kind.value for transfer in transfers],
        [transfer.debit.reference for transfer in transfers],
        [transfer.credit.kind.value for transfer in transfers],
        [transfer.credit.reference for transfer in transfers],
        list(corrects),
        occurred_at,
        author,
        reason,
    )


async def list_reversible(
    connection: Connection,
    *,
    book: str,
    source: str,
    event_prefix: str,
    transfer_ids: Sequence[int] | None,
) -> list[asyncpg.Record]:
    """List a source's transfers that are no corrections themselves, in id order. Locks nothing: they never change."""
    return await connection.fetch(
        """
        SELECT transfer.id, transfer.event, transfer.amount_rupiah,
               debit.kind AS debit_kind, debit.reference AS debit_reference,
               credit.kind AS credit_kind, credit.reference AS credit_reference
        FROM ledger_transfer AS transfer
        JOIN ledger_account AS debit ON debit.id = transfer.debit_account_id
        JOIN ledger_account AS credit ON credit.id = transfer.credit_account_id
        WHERE transfer.source = $2 AND transfer.book = $1 AND transfer.corrects_transfer_id IS NULL
          AND starts_with(transfer.event, $3)
          AND ($4::bigint[] IS NULL OR transfer.id = ANY ($4))
        ORDER BY transfer.id
        """,
        book,
        source,
        event_prefix,
        None if transfer_ids is None else list(transfer_ids),
    )


async def list_by_source(connection: Connection, *, book: str, source: str) -> list[asyncpg.Record]:
    """List all transfers of a source in id order, corrections too."""
    return await connection.fetch(
        """
        SELECT transfer.id, transfer.event, transfer.amount_rupiah, transfer.occurred_at, transfer.author,
               transfer.reason, transfer.corrects_transfer_id,
               debit.kind AS debit_kind, debit.reference AS debit_reference,
               credit.kind AS credit_kind, credit.reference AS credit_reference
        FROM ledger_transfer AS transfer
        JOIN ledger_account AS debit ON debit.id = transfer.debit_account_id
        JOIN ledger_account AS credit ON credit.id = transfer.credit_account_id
        WHERE transfer.source = $2 AND transfer.book = $1
        ORDER BY transfer.id
        """,
        book,
        source,
    )


async def find_balance(connection: Connection, *, book: str, account: AccountKey) -> asyncpg.Record | None:
    """Find an account with its projected sums; None before its first transfer."""
    return await connection.fetchrow(
        """
        SELECT account.id, account.normal_side, balance.debit_rupiah, balance.credit_rupiah,
               balance.pending_debit_rupiah, balance.pending_credit_rupiah
        FROM ledger_account AS account
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        WHERE account.book = $1 AND account.kind = $2 AND account.reference = $3
        """,
        book,
        account.kind.value,
        account.reference,
    )


async def list_balances(connection: Connection, *, book: str) -> list[asyncpg.Record]:
    """List all accounts of a book with their projected sums, by kind and reference."""
    return await connection.fetch(
        """
        SELECT account.kind, account.reference, balance.debit_rupiah, balance.credit_rupiah
        FROM ledger_account AS account
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        WHERE account.book = $1
        ORDER BY account.kind, account.reference
        """,
        book,
    )


async def list_balances_of_kinds(connection: Connection, *, book: str, kinds: list[str]) -> list[asyncpg.Record]:
    """List the accounts of some kinds in a book with their projected sums, by kind and reference."""
    return await connection.fetch(
        """
        SELECT account.kind, account.reference, balance.debit_rupiah, balance.credit_rupiah
        FROM ledger_account AS account
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        WHERE account.book = $1 AND account.kind = ANY($2::text[])
        ORDER BY account.kind, account.reference
        """,
        book,
        kinds,
    )


async def list_inventories(connection: Connection) -> list[asyncpg.Record]:
    """List the inventory of every book with its projected sums. Reads every book: for checks only."""
    return await connection.fetch(
        """
        SELECT account.book, balance.debit_rupiah, balance.credit_rupiah
        FROM ledger_account AS account
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        WHERE account.kind = 'inventory'
        ORDER BY account.book
        """
    )


async def list_owed(connection: Connection, *, supplier_reference: str) -> list[asyncpg.Record]:
    """List the books that owe a supplier anything: rows of book, owed_rupiah, since.

    What was paid counts against the oldest debts, so `since` is the first transfer that is not wholly paid. Reads the
    supplier's accounts by ledger_account_supplier and their transfers by ledger_transfer_credit, in id order.
    """
    return await connection.fetch(
        """
        SELECT account.book, balance.credit_rupiah - balance.debit_rupiah AS owed_rupiah, oldest.occurred_at AS since
        FROM ledger_account AS account
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        CROSS JOIN LATERAL (
            SELECT owed.occurred_at
            FROM (
                SELECT transfer.id, transfer.occurred_at,
                       sum(transfer.amount_rupiah) OVER (ORDER BY transfer.id) AS running_rupiah
                FROM ledger_transfer AS transfer WHERE transfer.credit_account_id = account.id
            ) AS owed
            WHERE owed.running_rupiah > balance.debit_rupiah
            ORDER BY owed.id LIMIT 1
        ) AS oldest
        WHERE account.kind = 'supplier_payable' AND account.reference = $1
          AND balance.credit_rupiah > balance.debit_rupiah
        ORDER BY owed_rupiah DESC, account.book
        """,
        supplier_reference,
    )


async def insert_hold(
    connection: Connection, *, book: str, source: str, transfer: Transfer, held_at: datetime, author: str, reason: str
) -> asyncpg.Record:
    """Set an amount aside unless it is already; hold_id and is_new. Locks both balance rows in account-id order."""
    (row,) = await connection.fetch(
        "SELECT hold_id, is_new FROM ledger_hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        book,
        source,
        transfer.event,
        transfer.amount.rupiah,
        transfer.debit.kind.value,
        transfer.debit.reference,
        transfer.credit.kind.value,
        transfer.credit.reference,
        held_at,
        author,
        reason,
    )
    return row


async def end_hold(
    connection: Connection, *, book: str, source: str, event: str, outcome: str, at: datetime, author: str, reason: str
) -> asyncpg.Record | None:
    """End a hold unless it has ended so; transfer_id and is_new, None where there is no such hold.

    Locks both balance rows in account-id order, and the book's row in share where it posts.
    """
    return await connection.fetchrow(
        "SELECT transfer_id, is_new FROM ledger_end_hold($1, $2, $3, $4, $5, $6, $7)",
        book,
        source,
        event,
        outcome,
        at,
        author,
        reason,
    )


async def list_open_holds(connection: Connection, *, book: str) -> list[asyncpg.Record]:
    """List what a book has set aside, oldest first."""
    return await connection.fetch(
        """
        SELECT held.id, held.source, held.event, held.amount_rupiah, held.held_at, held.author, held.reason,
               debit.kind AS debit_kind, debit.reference AS debit_reference,
               credit.kind AS credit_kind, credit.reference AS credit_reference
        FROM ledger_hold AS held
        JOIN ledger_account AS debit ON debit.id = held.debit_account_id
        JOIN ledger_account AS credit ON credit.id = held.credit_account_id
        LEFT JOIN ledger_hold_end AS ended ON ended.hold_id = held.id
        WHERE held.book = $1 AND ended.hold_id IS NULL
        ORDER BY held.id
        """,
        book,
    )


async def list_findings(connection: Connection, *, book: str | None) -> list[asyncpg.Record]:
    """List what should never be, over one book or all; no constraint is trusted, everything is computed anew."""
    return await connection.fetch(
        """
        WITH account AS (
            SELECT * FROM ledger_account WHERE $1::text IS NULL OR book = $1
        ),
        transfer AS (
            SELECT * FROM ledger_transfer WHERE $1::text IS NULL OR book = $1
        ),
        recomputed AS (
            SELECT account_id, sum(debit) AS debit, sum(credit) AS credit
            FROM (
                SELECT debit_account_id AS account_id, amount_rupiah AS debit, 0 AS credit FROM transfer
                UNION ALL
                SELECT credit_account_id, 0, amount_rupiah FROM transfer
            ) AS sides
            GROUP BY account_id
        )
        SELECT 'book_unbalanced' AS rule, account.book, NULL::bigint AS account_id, NULL::bigint AS transfer_id,
               format('debit %s, credit %s', sum(balance.debit_rupiah), sum(balance.credit_rupiah)) AS particulars
        FROM account JOIN ledger_balance AS balance ON balance.account_id = account.id
        GROUP BY account.book HAVING sum(balance.debit_rupiah) <> sum(balance.credit_rupiah)
        UNION ALL
        SELECT 'balance_missing', account.book, account.id, NULL, account.kind
        FROM account LEFT JOIN ledger_balance AS balance ON balance.account_id = account.id
        WHERE balance.account_id IS NULL
        UNION ALL
        SELECT 'balance_differs', account.book, account.id, NULL,
               format('kept %s/%s, recomputed %s/%s', balance.debit_rupiah, balance.credit_rupiah,
                      coalesce(recomputed.debit, 0), coalesce(recomputed.credit, 0))
        FROM account
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        LEFT JOIN recomputed ON recomputed.account_id = account.id
        WHERE (balance.debit_rupiah, balance.credit_rupiah)
            <> (coalesce(recomputed.debit, 0), coalesce(recomputed.credit, 0))
        UNION ALL
        SELECT 'negative', account.book, account.id, NULL,
               format('debit %s, credit %s', recomputed.debit, recomputed.credit)
        FROM account
        JOIN ledger_account_kind AS facts ON facts.kind = account.kind
        JOIN recomputed ON recomputed.account_id = account.id
        WHERE NOT facts.may_be_negative
          AND CASE facts.normal_side WHEN 'debit' THEN recomputed.debit < recomputed.credit
              ELSE recomputed.credit < recomputed.debit END
        UNION ALL
        SELECT 'account_outside_book', transfer.book, NULL, transfer.id,
               format('debit account %s, credit account %s', transfer.debit_account_id, transfer.credit_account_id)
        FROM transfer
        LEFT JOIN ledger_account AS debit ON debit.id = transfer.debit_account_id AND debit.book = transfer.book
        LEFT JOIN ledger_account AS credit ON credit.id = transfer.credit_account_id AND credit.book = transfer.book
        WHERE debit.id IS NULL OR credit.id IS NULL
        UNION ALL
        SELECT 'correction_differs', transfer.book, NULL, transfer.id,
               format('corrects %s', transfer.corrects_transfer_id)
        FROM transfer
        LEFT JOIN ledger_transfer AS corrected ON corrected.id = transfer.corrects_transfer_id
        WHERE transfer.corrects_transfer_id IS NOT NULL
          AND (transfer.book, transfer.debit_account_id, transfer.credit_account_id, transfer.amount_rupiah,
               transfer.source)
              IS DISTINCT FROM (corrected.book, corrected.credit_account_id, corrected.debit_account_id,
                                corrected.amount_rupiah, corrected.source)
        ORDER BY rule, book, account_id, transfer_id
        """,
        book,
    )


async def list_hold_findings(connection: Connection, *, book: str | None) -> list[asyncpg.Record]:
    """List what should never be of holds: pending sums that differ, money held that is not there, ends that lie."""
    return await connection.fetch(
        """
        WITH held AS (
            SELECT held.*, ended.outcome FROM ledger_hold AS held
            LEFT JOIN ledger_hold_end AS ended ON ended.hold_id = held.id
            WHERE $1::text IS NULL OR held.book = $1
        ),
        pending AS (
            SELECT account_id, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit
            FROM (
                SELECT debit_account_id AS account_id, amount_rupiah AS debit, 0 AS credit FROM held
                WHERE outcome IS NULL
                UNION ALL
                SELECT credit_account_id, 0, amount_rupiah FROM held WHERE outcome IS NULL
            ) AS sides
            GROUP BY account_id
        )
        SELECT 'pending_differs' AS rule, account.book, account.id AS account_id, NULL::bigint AS transfer_id,
               format('kept %s/%s, recomputed %s/%s', balance.pending_debit_rupiah, balance.pending_credit_rupiah,
                      coalesce(pending.debit, 0), coalesce(pending.credit, 0)) AS particulars
        FROM ledger_account AS account
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        LEFT JOIN pending ON pending.account_id = account.id
        WHERE ($1::text IS NULL OR account.book = $1)
          AND (balance.pending_debit_rupiah, balance.pending_credit_rupiah)
              <> (coalesce(pending.debit, 0), coalesce(pending.credit, 0))
        UNION ALL
        SELECT 'held_beyond_balance', account.book, account.id, NULL,
               format('debit %s, credit %s, held %s/%s', balance.debit_rupiah, balance.credit_rupiah,
                      pending.debit, pending.credit)
        FROM pending
        JOIN ledger_account AS account ON account.id = pending.account_id
        JOIN ledger_account_kind AS facts ON facts.kind = account.kind
        JOIN ledger_balance AS balance ON balance.account_id = account.id
        WHERE NOT facts.may_be_negative
          AND CASE facts.normal_side
              WHEN 'debit' THEN balance.debit_rupiah < balance.credit_rupiah + pending.credit
              ELSE balance.credit_rupiah < balance.debit_rupiah + pending.debit END
        UNION ALL
        SELECT 'hold_differs', held.book, NULL, transfer.id,
               format('hold %s is %s, %s', held.id, coalesce(held.outcome, 'open'),
                      CASE WHEN transfer.id IS NULL THEN 'no transfer' ELSE 'its transfer is another' END)
        FROM held
        LEFT JOIN ledger_transfer AS transfer ON transfer.source = held.source AND transfer.event = held.event
        WHERE CASE held.outcome
            WHEN 'posted' THEN
                (transfer.book, transfer.debit_account_id, transfer.credit_account_id, transfer.amount_rupiah)
                IS DISTINCT FROM (held.book, held.debit_account_id, held.credit_account_id, held.amount_rupiah)
            ELSE transfer.id IS NOT NULL END
        ORDER BY rule, book, account_id, transfer_id
        """,
        book,
    )
