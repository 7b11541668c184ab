"""Record a step of a cooperative's legal status on the day it happened: musdes, akta, SK AHU, operating."""

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.organisations import store
from marketplace.organisations.check_profile import check_reason
from marketplace.organisations.days import today_at
from marketplace.organisations.errors import StatusMovedError
from marketplace.organisations.policy import is_operator
from marketplace.organisations.schemas import OrganisationView, RecordStatus
from marketplace.organisations.states import is_step_back
from marketplace.organisations.views import view_organisation

_SHORTEST_CORRECTION = 10


async def record_cooperative_status(
    organisation_id: int, command: RecordStatus, *, actor: Actor, once: Once | None = None
) -> OrganisationView:
    """Append a line to the dated history; nothing is ever overwritten.

    A day in the past is fine: reports of later days then count it. A step back is a correction and says why at
    length.

    Raises:
        NotFoundError: no such cooperative, or an outsider asks.
        InvalidError: a day in the future, no evidence, a step back without its reason.
        StatusMovedError: the cooperative is suspended.

    """
    if not is_operator(actor):
        raise NotFoundError
    evidence = check_reason(command.evidence, field="evidence")
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, OrganisationView)) is not None:
            return answer
        row = await store.lock_organisation(connection, organisation_id)
        if row is None or row["kind"] != "cooperative":
            raise NotFoundError
        if command.effective_on > today_at(row["region_code"]):
            raise InvalidError(fields={"effective_on": "Tanggal ini belum terjadi."})
        if row["status"] == "suspended":
            raise StatusMovedError
        before = [
            line
            for line in await store.list_history(connection, organisation_id)
            if line["effective_on"] <= command.effective_on and line["status"] != "suspended"
        ]
        is_back = bool(before) and is_step_back(before[-1]["status"], command.status)
        if is_back and len(evidence) < _SHORTEST_CORRECTION:
            raise InvalidError(fields={"evidence": "Status ini mundur dari yang tercatat. Jelaskan alasan koreksinya."})
        await store.append_status(
            connection,
            organisation_id,
            command.status,
            effective_on=command.effective_on,
            recorded_by=actor.require_person(),
            evidence=evidence,
        )
        await store.refresh_status(connection, organisation_id)
        await record_audit(
            connection,
            actor=actor,
            action="organisation.status_recorded",
            subject=f"organisation:{organisation_id}",
            organisation_id=organisation_id,
            detail={"status": command.status, "effective_on": command.effective_on.isoformat(), "is_back": is_back},
        )
        view = await view_organisation(connection, organisation_id)
        if once:
            await once.keep_answer(connection, view)
    return view
