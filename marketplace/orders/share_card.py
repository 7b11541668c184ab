"""After hand-over: suppliers of a sale paid by card and its cooperative are sent their parts, where the store shares.

Also how those transfers end, and what is taken back of them.
"""

import asyncpg

from marketplace import clock, database
from marketplace.books import book_of, payable_of, store_of, supplier_reference_of
from marketplace.ids import OrderId, StoreId
from marketplace.orders import payment_store
from marketplace.orders.postings import sold_lines
from payments import ZERO, Money, find_payment, recipes
from payments.stripe import (
    Call,
    SentTransfer,
    book_reversal,
    catch_up,
    end_transfer,
    find_card_payment,
    list_transfers,
    lose_reversal,
    share_out,
    want_own_part,
)

# After these nothing of the sale is open, so the cooperative's part of it is earned.
_HANDED_OVER = ("handed_over", "completed")


async def want_shares(
    connection: database.Connection, *, store_id: StoreId, order_id: OrderId, lines: list[asyncpg.Record]
) -> int:
    """Want the suppliers of a handed-over order sent what it owes them, and the cooperative what is left; to how many.

    Only of card payments. The caller has locked the order. Where the fee is not known yet the cooperative's part goes
    out when it is (`want_own_part_of`).
    """
    payment = await find_payment(connection, payable=payable_of(order_id))
    if payment is None or payment.method != "stripe":
        return 0
    owed: dict[str, Money] = {}
    for line in sold_lines(lines):
        if isinstance(line, recipes.ConsignmentSold):
            owed[line.supplier_reference] = owed.get(line.supplier_reference, ZERO) + line.price - line.fee
    wanted = await share_out(
        connection,
        payment_id=payment.payment_id,
        book=book_of(store_id),
        charge_id=payment.reference,
        owed=owed,
        at=clock.now(),
    )
    return wanted + await _want_own_part(connection, store_id=store_id, payment_id=payment.payment_id)


async def want_own_part_of(
    connection: database.Connection, *, order: asyncpg.Record, payment: asyncpg.Record, won: Money = ZERO
) -> None:
    """Want the cooperative sent its part of a payment of a locked order, if the order was handed over.

    For whatever comes after that: the fee, or (`won`) a dispute that was won.
    """
    if order["state"] in _HANDED_OVER:
        await _want_own_part(connection, store_id=store_of(payment["book"]), payment_id=payment["id"], won=won)


async def _want_own_part(
    connection: database.Connection, *, store_id: StoreId, payment_id: int, won: Money = ZERO
) -> int:
    sent = await want_own_part(
        connection,
        payment_id=payment_id,
        book=book_of(store_id),
        owner=supplier_reference_of(await payment_store.find_cooperative(connection, store_id)),
        at=clock.now(),
        won=won,
    )
    return int(sent.is_positive)


@database.retry_on_conflict
async def keep_transfer(call: Call, *, sent: SentTransfer) -> None:
    """Book a share that went out."""
    async with database.transaction() as connection:
        await _end_transfer(connection, call, sent=sent)


async def lose_transfer(connection: database.Connection, call: Call) -> None:
    """Note that Stripe will not send a share: its supplier stays owed. A cooperative's part stays in clearing."""
    await _end_transfer(connection, call, sent=None)


async def _end_transfer(connection: database.Connection, call: Call, *, sent: SentTransfer | None) -> None:
    payment = await find_card_payment(connection, payment_id=call.payment_id)
    if payment is None:
        return
    for row in await list_transfers(connection, payment_id=call.payment_id):
        if call.key == f"transfer:{call.payment_id}:{row['id']}":
            await end_transfer(connection, payment=payment, row=row, sent=sent, at=clock.now())
            if sent is not None:
                await catch_up(connection, payment_id=call.payment_id, at=clock.now())


async def lose_share_back(connection: database.Connection, call: Call) -> None:
    """Note that Stripe will not take a part of a share back: its supplier owes it, or clearing is so much less."""
    await lose_reversal(connection, row_id=call.input["transfer_row_id"], amount=Money(call.input["amount_rupiah"]))


@database.retry_on_conflict
async def keep_reversal(call: Call) -> None:
    """Book a part of a share that was taken back."""
    async with database.transaction() as connection:
        payment = await find_card_payment(connection, payment_id=call.payment_id)
        for row in await list_transfers(connection, payment_id=call.payment_id):
            if payment is not None and row["id"] == call.input["transfer_row_id"]:
                await book_reversal(
                    connection,
                    payment=payment,
                    row=row,
                    # Calls that were written down by an earlier version name their refund only.
                    cause=call.input.get("cause") or str(call.refund_id or 0),
                    amount=Money(call.input["amount_rupiah"]),
                    at=clock.now(),
                )
