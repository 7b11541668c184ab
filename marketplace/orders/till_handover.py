"""A till goes from one cashier to the next: both count it, each without the other's figure, and both must agree.

While it waits no cash goes in or out. If the counts agree, the leaving cashier's shift closes with its difference and
the next one's opens with the cash that is there, in one transaction. If they do not, nothing is handed over: the till
is the first cashier's again, both counts stay on record, and it is counted anew.
"""

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, till_of, till_reference
from marketplace.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import PersonId, ShiftId
from marketplace.orders import counter_store, till_store
from marketplace.orders.shifts import LARGEST_FLOAT_RUPIAH, taking_cash
from payments import Money, balance, post, recipes


class HandoverEndedError(ConflictError):
    """The hand-over was finished, disputed or withdrawn before."""

    code = "handover_has_ended"
    default_message = "Serah terima ini sudah selesai atau ditarik. Muat ulang halaman."


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """How a hand-over stands: waiting, done, disputed (the counts differ, nothing is handed over) or withdrawn.

    `next_shift_id` is the shift that opened by it.
    """

    handover_id: int
    shift_id: ShiftId
    state: str
    next_shift_id: ShiftId | None = None


def _check_count(counted_rupiah: int) -> None:
    if not 0 <= counted_rupiah <= 10 * LARGEST_FLOAT_RUPIAH:
        message = "Tulis jumlah uang yang dihitung, tidak boleh kurang dari nol."
        raise InvalidError(fields={"counted_rupiah": message})


@database.retry_on_conflict
async def offer_till(counted_rupiah: int, *, actor: Actor, once: Once) -> Handover:
    """Count the actor's own till for the next cashier; no cash goes in or out of it from now on.

    Raises:
        InvalidError: less than nothing was counted.
        NoOpenShiftError: there is none.
        TillOfferedError: it waits already.

    """
    _check_count(counted_rupiah)
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, Handover)) is not None:
            return answer
        shift = taking_cash(await counter_store.lock_open_shift(connection, cashier_id=cashier_id, store_id=store_id))
        await till_store.set_offered(connection, shift["id"], offered_at=now)
        handover_id = await till_store.insert_handover(
            connection,
            store_id=store_id,
            shift_id=shift["id"],
            counted_rupiah=counted_rupiah,
            offered_by=cashier_id,
            offered_at=now,
        )
        answer = Handover(handover_id=handover_id, shift_id=shift["id"], state="waiting")
        await _record(connection, answer, actor=actor, action="till.offered", counted=counted_rupiah)
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def withdraw_till(handover_id: int, *, actor: Actor, once: Once) -> Handover:
    """Take the actor's own till back before anybody has counted it.

    Raises:
        NotFoundError: no such hand-over of this store.
        ForbiddenError: another cashier's till.
        HandoverEndedError: it has ended.

    """
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, Handover)) is not None:
            return answer
        handover = await _lock_waiting(connection, handover_id, actor=actor)
        if handover["offered_by"] != actor.person_id:
            message = "Hanya kasir yang menawarkan laci ini yang bisa menariknya kembali."
            raise ForbiddenError(message)
        answer = await _give_back(connection, handover, state="withdrawn", actor=actor, recounted_rupiah=None)
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def count_till(handover_id: int, counted_rupiah: int, *, actor: Actor, once: Once) -> Handover:
    """Count another cashier's till and take it over where both counts agree; else it is disputed and stays theirs.

    Locks the leaving cashier's shift, ledger accounts.

    Raises:
        InvalidError: less than nothing was counted.
        NotFoundError: no such hand-over of this store.
        ForbiddenError: one's own till.
        HandoverEndedError: it has ended.
        ConflictError: the actor has a shift open.

    """
    _check_count(counted_rupiah)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, Handover)) is not None:
            return answer
        handover = await _lock_waiting(connection, handover_id, actor=actor)
        if handover["offered_by"] == actor.person_id:
            message = "Laci ini dihitung kasir lain, bukan yang menyerahkannya."
            raise ForbiddenError(message)
        if handover["counted_rupiah"] == counted_rupiah:
            answer = await _hand_over(connection, handover, actor=actor)
        else:
            answer = await _give_back(
                connection, handover, state="disputed", actor=actor, recounted_rupiah=counted_rupiah
            )
        await once.keep_answer(connection, answer)
        return answer


async def _lock_waiting(connection: database.Connection, handover_id: int, *, actor: Actor) -> asyncpg.Record:
    handover = await till_store.lock_handover(connection, store_id=actor.require_store(), handover_id=handover_id)
    if handover is None:
        raise NotFoundError
    if handover["state"] != "waiting":
        raise HandoverEndedError
    return handover


async def _give_back(
    connection: database.Connection, handover: asyncpg.Record, *, state: str, actor: Actor, recounted_rupiah: int | None
) -> Handover:
    await till_store.set_offered(connection, handover["shift_id"], offered_at=None)
    await till_store.end_handover(
        connection,
        handover["id"],
        state=state,
        ended_by=actor.require_person(),
        ended_at=clock.now(),
        recounted_rupiah=recounted_rupiah,
    )
    answer = Handover(handover_id=handover["id"], shift_id=handover["shift_id"], state=state)
    counts = {"counted": handover["counted_rupiah"]} | (
        {"recounted": recounted_rupiah} if recounted_rupiah is not None else {}
    )
    await _record(connection, answer, actor=actor, action=f"till.{state}", **counts)
    return answer


async def _hand_over(connection: database.Connection, handover: asyncpg.Record, *, actor: Actor) -> Handover:
    """Close one shift and open the next with the same cash. Both counts agree and the leaving shift is locked."""
    store_id, next_cashier, now = actor.require_store(), actor.require_person(), clock.now()
    shift_id, counted = ShiftId(handover["shift_id"]), Money(handover["counted_rupiah"])
    next_id = await counter_store.insert_shift(
        connection, store_id=store_id, cashier_id=next_cashier, opened_at=now, float_rupiah=counted.rupiah
    )
    if next_id is None:
        message = "Anda masih punya sif yang terbuka. Tutup dulu sif itu."
        raise ConflictError(message)
    expected = await balance(connection, book=book_of(store_id), account=till_of(shift_id))
    await post(
        connection,
        book=book_of(store_id),
        source=till_reference(shift_id),
        transfers=(
            *recipes.till_counted(till=till_of(shift_id), expected=expected, counted=counted),
            *recipes.till_handed_over(from_till=till_of(shift_id), to_till=till_of(next_id), amount=counted),
        ),
        author=author_of(PersonId(handover["offered_by"])),
        occurred_at=now,
        reason=f"handed over to {till_reference(next_id)}",
    )
    await till_store.set_offered(connection, shift_id, offered_at=None)
    await counter_store.close_shift_row(
        connection, shift_id, closed_at=now, counted_rupiah=counted.rupiah, expected_rupiah=expected.rupiah
    )
    await till_store.end_handover(
        connection,
        handover["id"],
        state="done",
        ended_by=next_cashier,
        ended_at=now,
        recounted_rupiah=counted.rupiah,
        next_shift_id=next_id,
    )
    answer = Handover(handover_id=handover["id"], shift_id=shift_id, state="done", next_shift_id=next_id)
    await _record(
        connection, answer, actor=actor, action="till.handed_over", expected=expected.rupiah, counted=counted.rupiah
    )
    return answer


async def _record(
    connection: database.Connection, handover: Handover, *, actor: Actor, action: str, **detail: int
) -> None:
    await record_audit(
        connection, actor=actor, action=action, subject=till_reference(handover.shift_id), detail=dict(detail)
    )
