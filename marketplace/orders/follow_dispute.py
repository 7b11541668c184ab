"""What a buyer is owed of a disputed card payment: it waits for the bank, and ends by what the bank says.

While a dispute is open Stripe refuses refunds, so what was to go back (money that came twice, of a cancelled order)
stays owed. Won, it goes back to the card by itself; lost, the bank has given it back already, and it is settled.
"""

import asyncpg

from marketplace import clock
from marketplace.books import order_of, store_of
from marketplace.database import Connection
from marketplace.orders import payment_store
from marketplace.orders.card_refund import find_owed_of_card, refund_to_card
from payments import was_refund_wanted
from payments.stripe import list_disputes, settle_by_loss

_SETTLED_REASON = "Uang yang masih harus dikembalikan lunas: bank pembeli sudah mengembalikannya"


async def follow_dispute(connection: Connection, *, payment: asyncpg.Record, order: asyncpg.Record) -> None:
    """Let what is owed of a payment follow its disputes. Again is harmless.

    For whoever learns that a dispute or a refund has ended. Locks (the order is locked) payment, ledger accounts.
    """
    payment_id, book = payment["id"], payment["book"]
    store_id, order_id = store_of(book), order_of(payment["payable"])
    disputes = await list_disputes(connection, payment_ids=[payment_id])
    if not disputes or any(dispute.state == "open" for dispute in disputes):
        return
    for dispute in disputes:
        settled = await settle_by_loss(
            connection,
            dispute=dispute,
            book=book,
            payable=payment["payable"],
            owed=await find_owed_of_card(connection, store_id=store_id, order_id=order_id, payment_id=payment_id),
            at=clock.now(),
        )
        if settled.is_positive:
            await payment_store.note_history(
                connection,
                order_id=order_id,
                state=order["state"],
                at=clock.now(),
                author_id=None,
                reason=_SETTLED_REASON,
            )
    await _give_back(connection, payment, last_dispute_id=disputes[-1].dispute_id)


async def _give_back(connection: Connection, payment: asyncpg.Record, *, last_dispute_id: int) -> None:
    """Want the rest back on the card, once for each dispute: what Stripe refuses then is for people."""
    payment_id = payment["id"]
    store_id, order_id = store_of(payment["book"]), order_of(payment["payable"])
    key = f"after_dispute:{payment_id}:{last_dispute_id}"
    owed = await find_owed_of_card(connection, store_id=store_id, order_id=order_id, payment_id=payment_id)
    disputes = await list_disputes(connection, payment_ids=[payment_id])
    if not owed.is_positive or any(dispute.blocks for dispute in disputes):
        return
    if await was_refund_wanted(connection, key=key):
        return
    await refund_to_card(
        connection,
        store_id=store_id,
        payment_id=payment_id,
        amount=owed,
        key=key,
        author_id=None,
        reason="Sengketa selesai; uang yang masih harus dikembalikan dikirim lagi ke kartu",
    )
