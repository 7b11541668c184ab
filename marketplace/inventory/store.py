"""Every SQL statement of the store room. Each locks its stock rows in ascending listing_id, as all writers must.

`free` means on_hand less reserved: what a new buyer may have. A listing is available while any is free; statements
return the listings whose availability they turned, since only those change what search shows.

Units leave with their share of `value_rupiah` (what the stock cost), rounded down, the last unit with all that is left:
so the sum of all movements' values is the stock's, and the book's inventory, to the rupiah.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final

import asyncpg
import msgspec

from marketplace import clock
from marketplace.database import Connection
from marketplace.ids import ListingId, OrderId, PersonId, StoreId

RESERVE: Final = """
locked AS (
    SELECT wanted.order_id, stock.listing_id, stock.on_hand - stock.reserved AS free, wanted.quantity
    FROM wanted JOIN stock ON stock.listing_id = wanted.listing_id AND stock.store_id = wanted.store_id
    ORDER BY stock.listing_id
    FOR UPDATE OF stock
),
short AS (
    SELECT wanted.listing_id, wanted.quantity, coalesce(locked.free, 0) AS free
    FROM wanted LEFT JOIN locked ON locked.listing_id = wanted.listing_id
    WHERE locked.free IS NULL OR locked.free < wanted.quantity
),
reserved AS (
    UPDATE stock SET reserved = stock.reserved + locked.quantity
    FROM locked
    WHERE stock.listing_id = locked.listing_id AND NOT EXISTS (SELECT FROM short)
    RETURNING locked.order_id, stock.store_id, stock.listing_id, locked.quantity, stock.on_hand - stock.reserved AS free
),
held AS (
    INSERT INTO reservation (order_id, store_id, listing_id, quantity)
    SELECT order_id, store_id, listing_id, quantity FROM reserved
)
SELECT 'short' AS outcome, listing_id, quantity, free FROM short
UNION ALL
SELECT 'reserved', listing_id, quantity, free FROM reserved
ORDER BY listing_id"""
"""The end of a statement that reserves, for a caller that writes its order in the same one. Put it after the CTE
`wanted(order_id, store_id, listing_id, quantity)`, a listing once. Locks the stock rows in id order and reserves all or
nothing; rows of (outcome 'short'|'reserved', listing_id, quantity, free) for `turned_or_short`."""


@cache
def _with_wanted(line_count: int, statement: str, *, first_parameter: int) -> str:
    # Scalars instead of unnest($1::bigint[]): an array never gets a generic plan, which doubles PostgreSQL's time.
    rows = ", ".join(
        f"(${number}::bigint, ${number + 1}::integer)"
        for number in range(first_parameter, first_parameter + 2 * line_count, 2)
    )
    return statement.replace("WANTED_ROWS", rows)


def _flat(quantities: Mapping[ListingId, int]) -> list[int]:
    if not quantities or any(quantity <= 0 for quantity in quantities.values()):
        message = "quantities must name at least one listing, each with at least one unit"
        raise ValueError(message)
    return [value for pair in sorted(quantities.items()) for value in pair]


_RESERVE = f"""
WITH asked (listing_id, quantity) AS (VALUES WANTED_ROWS),
wanted AS (SELECT $2::bigint AS order_id, $1::bigint AS store_id, listing_id, quantity FROM asked),
{RESERVE}
"""


async def reserve_free(
    connection: Connection, *, store_id: StoreId, order_id: OrderId, quantities: Mapping[ListingId, int]
) -> list[asyncpg.Record]:
    """Reserve all lines or none; rows of (outcome 'short'|'reserved', listing_id, quantity, free).

    Locks the stock rows in id order. `free` of a short row is what is there, of a reserved row what remains.
    """
    sql = _with_wanted(len(quantities), _RESERVE, first_parameter=3)
    return await connection.fetch(sql, store_id, order_id, *_flat(quantities))


async def release_held(connection: Connection, *, order_id: OrderId) -> list[ListingId]:
    """Put an order's held goods back; listings that became available. Locks stock rows in id order."""
    rows = await connection.fetch(
        """
        WITH held AS (
            SELECT reservation.listing_id, reservation.quantity
            FROM reservation JOIN stock ON stock.listing_id = reservation.listing_id
            WHERE reservation.order_id = $1 AND reservation.state = 'held'
            ORDER BY reservation.listing_id
            FOR UPDATE OF stock, reservation
        ),
        released AS (
            UPDATE reservation SET state = 'released' FROM held
            WHERE reservation.order_id = $1 AND reservation.listing_id = held.listing_id
            RETURNING reservation.listing_id
        )
        UPDATE stock SET reserved = stock.reserved - held.quantity
        FROM held JOIN released ON released.listing_id = held.listing_id
        WHERE stock.listing_id = held.listing_id
        RETURNING stock.listing_id, stock.on_hand - stock.reserved = held.quantity AS is_turned
        """,
        order_id,
    )
    return sorted(row["listing_id"] for row in rows if row["is_turned"])


async def sell_held(connection: Connection, *, order_id: OrderId, author_id: PersonId | None) -> tuple[int, int]:
    """Turn an order's held goods into sales; (lines sold now, lines that were released before).

    What is free does not change. Locks stock rows in id order.
    """
    row = await connection.fetchrow(
        """
        WITH held AS (
            SELECT reservation.listing_id, reservation.quantity,
                   div(stock.value_rupiah::numeric * reservation.quantity, stock.on_hand)::bigint AS value_rupiah
            FROM reservation JOIN stock ON stock.listing_id = reservation.listing_id
            WHERE reservation.order_id = $1 AND reservation.state = 'held'
            ORDER BY reservation.listing_id
            FOR UPDATE OF stock, reservation
        ),
        sold AS (
            UPDATE reservation SET state = 'sold' FROM held
            WHERE reservation.order_id = $1 AND reservation.listing_id = held.listing_id
            RETURNING reservation.listing_id
        ),
        moved AS (
            UPDATE stock SET on_hand = stock.on_hand - held.quantity, reserved = stock.reserved - held.quantity,
                value_rupiah = stock.value_rupiah - held.value_rupiah
            FROM held JOIN sold ON sold.listing_id = held.listing_id
            WHERE stock.listing_id = held.listing_id
            RETURNING stock.listing_id, stock.store_id, held.quantity, held.value_rupiah AS moved_rupiah
        ),
        noted AS (
            INSERT INTO stock_movement (listing_id, store_id, kind, quantity, value_rupiah, source, event, author_id,
                                        occurred_at)
            SELECT listing_id, store_id, 'sale', -quantity, -moved_rupiah, 'order:' || $1::bigint, 'sale', $2::bigint,
                   $3::timestamptz
            FROM moved ORDER BY listing_id
            RETURNING listing_id
        )
        SELECT (SELECT count(*) FROM noted) AS sold,
               (SELECT count(*) FROM reservation WHERE order_id = $1 AND state = 'released') AS released
        """,
        order_id,
        author_id,
        clock.now(),
    )
    if row is None:
        raise AssertionError
    return row["sold"], row["released"]


_SELL_FREE = """
WITH wanted (listing_id, quantity) AS (VALUES WANTED_ROWS),
locked AS (
    SELECT stock.listing_id, stock.on_hand - stock.reserved AS free, wanted.quantity,
           stock.on_hand, stock.value_rupiah
    FROM wanted JOIN stock ON stock.listing_id = wanted.listing_id
    WHERE stock.store_id = $1
    ORDER BY stock.listing_id
    FOR UPDATE OF stock
),
short AS (
    SELECT wanted.listing_id, wanted.quantity, coalesce(locked.free, 0) AS free
    FROM wanted LEFT JOIN locked ON locked.listing_id = wanted.listing_id
    WHERE locked.free IS NULL OR locked.free < wanted.quantity
),
costed AS (
    SELECT listing_id, div(value_rupiah::numeric * quantity, on_hand)::bigint AS moved_rupiah
    FROM locked WHERE NOT EXISTS (SELECT FROM short)
),
moved AS (
    UPDATE stock SET on_hand = stock.on_hand - locked.quantity, value_rupiah = stock.value_rupiah - costed.moved_rupiah
    FROM locked JOIN costed ON costed.listing_id = locked.listing_id
    WHERE stock.listing_id = locked.listing_id
    RETURNING stock.listing_id, stock.store_id, locked.quantity, stock.on_hand - stock.reserved AS free,
              costed.moved_rupiah
),
noted AS (
    INSERT INTO stock_movement (listing_id, store_id, kind, quantity, value_rupiah, source, event, author_id,
                                occurred_at)
    SELECT listing_id, store_id, 'sale', -quantity, -moved_rupiah, 'order:' || $2::bigint, 'sale', $3::bigint,
           $4::timestamptz
    FROM moved ORDER BY listing_id
),
kept AS (
    INSERT INTO reservation (order_id, store_id, listing_id, quantity, state)
    SELECT $2, store_id, listing_id, quantity, 'sold' FROM moved
)
SELECT 'short' AS outcome, listing_id, quantity, free FROM short
UNION ALL
SELECT 'sold', listing_id, quantity, free FROM moved
ORDER BY listing_id
"""


async def sell_free(
    connection: Connection,
    *,
    store_id: StoreId,
    order_id: OrderId,
    quantities: Mapping[ListingId, int],
    author_id: PersonId | None,
) -> list[asyncpg.Record]:
    """Sell over the counter what nobody has reserved, all lines or none; rows as of `reserve_free` ('sold')."""
    sql = _with_wanted(len(quantities), _SELL_FREE, first_parameter=5)
    return await connection.fetch(sql, store_id, order_id, author_id, clock.now(), *_flat(quantities))


async def lock_stock(
    connection: Connection, store_id: StoreId, listing_ids: Sequence[ListingId]
) -> dict[ListingId, asyncpg.Record]:
    """Lock these stock rows of one store in id order; rows of (listing_id, on_hand, reserved, value_rupiah)."""
    rows = await connection.fetch(
        """
        SELECT listing_id, on_hand, reserved, value_rupiah FROM stock
        WHERE store_id = $1 AND listing_id = ANY ($2::bigint[])
        ORDER BY listing_id FOR UPDATE
        """,
        store_id,
        list(listing_ids),
    )
    return {row["listing_id"]: row for row in rows}


async def lock_sold(connection: Connection, *, order_id: OrderId) -> dict[ListingId, tuple[int, int]]:
    """Units of an order that were sold and have not come back, and what they cost; locks stock rows in id order."""
    rows = await connection.fetch(
        """
        WITH locked AS (
            SELECT stock.listing_id FROM stock
            WHERE stock.listing_id IN (SELECT listing_id FROM reservation WHERE order_id = $1)
            ORDER BY stock.listing_id FOR UPDATE
        )
        SELECT count(*) FROM locked
        """,
        order_id,
    )
    # A second statement, so that its snapshot has what a twin committed while we waited for the locks.
    rows = await connection.fetch(
        """
        SELECT reservation.listing_id, -coalesce(sum(stock_movement.quantity), 0) AS sold,
               -coalesce(sum(stock_movement.value_rupiah), 0) AS cost
        FROM reservation LEFT JOIN stock_movement
            ON stock_movement.listing_id = reservation.listing_id AND stock_movement.source = 'order:' || $1::bigint
        WHERE reservation.order_id = $1
        GROUP BY reservation.listing_id
        """,
        order_id,
    )
    return {row["listing_id"]: (int(row["sold"]), int(row["cost"])) for row in rows}


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why stock moves: UNIQUE(listing, source, event) makes each movement happen once.

    `source` names the paper (`order:17`, `receipt:42`), `event` what it did. `occurred_at` only for what is entered
    later than it happened.
    """

    source: str
    event: str
    author_id: PersonId | None
    reason: str = ""
    occurred_at: datetime | None = None


async def add_stock(
    connection: Connection,
    *,
    store_id: StoreId,
    quantities: Mapping[ListingId, int],
    values: Mapping[ListingId, int],
    kind: str,
    cause: Cause,
) -> list[ListingId]:
    """Record incoming goods, once for (listing, source, event); listings that became available.

    `values` says in rupiah what all units of a listing cost; nothing where it is not in there. Makes the stock row
    where there is none yet. Inserting in id order locks in id order.
    """
    rows = await connection.fetch(
        """
        WITH noted AS (
            INSERT INTO stock_movement (listing_id, store_id, kind, quantity, value_rupiah, source, event, author_id,
                                        reason, occurred_at)
            SELECT incoming.listing_id, $1, $4, incoming.quantity, incoming.value_rupiah, $5, $6, $7, $8,
                   $9
            FROM unnest($2::bigint[], $3::integer[], $10::bigint[]) AS incoming (listing_id, quantity, value_rupiah)
            ORDER BY incoming.listing_id
            ON CONFLICT (listing_id, source, event) DO NOTHING
            RETURNING listing_id, quantity, value_rupiah
        ),
        moved AS (
            INSERT INTO stock (listing_id, store_id, on_hand, value_rupiah)
            SELECT listing_id, $1, quantity, value_rupiah FROM noted ORDER BY listing_id
            ON CONFLICT (listing_id) DO UPDATE SET on_hand = stock.on_hand + excluded.on_hand,
                value_rupiah = stock.value_rupiah + excluded.value_rupiah
            RETURNING listing_id, on_hand - reserved AS free
        )
        SELECT moved.listing_id FROM moved JOIN noted ON noted.listing_id = moved.listing_id
        WHERE moved.free = noted.quantity
        ORDER BY moved.listing_id
        """,
        store_id,
        sorted(quantities),
        [quantity for _, quantity in sorted(quantities.items())],
        kind,
        cause.source,
        cause.event,
        cause.author_id,
        cause.reason,
        cause.occurred_at or clock.now(),
        [values.get(listing_id, 0) for listing_id in sorted(quantities)],
    )
    return [row["listing_id"] for row in rows]


async def find_movement(connection: Connection, *, listing_id: ListingId, source: str, event: str) -> int | None:
    """Signed quantity of a movement recorded before, or None."""
    found: int | None = await connection.fetchval(
        "SELECT quantity FROM stock_movement WHERE listing_id = $1 AND source = $2 AND event = $3",
        listing_id,
        source,
        event,
    )
    return found


async def change_stock(
    connection: Connection,
    *,
    store_id: StoreId,
    listing_id: ListingId,
    change: int,
    value_change: int,
    kind: str,
    cause: Cause,
) -> int:
    """Record a correction of one locked stock row in units and rupiah of cost; what is free after it."""
    free: int = await connection.fetchval(
        """
        WITH noted AS (
            INSERT INTO stock_movement (listing_id, store_id, kind, quantity, source, event, author_id, reason,
                                        value_rupiah, occurred_at)
            VALUES ($1, $2, $4, $3, $5, $6, $7, $8, $9, $10)
        )
        UPDATE stock SET on_hand = on_hand + $3, value_rupiah = value_rupiah + $9
        WHERE listing_id = $1 AND store_id = $2
        RETURNING on_hand - reserved
        """,
        listing_id,
        store_id,
        change,
        kind,
        cause.source,
        cause.event,
        cause.author_id,
        cause.reason,
        value_change,
        cause.occurred_at or clock.now(),
    )
    return free


async def find_moved_value(connection: Connection, *, listing_id: ListingId, cause: Cause) -> int:
    """What the units of a movement cost, with the sign of its quantity; 0 where nothing moved."""
    found: int | None = await connection.fetchval(
        "SELECT value_rupiah FROM stock_movement WHERE listing_id = $1 AND source = $2 AND event = $3",
        listing_id,
        cause.source,
        cause.event,
    )
    return found or 0


async def get_level(connection: Connection, listing_id: ListingId) -> tuple[int, int, int]:
    """Read (on_hand, reserved, value_rupiah) of a listing; zeros where nothing ever came in."""
    row = await connection.fetchrow(
        "SELECT on_hand, reserved, value_rupiah FROM stock WHERE listing_id = $1", listing_id
    )
    return (row["on_hand"], row["reserved"], row["value_rupiah"]) if row else (0, 0, 0)
