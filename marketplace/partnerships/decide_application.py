"""A partner accepts an application or declines it with a reason."""

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.dates import day_of, time_zone_of
from marketplace.http.idempotency import Once
from marketplace.ids import ApplicationId
from marketplace.outbox import mark_search_dirty
from marketplace.partnerships import store
from marketplace.partnerships.errors import OfferNotOpenError, QuotaExceededError
from marketplace.partnerships.schemas import ApplicationSaved, DecideApplication
from marketplace.partnerships.states import check_application_step

_LONGEST_REASON = 1000


@database.retry_on_conflict
async def decide_application(
    application_id: ApplicationId, decision: DecideApplication, *, actor: Actor, once: Once
) -> ApplicationSaved:
    """Answer an application. The offer's row is locked first, so two acceptances of the last of a quota take turns.

    Raises:
        NotFoundError: no application for an offer of this partner.
        WrongApplicationStateError: it was answered or withdrawn.
        InvalidError: declined without a reason.
        OfferNotOpenError: the offer's period is over.
        QuotaExceededError: less is left than was applied for.

    """
    reason = decision.reason.strip()
    if decision.state == "declined" and not reason:
        raise InvalidError(fields={"reason": "Tulis alasannya; koperasi akan membacanya."})
    if len(reason) > _LONGEST_REASON:
        raise InvalidError(fields={"reason": "Alasan paling panjang 1.000 huruf."})
    now = clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ApplicationSaved)) is not None:
            return answer
        seen = await store.find_application(connection, application_id)
        if seen is None or seen["partner_id"] != actor.require_hat().organisation_id:
            raise NotFoundError
        offer = await store.lock_offer(connection, seen["offer_id"])
        application = await store.lock_application(connection, application_id)
        if offer is None or application is None:
            raise NotFoundError
        check_application_step(application["state"], decision.state)
        if decision.state == "accepted":
            if offer["ends_on"] < day_of(now, time_zone_of(offer["region_code"])):
                message = "Masa penawaran ini sudah berakhir. Ubah dulu hari terakhirnya."
                raise OfferNotOpenError(message)
            left = offer["quota"] - offer["accepted_quantity"]
            if application["quantity"] > left:
                raise QuotaExceededError(left=left)
            await store.add_accepted(connection, offer["id"], application["quantity"])
            await mark_search_dirty(connection, "offers", [offer["id"]])
        await store.update_application(
            connection,
            application_id,
            state=decision.state,
            reason=reason,
            decided_at=now,
            decided_by=actor.require_person(),
        )
        await record_audit(
            connection,
            actor=actor,
            action=f"application_{decision.state}",
            subject=f"application:{application_id}",
            detail={"offer_id": offer["id"], "quantity": application["quantity"]},
        )
        answer = ApplicationSaved(application_id=application_id, state=decision.state)
        await once.keep_answer(connection, answer)
        return answer
