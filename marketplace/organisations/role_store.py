"""The SQL statements about roles and membership; those about organisations themselves stand in store.py."""

import asyncpg

from marketplace.database import Connection
from marketplace.ids import PersonId


async def insert_role(
    connection: Connection,
    person_id: PersonId,
    organisation_id: int,
    *,
    kind: str,
    role: str,
    granted_by: PersonId | None,
) -> int | None:
    """Give a role; None where the person holds it already."""
    assignment_id: int | None = await connection.fetchval(
        """
        INSERT INTO role_assignment (person_id, organisation_id, organisation_kind, role, granted_by)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (person_id, organisation_id, role) WHERE ended_at IS NULL DO NOTHING RETURNING id
        """,
        person_id,
        organisation_id,
        kind,
        role,
        granted_by,
    )
    return assignment_id


async def find_role(connection: Connection, assignment_id: int) -> asyncpg.Record | None:
    """A role held now."""
    return await connection.fetchrow(
        "SELECT id, person_id, organisation_id, role FROM role_assignment WHERE id = $1 AND ended_at IS NULL",
        assignment_id,
    )


async def list_roles_of(connection: Connection, person_id: PersonId, organisation_id: int) -> list[str]:
    """Roles this person holds in this organisation."""
    rows = await connection.fetch(
        "SELECT role FROM role_assignment WHERE person_id = $1 AND organisation_id = $2 AND ended_at IS NULL",
        person_id,
        organisation_id,
    )
    return [row["role"] for row in rows]


async def count_holders(connection: Connection, organisation_id: int, role: str) -> int:
    """How many hold this role; the caller has locked the organisation."""
    return int(
        await connection.fetchval(
            "SELECT count(*) FROM role_assignment WHERE organisation_id = $1 AND role = $2 AND ended_at IS NULL",
            organisation_id,
            role,
        )
    )


async def end_role(connection: Connection, assignment_id: int) -> bool:
    """End a role; False where it has ended already."""
    return bool(
        await connection.fetchval(
            "UPDATE role_assignment SET ended_at = now() WHERE id = $1 AND ended_at IS NULL RETURNING true",
            assignment_id,
        )
    )


async def list_staff(connection: Connection, organisation_id: int, limit: int) -> list[asyncpg.Record]:
    """Roles held in an organisation besides membership, in order of granting."""
    return await connection.fetch(
        """
        SELECT r.id, r.role, r.granted_at, p.id AS person_id, p.display_name, p.phone_sealed, p.email_sealed
        FROM role_assignment r JOIN person p ON p.id = r.person_id
        WHERE r.organisation_id = $1 AND r.ended_at IS NULL AND r.role <> 'member' ORDER BY r.id LIMIT $2
        """,
        organisation_id,
        limit,
    )


async def list_members(connection: Connection, organisation_id: int, after: int, limit: int) -> list[asyncpg.Record]:
    """Members of a cooperative by assignment."""
    return await connection.fetch(
        """
        SELECT r.id, r.role, r.granted_at, p.id AS person_id, p.display_name, p.phone_sealed, p.email_sealed
        FROM role_assignment r JOIN person p ON p.id = r.person_id
        WHERE r.organisation_id = $1 AND r.ended_at IS NULL AND r.role = 'member' AND r.id > $2
        ORDER BY r.id LIMIT $3
        """,
        organisation_id,
        after,
        limit,
    )


async def insert_membership_application(connection: Connection, person_id: PersonId, cooperative_id: int) -> int | None:
    """Write an application; None where one waits already."""
    application_id: int | None = await connection.fetchval(
        "INSERT INTO membership_application (person_id, cooperative_id) VALUES ($1, $2)"
        " ON CONFLICT (person_id, cooperative_id) WHERE decision IS NULL DO NOTHING RETURNING id",
        person_id,
        cooperative_id,
    )
    return application_id


async def lock_membership_application(connection: Connection, application_id: int) -> asyncpg.Record | None:
    """An application with its person, locked."""
    return await connection.fetchrow(
        """
        SELECT m.id, m.person_id, m.cooperative_id, m.decision, p.village_code
        FROM membership_application m JOIN person p ON p.id = m.person_id
        WHERE m.id = $1 FOR UPDATE OF m
        """,
        application_id,
    )


async def set_membership_decision(
    connection: Connection, application_id: int, *, decision: str, decided_by: PersonId, reason: str
) -> None:
    """Write the decision."""
    await connection.execute(
        "UPDATE membership_application SET decision = $2, decided_at = now(), decided_by = $3, reason = $4"
        " WHERE id = $1",
        application_id,
        decision,
        decided_by,
        reason,
    )


async def list_membership_applications(
    connection: Connection, *, cooperative_id: int | None, person_id: PersonId | None, limit: int
) -> list[asyncpg.Record]:
    """Those waiting at a cooperative, oldest first; or all of a person."""
    return await connection.fetch(
        """
        SELECT m.id, m.cooperative_id, o.name AS cooperative_name, p.display_name, p.village_code, m.applied_at,
               m.decision, m.reason
        FROM membership_application m
        JOIN person p ON p.id = m.person_id JOIN organisation o ON o.id = m.cooperative_id
        WHERE ($1::bigint IS NULL OR (m.cooperative_id = $1 AND m.decision IS NULL))
          AND ($2::bigint IS NULL OR m.person_id = $2)
        ORDER BY m.id LIMIT $3
        """,
        cooperative_id,
        person_id,
        limit,
    )
