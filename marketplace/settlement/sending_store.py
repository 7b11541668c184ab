"""SQL of entries that are being paid by a transfer at Stripe. Locks: the row, after its run and entry."""

from datetime import datetime

import asyncpg
import msgspec

from marketplace.books import book_of, supplier_reference_of
from marketplace.database import Connection
from marketplace.ids import OrganisationId, PersonId, StoreId
from marketplace.settlement.errors import TransferUnderWayError


async def refuse_while_sending(
    connection: Connection, *, entry_id: int | None = None, run_id: int | None = None
) -> None:
    """Refuse to go on with a locked entry, or with any of a locked run, that a transfer is paying.

    Raises:
        TransferUnderWayError: nobody knows yet whether it is paid.

    """
    if await connection.fetchval(
        "SELECT EXISTS (SELECT FROM settlement_sending AS sending"
        " JOIN settlement_entry AS entry ON entry.id = sending.entry_id"
        " WHERE sending.state = 'sending' AND (entry.id = $1 OR entry.run_id = $2))",
        entry_id,
        run_id,
    ):
        raise TransferUnderWayError


async def insert_sending(
    connection: Connection,
    *,
    store_id: StoreId,
    entry_id: int,
    part: int,
    amount_rupiah: int,
    settles: dict[str, int],
    transfer_id: int,
    wanted_by: PersonId,
    at: datetime,
) -> int:
    """Write down that an entry is being paid; its id."""
    sending_id: int = await connection.fetchval(
        "INSERT INTO settlement_sending (store_id, entry_id, part, amount_rupiah, settles, transfer_id, wanted_by,"
        " wanted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        store_id,
        entry_id,
        part,
        amount_rupiah,
        msgspec.json.encode(settles).decode(),
        transfer_id,
        wanted_by,
        at,
    )
    return sending_id


async def find_sending(connection: Connection, *, transfer_id: int) -> asyncpg.Record | None:
    """What a transfer pays: the sending with its run and supplier."""
    return await connection.fetchrow(
        "SELECT sending.*, entry.run_id, entry.supplier_id FROM settlement_sending AS sending"
        " JOIN settlement_entry AS entry ON entry.id = sending.entry_id WHERE sending.transfer_id = $1",
        transfer_id,
    )


async def end_sending(connection: Connection, *, sending_id: int, state: str, failure: str, at: datetime) -> None:
    """End a sending: sent or failed."""
    await connection.execute(
        "UPDATE settlement_sending SET state = $2, failure = $3, ended_at = $4 WHERE id = $1 AND state = 'sending'",
        sending_id,
        state,
        failure,
        at,
    )


async def list_sendings(connection: Connection, run_id: int) -> dict[int, asyncpg.Record]:
    """The latest sending of each entry of a run, by entry."""
    rows = await connection.fetch(
        "SELECT DISTINCT ON (sending.entry_id) sending.entry_id, sending.part, sending.amount_rupiah, sending.state,"
        " sending.failure FROM settlement_sending AS sending"
        " JOIN settlement_entry AS entry ON entry.id = sending.entry_id"
        " WHERE entry.run_id = $1 ORDER BY sending.entry_id, sending.id DESC",
        run_id,
    )
    return {row["entry_id"]: row for row in rows}


async def list_on_way(
    connection: Connection, *, store_id: StoreId | None = None, supplier_id: OrganisationId | None = None
) -> set[tuple[str, str, str]]:
    """Lines that transfers under way are settling: book, source and supplier, by their names in the books."""
    rows = await connection.fetch(
        "SELECT sending.store_id, entry.supplier_id, line.source FROM settlement_sending AS sending"
        " JOIN settlement_entry AS entry ON entry.id = sending.entry_id"
        " CROSS JOIN LATERAL jsonb_object_keys(sending.settles::jsonb) AS line (source)"
        " WHERE sending.state = 'sending' AND ($1::bigint IS NULL OR sending.store_id = $1)"
        " AND ($2::bigint IS NULL OR entry.supplier_id = $2)",
        store_id,
        supplier_id,
    )
    return {(book_of(row["store_id"]), row["source"], supplier_reference_of(row["supplier_id"])) for row in rows}
