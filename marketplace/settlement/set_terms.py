"""What a store agrees with a supplier about when it pays. A change counts from now on: what came up keeps its day."""

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId
from marketplace.settlement import agreement_store
from marketplace.settlement.states import RULE_LABELS

LONGEST_DAYS = 365


class TermsBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """`rule`: on_delivery, in_days (then `days` from 1 to 365 after the receipt or sale) or as_sold."""

    rule: str
    days: int = 0


class TermsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The terms that hold from now on."""

    rule: str
    days: int


@database.retry_on_conflict
async def set_terms(supplier_id: OrganisationId, terms: TermsBody, *, actor: Actor, once: Once) -> TermsAnswer:
    """Agree new terms with a supplier of the actor's store.

    Raises:
        InvalidError: unknown rule, or days out of bounds.
        NotFoundError: no such organisation.

    """
    if terms.rule not in RULE_LABELS:
        raise InvalidError(fields={"rule": "Pilih salah satu cara pelunasan."})
    days = terms.days if terms.rule == "in_days" else 0
    if terms.rule == "in_days" and not 1 <= days <= LONGEST_DAYS:
        raise InvalidError(fields={"days": "Tempo antara 1 dan 365 hari."})
    store_id, person_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, TermsAnswer)) is not None:
            return answer
        if supplier_id not in await agreement_store.list_names(connection, [supplier_id]):
            raise NotFoundError
        await agreement_store.insert_terms(
            connection,
            store_id=store_id,
            supplier_id=supplier_id,
            rule=terms.rule,
            days=days,
            at=clock.now(),
            set_by=person_id,
        )
        await record_audit(
            connection,
            actor=actor,
            action="settlement.terms",
            subject=f"store:{store_id}",
            detail={"supplier": supplier_id, "rule": terms.rule, "days": days},
        )
        answer = TermsAnswer(rule=terms.rule, days=days)
        await once.keep_answer(connection, answer)
        return answer
