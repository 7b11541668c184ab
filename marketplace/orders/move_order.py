"""Steps before the counter: the store's (accept, ready, cancel), the buyer's cancelling, and what time does alone."""

from datetime import timedelta

import asyncpg
import msgspec
import structlog

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, payable_of
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import PersonId
from marketplace.inventory import release
from marketplace.orders import store
from marketplace.orders.states import OPEN_STATES, check_step
from marketplace.outbox import mark_search_dirty
from payments import cancel_attempts, expire_attempts

log = structlog.get_logger()

# A handed-over order is complete when nobody has brought it back for so long.
COMPLETE_AFTER = timedelta(days=2)
LONGEST_REASON = 300
_BATCH = 200


class OrderState(msgspec.Struct, frozen=True, kw_only=True):
    """Where an order stands now."""

    code: str
    state: str


class PaidOrderError(ConflictError):
    """A paid order is not simply cancelled: its money has to be given back."""

    code = "order_is_paid"
    default_message = "Pesanan ini sudah dibayar. Pembatalan dilakukan kasir dengan mengembalikan uangnya."


@database.retry_on_conflict
async def move_order(code: str, target: str, *, actor: Actor, reason: str = "", once: Once) -> OrderState:
    """Accept, make ready or cancel an order of the actor's store; cancelling needs a reason and frees the goods.

    Raises:
        NotFoundError: no such order at this store.
        WrongStateError: the order has moved on.
        PaidOrderError: cancelling what is paid.
        InvalidError: cancelling without a reason, or too long a one.

    """
    if target == "cancelled" and not reason.strip():
        raise InvalidError(fields={"reason": "Tulis alasan pembatalan, supaya pembeli mengerti."})
    if len(reason) > LONGEST_REASON:
        raise InvalidError(fields={"reason": "Alasan paling panjang 300 huruf."})
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, OrderState)) is not None:
            return answer
        order = await store.lock_order(connection, code=code, store_id=store_id)
        if order is None:
            raise NotFoundError
        await _move(connection, order, target, author_id=actor.person_id, reason=reason.strip())
        await record_audit(
            connection, actor=actor, action=f"order.{target}", subject=f"order:{order['id']}", detail={"code": code}
        )
        answer = OrderState(code=code, state=target)
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def cancel_own_order(tracking_token: str, *, actor: Actor, once: Once) -> OrderState:
    """Cancel by the buyer, who holds the order's unguessable link.

    Raises:
        NotFoundError: no such order.
        WrongStateError: it is being handed over or ended already.
        PaidOrderError: it is paid.

    """
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, OrderState)) is not None:
            return answer
        order = await store.lock_order_by_tracking(connection, tracking_token)
        if order is None:
            raise NotFoundError
        await _move(connection, order, "cancelled", author_id=actor.person_id, reason="Dibatalkan pembeli")
        answer = OrderState(code=order["code"], state="cancelled")
        await once.keep_answer(connection, answer)
        return answer


async def _move(
    connection: database.Connection,
    order: asyncpg.Record,
    target: str,
    *,
    author_id: PersonId | None,
    reason: str,
) -> None:
    check_step(order["state"], target)
    if target == "cancelled" and order["paid_at"] is not None:
        raise PaidOrderError
    is_open = target in OPEN_STATES
    await store.set_state(
        connection,
        order_id=order["id"],
        state=target,
        at=clock.now(),
        author_id=author_id,
        reason=reason,
        hold_until=order["hold_until"] if is_open else None,
    )
    if not is_open:
        await cancel_attempts(
            connection,
            payables=[payable_of(order["id"])],
            at=clock.now(),
            author=author_of(author_id),
            detail="pesanan dibatalkan",
        )
        freed = await release(connection, order_id=order["id"])
        await mark_search_dirty(connection, "listings", freed)


@database.retry_on_conflict
async def expire_orders() -> int:
    """Free the goods of unpaid orders whose time has run out; return how many. For the worker; again is harmless."""
    now = clock.now()
    async with database.transaction() as connection:
        due = await store.lock_due_orders(connection, now=now, limit=_BATCH)
        freed: list[int] = []
        for order in due:
            await store.set_state(
                connection,
                order_id=order["id"],
                state="expired",
                at=now,
                author_id=None,
                reason="Tidak diambil sampai batas waktu",
            )
            freed += await release(connection, order_id=order["id"])
        if due:
            await cancel_attempts(
                connection,
                payables=[payable_of(order["id"]) for order in due],
                at=now,
                author=author_of(None),
                detail="pesanan kedaluwarsa",
            )
        await mark_search_dirty(connection, "listings", freed)
    if due:
        log.info("orders_expired", count=len(due))
    return len(due)


async def complete_orders() -> int:
    """Complete orders handed over some days ago; return how many. For the worker."""
    now = clock.now()
    async with database.transaction() as connection:
        settled = await store.lock_settled_orders(connection, before=now - COMPLETE_AFTER, limit=_BATCH)
        for order in settled:
            await store.set_state(connection, order_id=order["id"], state="completed", at=now, author_id=None)
    return len(settled)


async def expire_payments() -> int:
    """End attempts to pay whose time has run out; return how many. For the worker; again is harmless."""
    async with database.transaction() as connection:
        return await expire_attempts(connection, now=clock.now(), limit=_BATCH)
