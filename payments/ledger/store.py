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
        SELECT account.id, account.normal_side, balance.debit_rupiah, balance.credit_rupiah
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


async def page_statement(
    connection: Connection, *, account_id: int, after_transfer_id: int, limit: int
) -> list[asyncpg.Record]:
    """List up to `limit` transfers of an account after a transfer id, with its net debit after each."""
    return await connection.fetch(
        """
        WITH opening AS (
            SELECT (SELECT coalesce(sum(amount_rupiah), 0) FROM ledger_transfer
                    WHERE debit_account_id = $1 AND id <= $2)
                 - (SELECT coalesce(sum(amount_rupiah), 0) FROM ledger_transfer
                    WHERE credit_account_id = $1 AND id <= $2) AS rupiah
        ),
        movement AS (
            (SELECT id, amount_rupiah AS debit_rupiah, 0::bigint AS credit_rupiah,
                    credit_account_id AS counter_account_id,
                    source, event, occurred_at, author, reason, corrects_transfer_id
             FROM ledger_transfer WHERE debit_account_id = $1 AND id > $2 ORDER BY id LIMIT $3)
            UNION ALL
            (SELECT id, 0, amount_rupiah, debit_account_id,
                    source, event, occurred_at, author, reason, corrects_transfer_id
             FROM ledger_transfer WHERE credit_account_id = $1 AND id > $2 ORDER BY id LIMIT $3)
            ORDER BY id LIMIT $3
        )
        SELECT movement.*, counter.kind AS counter_kind, counter.reference AS counter_reference,
               (
                   opening.rupiah
                   + sum(movement.debit_rupiah - movement.credit_rupiah) OVER (ORDER BY movement.id)
               )::bigint AS net_debit_rupiah
        FROM movement
        CROSS JOIN opening
        JOIN ledger_account AS counter ON counter.id = movement.counter_account_id
        ORDER BY movement.id
        """,
        account_id,
        after_transfer_id,
        limit,
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
