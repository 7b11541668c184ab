"""Change the public profile and the identity numbers of one's own organisation."""

import asyncpg

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import ForbiddenError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.organisations import store
from marketplace.organisations.apply_organisation import taken_number
from marketplace.organisations.check_profile import check_profile
from marketplace.organisations.policy import MAY_CHANGE_PROFILE, check_acts_for, is_operator
from marketplace.organisations.schemas import ChangeOrganisation, OrganisationView
from marketplace.organisations.views import view_organisation


async def change_organisation(
    organisation_id: int, command: ChangeOrganisation, *, actor: Actor, once: Once | None = None
) -> OrganisationView:
    """Replace the profile; name, seat and status are not changed here.

    Raises:
        NotFoundError: no such organisation, or an outsider asks.
        ForbiddenError: the actor's role only works with it.
        InvalidError: contact or numbers, field by field; a number that belongs to another.

    """
    check_acts_for(actor, organisation_id)
    if not is_operator(actor) and actor.require_hat().role not in MAY_CHANGE_PROFILE:
        message = "Profil diubah oleh pemilik, pengurus, atau pengelola."
        raise ForbiddenError(message)
    values = check_profile(**{name: getattr(command, name) for name in ChangeOrganisation.__struct_fields__})
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, OrganisationView)) is not None:
            return answer
        row = await store.lock_organisation(connection, organisation_id)
        if row is None:
            raise NotFoundError
        if row["kind"] != "cooperative" and (values["nik_koperasi"] or values["ahu_number"]):
            message = "Nomor ini hanya untuk koperasi."
            raise InvalidError(fields={"nik_koperasi" if values["nik_koperasi"] else "ahu_number": message})
        try:
            await store.set_profile(connection, organisation_id, values)
        except asyncpg.UniqueViolationError as error:
            raise taken_number(error) from error
        await record_audit(
            connection,
            actor=actor,
            action="organisation.changed",
            subject=f"organisation:{organisation_id}",
            organisation_id=organisation_id,
        )
        view = await view_organisation(connection, organisation_id)
        if once:
            await once.keep_answer(connection, view)
    return view
