"""A partner writes a new offer, as a draft."""

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.database import Connection
from marketplace.errors import InvalidError
from marketplace.http.idempotency import Once
from marketplace.partnerships import store
from marketplace.partnerships.schemas import OfferSaved, OfferTerms
from marketplace.partnerships.terms import Fields, check_terms


async def create_offer(terms: OfferTerms, *, actor: Actor, once: Once) -> OfferSaved:
    """Write a draft of the partner whose hat is worn.

    Raises:
        InvalidError: terms that do not hold together, or an unknown region, unit or category.

    """
    check_terms(terms)
    partner_id = actor.require_hat().organisation_id
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, OfferSaved)) is not None:
            return answer
        await check_references(connection, terms)
        offer_id = await store.insert_offer(connection, partner_id, terms)
        await record_audit(connection, actor=actor, action="offer_created", subject=f"offer:{offer_id}")
        answer = OfferSaved(offer_id=offer_id, version=1, state="draft")
        await once.keep_answer(connection, answer)
        return answer


async def check_references(connection: Connection, terms: OfferTerms) -> None:
    """Let terms pass whose region, unit and category exist.

    Raises:
        InvalidError: one of them does not.

    """
    known = await store.find_unknown_references(connection, terms)
    fields: Fields = {}
    if known is None or not known["has_region"]:
        fields["region_code"] = "Wilayah ini tidak dikenal."
    if known is None or not known["has_unit"]:
        fields["unit_code"] = "Satuan tidak dikenal. Pilih satuan dari daftar."
    if known is None or not known["has_category"]:
        fields["category_slug"] = "Kategori ini tidak dikenal."
    if fields:
        raise InvalidError(fields=fields)
