"""Say why a difference stays, so that a day can be closed with it; kept for good, and for this amount only."""

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import book_of
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.dates import day_of
from marketplace.http.idempotency import Once
from marketplace.reconciliation import store
from marketplace.reconciliation.differences import Difference, open_differences

_SHORTEST, _LONGEST = 5, 500


@database.retry_on_conflict
async def explain_difference(kind: str, subject: str, note: str, *, actor: Actor, once: Once) -> list[Difference]:
    """Explain an open difference of the actor's store; return what is open now. The first explanation stands.

    Raises:
        InvalidError: no explanation, or one too long.
        NotFoundError: there is no such difference (any more).

    """
    text = " ".join(note.split())
    if not _SHORTEST <= len(text) <= _LONGEST:
        raise InvalidError(fields={"note": "Tulis penjelasannya, 5 sampai 500 huruf."})
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, list[Difference])) is not None:
            return answer
        today = day_of(now, await store.find_time_zone(connection, store_id))
        found = await open_differences(connection, book_of(store_id), today)
        chosen = next((one for one in found if (one.kind, one.subject) == (kind, subject)), None)
        if chosen is None:
            raise NotFoundError
        await store.insert_explanation(
            connection,
            store_id=store_id,
            kind=kind,
            subject=subject,
            amount_sen=chosen.amount_sen,
            note=text,
            person_id=person_id,
            at=now,
        )
        await record_audit(
            connection,
            actor=actor,
            action="difference.explained",
            subject=f"store:{store_id}",
            detail={"kind": kind, "subject": subject, "amount_sen": chosen.amount_sen, "note": text},
        )
        answer = await open_differences(connection, book_of(store_id), today)
        await once.keep_answer(connection, answer)
        return answer
