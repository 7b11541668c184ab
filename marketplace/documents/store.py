"""SQL of the register of documents. Rows come from triggers (migrations/documents); nothing is written here."""

import asyncpg

from marketplace.database import Connection
from marketplace.ids import StoreId


async def find_genuine(connection: Connection, code: str) -> asyncpg.Record | None:
    """What the public may know of a document: kind, number, store, day and sum."""
    return await connection.fetchrow(
        """
        SELECT d.kind, d.number, i.store_name, d.total_rupiah, (d.issued_at AT TIME ZONE s.time_zone)::date AS issued_on
        FROM document d
        JOIN document_issuer i ON i.id = d.issuer_id
        JOIN store s ON s.id = d.store_id
        WHERE d.code = $1
        """,
        code,
    )


async def find_registered(
    connection: Connection, *, store_id: StoreId, kind: str, number: int
) -> asyncpg.Record | None:
    """A document of a store with its code, who issued it, and the stamp duty of its day."""
    return await connection.fetchrow(
        """
        SELECT d.code, d.kind, d.number, d.total_rupiah, d.issued_at, s.time_zone, i.store_name, i.store_address,
               i.store_phone, i.cooperative_name, i.nib, i.npwp, duty.above_rupiah, duty.duty_rupiah
        FROM document d
        JOIN document_issuer i ON i.id = d.issuer_id
        JOIN store s ON s.id = d.store_id
        LEFT JOIN LATERAL (
            SELECT above_rupiah, duty_rupiah FROM stamp_duty
            WHERE effective_on <= (d.issued_at AT TIME ZONE s.time_zone)::date ORDER BY effective_on DESC LIMIT 1
        ) AS duty ON true
        WHERE d.store_id = $1 AND d.kind = $2 AND d.number = $3
        """,
        store_id,
        kind,
        number,
    )
