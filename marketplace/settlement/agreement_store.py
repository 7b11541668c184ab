"""SQL of what is agreed and marked: terms, holds and disputes, accounts of suppliers, and the names of things."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrderId, OrganisationId, PersonId, StoreId


async def find_place(connection: Connection, store_id: StoreId) -> asyncpg.Record | None:
    """Name and time zone of a store and its cooperative."""
    return await connection.fetchrow(
        "SELECT store.id, store.name, store.time_zone, cooperative.name AS cooperative_name FROM store"
        " JOIN organisation AS cooperative ON cooperative.id = store.cooperative_id WHERE store.id = $1",
        store_id,
    )


async def list_places(connection: Connection, store_ids: Sequence[StoreId]) -> list[asyncpg.Record]:
    """Names and time zones of stores and their cooperatives."""
    return await connection.fetch(
        "SELECT store.id, store.name, store.time_zone, cooperative.name AS cooperative_name FROM store"
        " JOIN organisation AS cooperative ON cooperative.id = store.cooperative_id WHERE store.id = ANY($1::bigint[])",
        list(store_ids),
    )


async def list_names(connection: Connection, supplier_ids: Sequence[OrganisationId]) -> dict[OrganisationId, str]:
    """Names of suppliers."""
    rows = await connection.fetch("SELECT id, name FROM organisation WHERE id = ANY($1::bigint[])", list(supplier_ids))
    return {row["id"]: row["name"] for row in rows}


async def list_terms(
    connection: Connection, *, store_ids: Sequence[StoreId], supplier_id: OrganisationId | None = None
) -> list[asyncpg.Record]:
    """All terms of stores, with one supplier or all, oldest first."""
    return await connection.fetch(
        "SELECT * FROM settlement_terms WHERE store_id = ANY($1::bigint[])"
        " AND ($2::bigint IS NULL OR supplier_id = $2) ORDER BY store_id, supplier_id, effective_at, id",
        list(store_ids),
        supplier_id,
    )


async def insert_terms(
    connection: Connection,
    *,
    store_id: StoreId,
    supplier_id: OrganisationId,
    rule: str,
    days: int,
    at: datetime,
    set_by: PersonId,
) -> None:
    """Write new terms; what came up before them keeps its day."""
    await connection.execute(
        "INSERT INTO settlement_terms (store_id, supplier_id, rule, days, effective_at, set_by)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        store_id,
        supplier_id,
        rule,
        days,
        at,
        set_by,
    )


async def list_holds(
    connection: Connection, *, store_ids: Sequence[StoreId], supplier_id: OrganisationId | None = None
) -> list[asyncpg.Record]:
    """Holds and disputes that stand at stores, of one supplier or all, oldest first."""
    return await connection.fetch(
        "SELECT hold.*, person.display_name AS made_by_name FROM settlement_hold AS hold"
        " JOIN person ON person.id = hold.made_by"
        " WHERE hold.store_id = ANY($1::bigint[]) AND ($2::bigint IS NULL OR hold.supplier_id = $2)"
        " AND hold.released_at IS NULL ORDER BY hold.id",
        list(store_ids),
        supplier_id,
    )


async def insert_hold(
    connection: Connection,
    *,
    store_id: StoreId,
    supplier_id: OrganisationId,
    source: str,
    kind: str,
    reason: str,
    made_by: PersonId,
    at: datetime,
) -> int | None:
    """Hold or dispute a line; None where it is so already."""
    hold_id: int | None = await connection.fetchval(
        "INSERT INTO settlement_hold (store_id, supplier_id, source, kind, reason, made_by, made_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " ON CONFLICT (store_id, supplier_id, source, kind) WHERE released_at IS NULL DO NOTHING RETURNING id",
        store_id,
        supplier_id,
        source,
        kind,
        reason,
        made_by,
        at,
    )
    return hold_id


async def release_hold(
    connection: Connection, *, store_id: StoreId, hold_id: int, released_by: PersonId, at: datetime, note: str
) -> asyncpg.Record | None:
    """End a hold or dispute of the store that stands; None where there is none."""
    return await connection.fetchrow(
        "UPDATE settlement_hold SET released_by = $3, released_at = $4, release_note = $5"
        " WHERE store_id = $1 AND id = $2 AND released_at IS NULL RETURNING *",
        store_id,
        hold_id,
        released_by,
        at,
        note,
    )


async def find_account(connection: Connection, supplier_id: OrganisationId) -> asyncpg.Record | None:
    """Where a supplier wants its money (sealed)."""
    return await connection.fetchrow("SELECT * FROM settlement_account WHERE supplier_id = $1", supplier_id)


async def save_account(
    connection: Connection, *, supplier_id: OrganisationId, sealed: bytes, changed_by: PersonId, at: datetime
) -> None:
    """Keep where a supplier wants its money."""
    await connection.execute(
        "INSERT INTO settlement_account (supplier_id, sealed, changed_by, changed_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (supplier_id) DO UPDATE SET sealed = $2, changed_by = $3, changed_at = $4",
        supplier_id,
        sealed,
        changed_by,
        at,
    )


async def list_goods(
    connection: Connection, *, order_ids: Sequence[OrderId], supplier_ids: Sequence[OrganisationId]
) -> list[asyncpg.Record]:
    """Codes of orders with what goods of each supplier were in them: rows of id, code, supplier_id, goods."""
    return await connection.fetch(
        """
        SELECT o.id, o.code, line.seller_id AS supplier_id,
               json_agg(json_build_object('name', line.name, 'unit_code', line.unit_code,
                   'quantity', line.quantity - line.cancelled_quantity, 'returned_quantity', line.returned_quantity)
                   ORDER BY line.listing_id)::jsonb AS goods
        FROM orders AS o JOIN order_line AS line ON line.order_id = o.id
        WHERE o.id = ANY($1::bigint[]) AND line.seller_id = ANY($2::bigint[]) GROUP BY o.id, line.seller_id
        """,
        list(order_ids),
        list(supplier_ids),
    )
