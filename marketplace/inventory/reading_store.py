"""SQL of looking at the store room: a listing's card, and the proofs that all is right. Locks nothing."""

import asyncpg

from marketplace.database import Connection
from marketplace.ids import ListingId


async def list_findings(connection: Connection) -> list[asyncpg.Record]:
    """Stock rows that disagree with their movements or reservations.

    Rows of (listing_id, store_id, problem, expected, found).
    """
    return await connection.fetch(
        """
        WITH balance AS (
            SELECT listing_id, sum(quantity) AS moved, sum(value_rupiah) AS worth FROM stock_movement
            GROUP BY listing_id
        ),
        held AS (
            SELECT listing_id, sum(quantity) AS held FROM reservation WHERE state = 'held' GROUP BY listing_id
        ),
        checked AS (
            SELECT stock.listing_id, stock.store_id, stock.on_hand, stock.reserved, stock.value_rupiah,
                   coalesce(balance.worth, 0) AS worth, coalesce(balance.moved, 0) AS moved,
                   coalesce(held.held, 0) AS held
            FROM stock
            LEFT JOIN balance ON balance.listing_id = stock.listing_id
            LEFT JOIN held ON held.listing_id = stock.listing_id
        )
        SELECT listing_id, store_id, 'balance' AS problem, moved AS expected, on_hand AS found
        FROM checked WHERE on_hand <> moved
        UNION ALL
        SELECT listing_id, store_id, 'reserved', held, reserved FROM checked WHERE reserved <> held
        UNION ALL
        SELECT listing_id, store_id, 'value', worth, value_rupiah FROM checked WHERE value_rupiah <> worth
        UNION ALL
        SELECT listing_id, store_id, 'negative', 0, least(on_hand, reserved, on_hand - reserved)
        FROM checked WHERE least(on_hand, reserved, on_hand - reserved) < 0
        ORDER BY 1, 3
        """
    )


async def list_values(connection: Connection) -> list[asyncpg.Record]:
    """What the stock of each store cost: rows of (store_id, value_rupiah)."""
    return await connection.fetch(
        "SELECT store_id, sum(value_rupiah)::bigint AS value_rupiah FROM stock GROUP BY store_id ORDER BY store_id"
    )


async def list_movements(
    connection: Connection, listing_id: ListingId, *, before_id: int | None, limit: int
) -> list[asyncpg.Record]:
    """List a listing's movements, newest first, each with the balance after it; one more than `limit`.

    The balance is the present one less what came later: the sum of all movements is the present balance.
    """
    return await connection.fetch(
        """
        SELECT movement.id, movement.kind, movement.quantity, movement.source, movement.reason, movement.occurred_at,
               person.display_name AS author,
               stock.on_hand - coalesce((SELECT sum(quantity) FROM stock_movement AS later
                                         WHERE later.listing_id = $1 AND later.id > movement.id), 0) AS balance
        FROM stock_movement AS movement
        JOIN stock ON stock.listing_id = movement.listing_id
        LEFT JOIN person ON person.id = movement.author_id
        WHERE movement.listing_id = $1 AND ($2::bigint IS NULL OR movement.id < $2)
        ORDER BY movement.id DESC LIMIT $3
        """,
        listing_id,
        before_id,
        limit + 1,
    )
