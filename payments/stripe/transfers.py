"""Transfers to connected accounts that pay what a book owes, and transfers that were taken back at Stripe itself.

The transfer and its call are written down together; the caller books the payment when Stripe has answered. While one is
under way, what it will settle is to be paid in no other way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.calls.calls import want_call
from payments.connection import require_transaction
from payments.ledger import gateway_recipes
from payments.ledger.accounts import STRIPE_CLEARING
from payments.ledger.check import balance
from payments.ledger.post import post
from payments.money import Money
from payments.stripe import transfer_store as store
from payments.stripe.amounts import CURRENCY, to_minor
from payments.stripe.checkout import PROVIDER
from payments.stripe.errors import StripeRefused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from stripe.params import TransferCreateParams

    from payments.connection import Connection
    from payments.stripe.facts import TransferFact


async def want_supplier_transfer(
    connection: Connection, *, book: str, source: str, owner: str, amount: Money, at: datetime
) -> int:
    """Want a supplier sent what a book owes them; the transfer's number here. `source` is what the posting will have.

    Raises StripeRefused where the supplier has no account, or one that may not be sent transfers.
    """
    require_transaction(connection)
    account_id = (await store.list_accounts(connection, owners=[owner])).get(owner)
    if account_id is None:
        raise StripeRefused(reason="no account that may receive")
    transfer_id = await store.insert_supplier_transfer(
        connection, book=book, source=source, owner=owner, account_id=account_id, amount_rupiah=amount.rupiah
    )
    key = f"supplier_transfer:{transfer_id}:1"
    parameters: TransferCreateParams = {
        "amount": to_minor(amount),
        "currency": CURRENCY,
        "destination": account_id,
        "transfer_group": f"{source}:{transfer_id}",
        "metadata": {"owner": owner, "lumbung_key": key},
    }
    await want_call(
        connection,
        provider=PROVIDER,
        key=key,
        purpose="supplier_transfer",
        payment_id=None,
        input_={"transfer_row_id": transfer_id, "parameters": parameters},
        at=at,
    )
    return transfer_id


async def finish_supplier_transfer(connection: Connection, *, transfer_id: int, gateway_id: str) -> bool:
    """Note that a transfer went out, or (without a name of Stripe's) did not; false where that was noted before."""
    require_transaction(connection)
    state = "succeeded" if gateway_id else "failed"
    return await store.end_supplier_transfer(connection, transfer_id=transfer_id, state=state, gateway_id=gateway_id)


async def free_clearing(connection: Connection, *, book: str) -> Money:
    """Return what a book has at Stripe less what is on its way out already; may be below zero."""
    on_way = Money(await store.sum_pending(connection, book=book))
    return await balance(connection, book=book, account=STRIPE_CLEARING) - on_way


async def list_receivers(connection: Connection, *, owners: Sequence[str]) -> set[str]:
    """List which of these have an account that may be sent transfers."""
    return set(await store.list_accounts(connection, owners=list(owners)))


async def take_transfer(connection: Connection, *, fact: TransferFact, at: datetime) -> str | None:
    """Book what was taken back of a transfer at Stripe itself, a share or an own part; None where it is not known.

    What we took back ourselves is noted before it is asked for, so only more than that is news.
    """
    require_transaction(connection)
    row = await store.lock_transfer(connection, gateway_id=fact.transfer_id)
    if row is None:
        return None
    back = fact.reversed - Money(row["reversed_rupiah"])
    if not back.is_positive:
        return "nothing new"
    await store.add_reversed(connection, transfer_id=row["id"], amount_rupiah=back.rupiah)
    number, sum_back = row["id"], fact.reversed.rupiah
    await post(
        connection,
        book=row["book"],
        source=row["source"],
        transfers=(
            gateway_recipes.own_part_taken_back(
                clearing=STRIPE_CLEARING, amount=back, event=f"own.{number}.back_at.{sum_back}"
            )
            if row["is_own"]
            else gateway_recipes.share_taken_back(
                owner=row["owner"],
                clearing=STRIPE_CLEARING,
                amount=back,
                event=f"transfer.{number}.back_at.{sum_back}",
            )
        ),
        author="system",
        occurred_at=at,
        reason="Ditarik kembali di Stripe",
    )
    return "taken back, the cooperative's" if row["is_own"] else "taken back, owed again"
