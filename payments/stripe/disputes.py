"""Disputes: what Stripe holds back stands on its own account until it is won or lost; the store's people note evidence.

Submitting evidence is done in Stripe's own pages: what is noted here is what they need to hand.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from payments.connection import require_transaction
from payments.ledger import gateway_recipes
from payments.ledger.accounts import STRIPE_CLEARING
from payments.ledger.post import post
from payments.money import Money
from payments.stripe import store
from payments.stripe.late import booking_for

if TYPE_CHECKING:
    import asyncpg

    from payments.connection import Connection
    from payments.ledger.transfers import Transfer
    from payments.stripe.facts import DisputeFact


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A disputed payment: open, won or lost."""

    dispute_id: int
    payment_id: int
    amount: Money
    state: str
    reason: str
    evidence_until: datetime | None
    evidence_note: str


async def take_dispute(connection: Connection, *, payment: asyncpg.Record, fact: DisputeFact, at: datetime) -> str:
    """Let a dispute follow what Stripe says; one that ended stays as it ended, and a bank's question moves nothing."""
    require_transaction(connection)
    if fact.state == "asked":
        return "the bank asks, nothing is held"
    row = await store.upsert_dispute(
        connection,
        payment_id=payment["id"],
        gateway_id=fact.dispute_id,
        amount_rupiah=fact.amount.rupiah,
        reason=fact.reason,
        evidence_until=fact.evidence_until,
        at=at,
    )
    if row["state"] != "open":
        return f"dispute {row['state']} already"
    book, reference, amount = payment["book"], f"dispute:{row['id']}", Money(row["amount_rupiah"])
    if row["is_new"]:
        opened = gateway_recipes.dispute_opened(
            dispute_reference=reference, clearing=STRIPE_CLEARING, amount=amount, fee=fact.fee
        )
        await _post(connection, book, reference, opened, happened_at=fact.opened_at, now=at)
    elif fact.state == "open":
        return "dispute open already"
    if fact.state != "open":
        ended = (
            gateway_recipes.dispute_won(dispute_reference=reference, clearing=STRIPE_CLEARING, amount=amount)
            if fact.state == "won"
            else gateway_recipes.dispute_lost(dispute_reference=reference, amount=amount)
        )
        await _post(connection, book, reference, ended, happened_at=fact.won_at, now=at)
        await store.close_dispute(connection, dispute_id=row["id"], state=fact.state, at=at)
    return f"dispute {fact.state}"


async def _post(
    connection: Connection,
    book: str,
    source: str,
    transfers: tuple[Transfer, ...],
    *,
    happened_at: datetime | None,
    now: datetime,
) -> None:
    booking = await booking_for(connection, book=book, happened_at=happened_at, now=now)
    await post(
        connection,
        book=book,
        source=source,
        transfers=transfers,
        author="system",
        occurred_at=booking.occurred_at,
        reason=booking.reason,
    )


async def list_disputes(connection: Connection, *, payment_ids: list[int]) -> list[Dispute]:
    """List the disputes of payments, oldest first."""
    return [
        Dispute(
            dispute_id=row["id"],
            payment_id=row["payment_id"],
            amount=Money(row["amount_rupiah"]),
            state=row["state"],
            reason=row["reason"],
            evidence_until=row["evidence_until"],
            evidence_note=row["evidence_note"],
        )
        for row in await store.list_disputes(connection, payment_ids=payment_ids)
    ]


async def note_evidence(connection: Connection, *, dispute_id: int, payment_id: int, note: str) -> bool:
    """Write down what is known of a disputed sale; false where there is no such open dispute."""
    require_transaction(connection)
    return await store.set_evidence_note(connection, dispute_id=dispute_id, payment_id=payment_id, note=note)
