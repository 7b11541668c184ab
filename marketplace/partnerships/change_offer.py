"""A partner changes the terms of an offer. Applications keep the price that they were made at."""

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import OfferId
from marketplace.outbox import mark_search_dirty
from marketplace.partnerships import store
from marketplace.partnerships.create_offer import check_references
from marketplace.partnerships.errors import StaleOfferError
from marketplace.partnerships.schemas import OfferChange, OfferSaved
from marketplace.partnerships.terms import check_terms


async def change_offer(offer_id: OfferId, change: OfferChange, *, actor: Actor, once: Once) -> OfferSaved:
    """Write new terms over the version that was seen.

    Raises:
        NotFoundError: no offer of this partner.
        StaleOfferError: somebody changed it meanwhile.
        InvalidError: terms that do not hold together, or a quota below what was accepted.

    """
    partner_id = actor.require_hat().organisation_id
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, OfferSaved)) is not None:
            return answer
        offer = await store.lock_offer(connection, offer_id)
        if offer is None or offer["partner_id"] != partner_id:
            raise NotFoundError
        if offer["version"] != change.version:
            raise StaleOfferError
        check_terms(change.terms, accepted_quantity=offer["accepted_quantity"])
        await check_references(connection, change.terms)
        version = await store.update_offer(connection, offer_id, change.terms)
        if offer["state"] != "draft":
            await mark_search_dirty(connection, "offers", [offer_id])
        await record_audit(
            connection,
            actor=actor,
            action="offer_changed",
            subject=f"offer:{offer_id}",
            detail={"version": version, "quota": change.terms.quota},
        )
        answer = OfferSaved(offer_id=offer_id, version=version, state=offer["state"])
        await once.keep_answer(connection, answer)
        return answer
