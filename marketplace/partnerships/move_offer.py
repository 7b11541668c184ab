"""A partner publishes, closes or publishes again an offer."""

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import ForbiddenError, NotFoundError
from marketplace.formats.dates import day_of, time_zone_of
from marketplace.http.idempotency import Once
from marketplace.ids import OfferId
from marketplace.outbox import mark_search_dirty
from marketplace.partnerships import store
from marketplace.partnerships.errors import OfferNotOpenError, StaleOfferError
from marketplace.partnerships.schemas import OfferSaved, OfferStep
from marketplace.partnerships.states import check_offer_step


async def move_offer(offer_id: OfferId, step: OfferStep, *, actor: Actor, once: Once) -> OfferSaved:
    """Take one step with the version that was seen. Open applications stay and can still be answered.

    Raises:
        NotFoundError: no offer of this partner.
        ForbiddenError: the partner has not been approved yet.
        StaleOfferError, WrongOfferStateError: somebody was faster.
        OfferNotOpenError: its period is over, so it cannot be published.

    """
    partner_id = actor.require_hat().organisation_id
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, OfferSaved)) is not None:
            return answer
        offer = await store.lock_offer(connection, offer_id)
        if offer is None or offer["partner_id"] != partner_id:
            raise NotFoundError
        if offer["version"] != step.version:
            raise StaleOfferError
        check_offer_step(offer["state"], step.state)
        if step.state == "published":
            partner = await store.find_organisation(connection, partner_id)
            if partner is None or partner["status"] not in {"verified", "active"}:
                message = "Penawaran bisa diterbitkan setelah pendaftaran mitra disetujui."
                raise ForbiddenError(message)
            if offer["ends_on"] < day_of(clock.now(), time_zone_of(offer["region_code"])):
                message = "Masa penawaran ini sudah berakhir. Ubah dulu hari terakhirnya."
                raise OfferNotOpenError(message)
        version = await store.update_offer_state(connection, offer_id, step.state)
        await mark_search_dirty(connection, "offers", [offer_id])
        await record_audit(connection, actor=actor, action=f"offer_{step.state}", subject=f"offer:{offer_id}")
        answer = OfferSaved(offer_id=offer_id, version=version, state=step.state)
        await once.keep_answer(connection, answer)
        return answer
