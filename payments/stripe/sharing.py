"""Sharing what came by card: transfers to the suppliers' own accounts after hand-over.

Each supplier is sent what the book owes them for the sale. Suppliers without an account, or whose account may not
receive, stay owed and are paid as ever. The cooperative's own part is in `own_part`, what goes back in `take_back`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from payments.calls.calls import want_call
from payments.connection import require_transaction
from payments.ledger import gateway_recipes
from payments.ledger.accounts import STRIPE_CLEARING
from payments.ledger.post import post
from payments.money import Money
from payments.stripe import store
from payments.stripe.amounts import CURRENCY, to_minor
from payments.stripe.checkout import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import asyncpg
    from stripe.params import TransferCreateParams

    from payments.connection import Connection
    from payments.stripe.facts import AccountFact, SentTransfer

SHARING: Final = ("collect", "split")


async def set_sharing(connection: Connection, *, book: str, sharing: str, at: datetime, author: str) -> bool:
    """Say whether the cooperative collects everything or it is shared after hand-over; false without cards.

    Raises ValueError for another word.
    """
    require_transaction(connection)
    if sharing not in SHARING:
        message = f"sharing is one of {SHARING}"
        raise ValueError(message)
    return await store.set_sharing(connection, book=book, sharing=sharing, at=at, author=author)


async def connect_account(connection: Connection, *, owner: str, fact: AccountFact, at: datetime) -> None:
    """Keep a supplier's account as Stripe describes it."""
    require_transaction(connection)
    await store.save_account(connection, owner=owner, fact=fact, at=at)


async def note_capability(connection: Connection, *, fact: AccountFact, at: datetime) -> bool:
    """Note that an account may receive, or no longer; false where it is nobody's here."""
    require_transaction(connection)
    return await store.set_capability(connection, fact=fact, at=at)


async def share_out(
    connection: Connection,
    *,
    payment_id: int,
    book: str,
    charge_id: str,
    owed: Mapping[str, Money],
    at: datetime,
) -> int:
    """Want each supplier sent what the sale owes them, where the book shares; return to how many. Again is harmless."""
    require_transaction(connection)
    shop = await store.find_store(connection, book=book)
    if shop is None or shop["sharing"] != "split":
        return 0
    accounts = await store.list_accounts(connection, owners=sorted(owed))
    payment = await store.find_payment(connection, payment_id=payment_id)
    assert payment is not None  # noqa: S101 - its charge is shared
    wanted = 0
    for owner in sorted(accounts):
        if not owed[owner].is_positive:
            continue
        row = await store.insert_transfer(
            connection,
            payment_id=payment_id,
            owner=owner,
            account_id=accounts[owner],
            amount_rupiah=owed[owner].rupiah,
            refunded_before_rupiah=payment["refunded_rupiah"],
        )
        if row is None:
            continue
        parameters: TransferCreateParams = {
            "amount": to_minor(owed[owner]),
            "currency": CURRENCY,
            "destination": accounts[owner],
            "source_transaction": charge_id,
            "transfer_group": f"payment:{payment_id}",
            "metadata": {"owner": owner, "lumbung_key": f"transfer:{payment_id}:{row['id']}"},
        }
        await want_call(
            connection,
            provider=PROVIDER,
            key=f"transfer:{payment_id}:{row['id']}",
            purpose="transfer",
            payment_id=payment_id,
            input_=parameters,
            at=at,
        )
        wanted += 1
    return wanted


async def shares_under_way(
    connection: Connection, *, book: str | None = None, owner: str | None = None
) -> set[tuple[str, str, str]]:
    """What is on its way to suppliers, as (book, payable, owner): Stripe may have sent it, so nobody pays it otherwise.

    Of one book, one owner, or all. Where the lines of the ledger are read as well, ask this first: what has ended since
    then stands among them.
    """
    rows = await store.list_pending_transfers(connection, book=book, owner=owner)
    return {(row["book"], row["payable"], row["owner"]) for row in rows}


async def end_transfer(
    connection: Connection, *, payment: asyncpg.Record, row: asyncpg.Record, sent: SentTransfer | None, at: datetime
) -> None:
    """Book a transfer that went out, or (None) note that it did not: the supplier stays owed, the cooperative's stays.

    It is booked under the order, so that the supplier's line of that order is settled by it.
    """
    require_transaction(connection)
    await store.set_transfer(
        connection,
        transfer_id=row["id"],
        state="failed" if sent is None else "succeeded",
        gateway_id="" if sent is None else sent.transfer_id,
        arrived_as="" if sent is None else sent.arrived_as,
    )
    if row["state"] != "pending" or sent is None:
        return
    amount, number = Money(row["amount_rupiah"]), row["id"]
    await post(
        connection,
        book=payment["book"],
        source=payment["payable"],
        transfers=(
            gateway_recipes.own_part_sent(clearing=STRIPE_CLEARING, amount=amount, event=f"own.{number}")
            if row["is_own"]
            else gateway_recipes.share_sent(
                owner=row["owner"], clearing=STRIPE_CLEARING, amount=amount, event=f"share.{number}"
            )
        ),
        author="system",
        occurred_at=at,
    )
