"""SQL for reserving from stock that was locked by a statement before: for many orders at once, which share goods."""

from collections.abc import Collection
from typing import Final

from marketplace.database import Connection
from marketplace.ids import ListingId

RESERVE_LOCKED: Final = """
reserved AS (
    UPDATE stock SET reserved = stock.reserved + asked.quantity
    FROM (SELECT listing_id, sum(quantity)::integer AS quantity FROM wanted GROUP BY listing_id) AS asked
    WHERE stock.listing_id = asked.listing_id
    RETURNING stock.listing_id, stock.on_hand - stock.reserved AS free
),
held AS (
    INSERT INTO reservation (order_id, store_id, listing_id, quantity)
    SELECT order_id, store_id, listing_id, quantity FROM wanted
)
SELECT listing_id, free FROM reserved"""
"""As `RESERVE` for stock that `lock_free` holds and found to suffice; `wanted` may name a listing for many orders."""


async def lock_free(connection: Connection, listing_ids: Collection[ListingId]) -> dict[ListingId, int]:
    """Lock stock rows in id order; how many units of each a new buyer may have. Absent where nothing ever came in."""
    rows = await connection.fetch(
        """
        SELECT listing_id, on_hand - reserved AS free FROM stock
        WHERE listing_id IN (SELECT asked::bigint FROM jsonb_array_elements_text($1::jsonb) AS asked)
        ORDER BY listing_id FOR UPDATE OF stock
        """,
        # Not as an array: PostgreSQL looks how long it is, and plans anew each time.
        list(listing_ids),
    )
    return {row["listing_id"]: row["free"] for row in rows}
