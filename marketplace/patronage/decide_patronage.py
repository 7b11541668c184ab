"""A second person of the board approves shares of the earnings, which are owed from then on, or rejects them."""

from typing import Final

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, member_reference_of
from marketplace.errors import ForbiddenError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.patronage import store
from marketplace.patronage.errors import DecisionStateError
from marketplace.patronage.propose_patronage import DecisionAnswer
from payments import Money, post, recipes

LONGEST_NOTE: Final = 300


@database.retry_on_conflict
async def decide_patronage(
    decision_id: int, *, is_approved: bool, note: str, actor: Actor, once: Once
) -> DecisionAnswer:
    """Approve or reject what somebody else proposed; rejecting needs a reason and lets the year's earnings go.

    Locks the decision, its year, ledger accounts.

    Raises:
        NotFoundError: no such decision at this store.
        ForbiddenError: the actor proposed it.
        DecisionStateError: decided before.
        InvalidError: rejected without a reason, or one too long.

    """
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise InvalidError(fields={"note": "Alasan paling panjang 300 huruf."})
    if not is_approved and not note:
        raise InvalidError(fields={"note": "Tulis alasannya, supaya yang lain mengerti."})
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, DecisionAnswer)) is not None:
            return answer
        decision = await store.lock_decision(connection, store_id=store_id, decision_id=decision_id)
        if decision is None:
            raise NotFoundError
        if decision["proposed_by"] == person_id:
            message = "Bagian SHU diputuskan pengurus lain, bukan yang mengajukannya."
            raise ForbiddenError(message)
        if decision["state"] != "proposed":
            raise DecisionStateError
        shares = await store.list_shares(connection, decision_id)
        total, state = sum(share["amount_rupiah"] for share in shares), "approved" if is_approved else "rejected"
        await store.decide(connection, decision_id=decision_id, state=state, decided_by=person_id, at=now, note=note)
        if is_approved:
            await post(
                connection,
                book=book_of(store_id),
                source=f"patronage_decision:{decision_id}",
                transfers=recipes.earnings_shared(
                    {member_reference_of(share["person_id"]): Money(share["amount_rupiah"]) for share in shares}
                ),
                author=author_of(person_id),
                occurred_at=now,
                reason=decision["document"],
            )
        else:
            await store.promise(connection, store_id=store_id, year=decision["year"], amount_rupiah=-total)
        await record_audit(
            connection,
            actor=actor,
            action=f"patronage.{state}",
            subject=f"patronage_decision:{decision_id}",
            detail={"year": decision["year"], "members": len(shares), "amount": total, "note": note},
        )
        answer = DecisionAnswer(decision_id=decision_id, state=state, total_rupiah=total)
        await once.keep_answer(connection, answer)
        return answer
