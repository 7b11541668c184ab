"""SQL of members' shares of the earnings: decisions, and the papers of what was paid out in cash.

Locks: a decision, then its year; a store's row for the number of a paper. The book's accounts come after.
"""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrganisationId, PersonId, ShiftId, StoreId


async def find_place(connection: Connection, store_id: StoreId) -> asyncpg.Record | None:
    """Name, zone and cooperative of a store."""
    return await connection.fetchrow("SELECT name, time_zone, cooperative_id FROM store WHERE id = $1", store_id)


async def list_members(
    connection: Connection, cooperative_id: OrganisationId, person_ids: Sequence[int]
) -> dict[int, str]:
    """Names of those of some people who are members of a cooperative now."""
    rows = await connection.fetch(
        "SELECT DISTINCT p.id, p.display_name FROM role_assignment AS r JOIN person AS p ON p.id = r.person_id"
        " WHERE r.organisation_id = $1 AND r.role = 'member' AND r.ended_at IS NULL"
        " AND r.person_id = ANY($2::bigint[])",
        cooperative_id,
        list(person_ids),
    )
    return {row["id"]: row["display_name"] for row in rows}


async def list_members_without(
    connection: Connection, *, store_id: StoreId, cooperative_id: OrganisationId, year: int, limit: int
) -> list[asyncpg.Record]:
    """Members of a cooperative who have no share of a year yet, by name."""
    return await connection.fetch(
        """
        SELECT p.id AS person_id, p.display_name AS name FROM person AS p
        WHERE p.id IN (SELECT r.person_id FROM role_assignment AS r
                       WHERE r.organisation_id = $2 AND r.role = 'member' AND r.ended_at IS NULL)
          AND NOT EXISTS (SELECT FROM patronage_share AS s
                          WHERE s.store_id = $1 AND s.year = $3 AND s.person_id = p.id AND s.is_standing)
        ORDER BY p.display_name, p.id LIMIT $4
        """,
        store_id,
        cooperative_id,
        year,
        limit,
    )


async def open_year(connection: Connection, *, store_id: StoreId, year: int, earned_rupiah: int) -> None:
    """Write down what a closed year earned, once: it cannot change any more."""
    await connection.execute(
        "INSERT INTO patronage_year (store_id, year, earned_rupiah) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        store_id,
        year,
        earned_rupiah,
    )


async def promise(connection: Connection, *, store_id: StoreId, year: int, amount_rupiah: int) -> bool:
    """Set an amount of a year's earnings aside, or less than nothing to let it go; whether there is as much.

    Locks the year.
    """
    promised: int | None = await connection.fetchval(
        "UPDATE patronage_year SET promised_rupiah = promised_rupiah + $3 WHERE store_id = $1 AND year = $2"
        " AND promised_rupiah + $3 <= greatest(earned_rupiah, 0) RETURNING promised_rupiah",
        store_id,
        year,
        amount_rupiah,
    )
    return promised is not None


async def find_year(connection: Connection, *, store_id: StoreId, year: int) -> asyncpg.Record | None:
    """What a year earned and what of it is promised; None before the first decision."""
    return await connection.fetchrow("SELECT * FROM patronage_year WHERE store_id = $1 AND year = $2", store_id, year)


async def insert_decision(
    connection: Connection, *, store_id: StoreId, year: int, document: str, proposed_by: PersonId, at: datetime
) -> int:
    """Write a proposed decision."""
    decision_id: int = await connection.fetchval(
        "INSERT INTO patronage_decision (store_id, year, document, state, proposed_by, proposed_at)"
        " VALUES ($1, $2, $3, 'proposed', $4, $5) RETURNING id",
        store_id,
        year,
        document,
        proposed_by,
        at,
    )
    return decision_id


async def insert_shares(
    connection: Connection, *, decision_id: int, store_id: StoreId, year: int, amounts: dict[int, int]
) -> set[int]:
    """Write members' shares of a decision, by person; return who had one of that year already and got none here."""
    people = sorted(amounts)
    written = await connection.fetch(
        """
        INSERT INTO patronage_share (decision_id, store_id, year, person_id, amount_rupiah)
        SELECT $1, $2, $3, share.person_id, share.amount_rupiah
        FROM unnest($4::bigint[], $5::bigint[]) AS share (person_id, amount_rupiah) ORDER BY share.person_id
        ON CONFLICT (store_id, year, person_id) WHERE is_standing DO NOTHING RETURNING person_id
        """,
        decision_id,
        store_id,
        year,
        people,
        [amounts[person] for person in people],
    )
    return set(people) - {row["person_id"] for row in written}


async def lock_decision(connection: Connection, *, store_id: StoreId, decision_id: int) -> asyncpg.Record | None:
    """A decision of the store, alone."""
    return await connection.fetchrow(
        "SELECT * FROM patronage_decision WHERE store_id = $1 AND id = $2 FOR UPDATE", store_id, decision_id
    )


async def decide(
    connection: Connection, *, decision_id: int, state: str, decided_by: PersonId, at: datetime, note: str
) -> None:
    """Approve or reject a locked decision; shares of a rejected one stand no more."""
    await connection.execute(
        """
        WITH decided AS (
            UPDATE patronage_decision SET state = $2, decided_by = $3, decided_at = $4, decision_note = $5 WHERE id = $1
        )
        UPDATE patronage_share SET is_standing = false WHERE decision_id = $1 AND $2 = 'rejected'
        """,
        decision_id,
        state,
        decided_by,
        at,
        note,
    )


async def list_decisions(
    connection: Connection, store_id: StoreId, *, decision_id: int | None = None, limit: int
) -> list[asyncpg.Record]:
    """Decisions of a store, or one of them, the newest first, with who proposed and decided and what they come to."""
    return await connection.fetch(
        """
        SELECT decision.*, proposed.display_name AS proposed_by_name, decided.display_name AS decided_by_name,
               shares.member_count, shares.total_rupiah
        FROM patronage_decision AS decision
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS member_count, coalesce(sum(amount_rupiah), 0)::bigint AS total_rupiah
            FROM patronage_share WHERE decision_id = decision.id
        ) AS shares
        JOIN person AS proposed ON proposed.id = decision.proposed_by
        LEFT JOIN person AS decided ON decided.id = decision.decided_by
        WHERE decision.store_id = $1 AND ($2::bigint IS NULL OR decision.id = $2)
        ORDER BY decision.id DESC LIMIT $3
        """,
        store_id,
        decision_id,
        limit,
    )


async def list_shares(connection: Connection, decision_id: int) -> list[asyncpg.Record]:
    """Members' shares of a decision, by name."""
    return await connection.fetch(
        "SELECT share.person_id, share.amount_rupiah, person.display_name AS name FROM patronage_share AS share"
        " JOIN person ON person.id = share.person_id WHERE share.decision_id = $1"
        " ORDER BY person.display_name, person.id",
        decision_id,
    )


async def list_names(connection: Connection, person_ids: Sequence[int]) -> dict[int, str]:
    """Names of people."""
    rows = await connection.fetch("SELECT id, display_name FROM person WHERE id = ANY($1::bigint[])", list(person_ids))
    return {row["id"]: row["display_name"] for row in rows}


async def list_stores_of(connection: Connection, person_id: PersonId) -> list[asyncpg.Record]:
    """Stores that gave one person a share, by name."""
    return await connection.fetch(
        "SELECT s.id AS store_id, s.name AS store_name, s.time_zone FROM store AS s"
        " WHERE s.id IN (SELECT share.store_id FROM patronage_share AS share"
        "  JOIN patronage_decision AS decision ON decision.id = share.decision_id"
        "  WHERE share.person_id = $1 AND decision.state = 'approved') ORDER BY s.name, s.id",
        person_id,
    )


async def list_entries(
    connection: Connection, *, store_id: StoreId, person_id: int, limit: int
) -> list[asyncpg.Record]:
    """What a member was given at a store (`share` of a year) and paid in cash (numbered `payout`), the latest first."""
    return await connection.fetch(
        """
        SELECT * FROM (
            SELECT 'share' AS kind, share.year::bigint AS number, share.amount_rupiah,
                   decision.decided_at AS happened_at
            FROM patronage_share AS share JOIN patronage_decision AS decision ON decision.id = share.decision_id
            WHERE share.store_id = $1 AND share.person_id = $2 AND decision.state = 'approved'
            UNION ALL
            SELECT 'payout', number, amount_rupiah, paid_at FROM patronage_payout
            WHERE store_id = $1 AND person_id = $2
        ) AS entry ORDER BY happened_at DESC, number DESC LIMIT $3
        """,
        store_id,
        person_id,
        limit,
    )


async def take_payout_number(connection: Connection, store_id: StoreId) -> int:
    """Next number of this store, without gaps: the row lock is held to the commit, and a rollback gives it back."""
    number: int = await connection.fetchval(
        "UPDATE store SET next_patronage_number = next_patronage_number + 1 WHERE id = $1"
        " RETURNING next_patronage_number - 1",
        store_id,
    )
    return number


async def insert_payout(
    connection: Connection,
    *,
    store_id: StoreId,
    number: int,
    person_id: int,
    shift_id: ShiftId,
    amount_rupiah: int,
    left_rupiah: int,
    paid_at: datetime,
    paid_by: PersonId,
) -> None:
    """Write the paper of cash paid out of a shift's till."""
    await connection.execute(
        "INSERT INTO patronage_payout (store_id, number, person_id, shift_id, amount_rupiah, left_rupiah, paid_at,"
        " paid_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        store_id,
        number,
        person_id,
        shift_id,
        amount_rupiah,
        left_rupiah,
        paid_at,
        paid_by,
    )


async def find_payout(connection: Connection, *, store_id: StoreId, number: int) -> asyncpg.Record | None:
    """The paper of cash paid out, with store, member and cashier."""
    return await connection.fetchrow(
        """
        SELECT o.*, m.display_name AS member_name, c.display_name AS cashier_name, s.name AS store_name,
               s.address AS store_address, s.time_zone
        FROM patronage_payout AS o
        JOIN store AS s ON s.id = o.store_id
        JOIN person AS m ON m.id = o.person_id
        JOIN person AS c ON c.id = o.paid_by
        WHERE o.store_id = $1 AND o.number = $2
        """,
        store_id,
        number,
    )
