"""After hand-over: suppliers of a sale paid by card are sent their part, where the store shares; and taken back."""

import asyncpg

from marketplace import clock, database
from marketplace.books import book_of, payable_of
from marketplace.ids import OrderId, StoreId
from marketplace.orders.postings import sold_lines
from payments import ZERO, Money, find_payment, recipes
from payments.stripe import (
    Call,
    book_reversal,
    catch_up,
    end_transfer,
    find_card_payment,
    list_transfers,
    lose_reversal,
    share_out,
)


async def want_shares(
    connection: database.Connection, *, store_id: StoreId, order_id: OrderId, lines: list[asyncpg.Record]
) -> int:
    """Want the suppliers of a handed-over order sent what it owes them; to how many. Only of card payments."""
    payment = await find_payment(connection, payable=payable_of(order_id))
    if payment is None or payment.method != "stripe":
        return 0
    owed: dict[str, Money] = {}
    for line in sold_lines(lines):
        if isinstance(line, recipes.ConsignmentSold):
            owed[line.supplier_reference] = owed.get(line.supplier_reference, ZERO) + line.price - line.fee
    return await share_out(
        connection,
        payment_id=payment.payment_id,
        book=book_of(store_id),
        charge_id=payment.reference,
        owed=owed,
        at=clock.now(),
    )


@database.retry_on_conflict
async def keep_transfer(call: Call, *, transfer_id: str) -> None:
    """Book a share that went out."""
    async with database.transaction() as connection:
        await _end_transfer(connection, call, gateway_id=transfer_id)


async def lose_transfer(connection: database.Connection, call: Call) -> None:
    """Note that Stripe will not send a share: its supplier stays owed."""
    await _end_transfer(connection, call, gateway_id="")


async def _end_transfer(connection: database.Connection, call: Call, *, gateway_id: str) -> None:
    payment = await find_card_payment(connection, payment_id=call.payment_id)
    if payment is None:
        return
    for row in await list_transfers(connection, payment_id=call.payment_id):
        if call.key == f"transfer:{call.payment_id}:{row['id']}":
            await end_transfer(connection, payment=payment, row=row, gateway_id=gateway_id, at=clock.now())
            if gateway_id:
                await catch_up(connection, payment_id=call.payment_id, at=clock.now())


async def lose_share_back(connection: database.Connection, call: Call) -> None:
    """Note that Stripe will not take a part of a share back: its supplier owes it."""
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
                    refund_id=call.refund_id or 0,
                    amount=Money(call.input["amount_rupiah"]),
                    at=clock.now(),
                )
