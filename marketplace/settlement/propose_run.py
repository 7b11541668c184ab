"""One person proposes what is paid, a second person approves it; nothing is paid before."""

from datetime import date

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import ForbiddenError, InvalidError, NotFoundError
from marketplace.formats.dates import day_of
from marketplace.http.idempotency import Once
from marketplace.settlement import agreement_store, store
from marketplace.settlement.errors import NothingDueError, RunOpenError, RunStateError
from marketplace.settlement.lines import due_rupiah, proposed_lines
from marketplace.settlement.read_lines import read_store_lines
from marketplace.settlement.sending_store import refuse_while_sending

LONGEST_NOTE = 300


class RunAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How a run stands: proposed, approved, rejected, done or closed."""

    run_id: int
    state: str


@database.retry_on_conflict
async def propose_run(due_on: date | None, *, actor: Actor, once: Once) -> RunAnswer:
    """Propose to pay all that is due on a day (today where none is named), less what is held or disputed.

    Raises:
        InvalidError: the day lies ahead.
        RunOpenError: another run is not finished.
        NothingDueError: nobody has anything due.

    """
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, RunAnswer)) is not None:
            return answer
        place = await agreement_store.find_place(connection, store_id)
        if place is None:
            raise NotFoundError
        today = day_of(now, place["time_zone"])
        due_on = due_on or today
        if due_on > today:
            raise InvalidError(fields={"due_on": "Hari itu belum tiba. Pilih hari ini atau hari sebelumnya."})
        run_id = await store.insert_run(connection, store_id=store_id, due_on=due_on, proposed_by=person_id, at=now)
        if run_id is None:
            raise RunOpenError
        by_supplier = await read_store_lines(connection, store_id=store_id, time_zone=place["time_zone"])
        total = 0
        for supplier_id, lines in sorted(by_supplier.items()):
            amount = due_rupiah(lines, due_on=due_on)
            if amount:
                total += amount
                await store.insert_entry(
                    connection,
                    run_id=run_id,
                    store_id=store_id,
                    supplier_id=supplier_id,
                    amount_rupiah=amount,
                    lines=proposed_lines(lines, due_on=due_on),
                )
        if not total:
            raise NothingDueError
        await record_audit(
            connection,
            actor=actor,
            action="settlement.proposed",
            subject=f"settlement_run:{run_id}",
            detail={"due_on": due_on.isoformat(), "amount": total},
        )
        answer = RunAnswer(run_id=run_id, state="proposed")
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def decide_run(run_id: int, *, is_approved: bool, note: str, actor: Actor, once: Once) -> RunAnswer:
    """Approve or reject a run that somebody else proposed; rejecting needs a reason.

    Raises:
        NotFoundError: no such run at this store.
        ForbiddenError: the actor proposed it.
        RunStateError: decided before.
        InvalidError: rejected without a reason.

    """
    note = _checked_note(note, is_needed=not is_approved)
    store_id, person_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, RunAnswer)) is not None:
            return answer
        run = await store.lock_run(connection, store_id=store_id, run_id=run_id)
        if run is None:
            raise NotFoundError
        if run["proposed_by"] == person_id:
            message = "Pelunasan diputuskan orang lain, bukan yang mengajukannya."
            raise ForbiddenError(message)
        if run["state"] != "proposed":
            raise RunStateError
        state = "approved" if is_approved else "rejected"
        await store.decide_run_row(
            connection, run_id=run_id, state=state, decided_by=person_id, at=clock.now(), note=note
        )
        await record_audit(
            connection,
            actor=actor,
            action=f"settlement.{state}",
            subject=f"settlement_run:{run_id}",
            detail={"note": note},
        )
        answer = RunAnswer(run_id=run_id, state=state)
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def close_run(run_id: int, *, note: str, actor: Actor, once: Once) -> RunAnswer:
    """End an approved run before all of it is paid; what is left can be in the next one.

    Raises:
        NotFoundError: no such run at this store.
        RunStateError: not approved, or ended before.
        TransferUnderWayError: a supplier is being paid by Stripe.
        InvalidError: no reason.

    """
    note = _checked_note(note, is_needed=True)
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, RunAnswer)) is not None:
            return answer
        run = await store.lock_run(connection, store_id=store_id, run_id=run_id)
        if run is None:
            raise NotFoundError
        if run["state"] != "approved":
            raise RunStateError
        await refuse_while_sending(connection, run_id=run_id)
        await store.end_run(connection, run_id=run_id, state="closed", at=clock.now())
        await record_audit(
            connection,
            actor=actor,
            action="settlement.closed",
            subject=f"settlement_run:{run_id}",
            detail={"note": note},
        )
        answer = RunAnswer(run_id=run_id, state="closed")
        await once.keep_answer(connection, answer)
        return answer


def _checked_note(note: str, *, is_needed: bool) -> str:
    if len(note) > LONGEST_NOTE:
        raise InvalidError(fields={"note": "Alasan paling panjang 300 huruf."})
    if is_needed and not note.strip():
        raise InvalidError(fields={"note": "Tulis alasannya, supaya yang lain mengerti."})
    return note.strip()
