"""Every SQL statement of accounts. None locks more than the rows it changes."""

from datetime import datetime

import asyncpg

from marketplace.accounts.contacts import Contact
from marketplace.database import Connection
from marketplace.ids import PersonId


async def find_session(connection: Connection, token_hash: bytes) -> list[asyncpg.Record]:
    """One row per hat of the session's person (one row with NULLs where there is none); locks nothing.

    Of a suspended organisation it says since when and why.
    """
    return await connection.fetch(
        """
        SELECT s.id AS session_id, s.role_assignment_id AS worn_assignment_id,
               p.id AS person_id, p.display_name, p.language, p.village_code,
               r.id AS assignment_id, r.role, r.organisation_id, r.organisation_kind,
               o.name AS organisation_name, o.region_code, st.id AS store_id,
               CASE WHEN o.status = 'suspended' THEN o.status_on END AS suspended_on,
               CASE WHEN o.status = 'suspended' THEN (
                   SELECT h.evidence FROM organisation_status h WHERE h.organisation_id = o.id
                   ORDER BY h.effective_on DESC, h.id DESC LIMIT 1) END AS suspended_because
        FROM session s
        JOIN person p ON p.id = s.person_id AND NOT p.is_disabled
        LEFT JOIN (role_assignment r JOIN organisation o ON o.id = r.organisation_id)
               ON r.person_id = p.id AND r.ended_at IS NULL
        LEFT JOIN store st ON st.cooperative_id = o.id
        WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now()
        ORDER BY r.id
        """,
        token_hash,
    )


async def insert_person(
    connection: Connection,
    *,
    display_name: str,
    contact: Contact,
    password_hash: str | None,
    village_code: str | None,
    language: str,
) -> PersonId | None:
    """Insert a person; None where the contact is taken, after waiting for whoever is taking it."""
    sealed, fingerprint = contact.sealed, contact.fingerprint
    is_phone = contact.kind == "phone"
    person_id: PersonId | None = await connection.fetchval(
        """
        INSERT INTO person (display_name, phone_sealed, phone_fingerprint, email_sealed, email_fingerprint,
                            password_hash, village_code, language)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        display_name,
        sealed if is_phone else None,
        fingerprint if is_phone else None,
        None if is_phone else sealed,
        None if is_phone else fingerprint,
        password_hash,
        village_code,
        language,
    )
    return person_id


async def find_person_by_contact(connection: Connection, contact: Contact) -> asyncpg.Record | None:
    """Id, name, password hash and whether disabled, of the person with this contact."""
    column = "phone_fingerprint" if contact.kind == "phone" else "email_fingerprint"
    return await connection.fetchrow(
        f"SELECT id, display_name, password_hash, is_disabled FROM person WHERE {column} = $1", contact.fingerprint
    )


async def find_person(connection: Connection, person_id: PersonId) -> asyncpg.Record | None:
    """The person's whole row except the password."""
    return await connection.fetchrow(
        """
        SELECT id, display_name, phone_sealed, email_sealed, village_code, language, is_disabled, created_at,
               password_hash IS NOT NULL AS has_password
        FROM person WHERE id = $1
        """,
        person_id,
    )


async def find_password_hash(connection: Connection, person_id: PersonId) -> str | None:
    """The person's password hash, if there is one."""
    found: str | None = await connection.fetchval("SELECT password_hash FROM person WHERE id = $1", person_id)
    return found


async def set_password_hash(
    connection: Connection, person_id: PersonId, new_hash: str, *, only_if: str | None = None
) -> bool:
    """Replace the password; with `only_if` only where that is still the present hash."""
    return bool(
        await connection.fetchval(
            "UPDATE person SET password_hash = $2 WHERE id = $1 AND ($3::text IS NULL OR password_hash = $3)"
            " RETURNING true",
            person_id,
            new_hash,
            only_if,
        )
    )


async def set_profile(
    connection: Connection, person_id: PersonId, *, display_name: str, village_code: str | None, language: str
) -> None:
    """Replace what the person says of themselves."""
    await connection.execute(
        "UPDATE person SET display_name = $2, village_code = $3, language = $4 WHERE id = $1",
        person_id,
        display_name,
        village_code,
        language,
    )


async def set_language(connection: Connection, person_id: PersonId, language: str) -> None:
    """Replace the person's language."""
    await connection.execute("UPDATE person SET language = $2 WHERE id = $1", person_id, language)


async def set_disabled(connection: Connection, person_id: PersonId, *, is_disabled: bool) -> bool:
    """Disable or enable an account; False where it was so already."""
    return bool(
        await connection.fetchval(
            "UPDATE person SET is_disabled = $2 WHERE id = $1 AND is_disabled <> $2 RETURNING true",
            person_id,
            is_disabled,
        )
    )


async def insert_session(
    connection: Connection,
    person_id: PersonId,
    *,
    token_hash: bytes,
    expires_at: datetime,
    device: str,
    password_hash: str | None,
) -> asyncpg.Record | None:
    """Open a session; None where the account was disabled or the password changed since it was checked.

    The hat put on is the one worn last, else the only one besides membership, else none.
    """
    return await connection.fetchrow(
        """
        WITH working AS (
            SELECT r.id, r.role FROM role_assignment r
            JOIN organisation o ON o.id = r.organisation_id AND o.status <> 'suspended'
            WHERE r.person_id = $1 AND r.ended_at IS NULL
        ), worn AS (
            SELECT coalesce(
                (SELECT w.id FROM working w WHERE w.id = (
                    SELECT s.role_assignment_id FROM session s WHERE s.person_id = $1 ORDER BY s.id DESC LIMIT 1)),
                (SELECT min(id) FROM working WHERE role <> 'member' HAVING count(*) = 1)
            ) AS id
        )
        INSERT INTO session (person_id, token_hash, expires_at, device, role_assignment_id)
        SELECT p.id, $2, $3, $4, worn.id FROM person p, worn
        WHERE p.id = $1 AND NOT p.is_disabled AND p.password_hash IS NOT DISTINCT FROM $5
        RETURNING id, (SELECT role FROM working WHERE working.id = session.role_assignment_id) AS role
        """,
        person_id,
        token_hash,
        expires_at,
        device,
        password_hash,
    )


async def list_sessions(connection: Connection, person_id: PersonId) -> list[asyncpg.Record]:
    """Open sessions of a person, the latest first."""
    return await connection.fetch(
        """
        SELECT id, device, created_at, expires_at FROM session
        WHERE person_id = $1 AND ended_at IS NULL AND expires_at > now() ORDER BY id DESC LIMIT 100
        """,
        person_id,
    )


async def end_session(connection: Connection, person_id: PersonId, session_id: int) -> bool:
    """End one of the person's sessions; False where there is no such open session."""
    return bool(
        await connection.fetchval(
            "UPDATE session SET ended_at = now() WHERE id = $2 AND person_id = $1 AND ended_at IS NULL RETURNING true",
            person_id,
            session_id,
        )
    )


async def end_session_by_token(connection: Connection, token_hash: bytes) -> None:
    """End the session with this token, whoever's it is: its holder is here."""
    await connection.execute(
        "UPDATE session SET ended_at = now() WHERE token_hash = $1 AND ended_at IS NULL", token_hash
    )


async def end_sessions(connection: Connection, person_id: PersonId, *, but: int | None = None) -> int:
    """End all sessions of a person, except `but`; return how many."""
    rows = await connection.fetch(
        "UPDATE session SET ended_at = now() WHERE person_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2"
        " RETURNING id",
        person_id,
        but,
    )
    return len(rows)


async def set_worn_hat(connection: Connection, session_id: int, assignment_id: int | None) -> None:
    """Put on a hat, or take it off."""
    await connection.execute("UPDATE session SET role_assignment_id = $2 WHERE id = $1", session_id, assignment_id)


async def insert_reset(
    connection: Connection,
    contact: Contact,
    *,
    token_hash: bytes,
    expires_at: datetime,
    message: dict[str, bytes | str],
) -> None:
    """Write a reset and the message that carries its link, for the person with this contact if there is one.

    One statement whether there is one or not: the answer's time does not tell.
    """
    column = "phone_fingerprint" if contact.kind == "phone" else "email_fingerprint"
    await connection.execute(
        f"""
        WITH who AS (SELECT id FROM person WHERE {column} = $1 AND NOT is_disabled),
        reset AS (
            INSERT INTO password_reset (token_hash, person_id, expires_at) SELECT $2, id, $3 FROM who
        )
        INSERT INTO outgoing_message (channel, person_id, recipient_masked, recipient_sealed, subject, body_sealed)
        SELECT $4, id, $5, $6, $7, $8 FROM who
        """,
        contact.fingerprint,
        token_hash,
        expires_at,
        message["channel"],
        message["recipient_masked"],
        message["recipient_sealed"],
        message["subject"],
        message["body_sealed"],
    )


async def is_reset_open(connection: Connection, token_hash: bytes) -> bool:
    """Whether this one-time link can still be used."""
    return bool(
        await connection.fetchval(
            """
            SELECT true FROM password_reset r JOIN person p ON p.id = r.person_id AND NOT p.is_disabled
            WHERE r.token_hash = $1 AND r.used_at IS NULL AND r.expires_at > now()
            """,
            token_hash,
        )
    )


async def use_reset(connection: Connection, token_hash: bytes) -> PersonId | None:
    """Spend a one-time link and every other open one of its person; None where it is spent already. Locks the row."""
    person_id: PersonId | None = await connection.fetchval(
        """
        UPDATE password_reset r SET used_at = now() FROM person p
        WHERE p.id = r.person_id AND NOT p.is_disabled
          AND r.token_hash = $1 AND r.used_at IS NULL AND r.expires_at > now()
        RETURNING r.person_id
        """,
        token_hash,
    )
    if person_id is not None:
        await connection.execute(
            "UPDATE password_reset SET used_at = now() WHERE person_id = $1 AND used_at IS NULL", person_id
        )
    return person_id


async def insert_message(connection: Connection, person_id: PersonId | None, message: dict[str, bytes | str]) -> None:
    """Write one message for the sender to pick up."""
    await connection.execute(
        """
        INSERT INTO outgoing_message (channel, person_id, recipient_masked, recipient_sealed, subject, body_sealed)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        message["channel"],
        person_id,
        message["recipient_masked"],
        message["recipient_sealed"],
        message["subject"],
        message["body_sealed"],
    )


async def list_messages(connection: Connection, limit: int) -> list[asyncpg.Record]:
    """The latest messages, sent or not."""
    return await connection.fetch(
        "SELECT id, channel, recipient_masked, subject, body_sealed, created_at, sent_at FROM outgoing_message"
        " ORDER BY id DESC LIMIT $1",
        limit,
    )


async def list_people(connection: Connection, after: int, limit: int) -> list[asyncpg.Record]:
    """People by id, with their roles as text."""
    return await connection.fetch(
        """
        SELECT p.id, p.display_name, p.phone_sealed, p.email_sealed, p.is_disabled, p.created_at,
               coalesce(array_agg(r.role || ' @ ' || o.name ORDER BY r.id) FILTER (WHERE r.id IS NOT NULL), '{}')
                   AS roles
        FROM person p
        LEFT JOIN role_assignment r ON r.person_id = p.id AND r.ended_at IS NULL
        LEFT JOIN organisation o ON o.id = r.organisation_id
        WHERE p.id > $1 GROUP BY p.id ORDER BY p.id LIMIT $2
        """,
        after,
        limit,
    )


async def list_roles(connection: Connection, person_id: PersonId) -> list[asyncpg.Record]:
    """Roles a person holds now."""
    return await connection.fetch(
        """
        SELECT r.id AS assignment_id, r.role, r.granted_at, o.id AS organisation_id, o.name AS organisation_name,
               o.status
        FROM role_assignment r JOIN organisation o ON o.id = r.organisation_id
        WHERE r.person_id = $1 AND r.ended_at IS NULL ORDER BY r.id
        """,
        person_id,
    )


async def delete_old_sessions(connection: Connection, before: datetime, limit: int) -> int:
    """Delete sessions that ended or expired before an instant, skipping rows that others hold; how many."""
    status = await connection.execute(
        """
        DELETE FROM session WHERE id = ANY (ARRAY(
            SELECT id FROM session WHERE expires_at < $1 OR ended_at < $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED))
        """,
        before,
        limit,
    )
    return int(status.rsplit(" ", 1)[-1])


async def delete_old_password_resets(connection: Connection, before: datetime, limit: int) -> int:
    """Delete reset links that expired before an instant; how many."""
    status = await connection.execute(
        """
        DELETE FROM password_reset WHERE token_hash = ANY (ARRAY(
            SELECT token_hash FROM password_reset WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED))
        """,
        before,
        limit,
    )
    return int(status.rsplit(" ", 1)[-1])


async def delete_old_messages(
    connection: Connection, *, sent_before: datetime, written_before: datetime, limit: int
) -> int:
    """Delete messages that were sent before an instant, or written before another; how many."""
    status = await connection.execute(
        """
        DELETE FROM outgoing_message WHERE id IN (
            SELECT id FROM outgoing_message WHERE sent_at < $1 OR created_at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED)
        """,
        sent_before,
        written_before,
        limit,
    )
    return int(status.rsplit(" ", 1)[-1])
