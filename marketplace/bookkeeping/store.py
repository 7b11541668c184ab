"""SQL of the books' pages: the place, names of what accounts stand for, shifts that are open. Locks nothing."""

from datetime import datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import StoreId


async def find_place(connection: Connection, store_id: StoreId) -> asyncpg.Record | None:
    """The store's name, cooperative and clock."""
    return await connection.fetchrow(
        "SELECT s.name, s.time_zone, o.name AS cooperative_name"
        " FROM store s JOIN organisation o ON o.id = s.cooperative_id WHERE s.id = $1",
        store_id,
    )


async def list_open_shifts(connection: Connection, store_id: StoreId, *, opened_before: datetime) -> list[int]:
    """Shifts opened before an instant that are still open, by id."""
    rows = await connection.fetch(
        "SELECT id FROM shift WHERE store_id = $1 AND closed_at IS NULL AND opened_at < $2 ORDER BY id",
        store_id,
        opened_before,
    )
    return [row["id"] for row in rows]


async def name_organisations(connection: Connection, ids: list[int]) -> dict[int, str]:
    """Names of suppliers by id."""
    rows = await connection.fetch("SELECT id, name FROM organisation WHERE id = ANY($1::bigint[])", ids)
    return {row["id"]: row["name"] for row in rows}


async def name_people(connection: Connection, ids: list[int]) -> dict[int, str]:
    """Names of people by id."""
    rows = await connection.fetch("SELECT id, display_name FROM person WHERE id = ANY($1::bigint[])", ids)
    return {row["id"]: row["display_name"] for row in rows}


async def name_orders(connection: Connection, store_id: StoreId, ids: list[int]) -> dict[int, str]:
    """Codes of a store's orders by id."""
    rows = await connection.fetch(
        "SELECT id, code FROM orders WHERE store_id = $1 AND id = ANY($2::bigint[])", store_id, ids
    )
    return {row["id"]: row["code"] for row in rows}
