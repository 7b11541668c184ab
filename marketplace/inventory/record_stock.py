"""A store's staff write down what came in, what went without a sale, and what was counted.

Own stock enters the store's book with it, in the same transaction: what came in is owed to the seller at its cost, what
went or was found changes the inventory at the average cost of the shelf. Goods of others (consignment) are not the
store's and make no posting.
"""

from collections.abc import Awaitable, Callable

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, supplier_reference_of
from marketplace.catalog import ProductUnits, to_own_units
from marketplace.database import Connection
from marketplace.errors import InvalidError
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId, StoreId, new_token
from marketplace.inventory import store
from marketplace.inventory.schemas import MOST_COUNTED, CorrectBody, CountBody, ReceiveBody, StockAnswer
from marketplace.inventory.stock import adjust_stock, count_stock, receive_stock
from marketplace.inventory.store import Cause
from marketplace.outbox import mark_search_dirty
from marketplace.stores import OwnListing, lock_listing, set_listing_cost
from payments import Money, Transfer, post, recipes

RECEIVED = "stock_received"
Move = Callable[[Connection, StoreId, Cause, OwnListing], Awaitable[list[ListingId]]]


@database.retry_on_conflict
async def receive_goods(
    listing_id: ListingId, received: ReceiveBody, *, actor: Actor, once: Once | None = None
) -> StockAnswer:
    """Add goods that came in to the stock of one of the store's listings.

    Of own stock the listing's cost becomes the moving average: what all units on the shelf cost, divided by their
    number, half a rupiah upwards. The shelf itself keeps its exact value, so nothing is lost by the rounding.

    Raises:
        InvalidError: the goods are made to order and have no stock, or are others' and were given a cost; not a unit
            of theirs, or too many.
        UnitChangedError: a unit holds another number of goods than was seen.

    """

    async def move(connection: Connection, store_id: StoreId, cause: Cause, listing: OwnListing) -> list[ListingId]:
        quantity = _own_units(received.quantity, received, listing)
        is_own = listing.source == "own_stock"
        if not is_own and received.unit_cost_rupiah:
            message = "Barang titipan bukan milik koperasi, jadi tidak punya harga modal."
            raise InvalidError(fields={"unit_cost": message})
        cost = listing.cost_rupiah if received.unit_cost_rupiah is None else received.unit_cost_rupiah
        turned = await receive_stock(
            connection,
            store_id=store_id,
            quantities={listing_id: quantity},
            values={listing_id: cost * quantity} if is_own else None,
            cause=cause,
        )
        if is_own:
            on_hand, _, value = await store.get_level(connection, listing_id)
            await set_listing_cost(connection, listing_id, average_cost(value, on_hand))
        return turned

    detail: dict[str, object] = {
        **_counted(received.quantity, received),
        "unit_cost_rupiah": received.unit_cost_rupiah,
    }
    return await _record(listing_id, move, action=RECEIVED, reason=received.note, detail=detail, actor=actor, once=once)


@database.retry_on_conflict
async def correct_stock(
    listing_id: ListingId, correction: CorrectBody, *, actor: Actor, once: Once | None = None
) -> StockAnswer:
    """Take spoiled or withdrawn goods off the stock.

    Raises:
        StockBelowZeroError: more than is there.
        StockBelowReservedError: ordered goods would go.

    """

    async def move(connection: Connection, store_id: StoreId, cause: Cause, listing: OwnListing) -> list[ListingId]:
        return await adjust_stock(
            connection,
            store_id=store_id,
            listing_id=listing_id,
            change=-_own_units(correction.quantity, correction, listing),
            cause=cause,
            kind=correction.kind,
        )

    detail: dict[str, object] = {"kind": correction.kind, **_counted(correction.quantity, correction)}
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

    async def move(connection: Connection, store_id: StoreId, cause: Cause, listing: OwnListing) -> list[ListingId]:
        return await count_stock(
            connection,
            store_id=store_id,
            listing_id=listing_id,
            counted=_own_units(count.counted, count, listing, field="counted"),
            cause=cause,
            unit_cost=listing.cost_rupiah if listing.source == "own_stock" else 0,
        )

    return await _record(
        listing_id,
        move,
        action="stock_counted",
        reason=count.reason,
        detail=_counted(count.counted, count, name="counted"),
        actor=actor,
        once=once,
    )


def units_of(listing: OwnListing) -> ProductUnits:
    """The units that a listing's goods are counted in."""
    return ProductUnits(name=listing.name, unit_code=listing.unit_code, packs=listing.conversions)


def _own_units(
    count: int, body: ReceiveBody | CorrectBody | CountBody, listing: OwnListing, *, field: str = "quantity"
) -> int:
    return to_own_units(
        count,
        body.unit_code,
        units=units_of(listing),
        seen_factor=body.unit_factor,
        most=MOST_COUNTED,
        field=field,
    )


def _counted(count: int, body: ReceiveBody | CorrectBody | CountBody, *, name: str = "quantity") -> dict[str, object]:
    """What the audit trail says was counted, in the unit it was counted in."""
    return {name: count} if body.unit_code is None else {name: count, "unit": body.unit_code}


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
    """Run one movement in one transaction, with its posting, audit line and search mark.

    Locks the listing (its cost and source stay as they are meanwhile), its stock row, the book's accounts.
    """
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, StockAnswer)) is not None:
            return answer
        listing = await lock_listing(connection, store_id, listing_id)
        if listing.source == "made_to_order":
            message = "Barang ini dibuat setelah dipesan, jadi tidak punya stok."
            raise InvalidError(message)
        cause = Cause(source=action, event=new_token(), author_id=actor.person_id, reason=reason)
        turned = await move(connection, store_id, cause, listing)
        await _post(connection, listing, store_id=store_id, cause=cause)
        await mark_search_dirty(connection, "listings", turned)
        on_hand, reserved, _ = await store.get_level(connection, listing_id)
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


def average_cost(value_rupiah: int, on_hand: int) -> int:
    """Cost of one unit in whole rupiah, half a rupiah upwards; `on_hand` is above zero."""
    return (2 * value_rupiah + on_hand) // (2 * on_hand)


async def _post(connection: Connection, listing: OwnListing, *, store_id: StoreId, cause: Cause) -> None:
    """Bring what a movement was worth into the store's book; nothing where it was worth nothing."""
    value = await store.find_moved_value(connection, listing_id=listing.id, cause=cause)
    transfers: tuple[Transfer, ...]
    if cause.source == RECEIVED:
        transfers = recipes.goods_received(
            supplier_reference=supplier_reference_of(listing.seller_id), cost=Money(value)
        )
    elif value < 0:
        transfers = recipes.inventory_lost(cost=Money(-value))
    else:
        transfers = recipes.inventory_found(cost=Money(value))
    await post(
        connection,
        book=book_of(store_id),
        source=f"{'receipt' if cause.source == RECEIVED else 'correction'}:{cause.event}",
        transfers=transfers,
        author=author_of(cause.author_id),
        occurred_at=clock.now(),
        reason=cause.reason,
    )
