"""SQL of runs and payments. Locks: the run, its entry, the store's counter; ledger accounts after, as everywhere."""

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrganisationId, PersonId, StoreId
from marketplace.settlement.lines import Line


async def lock_open_run(connection: Connection, store_id: StoreId) -> None:
    """Let a payment that is under way finish first, where the store has a run open."""
    await connection.execute(
        "SELECT 1 FROM settlement_run WHERE store_id = $1 AND state IN ('proposed', 'approved') FOR UPDATE", store_id
    )


async def insert_run(
    connection: Connection, *, store_id: StoreId, due_on: date, proposed_by: PersonId, at: datetime
) -> int | None:
    """Write a proposed run; None where the store has one open."""
    run_id: int | None = await connection.fetchval(
        "INSERT INTO settlement_run (store_id, due_on, state, proposed_by, proposed_at)"
        " VALUES ($1, $2, 'proposed', $3, $4)"
        " ON CONFLICT (store_id) WHERE state IN ('proposed', 'approved') DO NOTHING RETURNING id",
        store_id,
        due_on,
        proposed_by,
        at,
    )
    return run_id


async def insert_entry(
    connection: Connection,
    *,
    run_id: int,
    store_id: StoreId,
    supplier_id: OrganisationId,
    amount_rupiah: int,
    lines: Sequence[Line],
) -> None:
    """Write what a run pays one supplier, with its lines."""
    await connection.execute(
        """
        WITH made AS (
            INSERT INTO settlement_entry (run_id, store_id, supplier_id, amount_rupiah) VALUES ($1, $2, $3, $4)
            RETURNING id
        )
        INSERT INTO settlement_entry_line (entry_id, source, since, due_on, amount_rupiah)
        SELECT made.id, line.source, line.since, line.due_on, line.amount_rupiah
        FROM made, unnest($5::text[], $6::timestamptz[], $7::date[], $8::bigint[])
            AS line (source, since, due_on, amount_rupiah)
        """,
        run_id,
        store_id,
        supplier_id,
        amount_rupiah,
        [line.source for line in lines],
        [line.since for line in lines],
        [line.due_on for line in lines],
        [line.amount_rupiah for line in lines],
    )


async def lock_run(connection: Connection, *, store_id: StoreId, run_id: int) -> asyncpg.Record | None:
    """Lock a run of the store."""
    return await connection.fetchrow(
        "SELECT * FROM settlement_run WHERE store_id = $1 AND id = $2 FOR UPDATE", store_id, run_id
    )


async def decide_run_row(
    connection: Connection, *, run_id: int, state: str, decided_by: PersonId, at: datetime, note: str
) -> None:
    """Approve or reject a locked run."""
    await connection.execute(
        "UPDATE settlement_run SET state = $2, decided_by = $3, decided_at = $4, decision_note = $5 WHERE id = $1",
        run_id,
        state,
        decided_by,
        at,
        note,
    )


async def end_run(connection: Connection, *, run_id: int, state: str, at: datetime) -> None:
    """End a locked run: done or closed."""
    await connection.execute("UPDATE settlement_run SET state = $2, ended_at = $3 WHERE id = $1", run_id, state, at)


async def find_run(connection: Connection, *, store_id: StoreId, run_id: int) -> asyncpg.Record | None:
    """A run of the store with who proposed and decided it."""
    return await connection.fetchrow(_RUN + " WHERE run.store_id = $1 AND run.id = $2", store_id, run_id)


async def list_runs(connection: Connection, store_id: StoreId, *, limit: int) -> list[asyncpg.Record]:
    """Runs of a store, the newest first."""
    return await connection.fetch(_RUN + " WHERE run.store_id = $1 ORDER BY run.id DESC LIMIT $2", store_id, limit)


_RUN = """
    SELECT run.*, proposed.display_name AS proposed_by_name, decided.display_name AS decided_by_name,
           entries.amount_rupiah, entries.paid_rupiah, entries.supplier_count
    FROM settlement_run AS run
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_rupiah), 0)::bigint AS amount_rupiah,
               coalesce(sum(paid_rupiah), 0)::bigint AS paid_rupiah, count(*) AS supplier_count
        FROM settlement_entry WHERE run_id = run.id
    ) AS entries
    JOIN person AS proposed ON proposed.id = run.proposed_by
    LEFT JOIN person AS decided ON decided.id = run.decided_by
"""


async def list_entries(connection: Connection, run_id: int) -> list[asyncpg.Record]:
    """Suppliers of a run by name, with their payments so far and where their money goes (sealed)."""
    return await connection.fetch(
        """
        SELECT entry.*, supplier.name AS supplier_name, account.sealed, account.changed_at,
               (SELECT coalesce(json_agg(json_build_object('number', payment.number, 'method', payment.method,
                    'amount_rupiah', payment.amount_rupiah) ORDER BY payment.part), '[]')
                FROM settlement_payment AS payment WHERE payment.entry_id = entry.id)::jsonb AS payments
        FROM settlement_entry AS entry
        JOIN organisation AS supplier ON supplier.id = entry.supplier_id
        LEFT JOIN settlement_account AS account ON account.supplier_id = entry.supplier_id
        WHERE entry.run_id = $1 ORDER BY supplier.name, entry.id
        """,
        run_id,
    )


async def list_entry_lines(connection: Connection, run_id: int) -> list[asyncpg.Record]:
    """All lines of a run as they were proposed."""
    return await connection.fetch(
        "SELECT line.* FROM settlement_entry AS entry JOIN settlement_entry_line AS line ON line.entry_id = entry.id"
        " WHERE entry.run_id = $1 ORDER BY line.entry_id, line.due_on, line.since, line.source",
        run_id,
    )


async def lock_entry(connection: Connection, *, run_id: int, entry_id: int) -> asyncpg.Record | None:
    """Lock one supplier of a locked run."""
    return await connection.fetchrow(
        "SELECT * FROM settlement_entry WHERE run_id = $1 AND id = $2 FOR UPDATE", run_id, entry_id
    )


async def find_approved(connection: Connection, entry_id: int) -> dict[str, int]:
    """What was approved of each line, in rupiah."""
    rows = await connection.fetch(
        "SELECT source, amount_rupiah FROM settlement_entry_line WHERE entry_id = $1", entry_id
    )
    return {row["source"]: row["amount_rupiah"] for row in rows}


async def find_part(connection: Connection, *, entry_id: int, part: int) -> int | None:
    """Number of the remittance of this part of an entry; None where it was not paid."""
    number: int | None = await connection.fetchval(
        "SELECT number FROM settlement_payment WHERE entry_id = $1 AND part = $2", entry_id, part
    )
    return number


async def count_parts(connection: Connection, entry_id: int) -> int:
    """How many payments an entry had."""
    count: int = await connection.fetchval("SELECT count(*) FROM settlement_payment WHERE entry_id = $1", entry_id)
    return count


async def find_reference(connection: Connection, *, entry_id: int, reference: str) -> int | None:
    """Number of the remittance that this transfer was written down in already."""
    number: int | None = await connection.fetchval(
        "SELECT number FROM settlement_payment WHERE entry_id = $1 AND method = 'transfer' AND reference = $2",
        entry_id,
        reference,
    )
    return number


async def take_number(connection: Connection, store_id: StoreId) -> int:
    """Take the store's next number of a remittance; others wait for this transaction."""
    number: int = await connection.fetchval(
        "INSERT INTO settlement_counter AS counter (store_id, next_number) VALUES ($1, 2)"
        " ON CONFLICT (store_id) DO UPDATE SET next_number = counter.next_number + 1 RETURNING next_number - 1",
        store_id,
    )
    return number


async def insert_payment(
    connection: Connection,
    *,
    store_id: StoreId,
    number: int,
    entry_id: int,
    part: int,
    method: str,
    amount_rupiah: int,
    reference: str,
    transfer_id: int,
    paid_by: PersonId,
    at: datetime,
) -> bool:
    """Write a payment and count it on its locked entry; whether all suppliers of the run are paid now."""
    is_all: bool = await connection.fetchval(
        """
        WITH written AS (
            INSERT INTO settlement_payment (store_id, number, entry_id, part, method, amount_rupiah, reference,
                                            transfer_id, paid_by, paid_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ), counted AS (
            UPDATE settlement_entry SET paid_rupiah = paid_rupiah + $6 WHERE id = $3
            RETURNING run_id, paid_rupiah = amount_rupiah AS is_paid
        )
        SELECT counted.is_paid AND NOT EXISTS (
            SELECT 1 FROM settlement_entry AS other
            WHERE other.run_id = counted.run_id AND other.id <> $3 AND other.paid_rupiah < other.amount_rupiah)
        FROM counted
        """,
        store_id,
        number,
        entry_id,
        part,
        method,
        amount_rupiah,
        reference,
        transfer_id,
        paid_by,
        at,
    )
    return is_all


async def find_payment(
    connection: Connection, *, store_id: StoreId, number: int, supplier_id: OrganisationId | None = None
) -> asyncpg.Record | None:
    """A remittance of the store, of one supplier where it is named, with both sides' names."""
    return await connection.fetchrow(
        """
        SELECT payment.*, entry.run_id, entry.supplier_id, supplier.name AS supplier_name, store.name AS store_name,
               store.address AS store_address, store.time_zone, cooperative.name AS cooperative_name,
               person.display_name AS paid_by_name
        FROM settlement_payment AS payment
        JOIN settlement_entry AS entry ON entry.id = payment.entry_id
        JOIN organisation AS supplier ON supplier.id = entry.supplier_id
        JOIN store ON store.id = payment.store_id
        JOIN organisation AS cooperative ON cooperative.id = store.cooperative_id
        JOIN person ON person.id = payment.paid_by
        WHERE payment.store_id = $1 AND payment.number = $2 AND ($3::bigint IS NULL OR entry.supplier_id = $3)
        """,
        store_id,
        number,
        supplier_id,
    )


async def list_payments(
    connection: Connection, *, supplier_id: OrganisationId, store_id: StoreId | None = None, limit: int
) -> list[asyncpg.Record]:
    """Remittances of a supplier, of one store or all, the newest first."""
    return await connection.fetch(
        """
        SELECT payment.store_id, payment.number, payment.method, payment.amount_rupiah, payment.reference,
               payment.paid_at, store.name AS store_name
        FROM settlement_entry AS entry
        JOIN settlement_payment AS payment ON payment.entry_id = entry.id
        JOIN store ON store.id = payment.store_id
        WHERE entry.supplier_id = $1 AND ($2::bigint IS NULL OR payment.store_id = $2)
        ORDER BY payment.paid_at DESC, payment.number DESC LIMIT $3
        """,
        supplier_id,
        store_id,
        limit,
    )
