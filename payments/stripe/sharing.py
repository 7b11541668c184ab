"""Sharing what came by card: transfers to the suppliers' own accounts after hand-over, taken back pro rata on refunds.

Each supplier is sent what the book owes them for the sale; what is the cooperative's stays. Suppliers without an
account, or whose account may not receive, stay owed and are paid as ever. The sums sent never exceed what came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from payments.calls.calls import want_call
from payments.connection import require_transaction
from payments.ledger import gateway_recipes
from payments.ledger.accounts import STRIPE_CLEARING
from payments.ledger.post import post
from payments.money import ZERO, Money
from payments.stripe import store
from payments.stripe.amounts import CURRENCY, to_minor
from payments.stripe.checkout import PROVIDER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import asyncpg
    from stripe.params import TransferCreateParams

    from payments.connection import Connection
    from payments.stripe.facts import AccountFact

SHARING: Final = ("collect", "split")


async def set_sharing(connection: Connection, *, book: str, sharing: str, at: datetime, author: str) -> bool:
    """Say whether the cooperative collects everything or suppliers are sent their part; false without cards.

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


async def take_shares_back(
    connection: Connection, *, payment_id: int, refund_id: int, at: datetime
) -> dict[str, Money]:
    """Want back what the refunds of a payment so far mean for each transfer, in proportion; by owner.

    After the last part exactly all of each transfer has been taken back: shares are of all that has been refunded, less
    what was taken back before.
    """
    require_transaction(connection)
    rows = [row for row in await store.lock_transfers(connection, payment_id=payment_id) if row["state"] == "succeeded"]
    payment = await store.find_payment(connection, payment_id=payment_id)
    if payment is None or not rows:
        return {}
    refunded, kept = payment["refunded_rupiah"], payment["amount_rupiah"] - payment["refunded_rupiah"]
    taken: dict[str, Money] = {}
    for row in rows:
        due = Money(row["amount_rupiah"]).split((refunded, kept))[0]
        back = due - Money(row["reversed_rupiah"])
        if not back.is_positive:
            continue
        await store.add_reversed(connection, transfer_id=row["id"], amount_rupiah=back.rupiah)
        key = f"reversal:{payment_id}:{refund_id}-{row['id']}"
        await want_call(
            connection,
            provider=PROVIDER,
            key=key,
            purpose="reversal",
            payment_id=payment_id,
            refund_id=refund_id,
            input_={
                "transfer_id": row["gateway_id"],
                "transfer_row_id": row["id"],
                "amount_rupiah": back.rupiah,
                "parameters": {"amount": to_minor(back), "metadata": {"lumbung_key": key}},
            },
            at=at,
        )
        taken[row["owner"]] = taken.get(row["owner"], ZERO) + back
    return taken


async def end_transfer(
    connection: Connection, *, payment: asyncpg.Record, row: asyncpg.Record, gateway_id: str, at: datetime
) -> None:
    """Book a transfer that went out, or (without a name of Stripe's) note that it did not: the supplier stays owed.

    It is booked under the order, so that the supplier's line of that order is settled by it.
    """
    require_transaction(connection)
    state = "succeeded" if gateway_id else "failed"
    await store.set_transfer(connection, transfer_id=row["id"], state=state, gateway_id=gateway_id)
    if row["state"] == "pending" and gateway_id:
        await post(
            connection,
            book=payment["book"],
            source=payment["payable"],
            transfers=gateway_recipes.share_sent(
                owner=row["owner"],
                clearing=STRIPE_CLEARING,
                amount=Money(row["amount_rupiah"]),
                event=f"share.{row['id']}",
            ),
            author="system",
            occurred_at=at,
        )


async def catch_up(connection: Connection, *, payment_id: int, at: datetime) -> None:
    """Want back the part of a transfer that was refunded to the buyer before the transfer had gone out."""
    refund_id = await store.find_last_refund_id(connection, payment_id=payment_id)
    if refund_id is not None:
        await take_shares_back(connection, payment_id=payment_id, refund_id=refund_id, at=at)


async def lose_reversal(connection: Connection, *, row_id: int, amount: Money) -> None:
    """Note that Stripe would not take a part back: the next refund tries it again, and until then the supplier owes."""
    await store.add_reversed(connection, transfer_id=row_id, amount_rupiah=-amount.rupiah)


async def book_reversal(
    connection: Connection, *, payment: asyncpg.Record, row: asyncpg.Record, refund_id: int, amount: Money, at: datetime
) -> None:
    """Book that part of a transfer was taken back; again is harmless."""
    await post(
        connection,
        book=payment["book"],
        source=payment["payable"],
        transfers=gateway_recipes.share_taken_back(
            owner=row["owner"], clearing=STRIPE_CLEARING, amount=amount, event=f"share.{row['id']}.back.{refund_id}"
        ),
        author="system",
        occurred_at=at,
    )
