"""A cooperative applies for a part of an offer's quota."""

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.dates import day_of, time_zone_of
from marketplace.http.idempotency import Once
from marketplace.ids import OfferId
from marketplace.partnerships import store
from marketplace.partnerships.errors import AlreadyAppliedError, NotEligibleError, OfferNotOpenError, StaleOfferError
from marketplace.partnerships.schemas import ApplicationSaved, ApplyForOffer
from marketplace.partnerships.terms import Fields, price_at, why_not_now, why_not_this
from marketplace.partnerships.views import tiers_of

_LONGEST_NOTE = 2000


async def apply_for_offer(
    offer_id: OfferId, application: ApplyForOffer, *, actor: Actor, once: Once
) -> ApplicationSaved:
    """Apply for the cooperative whose hat is worn, at the price that the seen version names for the quantity.

    Nothing is set aside by applying: the quota is given out when the partner accepts.

    Raises:
        NotFoundError: no such offer, or none that is published.
        StaleOfferError: the partner changed it since the page was shown.
        OfferNotOpenError: outside its period, or nothing is left.
        NotEligibleError: the cooperative has no legal papers yet or lies elsewhere.
        InvalidError: the quantity is below the minimum or above what is left, or the declaration is missing.
        AlreadyAppliedError: an application of this cooperative is open or accepted.

    """
    cooperative_id, now = actor.require_hat().organisation_id, clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ApplicationSaved)) is not None:
            return answer
        offer = await store.share_offer(connection, offer_id)
        cooperative = await store.find_organisation(connection, cooperative_id)
        if offer is None or cooperative is None or offer["state"] == "draft":
            raise NotFoundError
        left = offer["quota"] - offer["accepted_quantity"]
        closed = why_not_now(
            state=offer["state"] if offer["partner_status"] in {"verified", "active"} else "closed",
            starts_on=offer["starts_on"],
            ends_on=offer["ends_on"],
            left=left,
            least=offer["min_quantity"],
            today=day_of(now, time_zone_of(offer["region_code"])),
        )
        if closed:
            raise OfferNotOpenError(closed)
        if offer["version"] != application.version:
            raise StaleOfferError
        unfit = why_not_this(
            region_code=cooperative["region_code"] or "",
            status=cooperative["status"],
            offer_region_code=offer["region_code"],
        )
        if unfit:
            raise NotEligibleError(unfit)
        _check_fields(application, least=offer["min_quantity"], left=left)
        application_id = await store.insert_application(
            connection,
            offer_id=offer_id,
            cooperative_id=cooperative_id,
            quantity=application.quantity,
            unit_price_rupiah=price_at(tiers_of(offer), application.quantity),
            note=application.note.strip(),
            applied_at=now,
            applied_by=actor.require_person(),
        )
        if application_id is None:
            raise AlreadyAppliedError
        await record_audit(
            connection,
            actor=actor,
            action="application_made",
            subject=f"application:{application_id}",
            detail={"offer_id": offer_id, "quantity": application.quantity, "is_independent": True},
        )
        answer = ApplicationSaved(application_id=application_id, state="applied")
        await once.keep_answer(connection, answer)
        return answer


def _check_fields(application: ApplyForOffer, *, least: int, left: int) -> None:
    fields: Fields = {}
    if application.quantity < least:
        fields["quantity"] = ("Jumlah paling sedikit {least}.", {"least": least})
    elif application.quantity > left:
        fields["quantity"] = ("Sisa kuota tinggal {left}.", {"left": left})
    if not application.is_independent:
        fields["is_independent"] = "Centang pernyataan ini: mitra tidak boleh memiliki atau menguasai koperasi."
    if len(application.note) > _LONGEST_NOTE:
        fields["note"] = "Catatan paling panjang 2.000 huruf."
    if fields:
        raise InvalidError(fields=fields)
