"""SQL of taxes: what was switched on for which day, and the rates of the law."""

from datetime import date, datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import PersonId, StoreId
from marketplace.taxes.rates import Rates


async def find_rates(connection: Connection, *, store_id: StoreId, at: datetime) -> Rates:
    """The rates that a store's sales of an instant are under, by the store's own day.

    Of each tax its own last setting, and where it has none the platform's.
    """
    rows = await connection.fetch(
        """
        SELECT DISTINCT ON (chosen.tax) chosen.tax, chosen.is_on, (
            SELECT rate.basis_points FROM tax_rate AS rate
            WHERE rate.tax = chosen.tax AND rate.effective_on <= today.day ORDER BY rate.effective_on DESC LIMIT 1
        ) AS basis_points
        FROM (SELECT ($2 AT TIME ZONE time_zone)::date AS day FROM store WHERE id = $1) AS today
        CROSS JOIN LATERAL (
            SELECT own.tax, own.is_on, own.effective_on, own.id, 1 AS place FROM tax_setting AS own
            WHERE own.store_id = $1 AND own.effective_on <= today.day
            UNION ALL
            SELECT every.tax, every.is_on, every.effective_on, every.id, 2 FROM platform_tax_setting AS every
            WHERE every.effective_on <= today.day
        ) AS chosen
        ORDER BY chosen.tax, chosen.place, chosen.effective_on DESC, chosen.id DESC
        """,
        store_id,
        at,
    )
    return Rates(**{row["tax"]: row["basis_points"] for row in rows if row["is_on"] and row["basis_points"]})


async def find_day(connection: Connection, *, store_id: StoreId, at: datetime) -> date:
    """The store's day of an instant."""
    day: date = await connection.fetchval(
        "SELECT ($2::timestamptz AT TIME ZONE time_zone)::date FROM store WHERE id = $1", store_id, at
    )
    return day


async def list_settings(connection: Connection, store_id: StoreId) -> list[asyncpg.Record]:
    """All settings of a store, of each tax the one that begins last first."""
    return await connection.fetch(
        """
        SELECT chosen.id, chosen.tax, chosen.is_on, chosen.effective_on, chosen.reference, chosen.set_at,
               person.display_name AS set_by_name
        FROM tax_setting AS chosen JOIN person ON person.id = chosen.set_by
        WHERE chosen.store_id = $1 ORDER BY chosen.tax, chosen.effective_on DESC, chosen.id DESC
        """,
        store_id,
    )


async def insert_setting(
    connection: Connection,
    *,
    store_id: StoreId,
    tax: str,
    is_on: bool,
    effective_on: date,
    reference: str,
    set_by: PersonId,
    set_at: datetime,
) -> int:
    """Write a setting, which holds from a later day on; its id."""
    setting_id: int = await connection.fetchval(
        "INSERT INTO tax_setting (store_id, tax, is_on, effective_on, reference, set_by, set_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        store_id,
        tax,
        is_on,
        effective_on,
        reference,
        set_by,
        set_at,
    )
    return setting_id


async def list_platform_settings(connection: Connection) -> list[asyncpg.Record]:
    """All settings of the platform, the one that begins last first."""
    return await connection.fetch(
        """
        SELECT chosen.id, chosen.tax, chosen.is_on, chosen.effective_on, chosen.reference, chosen.set_at,
               person.display_name AS set_by_name
        FROM platform_tax_setting AS chosen JOIN person ON person.id = chosen.set_by
        ORDER BY chosen.tax, chosen.effective_on DESC, chosen.id DESC
        """
    )


async def insert_platform_setting(
    connection: Connection,
    *,
    tax: str,
    is_on: bool,
    effective_on: date,
    reference: str,
    set_by: PersonId,
    set_at: datetime,
) -> int:
    """Write a setting of the platform, which holds from a later day on; its id."""
    setting_id: int = await connection.fetchval(
        "INSERT INTO platform_tax_setting (tax, is_on, effective_on, reference, set_by, set_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        tax,
        is_on,
        effective_on,
        reference,
        set_by,
        set_at,
    )
    return setting_id
