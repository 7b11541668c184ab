"""The statements of seeding: a lock, a question, id blocks, and COPY of whole lists.

Locks: one advisory lock of the transaction, so that two seedings wait for each other. Nothing else writes then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from marketplace.database import Connection

_ADVISORY_LOCK = 0x53656564  # "Seed"
_TIMEOUT_SECONDS = 120.0


async def lock_seeding(connection: Connection) -> None:
    """Wait until no other transaction seeds."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _ADVISORY_LOCK)


async def has_demonstration(connection: Connection) -> bool:
    """Whether the demonstration's operator is there: it is written in the same transaction as all the rest."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM organisation WHERE kind = 'operator' AND is_demo)"
    )
    return found


async def list_missing_regions(connection: Connection, codes: Sequence[str]) -> list[str]:
    """Region codes that the table does not hold."""
    rows = await connection.fetch(
        "SELECT code FROM unnest($1::text[]) AS code WHERE NOT EXISTS"
        " (SELECT FROM region WHERE region.code = code.code) ORDER BY code",
        list(codes),
    )
    return [row["code"] for row in rows]


async def read_positions(connection: Connection, codes: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of the regions that have one."""
    rows = await connection.fetch(
        "SELECT code, latitude, longitude FROM region WHERE code = ANY ($1::text[]) AND latitude IS NOT NULL",
        list(codes),
    )
    return {row["code"]: (row["latitude"], row["longitude"]) for row in rows}


async def read_order_codes(connection: Connection, store_id: int) -> dict[int, str]:
    """Codes of a store's orders that wait to be fetched, by id."""
    rows = await connection.fetch("SELECT id, code FROM orders WHERE store_id = $1 AND state = 'ready'", store_id)
    return {row["id"]: row["code"] for row in rows}


async def take_ids(connection: Connection, table: str, count: int) -> range:
    """Reserve `count` consecutive ids of a table's identity column."""
    first: int = await connection.fetchval(
        "SELECT setval(sequence, nextval(sequence) + $2::bigint - 1) - $2::bigint + 1"
        " FROM CAST(pg_get_serial_sequence($1, 'id') AS regclass) AS sequence",
        table,
        count,
    )
    return range(first, first + count)


async def copy_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Write rows by COPY; columns not named take their default."""
    await connection.copy_records_to_table(table, columns=list(columns), records=rows, timeout=_TIMEOUT_SECONDS)


async def describe_routing(connection: Connection, first_order_id: int) -> None:
    """Say of imported orders why their store was chosen; COPY cannot carry jsonb through the pool's codec."""
    await connection.execute(
        """
        UPDATE orders
        SET routing = CASE channel WHEN 'counter' THEN '{"rule": "counter"}'::jsonb
            ELSE '{"rule": "home", "is_home": true, "is_open": true, "distance_km": 0}'::jsonb END
        WHERE id >= $1
        """,
        first_order_id,
        timeout=_TIMEOUT_SECONDS,
    )


async def learn_sizes(connection: Connection) -> None:
    """Let the planner know what was copied in: without, it takes the new rows of this transaction for none."""
    await connection.execute(
        "ANALYZE orders, order_line, order_history, listing, product, store, stock, stock_movement, reservation,"
        " receipt, shift, payment, ledger_account, ledger_balance, ledger_transfer, organisation, person,"
        " role_assignment",
        timeout=_TIMEOUT_SECONDS,
    )


async def sum_accepted(connection: Connection) -> None:
    """Set each offer's accepted quantity to the sum of its accepted applications."""
    await connection.execute(
        """
        UPDATE partnership_offer SET accepted_quantity = accepted.quantity
        FROM (SELECT offer_id, sum(quantity)::integer AS quantity FROM partnership_application
              WHERE state = 'accepted' GROUP BY offer_id) AS accepted
        WHERE partnership_offer.id = accepted.offer_id
        """
    )


async def add_membership_application(
    connection: Connection, *, person_id: int, cooperative_id: int, applied_at: datetime
) -> None:
    """Leave an application as a member waiting."""
    await connection.execute(
        "INSERT INTO membership_application (person_id, cooperative_id, applied_at) VALUES ($1, $2, $3)",
        person_id,
        cooperative_id,
        applied_at,
    )


async def add_applying_organisation(
    connection: Connection, values: Mapping[str, Any], *, applied_at: datetime, applied_on: date
) -> None:
    """Leave an organisation's application waiting, with the first line of its history."""
    await connection.execute(
        """
        WITH applying AS (
            INSERT INTO organisation (kind, name, description, region_code, address, size, legal_form, applied_by,
                                      status, status_on, is_demo, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'applied', $9, true, $10) RETURNING id, applied_by
        )
        INSERT INTO organisation_status (organisation_id, status, effective_on, recorded_at, recorded_by)
        SELECT id, 'applied', $9, $10, applied_by FROM applying
        """,
        *(values[key] for key in ("kind", "name", "description", "region_code", "address", "size", "legal_form")),
        values["applied_by"],
        applied_on,
        applied_at,
    )
