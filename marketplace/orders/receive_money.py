"""Money that a statement or a provider's signed word says came: settled as if a cashier had seen it, goods stay."""

from datetime import datetime

import msgspec

from marketplace.books import author_of, book_of, order_of, payable_of
from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.ids import PersonId, StoreId
from marketplace.orders import counter_store, payment_store, store
from marketplace.orders.settle_order import keep_surplus, settle_order
from marketplace.orders.states import OPEN_STATES
from payments import confirm, find_attempt


class ReceivedMoney(msgspec.Struct, frozen=True, kw_only=True):
    """What it meant. `is_new` is false where the money was known already, `is_surplus` where it goes back."""

    order_code: str
    payable: str
    amount_rupiah: int
    method: str
    is_new: bool
    is_surplus: bool


async def receive_money(
    connection: Connection,
    *,
    store_id: StoreId,
    payment_id: int,
    reference: str,
    at: datetime,
    author_id: PersonId | None,
) -> ReceivedMoney:
    """Settle the order of a payment whose money came; for an order that was paid or has ended it is owed back.

    Joins the caller's transaction; locks the store's receipts, order, payment, ledger accounts.

    Raises:
        NotFoundError: the store has no such payment.
        ReferenceUsed: (of payments) the number paid something else; the transaction has failed.

    """
    book = book_of(store_id)
    found = await find_attempt(connection, payment_id=payment_id, book=book)
    if found is None:
        raise NotFoundError
    order_id = order_of(found.payable)
    codes = await payment_store.list_codes(connection, store_id=store_id, order_ids=[order_id])
    await payment_store.lock_receipts(connection, store_id)
    order = await store.lock_order(connection, code=codes.get(order_id, ""), store_id=store_id)
    if order is None:
        raise NotFoundError
    # Read again behind the order's lock: a cashier may have confirmed it meanwhile.
    attempt = await find_attempt(connection, payment_id=payment_id, book=book)
    if attempt is None:
        raise NotFoundError
    is_new = attempt.succeeded_at is None
    is_surplus = attempt.is_surplus
    if is_new:
        payment = await confirm(
            connection,
            payment_id=payment_id,
            book=book,
            reference=reference,
            at=at,
            author=author_of(author_id),
            is_surplus=order["state"] not in OPEN_STATES or order["paid_at"] is not None,
        )
        is_surplus = payment.is_surplus
        if is_surplus:
            await keep_surplus(connection, order, payment, author_id=author_id)
        else:
            await settle_order(
                connection,
                order,
                payment,
                number=await counter_store.take_receipt_number(connection, store_id),
                shift_id=None,
                author_id=author_id,
                is_handed_over=False,
            )
    return ReceivedMoney(
        order_code=order["code"],
        payable=payable_of(order_id),
        amount_rupiah=attempt.due.rupiah,
        method=attempt.method,
        is_new=is_new,
        is_surplus=is_surplus,
    )
