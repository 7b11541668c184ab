"""SQL of parts of an order's goods. Locks stock rows in ascending listing_id, as all writers must."""

from collections.abc import Mapping

from marketplace.database import Connection
from marketplace.ids import ListingId, OrderId


async def release_part(
    connection: Connection, *, order_id: OrderId, quantities: Mapping[ListingId, int]
) -> list[ListingId]:
    """Put some of an order's held units back; listings that became available. Locks stock rows in id order.

    A line of which nothing stays has no reservation any more. Quantities must not exceed what is held.
    """
    rows = await connection.fetch(
        """
        WITH wanted (listing_id, quantity) AS (SELECT * FROM unnest($2::bigint[], $3::integer[])),
        held AS (
            SELECT reservation.listing_id, reservation.quantity AS held, wanted.quantity
            FROM reservation
            JOIN stock ON stock.listing_id = reservation.listing_id
            JOIN wanted ON wanted.listing_id = reservation.listing_id
            WHERE reservation.order_id = $1 AND reservation.state = 'held'
            ORDER BY reservation.listing_id
            FOR UPDATE OF stock, reservation
        ),
        lessened AS (
            UPDATE reservation SET quantity = held.held - held.quantity FROM held
            WHERE reservation.order_id = $1 AND reservation.listing_id = held.listing_id AND held.held > held.quantity
        ),
        gone AS (
            DELETE FROM reservation USING held
            WHERE reservation.order_id = $1 AND reservation.listing_id = held.listing_id AND held.held = held.quantity
        )
        UPDATE stock SET reserved = stock.reserved - held.quantity FROM held
        WHERE stock.listing_id = held.listing_id
        RETURNING stock.listing_id, stock.on_hand - stock.reserved = held.quantity AS is_turned
        """,
        order_id,
        list(quantities),
        list(quantities.values()),
    )
    return sorted(row["listing_id"] for row in rows if row["is_turned"])
