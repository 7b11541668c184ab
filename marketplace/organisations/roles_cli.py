"""Giving the first roles from the shell: an installation's first operator cannot be appointed by another."""

from marketplace import database
from marketplace.accounts import find_person_by_contact, read_contact
from marketplace.actor import GUEST
from marketplace.audit import record_audit
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.policy import ROLE_KINDS
from marketplace.organisations import role_store, store
from marketplace.organisations.days import today_at
from marketplace.organisations.policy import check_may_hold


async def give_role(contact_text: str, role: str, organisation_id: int | None = None) -> int:
    """Give a role; return its assignment. The operator's own organisation is found, or made, where none is named.

    Raises:
        InvalidError: unreadable contact, unknown role, an organisation of another kind.
        ForbiddenError: the person would watch over themselves.
        NotFoundError: no such person or organisation.
        ConflictError: the person holds it already.

    """
    contact = read_contact(contact_text)
    if role not in ROLE_KINDS:
        raise InvalidError(fields={"role": "Peran ini tidak dikenal."})
    async with database.transaction() as connection:
        person = await find_person_by_contact(connection, contact)
        if person is None:
            raise NotFoundError
        if organisation_id is None and role == "platform_operator":
            organisation_id = await store.ensure_operator(connection, today_at(None))
        organisation = await store.lock_organisation(connection, organisation_id or 0)
        if organisation is None:
            raise NotFoundError
        if organisation["kind"] != ROLE_KINDS[role]:
            raise InvalidError(fields={"role": "Peran ini bukan untuk organisasi jenis ini."})
        check_may_hold(role, await role_store.list_roles_of(connection, person["id"], organisation["id"]))
        assignment_id = await role_store.insert_role(
            connection, person["id"], organisation["id"], kind=organisation["kind"], role=role, granted_by=None
        )
        if assignment_id is None:
            message = "Orang ini sudah memegang peran itu."
            raise ConflictError(message)
        await record_audit(
            connection,
            actor=GUEST,
            action="role.granted_by_shell",
            subject=f"role_assignment:{assignment_id}",
            organisation_id=organisation["id"],
            detail={"role": role, "person_id": person["id"]},
        )
    return assignment_id
