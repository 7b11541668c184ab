"""People as the platform's operator knows them: never a contact in full, never a password."""

import asyncpg

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.contacts import contact_of, read_contact
from marketplace.accounts.schemas import KnownPerson, PersonDetail
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.database import Connection
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import PersonId


async def list_known_people(*, after: int = 0, limit: int = 50) -> list[KnownPerson]:
    """People by number, from the one after `after`."""
    async with database.connection() as connection:
        rows = await store.list_people(connection, after, limit)
    return [_known(row, list(row["roles"])) for row in rows]


async def show_person(person_id: PersonId) -> PersonDetail:
    """One person with what they may do and how often they are signed in.

    Raises:
        NotFoundError: there is no such person.

    """
    async with database.connection() as connection:
        return await _detail(connection, person_id)


async def look_up_person(contact_text: str, *, actor: Actor, once: Once | None = None) -> PersonDetail:
    """Find the person with exactly this contact. Each look is in the audit trail.

    Raises:
        InvalidError: the contact cannot be read, or nobody has it.
        KeyReusedError: the key came before with other input.

    """
    contact = read_contact(contact_text)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, PersonDetail)) is not None:
            return answer
        found = await store.find_person_by_contact(connection, contact)
        if found is None:
            raise InvalidError(fields={"contact": "Tidak ada akun dengan nomor atau e-mail ini."})
        await record_audit(connection, actor=actor, action="person.looked_up", subject=f"person:{found['id']}")
        detail = await _detail(connection, found["id"])
        if once:
            await once.keep_answer(connection, detail)
    return detail


async def _detail(connection: Connection, person_id: PersonId) -> PersonDetail:
    row = await store.find_person(connection, person_id)
    if row is None:
        raise NotFoundError
    roles = await store.list_roles(connection, person_id)
    sessions = await store.list_sessions(connection, person_id)
    names = [f"{role['role']} @ {role['organisation_name']}" for role in roles]
    return PersonDetail(person=_known(row, names), session_count=len(sessions))


def _known(row: asyncpg.Record, roles: list[str]) -> KnownPerson:
    contact = contact_of(row["phone_sealed"], row["email_sealed"])
    return KnownPerson(
        person_id=row["id"],
        display_name=row["display_name"],
        contact_masked=contact.masked if contact else "",
        is_disabled=row["is_disabled"],
        created_at=row["created_at"],
        roles=roles,
    )
