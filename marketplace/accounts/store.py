"""Every SQL statement of accounts."""

import asyncpg

from marketplace.database import Connection


async def find_session(connection: Connection, token_hash: bytes) -> list[asyncpg.Record]:
    """One row per hat of the session's person (one row with NULLs where there is none); locks nothing.

    Hats of suspended organisations are left out.
    """
    return await connection.fetch(
        """
        SELECT s.id AS session_id, s.role_assignment_id AS worn_assignment_id,
               p.id AS person_id, p.display_name, p.language, p.village_code,
               r.id AS assignment_id, r.role, r.organisation_id, r.organisation_kind,
               o.name AS organisation_name, o.region_code, st.id AS store_id
        FROM session s
        JOIN person p ON p.id = s.person_id AND NOT p.is_disabled
        LEFT JOIN (role_assignment r JOIN organisation o ON o.id = r.organisation_id AND o.status <> 'suspended')
               ON r.person_id = p.id AND r.ended_at IS NULL
        LEFT JOIN store st ON st.cooperative_id = o.id
        WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now()
        ORDER BY r.id
        """,
        token_hash,
    )
