"""SQL of proving that the store room is right. Reads every store, locks nothing: for checks only."""

import asyncpg

from marketplace.database import Connection


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
