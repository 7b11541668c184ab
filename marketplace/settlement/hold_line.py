"""The store holds a line, the supplier disputes one; while it stands the line is not paid. The store releases both."""

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId, StoreId
from marketplace.settlement import agreement_store, store
from marketplace.settlement.errors import HeldAlreadyError
from marketplace.settlement.read_lines import read_store_lines

LONGEST_REASON = 300


class HoldAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A hold or dispute: its kind, and whether it stands."""

    hold_id: int
    kind: str
    is_released: bool


async def hold_line(supplier_id: OrganisationId, source: str, *, reason: str, actor: Actor, once: Once) -> HoldAnswer:
    """Hold a line of the actor's store.

    Raises:
        NotFoundError: nothing is owed of this source to this supplier.
        InvalidError: no reason.
        HeldAlreadyError: it is held.

    """
    return await _mark(actor.require_store(), supplier_id, source, kind="hold", reason=reason, actor=actor, once=once)


async def dispute_line(store_id: StoreId, source: str, *, reason: str, actor: Actor, once: Once) -> HoldAnswer:
    """Dispute a line of a store, for the supplier whose hat is worn.

    Raises:
        NotFoundError: the store owes the supplier nothing of this source.
        InvalidError: no reason.
        HeldAlreadyError: it is disputed.

    """
    supplier_id = actor.require_hat().organisation_id
    return await _mark(store_id, supplier_id, source, kind="dispute", reason=reason, actor=actor, once=once)


@database.retry_on_conflict
async def _mark(
    store_id: StoreId,
    supplier_id: OrganisationId,
    source: str,
    *,
    kind: str,
    reason: str,
    actor: Actor,
    once: Once,
) -> HoldAnswer:
    reason = _checked(reason, field="reason")
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, HoldAnswer)) is not None:
            return answer
        await store.lock_open_run(connection, store_id)
        place = await agreement_store.find_place(connection, store_id)
        if place is None:
            raise NotFoundError
        read = await read_store_lines(
            connection, store_id=store_id, time_zone=place["time_zone"], supplier_id=supplier_id
        )
        line = next((one for one in read.get(supplier_id, []) if one.source == source), None)
        if line is None:
            raise NotFoundError
        if line.amount_rupiah < 0:
            raise InvalidError(fields={"reason": "Potongan tidak bisa ditahan; yang bisa ditahan hanya yang terutang."})
        hold_id = await agreement_store.insert_hold(
            connection,
            store_id=store_id,
            supplier_id=supplier_id,
            source=source,
            kind=kind,
            reason=reason,
            made_by=actor.require_person(),
            at=clock.now(),
        )
        if hold_id is None:
            raise HeldAlreadyError
        await record_audit(
            connection,
            actor=actor,
            action=f"settlement.{'held' if kind == 'hold' else 'disputed'}",
            subject=f"store:{store_id}",
            detail={"supplier": supplier_id, "source": source, "amount": line.amount_rupiah, "reason": reason},
        )
        answer = HoldAnswer(hold_id=hold_id, kind=kind, is_released=False)
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def release_hold(hold_id: int, *, note: str, actor: Actor, once: Once) -> HoldAnswer:
    """End a hold or answer a dispute at the actor's store, with a note of why.

    Raises:
        NotFoundError: none that stands has this number.
        InvalidError: no note.

    """
    note = _checked(note, field="note")
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, HoldAnswer)) is not None:
            return answer
        row = await agreement_store.release_hold(
            connection,
            store_id=store_id,
            hold_id=hold_id,
            released_by=actor.require_person(),
            at=clock.now(),
            note=note,
        )
        if row is None:
            raise NotFoundError
        await record_audit(
            connection,
            actor=actor,
            action="settlement.released",
            subject=f"store:{store_id}",
            detail={"supplier": row["supplier_id"], "source": row["source"], "kind": row["kind"], "note": note},
        )
        answer = HoldAnswer(hold_id=hold_id, kind=row["kind"], is_released=True)
        await once.keep_answer(connection, answer)
        return answer


def _checked(text: str, *, field: str) -> str:
    if not text.strip():
        raise InvalidError(fields={field: "Tulis alasannya, supaya yang lain mengerti."})
    if len(text) > LONGEST_REASON:
        raise InvalidError(fields={field: "Alasan paling panjang 300 huruf."})
    return text.strip()
