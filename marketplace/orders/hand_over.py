"""Give out the goods of a paid order: they leave the stock and the sale enters the book."""

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, payable_of
from marketplace.errors import ConflictError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.inventory import sell_reserved
from marketplace.orders import counter_store, return_store, store
from marketplace.orders.postings import post_sale
from marketplace.orders.share_card import want_shares
from marketplace.orders.states import check_step


class NotPaidError(ConflictError):
    """Goods are handed over only when they are paid."""

    code = "order_is_not_paid"
    default_message = "Pesanan ini belum dibayar. Terima uangnya dulu."


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """The order is out of the door."""

    code: str
    state: str


@database.retry_on_conflict
async def hand_over(code: str, *, actor: Actor, once: Once) -> HandedOver:
    """Give out the goods of a paid order: they leave the stock and the sale enters the book.

    Raises:
        NotFoundError: no such order at this store.
        NotPaidError: not paid yet.
        WrongStateError: handed over or ended already.

    """
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, HandedOver)) is not None:
            return answer
        order = await store.lock_order(connection, code=code, store_id=store_id)
        if order is None:
            raise NotFoundError
        check_step(order["state"], "handed_over")
        if order["paid_at"] is None:
            raise NotPaidError
        await sell_reserved(connection, order_id=order["id"], author_id=person_id)
        lines = await counter_store.list_order_lines(connection, order["id"])
        await post_sale(
            connection,
            store_id=store_id,
            order_id=order["id"],
            lines=lines,
            # What of it was given back before is not earned.
            delivery_rupiah=await return_store.find_delivery_left(connection, order["id"]),
            author=author_of(person_id),
            at=now,
        )
        await want_shares(connection, store_id=store_id, order_id=order["id"], lines=lines)
        await store.set_state(connection, order_id=order["id"], state="handed_over", at=now, author_id=person_id)
        await record_audit(
            connection, actor=actor, action="order.handed_over", subject=payable_of(order["id"]), detail={"code": code}
        )
        answer = HandedOver(code=code, state="handed_over")
        await once.keep_answer(connection, answer)
        return answer
