"""Suspend an organisation, and let it work again: the operator's, with a reason.

Its hats stop counting meanwhile, and what it sells or offers leaves the market (after_suspension.py).
"""

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import ForbiddenError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId
from marketplace.organisations import store
from marketplace.organisations.after_suspension import run_after_suspension
from marketplace.organisations.check_profile import check_reason
from marketplace.organisations.days import today_at
from marketplace.organisations.errors import StatusMovedError
from marketplace.organisations.policy import is_operator
from marketplace.organisations.schemas import OrganisationView, Suspend
from marketplace.organisations.views import view_organisation


async def suspend_organisation(
    organisation_id: int, command: Suspend, *, actor: Actor, once: Once | None = None
) -> OrganisationView:
    """Suspend an organisation at work.

    Raises:
        NotFoundError: no such organisation, or an outsider asks.
        ForbiddenError: it is the operator's own.
        InvalidError: no reason.
        StatusMovedError: it is not at work.

    """
    return await _set(organisation_id, command, actor=actor, once=once, is_suspending=True)


async def reactivate_organisation(
    organisation_id: int, command: Suspend, *, actor: Actor, once: Once | None = None
) -> OrganisationView:
    """Let a suspended organisation work again, in the status it had.

    Raises:
        NotFoundError: no such organisation, or an outsider asks.
        InvalidError: no reason.
        StatusMovedError: it is not suspended.

    """
    return await _set(organisation_id, command, actor=actor, once=once, is_suspending=False)


@database.retry_on_conflict
async def _set(
    organisation_id: int, command: Suspend, *, actor: Actor, once: Once | None, is_suspending: bool
) -> OrganisationView:
    if not is_operator(actor):
        raise NotFoundError
    reason = check_reason(command.reason)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, OrganisationView)) is not None:
            return answer
        row = await store.lock_organisation(connection, organisation_id)
        if row is None:
            raise NotFoundError
        if row["kind"] == "operator":
            message = "Pengelola platform tidak dapat dibekukan."
            raise ForbiddenError(message)
        if is_suspending:
            is_possible = row["status"] not in ("suspended", "applied", "verified", "declined")
            status = "suspended"
        else:
            is_possible = row["status"] == "suspended"
            status = await store.find_status_before_suspension(connection, organisation_id) or "active"
        if not is_possible:
            raise StatusMovedError
        await store.append_status(
            connection,
            organisation_id,
            status,
            effective_on=today_at(row["region_code"]),
            recorded_by=actor.require_person(),
            evidence=reason,
        )
        await store.refresh_status(connection, organisation_id)
        await run_after_suspension(
            connection, organisation_id=OrganisationId(organisation_id), is_suspended=is_suspending
        )
        await record_audit(
            connection,
            actor=actor,
            action="organisation.suspended" if is_suspending else "organisation.reactivated",
            subject=f"organisation:{organisation_id}",
            organisation_id=organisation_id,
            detail={"reason": reason},
        )
        view = await view_organisation(connection, organisation_id)
        if once:
            await once.keep_answer(connection, view)
    return view
