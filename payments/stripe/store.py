"""Every SQL statement about stores that take cards, connected accounts, transfers to them, and disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection
    from payments.stripe.facts import AccountFact


async def save_store(connection: Connection, *, book: str, is_active: bool, at: datetime, author: str) -> None:
    """Let a book take cards, or not."""
    await connection.execute(
        "INSERT INTO stripe_store (book, is_active, changed_at, author) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (book) DO UPDATE SET is_active = $2, changed_at = $3, author = $4",
        book,
        is_active,
        at,
        author,
    )


async def set_sharing(connection: Connection, *, book: str, sharing: str, at: datetime, author: str) -> bool:
    """Say how what a book takes is shared; false where it takes no cards."""
    return bool(
        await connection.fetchval(
            "UPDATE stripe_store SET sharing = $2, changed_at = $3, author = $4 WHERE book = $1 RETURNING true",
            book,
            sharing,
            at,
            author,
        )
    )


async def find_store(connection: Connection, *, book: str) -> asyncpg.Record | None:
    """How a book takes cards, if it does."""
    return await connection.fetchrow("SELECT * FROM stripe_store WHERE book = $1 AND is_active", book)


async def find_payment(connection: Connection, *, payment_id: int) -> asyncpg.Record | None:
    """Read a payment by Stripe, of whichever book."""
    return await connection.fetchrow("SELECT * FROM payment WHERE id = $1 AND method = 'stripe'", payment_id)


async def find_payment_by_page(connection: Connection, *, page_id: str, key: str) -> asyncpg.Record | None:
    """The attempt of a page; by our own key for it where the page's name has not been kept yet."""
    return await connection.fetchrow(
        "SELECT * FROM payment WHERE method = 'stripe' AND (gateway_id = $1 OR (key = $2 AND gateway_id = ''))"
        " ORDER BY gateway_id DESC LIMIT 1",
        page_id,
        key,
    )


async def find_payment_by_charge(connection: Connection, *, charge_id: str) -> asyncpg.Record | None:
    """The payment that came by a charge."""
    return await connection.fetchrow(
        "SELECT * FROM payment WHERE method = 'stripe' AND reference = $1 AND succeeded_at IS NOT NULL", charge_id
    )


async def find_refund(connection: Connection, *, gateway_id: str, key: str) -> asyncpg.Record | None:
    """A refund by Stripe's name of it, or by ours; one that was made at Stripe itself has a key of Stripe's name."""
    return await connection.fetchrow(
        "SELECT * FROM payment_refund WHERE method = 'stripe' AND (gateway_id = $1 OR key IN ($2, 'stripe:' || $1))"
        " ORDER BY (gateway_id = $1) DESC LIMIT 1",
        gateway_id,
        key,
    )


async def find_refund_by_id(connection: Connection, *, refund_id: int) -> asyncpg.Record | None:
    """Read a refund by Stripe."""
    return await connection.fetchrow("SELECT * FROM payment_refund WHERE id = $1 AND method = 'stripe'", refund_id)


async def set_refund_gateway(connection: Connection, *, refund_id: int, gateway_id: str) -> None:
    """Keep Stripe's name of a refund that it is still working on."""
    await connection.execute(
        "UPDATE payment_refund SET gateway_id = $2 WHERE id = $1 AND gateway_id = ''", refund_id, gateway_id
    )


async def sum_pending_refunds(connection: Connection, *, payment_id: int) -> int:
    """Rupiah of a payment that Stripe was asked to give back and has not yet."""
    total: int = await connection.fetchval(
        "SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM payment_refund"
        " WHERE payment_id = $1 AND method = 'stripe' AND state = 'pending'",
        payment_id,
    )
    return total


async def find_last_refund_id(connection: Connection, *, payment_id: int) -> int | None:
    """The newest refund of a payment that did not fail."""
    refund_id: int | None = await connection.fetchval(
        "SELECT max(id) FROM payment_refund WHERE payment_id = $1 AND state <> 'failed'", payment_id
    )
    return refund_id


async def upsert_dispute(
    connection: Connection,
    *,
    payment_id: int,
    gateway_id: str,
    amount_rupiah: int,
    reason: str,
    evidence_until: datetime | None,
    at: datetime,
) -> asyncpg.Record:
    """Keep a dispute, locked; one that is there is answered as it is, with `is_new` false."""
    row = await connection.fetchrow(
        """
        INSERT INTO payment_dispute (payment_id, gateway_id, amount_rupiah, state, reason, evidence_until, opened_at)
        VALUES ($1, $2, $3, 'open', $4, $5, $6)
        ON CONFLICT (gateway_id) DO UPDATE SET reason = $4, evidence_until = $5
        RETURNING *, xmax = 0 AS is_new
        """,
        payment_id,
        gateway_id,
        amount_rupiah,
        reason,
        evidence_until,
        at,
    )
    assert row is not None  # noqa: S101 - inserted or updated
    return row


async def close_dispute(connection: Connection, *, dispute_id: int, state: str, at: datetime) -> None:
    """End a locked dispute."""
    await connection.execute(
        "UPDATE payment_dispute SET state = $2, closed_at = $3 WHERE id = $1 AND state = 'open'", dispute_id, state, at
    )


async def list_disputes(connection: Connection, *, payment_ids: list[int]) -> list[asyncpg.Record]:
    """Disputes of payments, oldest first; `settled_rupiah` is what of a lost one paid what the buyer was owed."""
    return await connection.fetch(
        """
        SELECT dispute.*, (
            SELECT coalesce(sum(back.amount_rupiah), 0)::bigint FROM payment_refund AS back
            WHERE back.payment_id = dispute.payment_id AND starts_with(back.key, 'dispute:' || dispute.id || ':')
        ) AS settled_rupiah
        FROM payment_dispute AS dispute WHERE dispute.payment_id = ANY ($1::bigint[]) ORDER BY dispute.id
        """,
        payment_ids,
    )


async def sum_disputed(connection: Connection, *, payment_id: int) -> int:
    """Rupiah of a payment that the buyer's bank holds or has taken back."""
    total: int = await connection.fetchval(
        "SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM payment_dispute WHERE payment_id = $1 AND state <> 'won'",
        payment_id,
    )
    return total


async def set_evidence_note(connection: Connection, *, dispute_id: int, payment_id: int, note: str) -> bool:
    """Write what the store's people know of a dispute; false where it is not open."""
    return bool(
        await connection.fetchval(
            "UPDATE payment_dispute SET evidence_note = $3 WHERE id = $1 AND payment_id = $2 AND state = 'open'"
            " RETURNING true",
            dispute_id,
            payment_id,
            note,
        )
    )


async def save_account(connection: Connection, *, owner: str, fact: AccountFact, at: datetime) -> None:
    """Keep a connected account."""
    await connection.execute(
        "INSERT INTO stripe_account (owner, account_id, may_receive, is_submitted, needs_more, changed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (owner) DO UPDATE"
        " SET account_id = $2, may_receive = $3, is_submitted = $4, needs_more = $5, changed_at = $6",
        owner,
        fact.account_id,
        fact.may_receive,
        fact.is_submitted,
        fact.needs_more,
        at,
    )


async def set_capability(connection: Connection, *, fact: AccountFact, at: datetime) -> bool:
    """Note what a connected account may and lacks; false where it is nobody's."""
    return bool(
        await connection.fetchval(
            "UPDATE stripe_account SET may_receive = $2, is_submitted = $3, needs_more = $4, changed_at = $5"
            " WHERE account_id = $1 RETURNING true",
            fact.account_id,
            fact.may_receive,
            fact.is_submitted,
            fact.needs_more,
            at,
        )
    )


async def find_account(connection: Connection, *, owner: str) -> asyncpg.Record | None:
    """A connected account by its owner."""
    return await connection.fetchrow("SELECT * FROM stripe_account WHERE owner = $1", owner)


async def list_accounts(connection: Connection, *, owners: list[str]) -> dict[str, str]:
    """Connected accounts that may be sent transfers, by owner."""
    rows = await connection.fetch(
        "SELECT owner, account_id FROM stripe_account WHERE owner = ANY ($1::text[]) AND may_receive", owners
    )
    return {row["owner"]: row["account_id"] for row in rows}


async def insert_transfer(
    connection: Connection,
    *,
    payment_id: int,
    owner: str,
    account_id: str,
    amount_rupiah: int,
    refunded_before_rupiah: int,
    is_own: bool = False,
    number: int = 1,
) -> asyncpg.Record | None:
    """Write a transfer down; None where the owner was given their part before."""
    return await connection.fetchrow(
        "INSERT INTO stripe_transfer"
        " (payment_id, owner, account_id, amount_rupiah, refunded_before_rupiah, is_own, number)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (payment_id, owner, is_own, number) DO NOTHING RETURNING *",
        payment_id,
        owner,
        account_id,
        amount_rupiah,
        refunded_before_rupiah,
        is_own,
        number,
    )


async def list_transfers(connection: Connection, *, payment_id: int) -> list[asyncpg.Record]:
    """What went out for a payment."""
    return await connection.fetch("SELECT * FROM stripe_transfer WHERE payment_id = $1 ORDER BY id", payment_id)


async def list_pending_transfers(
    connection: Connection, *, book: str | None, owner: str | None
) -> list[asyncpg.Record]:
    """Shares that were wanted and have not ended: book, payable and supplier; of one book, one supplier, or all."""
    return await connection.fetch(
        """
        SELECT payment.book, payment.payable, stripe_transfer.owner
        FROM stripe_transfer JOIN payment ON payment.id = stripe_transfer.payment_id
        WHERE stripe_transfer.state = 'pending' AND NOT stripe_transfer.is_own
          AND ($1::text IS NULL OR payment.book = $1)
          AND ($2::text IS NULL OR stripe_transfer.owner = $2)
        """,
        book,
        owner,
    )


async def lock_transfers(connection: Connection, *, payment_id: int) -> list[asyncpg.Record]:
    """Lock what went out for a payment, in id order."""
    return await connection.fetch(
        "SELECT * FROM stripe_transfer WHERE payment_id = $1 ORDER BY id FOR UPDATE", payment_id
    )


async def set_transfer(
    connection: Connection, *, transfer_id: int, state: str, gateway_id: str, arrived_as: str
) -> None:
    """End a transfer that was pending."""
    await connection.execute(
        "UPDATE stripe_transfer SET state = $2, gateway_id = $3, arrived_as = $4 WHERE id = $1 AND state = 'pending'",
        transfer_id,
        state,
        gateway_id,
        arrived_as,
    )


async def add_reversed(connection: Connection, *, transfer_id: int, amount_rupiah: int) -> None:
    """Note that part of a locked transfer was taken back, or (negative) was not."""
    await connection.execute(
        "UPDATE stripe_transfer SET reversed_rupiah = reversed_rupiah + $2 WHERE id = $1", transfer_id, amount_rupiah
    )
