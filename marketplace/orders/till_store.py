"""SQL of a till during its shift: what it took and gave, moves to and from the safe, hand-overs between cashiers.

Locks: who changes a hand-over holds its shift (FOR UPDATE) before, so it never changes while cash moves.
"""

from datetime import datetime
from typing import Final

import asyncpg

from marketplace.database import Connection
from marketplace.ids import PersonId, ShiftId, StoreId

# Of the shift `f`, as the rows `t` (receipts) and `v` (moves); cash apart from what came by other ways.
SHIFT_SUMS: Final = """
        LEFT JOIN LATERAL (
            SELECT sum(r.amount_rupiah) FILTER (WHERE r.kind = 'sale' AND r.method = 'cash') AS taken_rupiah,
                   sum(r.amount_rupiah) FILTER (WHERE r.kind <> 'sale' AND r.method = 'cash') AS refunded_rupiah,
                   count(*) AS receipt_count
            FROM receipt r WHERE r.shift_id = f.id
        ) t ON true
        LEFT JOIN LATERAL (
            SELECT sum(m.amount_rupiah) FILTER (WHERE m.kind = 'drop') AS dropped_rupiah,
                   sum(m.amount_rupiah) FILTER (WHERE m.kind = 'refill') AS refilled_rupiah
            FROM till_move m WHERE m.shift_id = f.id
        ) v ON true
"""
SHIFT_SUM_COLUMNS: Final = """
               coalesce(t.taken_rupiah, 0)::bigint AS taken_rupiah,
               coalesce(t.refunded_rupiah, 0)::bigint AS refunded_rupiah,
               coalesce(v.dropped_rupiah, 0)::bigint AS dropped_rupiah,
               coalesce(v.refilled_rupiah, 0)::bigint AS refilled_rupiah,
               (SELECT coalesce(sum(b.amount_rupiah), 0)::bigint FROM tab_repayment b WHERE b.shift_id = f.id)
                    AS repaid_rupiah,
               (SELECT coalesce(sum(e.amount_rupiah), 0)::bigint FROM patronage_payout e WHERE e.shift_id = f.id)
                    AS patronage_rupiah,
               (SELECT coalesce(jsonb_object_agg(w.method, w.rupiah), '{}') FROM (
                    SELECT r.method, sum(r.amount_rupiah)::bigint AS rupiah FROM receipt r
                    WHERE r.shift_id = f.id AND r.kind = 'sale' AND r.method <> 'cash' GROUP BY r.method
               ) w) AS other_ways
"""


async def find_shift(connection: Connection, *, store_id: StoreId, shift_id: int) -> asyncpg.Record | None:
    """A shift of this store with its cashier's name, its sums, and who took the till over from whom."""
    return await connection.fetchrow(
        f"""
        SELECT f.*, f.id AS shift_id, p.display_name AS cashier_name, s.name AS store_name, s.time_zone,
               coalesce(t.receipt_count, 0)::int AS receipt_count,
               (SELECT n.display_name FROM till_handover h JOIN person n ON n.id = h.ended_by
                WHERE h.shift_id = f.id AND h.state = 'done') AS handed_to_name,
               (SELECT n.display_name FROM till_handover h JOIN person n ON n.id = h.offered_by
                WHERE h.next_shift_id = f.id) AS taken_from_name,
               {SHIFT_SUM_COLUMNS}
        FROM shift f
        JOIN person p ON p.id = f.cashier_id
        JOIN store s ON s.id = f.store_id
        {SHIFT_SUMS}
        WHERE f.store_id = $1 AND f.id = $2
        """,
        store_id,
        shift_id,
    )


async def insert_move(
    connection: Connection,
    *,
    store_id: StoreId,
    shift_id: ShiftId,
    kind: str,
    amount_rupiah: int,
    reason: str,
    moved_at: datetime,
    moved_by: PersonId,
) -> int:
    """Note that cash went from a till to the safe, or back."""
    move_id: int = await connection.fetchval(
        "INSERT INTO till_move (store_id, shift_id, kind, amount_rupiah, reason, moved_at, moved_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        store_id,
        shift_id,
        kind,
        amount_rupiah,
        reason,
        moved_at,
        moved_by,
    )
    return move_id


async def count_refusal(connection: Connection, shift_id: ShiftId) -> None:
    """Count that more was asked of a locked shift's till than it holds."""
    await connection.execute("UPDATE shift SET refusal_count = refusal_count + 1 WHERE id = $1", shift_id)


async def list_moves(connection: Connection, shift_id: int) -> list[asyncpg.Record]:
    """Moves of a shift between till and safe, oldest first, with who moved."""
    return await connection.fetch(
        """
        SELECT m.id AS move_id, m.shift_id, m.kind, m.amount_rupiah, m.reason, m.moved_at,
               p.display_name AS moved_by_name
        FROM till_move m JOIN person p ON p.id = m.moved_by
        WHERE m.shift_id = $1 ORDER BY m.moved_at, m.id
        """,
        shift_id,
    )


async def set_offered(connection: Connection, shift_id: ShiftId, *, offered_at: datetime | None) -> None:
    """Stop cash in a locked shift until its hand-over ends, or let it go on."""
    await connection.execute("UPDATE shift SET offered_at = $2 WHERE id = $1", shift_id, offered_at)


async def insert_handover(
    connection: Connection,
    *,
    store_id: StoreId,
    shift_id: ShiftId,
    counted_rupiah: int,
    offered_by: PersonId,
    offered_at: datetime,
) -> int:
    """Offer a locked shift's till to the next cashier."""
    handover_id: int = await connection.fetchval(
        "INSERT INTO till_handover (store_id, shift_id, counted_rupiah, offered_by, offered_at)"
        " VALUES ($1, $2, $3, $4, $5) RETURNING id",
        store_id,
        shift_id,
        counted_rupiah,
        offered_by,
        offered_at,
    )
    return handover_id


async def find_handover(connection: Connection, *, store_id: StoreId, handover_id: int) -> asyncpg.Record | None:
    """A hand-over of this store, with the names of both cashiers."""
    return await connection.fetchrow(
        """
        SELECT h.*, o.display_name AS offered_by_name, e.display_name AS ended_by_name, s.time_zone
        FROM till_handover h
        JOIN store s ON s.id = h.store_id
        JOIN person o ON o.id = h.offered_by
        LEFT JOIN person e ON e.id = h.ended_by
        WHERE h.store_id = $1 AND h.id = $2
        """,
        store_id,
        handover_id,
    )


async def lock_handover(connection: Connection, *, store_id: StoreId, handover_id: int) -> asyncpg.Record | None:
    """A hand-over as it is now, with its shift locked: nobody else ends it meanwhile."""
    shift_id = await connection.fetchval(
        "SELECT f.id FROM shift f WHERE f.id = (SELECT shift_id FROM till_handover WHERE id = $2) AND f.store_id = $1"
        " FOR UPDATE",
        store_id,
        handover_id,
    )
    if shift_id is None:
        return None
    return await connection.fetchrow("SELECT * FROM till_handover WHERE id = $1", handover_id)


async def end_handover(
    connection: Connection,
    handover_id: int,
    *,
    state: str,
    ended_by: PersonId,
    ended_at: datetime,
    recounted_rupiah: int | None = None,
    next_shift_id: ShiftId | None = None,
) -> None:
    """End a hand-over whose shift is locked."""
    await connection.execute(
        "UPDATE till_handover SET state = $2, ended_by = $3, ended_at = $4, recounted_rupiah = $5, next_shift_id = $6"
        " WHERE id = $1",
        handover_id,
        state,
        ended_by,
        ended_at,
        recounted_rupiah,
        next_shift_id,
    )


async def list_waiting_handovers(connection: Connection, store_id: StoreId) -> list[asyncpg.Record]:
    """Tills of this store that wait for the next cashier, the oldest first; what was counted is not told."""
    return await connection.fetch(
        """
        SELECT h.id AS handover_id, h.shift_id, h.offered_by, h.offered_at, p.display_name AS offered_by_name
        FROM till_handover h JOIN person p ON p.id = h.offered_by
        WHERE h.store_id = $1 AND h.state = 'waiting' ORDER BY h.id
        """,
        store_id,
    )


async def list_handovers(connection: Connection, shift_id: int) -> list[asyncpg.Record]:
    """Hand-overs of one shift that ended, oldest first: who counted what."""
    return await connection.fetch(
        """
        SELECT h.id AS handover_id, h.state, h.offered_at, h.ended_at, h.counted_rupiah, h.recounted_rupiah,
               p.display_name AS ended_by_name
        FROM till_handover h JOIN person p ON p.id = h.ended_by
        WHERE h.shift_id = $1 AND h.state <> 'waiting' ORDER BY h.id
        """,
        shift_id,
    )
