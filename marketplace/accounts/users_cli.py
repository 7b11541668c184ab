"""What the operator does to people from the shell: create, reset link, disable. Roles are for organisations.

Whoever has this shell has the database; what is done here stands in the audit trail without a person.
"""

import secrets

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.ask_password_reset import write_reset
from marketplace.accounts.contacts import read_contact
from marketplace.accounts.errors import ContactTakenError
from marketplace.accounts.passwords import check_new_password, hash_password
from marketplace.accounts.sign_up import checked_name
from marketplace.actor import GUEST
from marketplace.audit import record_audit
from marketplace.errors import NotFoundError
from marketplace.ids import PersonId


async def create_person(display_name: str, contact_text: str, password: str | None = None) -> tuple[PersonId, str]:
    """Make an account; return its number and its password, which is made up where none is given.

    Raises:
        InvalidError: name, contact or password.
        ContactTakenError: the contact has an account.

    """
    name, contact = checked_name(display_name), read_contact(contact_text)
    chosen = password or secrets.token_urlsafe(12)
    check_new_password(chosen, known=(name, contact.text))
    password_hash = await hash_password(chosen)
    async with database.transaction() as connection:
        person_id = await store.insert_person(
            connection,
            display_name=name,
            contact=contact,
            password_hash=password_hash,
            village_code=None,
            language="id",
        )
        if person_id is None:
            raise ContactTakenError
        await record_audit(connection, actor=GUEST, action="person.created_by_shell", subject=f"person:{person_id}")
    return person_id, chosen


async def make_reset_link(contact_text: str) -> str:
    """A one-time link, good for an hour, to hand to the person; it is in the outbox too.

    Raises:
        InvalidError: the contact cannot be read.
        NotFoundError: it has no account, or a disabled one.

    """
    contact = read_contact(contact_text)
    async with database.transaction() as connection:
        person = await store.find_person_by_contact(connection, contact)
        if person is None or person["is_disabled"]:
            raise NotFoundError
        link = await write_reset(connection, contact)
        await record_audit(
            connection, actor=GUEST, action="password_reset.made_by_shell", subject=f"person:{person['id']}"
        )
    return link


async def set_disabled(contact_text: str, *, is_disabled: bool) -> None:
    """Disable an account and end its sessions, or enable it.

    Raises:
        InvalidError: the contact cannot be read.
        NotFoundError: it has no account.

    """
    contact = read_contact(contact_text)
    async with database.transaction() as connection:
        person = await store.find_person_by_contact(connection, contact)
        if person is None:
            raise NotFoundError
        if await store.set_disabled(connection, person["id"], is_disabled=is_disabled):
            await store.end_sessions(connection, person["id"])
            await record_audit(
                connection,
                actor=GUEST,
                action="person.disabled" if is_disabled else "person.enabled",
                subject=f"person:{person['id']}",
            )
