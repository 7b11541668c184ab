"""Give a role to somebody with an account, and end one."""

from datetime import timedelta

from marketplace import database
from marketplace.accounts import find_person_by_contact, read_contact
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.http.policy import ROLE_KINDS
from marketplace.http.rate_limits import limit_attempts
from marketplace.organisations import role_store, store
from marketplace.organisations.errors import LastHolderError
from marketplace.organisations.policy import ANSWERABLE, check_acts_for, check_may_grant, check_may_hold
from marketplace.organisations.schemas import GrantRole, RoleEnded, RoleGranted


async def grant_role(
    organisation_id: int, command: GrantRole, *, actor: Actor, once: Once | None = None
) -> RoleGranted:
    """Give the role; return its assignment. The person puts the hat on themselves.

    Raises:
        NotFoundError: the actor does not belong to the organisation.
        ForbiddenError: the actor's hat does not give this role, or it would watch over itself.
        InvalidError: unreadable contact, nobody has it, a role of another kind of organisation.
        ConflictError: the person holds it already.
        TooManyRequestsError: more than 60 contacts in an hour.

    """
    check_acts_for(actor, organisation_id)
    if command.role not in ROLE_KINDS:
        raise InvalidError(fields={"role": "Peran ini tidak dikenal."})
    check_may_grant(actor, organisation_id, command.role)
    contact = read_contact(command.contact)
    if once and (answer := await _find_kept(once)) is not None:
        return answer
    await _limit_contacts(actor)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, RoleGranted)) is not None:
            return answer
        organisation = await store.lock_organisation(connection, organisation_id)
        if organisation is None:
            raise NotFoundError
        if organisation["kind"] != ROLE_KINDS[command.role]:
            raise InvalidError(fields={"role": "Peran ini bukan untuk organisasi jenis ini."})
        person = await find_person_by_contact(connection, contact)
        if person is None or person["is_disabled"]:
            raise InvalidError(
                fields={"contact": "Belum ada akun dengan nomor atau e-mail ini. Minta ia mendaftar dulu."}
            )
        check_may_hold(command.role, await role_store.list_roles_of(connection, person["id"], organisation_id))
        assignment_id = await role_store.insert_role(
            connection,
            person["id"],
            organisation_id,
            kind=organisation["kind"],
            role=command.role,
            granted_by=actor.require_person(),
        )
        if assignment_id is None:
            message = "Orang ini sudah memegang peran itu."
            raise ConflictError(message)
        await record_audit(
            connection,
            actor=actor,
            action="role.granted",
            subject=f"role_assignment:{assignment_id}",
            organisation_id=organisation_id,
            detail={"role": command.role, "person_id": person["id"]},
        )
        granted = RoleGranted(assignment_id=assignment_id)
        if once:
            await once.keep_answer(connection, granted)
    return granted


async def _find_kept(once: Once) -> RoleGranted | None:
    async with database.connection() as connection:
        return await once.find_kept(connection, RoleGranted)


async def _limit_contacts(actor: Actor) -> None:
    """Nobody may find out from the refusals which of many numbers have an account."""
    async with database.connection() as connection:
        await limit_attempts(connection, f"grant:person:{actor.require_person()}", most=60, window=timedelta(hours=1))


async def end_role(organisation_id: int, assignment_id: int, *, actor: Actor, once: Once | None = None) -> RoleEnded:
    """End a role; sessions wearing it go on as a resident's.

    Raises:
        NotFoundError: no such role in this organisation, or an outsider asks.
        ForbiddenError: the actor's hat does not end this role.
        LastHolderError: nobody would answer for the organisation.

    """
    check_acts_for(actor, organisation_id)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, RoleEnded)) is not None:
            return answer
        if await store.lock_organisation(connection, organisation_id) is None:
            raise NotFoundError
        held = await role_store.find_role(connection, assignment_id)
        if held is None or held["organisation_id"] != organisation_id:
            raise NotFoundError
        check_may_grant(actor, organisation_id, held["role"])
        if (
            held["role"] in ANSWERABLE
            and await role_store.count_holders(connection, organisation_id, held["role"]) == 1
        ):
            raise LastHolderError
        await role_store.end_role(connection, assignment_id)
        await record_audit(
            connection,
            actor=actor,
            action="role.ended",
            subject=f"role_assignment:{assignment_id}",
            organisation_id=organisation_id,
            detail={"role": held["role"], "person_id": held["person_id"]},
        )
        ended = RoleEnded(assignment_id=assignment_id)
        if once:
            await once.keep_answer(connection, ended)
    return ended
