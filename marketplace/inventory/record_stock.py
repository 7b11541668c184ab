"""A store's staff write down what came in, what went without a sale, and what was counted."""

from collections.abc import Awaitable, Callable

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.database import Connection
from marketplace.errors import InvalidError
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId, StoreId, new_token
from marketplace.inventory import store
from marketplace.inventory.schemas import CorrectBody, CountBody, ReceiveBody, StockAnswer
from marketplace.inventory.stock import adjust_stock, count_stock, receive_stock
from marketplace.inventory.store import Cause
from marketplace.outbox import mark_search_dirty
from marketplace.stores import get_listing

Move = Callable[[Connection, StoreId, Cause], Awaitable[list[ListingId]]]


@database.retry_on_conflict
async def receive_goods(
    listing_id: ListingId, received: ReceiveBody, *, actor: Actor, once: Once | None = None
) -> StockAnswer:
    """Add goods that came in to the stock of one of the store's listings.

    Raises:
        InvalidError: the goods are made to order and have no stock.

    """

    async def move(connection: Connection, store_id: StoreId, cause: Cause) -> list[ListingId]:
        return await receive_stock(
            connection, store_id=store_id, quantities={listing_id: received.quantity}, cause=cause
        )

    detail: dict[str, object] = {"quantity": received.quantity}
    return await _record(
        listing_id, move, action="stock_received", reason=received.note, detail=detail, actor=actor, once=once
    )


@database.retry_on_conflict
async def correct_stock(
    listing_id: ListingId, correction: CorrectBody, *, actor: Actor, once: Once | None = None
) -> StockAnswer:
    """Take spoiled or withdrawn goods off the stock.

    Raises:
        StockBelowZeroError: more than is there.
        StockBelowReservedError: ordered goods would go.

    """

    async def move(connection: Connection, store_id: StoreId, cause: Cause) -> list[ListingId]:
        return await adjust_stock(
            connection,
            store_id=store_id,
            listing_id=listing_id,
            change=-correction.quantity,
            cause=cause,
            kind=correction.kind,
        )

    detail: dict[str, object] = {"kind": correction.kind, "quantity": correction.quantity}
    return await _record(
        listing_id,
        move,
        action="stock_corrected",
        reason=correction.reason,
        detail=detail,
        actor=actor,
        once=once,
    )


@database.retry_on_conflict
async def count_goods(
    listing_id: ListingId, count: CountBody, *, actor: Actor, once: Once | None = None
) -> StockAnswer:
    """Set the stock to what was counted; the difference is written down.

    Raises:
        StockBelowReservedError: fewer than are ordered.

    """

    async def move(connection: Connection, store_id: StoreId, cause: Cause) -> list[ListingId]:
        return await count_stock(
            connection, store_id=store_id, listing_id=listing_id, counted=count.counted, cause=cause
        )

    return await _record(
        listing_id,
        move,
        action="stock_counted",
        reason=count.reason,
        detail={"counted": count.counted},
        actor=actor,
        once=once,
    )


async def _record(
    listing_id: ListingId,
    move: Move,
    *,
    action: str,
    reason: str,
    detail: dict[str, object],
    actor: Actor,
    once: Once | None,
) -> StockAnswer:
    """Run one movement in one transaction, with its audit line and search mark."""
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, StockAnswer)) is not None:
            return answer
        listing = await get_listing(connection, store_id, listing_id)
        if listing.source == "made_to_order":
            message = "Barang ini dibuat setelah dipesan, jadi tidak punya stok."
            raise InvalidError(message)
        cause = Cause(source=action, event=new_token(), author_id=actor.person_id, reason=reason)
        turned = await move(connection, store_id, cause)
        await mark_search_dirty(connection, "listings", turned)
        on_hand, reserved = await store.get_level(connection, listing_id)
        await record_audit(
            connection,
            actor=actor,
            action=action,
            subject=f"listing:{listing_id}",
            detail={**detail, "before": listing.on_hand, "after": on_hand},
        )
        answer = StockAnswer(listing_id=listing_id, on_hand=on_hand, reserved=reserved, free=on_hand - reserved)
        if once:
            await once.keep_answer(connection, answer)
        return answer
