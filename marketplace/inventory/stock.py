"""What other areas do with stock, inside their own transaction: set aside, release, sell, take back, receive, correct.

Lock order for callers: the order's row before any of these; each locks its stock rows in ascending listing_id.
Goods made to order have no stock row: leave their lines out. Each function returns the listings that became available
or unavailable; the caller marks those for search (outbox.mark_search_dirty), and no others.
"""

from collections.abc import Mapping
from typing import Literal

import asyncpg
import msgspec

from marketplace.database import Connection
from marketplace.ids import ListingId, OrderId, PersonId, StoreId
from marketplace.inventory import part_store, reading_store, store
from marketplace.inventory.errors import (
    OutOfStockError,
    ReturnTooLargeError,
    Shortage,
    StockBelowReservedError,
    StockBelowZeroError,
    StockNotHeldError,
)
from marketplace.inventory.store import Cause

CorrectionKind = Literal["adjustment", "damage", "withdrawal"]
IncomingKind = Literal["opening", "receipt", "adjustment"]


def turned_or_short(rows: list[asyncpg.Record]) -> list[ListingId]:
    """Listings that became unavailable, of the rows that `RESERVE` and its like end with.

    Raises:
        OutOfStockError: at least one line is short; nothing was changed.

    """
    if short := [row for row in rows if row["outcome"] == "short"]:
        raise OutOfStockError(
            [Shortage(listing_id=row["listing_id"], wanted=row["quantity"], left=row["free"]) for row in short]
        )
    return [row["listing_id"] for row in rows if row["free"] == 0]


async def reserve(
    connection: Connection, *, store_id: StoreId, order_id: OrderId, quantities: Mapping[ListingId, int]
) -> list[ListingId]:
    """Set goods aside for an order that stands, all lines or none, in one statement; listings that became unavailable.

    Placing an order does the same inside its own statement, by `RESERVE`.

    Raises:
        OutOfStockError: at least one line is short; nothing was set aside.

    """
    rows = await store.reserve_free(connection, store_id=store_id, order_id=order_id, quantities=quantities)
    return turned_or_short(rows)


async def release(connection: Connection, *, order_id: OrderId) -> list[ListingId]:
    """Put an order's held goods back on the shelf; listings that became available. Again is harmless."""
    return await store.release_held(connection, order_id=order_id)


async def release_some(
    connection: Connection, *, order_id: OrderId, quantities: Mapping[ListingId, int]
) -> list[ListingId]:
    """Put some of an order's held units back on the shelf; listings that became available.

    The caller holds the order's lock and has seen to it that no more goes than is held.
    """
    return await part_store.release_part(connection, order_id=order_id, quantities=quantities)


async def sell_reserved(connection: Connection, *, order_id: OrderId, author_id: PersonId | None) -> None:
    """Take an order's held goods off the balance as sold; nobody's availability changes. Again is harmless.

    Raises:
        StockNotHeldError: the goods were released before.

    """
    _, released = await store.sell_held(connection, order_id=order_id, author_id=author_id)
    if released:
        raise StockNotHeldError


async def sell_direct(
    connection: Connection,
    *,
    store_id: StoreId,
    order_id: OrderId,
    quantities: Mapping[ListingId, int],
    author_id: PersonId | None,
) -> list[ListingId]:
    """Sell over the counter what nobody has reserved, all lines or none; listings that became unavailable.

    Raises:
        OutOfStockError: at least one line is short; nothing was sold.

    """
    rows = await store.sell_free(
        connection, store_id=store_id, order_id=order_id, quantities=quantities, author_id=author_id
    )
    return turned_or_short(rows)


async def take_back(
    connection: Connection,
    *,
    store_id: StoreId,
    order_id: OrderId,
    quantities: Mapping[ListingId, int],
    author_id: PersonId | None,
    reason: str,
    event: str = "return",
) -> list[ListingId]:
    """Put sold goods of an order back on the shelf; listings that became available.

    `event` tells several returns of one order apart; the same again is harmless. They come back at what they cost when
    they were sold, whatever the stock costs now.

    Raises:
        ReturnTooLargeError: more than was sold and has not come back.

    """
    sold = await store.lock_sold(connection, order_id=order_id)
    source = f"order:{order_id}"
    incoming: dict[ListingId, int] = {}
    values: dict[ListingId, int] = {}
    for listing_id, quantity in quantities.items():
        if await store.find_movement(connection, listing_id=listing_id, source=source, event=event) is not None:
            continue
        left, cost = sold.get(listing_id, (0, 0))
        if quantity > left:
            raise ReturnTooLargeError(listing_id=listing_id, left=left)
        incoming[listing_id] = quantity
        values[listing_id] = cost * quantity // left
    if not incoming:
        return []
    cause = Cause(source=source, event=event, author_id=author_id, reason=reason)
    return await store.add_stock(
        connection, store_id=store_id, quantities=incoming, values=values, kind="return", cause=cause
    )


async def receive_stock(
    connection: Connection,
    *,
    store_id: StoreId,
    quantities: Mapping[ListingId, int],
    cause: Cause,
    kind: IncomingKind = "receipt",
    values: Mapping[ListingId, int] | None = None,
) -> list[ListingId]:
    """Add goods that came in; listings that became available. Once for each (listing, source, event).

    The listings must be the store's (the caller has read them); quantities are above zero. `values` is what the own
    goods among them cost in all, in rupiah; the caller posts the same to the store's book.
    """
    if any(quantity <= 0 for quantity in quantities.values()):
        message = "received quantities are above zero"
        raise ValueError(message)
    return await store.add_stock(
        connection, store_id=store_id, quantities=quantities, values=values or {}, kind=kind, cause=cause
    )


async def adjust_stock(
    connection: Connection,
    *,
    store_id: StoreId,
    listing_id: ListingId,
    change: int,
    cause: Cause,
    kind: CorrectionKind = "adjustment",
    unit_cost: int = 0,
) -> list[ListingId]:
    """Correct the balance by `change` units (damage and withdrawal lower it); listings that were turned.

    Once for each (listing, source, event). Units go, and are found, at the average cost of what is there; `unit_cost`
    (rupiah) is what found units cost where nothing is.

    Raises:
        StockBelowZeroError: more would go than is there.
        StockBelowReservedError: ordered goods would go.

    """
    locked = await store.lock_stock(connection, store_id, [listing_id])
    if await store.find_movement(connection, listing_id=listing_id, source=cause.source, event=cause.event) is not None:
        return []
    row = locked.get(listing_id)
    if row is None and change > 0:
        return await store.add_stock(
            connection,
            store_id=store_id,
            quantities={listing_id: change},
            values={listing_id: unit_cost * change},
            kind=kind,
            cause=cause,
        )
    on_hand, reserved, value = (row["on_hand"], row["reserved"], row["value_rupiah"]) if row else (0, 0, 0)
    if on_hand + change < 0:
        raise StockBelowZeroError(on_hand=on_hand, less=-change)
    if on_hand + change < reserved:
        raise StockBelowReservedError(reserved=reserved)
    if change == 0:
        return []
    moved = value * abs(change) // on_hand if on_hand else unit_cost * change
    free = await store.change_stock(
        connection,
        store_id=store_id,
        listing_id=listing_id,
        change=change,
        value_change=moved if change > 0 else -moved,
        kind=kind,
        cause=cause,
    )
    return [listing_id] if (free == 0) != (free - change == 0) else []


async def count_stock(
    connection: Connection,
    *,
    store_id: StoreId,
    listing_id: ListingId,
    counted: int,
    cause: Cause,
    unit_cost: int = 0,
) -> list[ListingId]:
    """Set the balance to what was counted (stok opname); the difference is recorded. Raises as `adjust_stock`."""
    locked = await store.lock_stock(connection, store_id, [listing_id])
    on_hand = locked[listing_id]["on_hand"] if locked else 0
    return await adjust_stock(
        connection,
        store_id=store_id,
        listing_id=listing_id,
        change=counted - on_hand,
        cause=cause,
        unit_cost=unit_cost,
    )


class StockFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One stock row that is wrong: `problem` is balance, reserved, value or negative."""

    listing_id: ListingId
    store_id: StoreId
    problem: str
    expected: int
    found: int


async def check_stock(connection: Connection) -> list[StockFinding]:
    """Compare every balance with its movements and every reserved count with its reservations; empty when right."""
    return [
        StockFinding(
            listing_id=row["listing_id"],
            store_id=row["store_id"],
            problem=row["problem"],
            expected=int(row["expected"]),
            found=row["found"],
        )
        for row in await reading_store.list_findings(connection)
    ]
