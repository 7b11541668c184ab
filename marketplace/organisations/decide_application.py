"""Approve or decline an application for a seller or partner."""

from typing import Final

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import Once
from marketplace.organisations import role_store, store
from marketplace.organisations.check_profile import check_reason
from marketplace.organisations.days import today_at
from marketplace.organisations.errors import StatusMovedError
from marketplace.organisations.policy import check_may_decide
from marketplace.organisations.schemas import Decide, OrganisationView
from marketplace.organisations.states import may_follow
from marketplace.organisations.views import view_organisation

_FIRST_ROLE: Final = {"seller": "seller_owner", "partner": "partner_staff"}


@database.retry_on_conflict
async def decide_application(
    organisation_id: int, command: Decide, *, actor: Actor, once: Once | None = None
) -> OrganisationView:
    """Approve (applied → verified → active, and the applicant gets the first role) or decline with a reason.

    Raises:
        NotFoundError: no such organisation, or the actor is an outsider.
        OwnApplicationError: the actor applied.
        InvalidError: no reason was given.
        StatusMovedError: it was decided before.

    """
    reason = check_reason(command.reason)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, OrganisationView)) is not None:
            return answer
        row = await store.lock_organisation(connection, organisation_id)
        if row is None or row["kind"] not in _FIRST_ROLE:
            raise NotFoundError
        check_may_decide(actor, row)
        steps = ("verified", "active") if command.is_approved else ("declined",)
        if row["status"] != "applied" or not may_follow(row["status"], steps[0]):
            raise StatusMovedError
        today = today_at(row["region_code"])
        for status in steps:
            await store.append_status(
                connection,
                organisation_id,
                status,
                effective_on=today,
                recorded_by=actor.require_person(),
                evidence=reason,
            )
        await store.refresh_status(connection, organisation_id)
        if command.is_approved and row["applied_by"] is not None:
            await _give_first_role(connection, organisation_id, row["kind"], row["applied_by"], actor)
        await record_audit(
            connection,
            actor=actor,
            action="organisation.approved" if command.is_approved else "organisation.declined",
            subject=f"organisation:{organisation_id}",
            organisation_id=organisation_id,
            detail={"reason": reason},
        )
        view = await view_organisation(connection, organisation_id)
        if once:
            await once.keep_answer(connection, view)
    return view


async def _give_first_role(
    connection: Connection, organisation_id: int, kind: str, applicant_id: int, actor: Actor
) -> None:
    await role_store.insert_role(
        connection,
        applicant_id,  # type: ignore[arg-type]
        organisation_id,
        kind=kind,
        role=_FIRST_ROLE[kind],
        granted_by=actor.require_person(),
    )
