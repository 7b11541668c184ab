"""Every SQL statement of organisations."""

from datetime import date
from typing import Any

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrganisationId, PersonId


async def insert_organisation(connection: Connection, values: dict[str, Any]) -> OrganisationId:
    """Insert an application (status `applied`, today)."""
    organisation_id: OrganisationId = await connection.fetchval(
        """
        INSERT INTO organisation (kind, name, description, region_code, address, phone, email, nib, npwp, size,
                                  legal_form, status, status_on, applied_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'applied', $12, $13) RETURNING id
        """,
        values["kind"],
        values["name"],
        values["description"],
        values["region_code"],
        values["address"],
        values["phone"],
        values["email"],
        values["nib"],
        values["npwp"],
        values["size"],
        values["legal_form"],
        values["status_on"],
        values["applied_by"],
    )
    return organisation_id


async def count_waiting_of(connection: Connection, person_id: PersonId) -> int:
    """How many applications of this person wait; locks the person, so that two that are sent at once take turns."""
    await connection.execute("SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE", person_id)
    return int(
        await connection.fetchval(
            "SELECT count(*) FROM organisation WHERE applied_by = $1 AND status = 'applied'", person_id
        )
    )


async def find_organisation(connection: Connection, organisation_id: int) -> asyncpg.Record | None:
    """The whole row."""
    return await connection.fetchrow("SELECT * FROM organisation WHERE id = $1", organisation_id)


async def lock_organisation(connection: Connection, organisation_id: int) -> asyncpg.Record | None:
    """The whole row, locked against other decisions, but not against rows that point to it (such as audit events)."""
    return await connection.fetchrow("SELECT * FROM organisation WHERE id = $1 FOR NO KEY UPDATE", organisation_id)


async def append_status(
    connection: Connection,
    organisation_id: int,
    status: str,
    *,
    effective_on: date,
    recorded_by: PersonId | None,
    evidence: str,
) -> None:
    """Append a line of history."""
    await connection.execute(
        "INSERT INTO organisation_status (organisation_id, status, effective_on, recorded_by, evidence)"
        " VALUES ($1, $2, $3, $4, $5)",
        organisation_id,
        status,
        effective_on,
        recorded_by,
        evidence,
    )


async def refresh_status(connection: Connection, organisation_id: int) -> None:
    """Let the organisation's row show the latest line of its history by date."""
    await connection.execute(
        """
        UPDATE organisation o SET status = latest.status, status_on = latest.effective_on
        FROM (SELECT status, effective_on FROM organisation_status WHERE organisation_id = $1
              ORDER BY effective_on DESC, id DESC LIMIT 1) latest
        WHERE o.id = $1
        """,
        organisation_id,
    )


async def list_history(connection: Connection, organisation_id: int) -> list[asyncpg.Record]:
    """The dated history, oldest first."""
    return await connection.fetch(
        "SELECT status, effective_on, evidence FROM organisation_status WHERE organisation_id = $1"
        " ORDER BY effective_on, id",
        organisation_id,
    )


async def find_status_before_suspension(connection: Connection, organisation_id: int) -> str | None:
    """The latest status that is not `suspended`."""
    found: str | None = await connection.fetchval(
        "SELECT status FROM organisation_status WHERE organisation_id = $1 AND status <> 'suspended'"
        " ORDER BY effective_on DESC, id DESC LIMIT 1",
        organisation_id,
    )
    return found


async def list_waiting(connection: Connection, village_code: str | None, limit: int) -> list[asyncpg.Record]:
    """Applications that wait, oldest first; with a village only the sellers of it."""
    return await connection.fetch(
        """
        SELECT o.*, p.display_name AS applicant_name FROM organisation o
        LEFT JOIN person p ON p.id = o.applied_by
        WHERE o.status = 'applied' AND ($1::text IS NULL OR (o.kind = 'seller' AND o.region_code = $1))
        ORDER BY o.id LIMIT $2
        """,
        village_code,
        limit,
    )


async def list_named(connection: Connection, text: str, limit: int) -> list[asyncpg.Record]:
    """Organisations with this text in their name, whatever their status, by name; reads every name."""
    return await connection.fetch(
        """
        SELECT o.id, o.name, o.kind, o.status FROM organisation o
        WHERE position(lower($1) IN lower(o.name)) > 0 ORDER BY o.name, o.id LIMIT $2
        """,
        text,
        limit,
    )


async def list_applied_by(connection: Connection, person_id: PersonId) -> list[asyncpg.Record]:
    """What this person has applied for, with the latest evidence line, newest first."""
    return await connection.fetch(
        """
        SELECT o.id, o.kind, o.name, o.status, o.status_on,
               (SELECT h.evidence FROM organisation_status h WHERE h.organisation_id = o.id
                ORDER BY h.effective_on DESC, h.id DESC LIMIT 1) AS evidence
        FROM organisation o WHERE o.applied_by = $1 ORDER BY o.id DESC LIMIT 50
        """,
        person_id,
    )


async def list_organisations(
    connection: Connection, *, kind: str | None, region_code: str | None, after: int, limit: int
) -> list[asyncpg.Record]:
    """Organisations at work (a cooperative in every status), by id; a region includes what lies in it."""
    return await connection.fetch(
        """
        SELECT * FROM organisation
        WHERE id > $3 AND ($1::text IS NULL OR kind = $1)
          AND ($2::text IS NULL OR region_code = $2 OR region_code LIKE $2 || '.%')
          AND status NOT IN ('applied', 'verified', 'declined', 'suspended')
        ORDER BY id LIMIT $4
        """,
        kind,
        region_code,
        after,
        limit,
    )


async def set_profile(connection: Connection, organisation_id: int, values: dict[str, str | None]) -> None:
    """Replace the public profile."""
    await connection.execute(
        """
        UPDATE organisation SET description = $2, address = $3, phone = $4, email = $5, nib = $6, npwp = $7,
                                nik_koperasi = $8, ahu_number = $9
        WHERE id = $1
        """,
        organisation_id,
        values["description"],
        values["address"],
        values["phone"],
        values["email"],
        values["nib"],
        values["npwp"],
        values["nik_koperasi"],
        values["ahu_number"],
    )


async def count_cooperatives_by_status_on(
    connection: Connection, day: date, region_prefix: str
) -> list[asyncpg.Record]:
    """Per status on that day (of a suspended one also what it was before), how many cooperatives of the region."""
    return await connection.fetch(
        """
        SELECT s.status, s.standing, count(*) AS number
        FROM organisation o
        JOIN LATERAL (
            SELECT (array_agg(h.status ORDER BY h.effective_on DESC, h.id DESC))[1] AS status,
                   (array_agg(h.status ORDER BY h.effective_on DESC, h.id DESC)
                        FILTER (WHERE h.status <> 'suspended'))[1] AS standing
            FROM organisation_status h WHERE h.organisation_id = o.id AND h.effective_on <= $1
        ) s ON s.status IS NOT NULL
        WHERE o.kind = 'cooperative' AND (o.region_code = $2 OR o.region_code LIKE $2 || '.%')
        GROUP BY s.status, s.standing
        """,
        day,
        region_prefix,
    )


async def find_cooperative_of(connection: Connection, village_code: str) -> asyncpg.Record | None:
    """The cooperative of a village, unless suspended."""
    return await connection.fetchrow(
        "SELECT * FROM organisation WHERE kind = 'cooperative' AND region_code = $1 AND status <> 'suspended'"
        " ORDER BY id LIMIT 1",
        village_code,
    )


async def ensure_operator(connection: Connection, today: date) -> OrganisationId:
    """The platform's operator; made where an installation has none yet."""
    found: OrganisationId | None = await connection.fetchval(
        "SELECT id FROM organisation WHERE kind = 'operator' ORDER BY id LIMIT 1"
    )
    if found is not None:
        return found
    made: OrganisationId = await connection.fetchval(
        "INSERT INTO organisation (kind, name, status, status_on)"
        " VALUES ('operator', 'Pengelola Lumbung', 'active', $1)"
        " RETURNING id",
        today,
    )
    await append_status(connection, made, "active", effective_on=today, recorded_by=None, evidence="")
    return made
