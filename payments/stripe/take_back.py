"""Taking back what went to connected accounts, in proportion, when a buyer is given money back or a bank takes it.

Wanted and written down with its call; booked when Stripe has done it. What Stripe refuses (the balance was spent) is
tried with the next refund, and until then a supplier owes it, and the cooperative has so much less in clearing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.calls.calls import want_call
from payments.connection import require_transaction
from payments.ledger import gateway_recipes
from payments.ledger.accounts import STRIPE_CLEARING
from payments.ledger.post import post
from payments.money import ZERO, Money
from payments.stripe import store
from payments.stripe.amounts import to_minor
from payments.stripe.checkout import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from payments.connection import Connection
    from payments.ledger.transfers import Transfer

Backs = list[tuple["asyncpg.Record", Money]]


async def take_shares_back(
    connection: Connection, *, payment_id: int, refund_id: int, at: datetime
) -> dict[str, Money]:
    """Want back what the refunds of a payment so far mean for each transfer, in proportion; by owner.

    After the last part exactly all of each transfer has been taken back: shares are of all that has been refunded, less
    what was taken back before.
    """
    require_transaction(connection)
    rows = await store.lock_transfers(connection, payment_id=payment_id)
    payment = await store.find_payment(connection, payment_id=payment_id)
    if payment is None or not rows:
        return {}
    backs = [
        *share_backs(rows, payment),
        *own_backs(rows, payment, disputed=await store.sum_disputed(connection, payment_id=payment_id)),
    ]
    return await _want(connection, backs, payment_id=payment_id, cause=str(refund_id), refund_id=refund_id, at=at)


async def take_own_back(
    connection: Connection, *, payment_id: int, cause: str, refund_id: int | None = None, at: datetime
) -> Money:
    """Want the cooperative's part alone back, as far as refunds and disputes mean it; once for each `cause`.

    For what a bank holds or took ('dispute:du_1'), and for refunds made at Stripe itself: the sale stands, so its
    suppliers keep their shares.
    """
    require_transaction(connection)
    rows = await store.lock_transfers(connection, payment_id=payment_id)
    payment = await store.find_payment(connection, payment_id=payment_id)
    if payment is None or not rows:
        return ZERO
    backs = own_backs(rows, payment, disputed=await store.sum_disputed(connection, payment_id=payment_id))
    taken = await _want(connection, backs, payment_id=payment_id, cause=cause, refund_id=refund_id, at=at)
    return Money.total(taken.values())


async def catch_up(connection: Connection, *, payment_id: int, at: datetime) -> None:
    """Want back the part of a transfer that was refunded or disputed before the transfer had gone out."""
    refund_id = await store.find_last_refund_id(connection, payment_id=payment_id)
    if refund_id is not None:
        await take_shares_back(connection, payment_id=payment_id, refund_id=refund_id, at=at)
    for dispute in await store.list_disputes(connection, payment_ids=[payment_id]):
        if dispute["state"] != "won":
            await take_own_back(connection, payment_id=payment_id, cause=f"dispute:{dispute['gateway_id']}", at=at)


def share_backs(rows: Sequence[asyncpg.Record], payment: asyncpg.Record) -> Backs:
    """Say what is to come back of each supplier's share."""
    backs: Backs = []
    for row in rows:
        if row["is_own"] or row["state"] != "succeeded":
            continue
        back = Money(row["amount_rupiah"]) - left_of(row, payment) - Money(row["reversed_rupiah"])
        if back.is_positive:
            backs.append((row, back))
    return backs


def own_backs(rows: Sequence[asyncpg.Record], payment: asyncpg.Record, *, disputed: int) -> Backs:
    """Say what is to come back of the cooperative's part, out of the latest transfer first."""
    own = [row for row in rows if row["is_own"]]
    sent = [row for row in own if row["state"] == "succeeded"]
    if not sent:
        return []
    there = Money.total(Money(row["amount_rupiah"] - row["reversed_rupiah"]) for row in sent)
    to_take = there - left_of(own[0], payment, disputed=disputed)
    backs: Backs = []
    for row in reversed(sent):
        back = min(to_take, Money(row["amount_rupiah"] - row["reversed_rupiah"]))
        if back.is_positive:
            backs.append((row, back))
            to_take -= back
    return backs


def left_of(row: asyncpg.Record, payment: asyncpg.Record, *, disputed: int = 0) -> Money:
    """Say what should be left of a transfer: in proportion to what is left of the payment as it was when wanted."""
    whole = payment["amount_rupiah"] - row["refunded_before_rupiah"]
    gone = min(max(payment["refunded_rupiah"] - row["refunded_before_rupiah"], 0) + disputed, whole)
    amount = Money(row["amount_rupiah"])
    return amount - amount.split((gone, whole - gone))[0] if whole else amount


async def _want(
    connection: Connection, backs: Backs, *, payment_id: int, cause: str, refund_id: int | None, at: datetime
) -> dict[str, Money]:
    taken: dict[str, Money] = {}
    for row, back in backs:
        key = f"reversal:{payment_id}:{cause}-{row['id']}"
        is_new = await want_call(
            connection,
            provider=PROVIDER,
            key=key,
            purpose="reversal",
            payment_id=payment_id,
            refund_id=refund_id,
            input_={
                "transfer_id": row["gateway_id"],
                "transfer_row_id": row["id"],
                "cause": cause,
                "amount_rupiah": back.rupiah,
                "parameters": {"amount": to_minor(back), "metadata": {"lumbung_key": key}},
            },
            at=at,
        )
        # Stripe has refused it for this cause already: the next one tries it again.
        if is_new:
            await store.add_reversed(connection, transfer_id=row["id"], amount_rupiah=back.rupiah)
            taken[row["owner"]] = taken.get(row["owner"], ZERO) + back
    return taken


async def lose_reversal(connection: Connection, *, row_id: int, amount: Money) -> None:
    """Note that Stripe would not take a part back: the next refund tries it again, and until then it is missing."""
    await store.add_reversed(connection, transfer_id=row_id, amount_rupiah=-amount.rupiah)


async def book_reversal(
    connection: Connection, *, payment: asyncpg.Record, row: asyncpg.Record, cause: str, amount: Money, at: datetime
) -> None:
    """Book that part of a transfer was taken back; again is harmless."""
    await post(
        connection,
        book=payment["book"],
        source=payment["payable"],
        transfers=taken_back(row, amount=amount, cause=cause),
        author="system",
        occurred_at=at,
    )


def taken_back(row: asyncpg.Record, *, amount: Money, cause: str) -> tuple[Transfer, ...]:
    """Say how a part of a transfer that came back is booked: the supplier is owed again, or it is in clearing again."""
    if row["is_own"]:
        return gateway_recipes.own_part_taken_back(
            clearing=STRIPE_CLEARING, amount=amount, event=f"own.{row['id']}.back.{cause}"
        )
    return gateway_recipes.share_taken_back(
        owner=row["owner"], clearing=STRIPE_CLEARING, amount=amount, event=f"share.{row['id']}.back.{cause}"
    )
