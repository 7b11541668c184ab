"""Ask to become a member of the cooperative of one's own village."""

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.organisations import role_store, store
from marketplace.organisations.errors import OtherVillageError
from marketplace.organisations.schemas import MembershipAsked


async def apply_membership(cooperative_id: int, *, actor: Actor, once: Once | None = None) -> MembershipAsked:
    """Write the application; its pengurus decides. Asking again while one waits changes nothing.

    A cooperative's members are residents of the same village (PMK 49/2025, definitions).

    Raises:
        NotFoundError: no such cooperative at work.
        InvalidError: the person has not said where they live.
        OtherVillageError: they live elsewhere.
        ConflictError: they are a member already.

    """
    person_id = actor.require_person()
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, MembershipAsked)) is not None:
            return answer
        row = await store.find_organisation(connection, cooperative_id)
        if row is None or row["kind"] != "cooperative" or row["status"] == "suspended":
            raise NotFoundError
        if actor.village_code is None:
            raise InvalidError(fields={"village": "Isi dulu desa atau kelurahan Anda di halaman Data Anda."})
        if row["region_code"] != actor.village_code:
            raise OtherVillageError
        if "member" in await role_store.list_roles_of(connection, person_id, cooperative_id):
            message = "Anda sudah menjadi anggota koperasi ini."
            raise ConflictError(message)
        application_id = await role_store.insert_membership_application(connection, person_id, cooperative_id)
        if application_id is None:
            waiting = await role_store.list_membership_applications(
                connection, cooperative_id=cooperative_id, person_id=person_id, limit=1
            )
            asked = MembershipAsked(application_id=waiting[0]["id"])
        else:
            asked = MembershipAsked(application_id=application_id)
            await record_audit(
                connection,
                actor=actor,
                action="membership.applied",
                subject=f"membership_application:{application_id}",
                organisation_id=cooperative_id,
            )
        if once:
            await once.keep_answer(connection, asked)
    return asked
