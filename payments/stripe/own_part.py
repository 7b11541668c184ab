"""The cooperative's own part of what came by card: sent to its own account at Stripe when all else is known.

It is what is left of a payment after its suppliers' shares, its fee and what went back, and never more than the book
has at Stripe: what a payout brought to the bank before is the cooperative's already. Whoever may not receive is sent
nothing; then the money stays in clearing until the platform's payout.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from payments.calls.calls import want_call
from payments.connection import require_transaction
from payments.money import ZERO, Money
from payments.stripe import own_store, store
from payments.stripe.amounts import CURRENCY, to_minor
from payments.stripe.checkout import PROVIDER
from payments.stripe.take_back import left_of
from payments.stripe.transfers import free_clearing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg
    from stripe.params import TransferCreateParams

    from payments.connection import Connection


class RefusedBack(msgspec.Struct, frozen=True, kw_only=True):
    """A part that Stripe would not take back when its buyer was given money back."""

    payable: str
    amount: Money
    wanted_at: datetime


async def want_own_part(
    connection: Connection, *, payment_id: int, book: str, owner: str, at: datetime, won: Money = ZERO
) -> Money:
    """Want the cooperative sent its part of a payment whose goods were handed over; zero where nothing is to be sent.

    Once for each payment; with `won`, the amount of a dispute that was won, also what was taken back for that. The
    caller holds a lock that keeps refunds, disputes and the fee of this payment away. Locks the book's sharing, so that
    two payments do not count on the same money.
    """
    require_transaction(connection)
    shop = await store.find_store(connection, book=book)
    if shop is None or shop["sharing"] != "split":
        return ZERO
    account_id = (await store.list_accounts(connection, owners=[owner])).get(owner)
    if account_id is None:
        return ZERO
    await own_store.lock_store(connection, book=book)
    payment = await store.find_payment(connection, payment_id=payment_id)
    # Money that came twice, or too late, is the buyer's.
    if payment is None or payment["succeeded_at"] is None or payment["is_surplus"]:
        return ZERO
    rows = await store.lock_transfers(connection, payment_id=payment_id)
    own = [row for row in rows if row["is_own"]]
    left = await (_left(connection, payment, rows) if not own else _missing(connection, payment, own, won=won))
    amount = min(left, await free_clearing(connection, book=book))
    if not amount.is_positive:
        return ZERO
    await _want(
        connection, payment=payment, owner=owner, account_id=account_id, number=len(own) + 1, amount=amount, at=at
    )
    return amount


async def _left(connection: Connection, payment: asyncpg.Record, rows: Sequence[asyncpg.Record]) -> Money:
    """Say what is left of a payment for the cooperative; nothing while its fee is unknown or a bank disputes it."""
    fee = await own_store.find_fee(connection, book=payment["book"], payment_id=payment["id"])
    if fee is None or await store.sum_disputed(connection, payment_id=payment["id"]):
        return ZERO
    shares = sum(row["amount_rupiah"] - row["reversed_rupiah"] for row in rows if row["state"] != "failed")
    return Money(payment["amount_rupiah"] - payment["refunded_rupiah"] - fee - shares)


async def _missing(
    connection: Connection, payment: asyncpg.Record, own: Sequence[asyncpg.Record], *, won: Money
) -> Money:
    """Say what the cooperative is short of now that a dispute was won; never more than its part of that dispute."""
    if own[0]["state"] != "succeeded" or not won.is_positive:
        return ZERO
    disputed = await store.sum_disputed(connection, payment_id=payment["id"])
    there = sum(row["amount_rupiah"] - row["reversed_rupiah"] for row in own if row["state"] != "failed")
    whole = payment["amount_rupiah"] - own[0]["refunded_before_rupiah"]
    part = Money(own[0]["amount_rupiah"]).split((won.rupiah, max(whole - won.rupiah, 0)))[0]
    return min(part, left_of(own[0], payment, disputed=disputed) - Money(there))


async def _want(
    connection: Connection,
    *,
    payment: asyncpg.Record,
    owner: str,
    account_id: str,
    number: int,
    amount: Money,
    at: datetime,
) -> None:
    row = await store.insert_transfer(
        connection,
        payment_id=payment["id"],
        owner=owner,
        account_id=account_id,
        amount_rupiah=amount.rupiah,
        refunded_before_rupiah=payment["refunded_rupiah"],
        is_own=True,
        number=number,
    )
    if row is None:
        return
    key = f"transfer:{payment['id']}:{row['id']}"
    parameters: TransferCreateParams = {
        "amount": to_minor(amount),
        "currency": CURRENCY,
        "destination": account_id,
        "transfer_group": f"payment:{payment['id']}",
        "metadata": {"owner": owner, "lumbung_key": key},
    }
    # Out of one charge Stripe sends no more than came, whatever was taken back of it: once more, out of what is there.
    if number == 1:
        parameters["source_transaction"] = payment["reference"]
    await want_call(
        connection,
        provider=PROVIDER,
        key=key,
        purpose="transfer",
        payment_id=payment["id"],
        input_=parameters,
        at=at,
    )


async def is_own_account(connection: Connection, *, account_id: str) -> bool:
    """Whether a cooperative was sent its part of a payment to this account: then its payouts are in a book of ours."""
    return await own_store.has_own_parts(connection, account_id=account_id, state=None)


async def are_own_parts_under_way(connection: Connection, *, account_id: str) -> bool:
    """Whether Stripe may have sent something to an account that is not booked yet."""
    return await own_store.has_own_parts(connection, account_id=account_id, state="pending")


async def list_refused_backs(connection: Connection, *, book: str, limit: int) -> list[RefusedBack]:
    """List what Stripe would not take back of a book's own parts, the newest first: the money had been spent."""
    return [
        RefusedBack(payable=row["payable"], amount=Money(row["amount_rupiah"]), wanted_at=row["made_at"])
        for row in await own_store.list_refused_backs(connection, book=book, limit=limit)
    ]
