"""Reads of partnerships: rows to answers, lists in pages. What may be seen by whom is decided here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.formats.dates import WIB, day_of
from marketplace.http.pagination import Page, decode_cursor, encode_cursor
from marketplace.ids import ApplicationId, OfferId, OrganisationId
from marketplace.partnerships import store
from marketplace.partnerships.schemas import ApplicationAnswer, OfferAnswer, Tier
from marketplace.partnerships.terms import regions_above

Row = Mapping[str, Any] | asyncpg.Record


class OfferFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to keep of the published offers; `region_code` keeps offers for it, for what it lies in and its parts."""

    pattern: str | None = None
    subject: str | None = None
    category_slug: str | None = None
    region_code: str | None = None


def tiers_of(row: Row) -> list[Tier]:
    """Ladder of an offer's row, lowest quantity first."""
    return [
        Tier(from_quantity=quantity, price_rupiah=price)
        for quantity, price in zip(row["from_quantities"] or [], row["prices"] or [], strict=True)
    ]


def offer_answer(row: Row, language: str = "id") -> OfferAnswer:
    """Turn an offer's row into what everybody may see."""
    name = "name_en" if language == "en" else "name_id"
    plain = {field: row[field] for field in OfferAnswer.__struct_fields__ if field in _OFFER_COLUMNS}
    return OfferAnswer(
        **plain,
        category_name=row[f"category_{name}"] or "",
        unit_name=row[f"unit_{name}"],
        left_quantity=row["quota"] - row["accepted_quantity"],
        tiers=tiers_of(row),
    )


_OFFER_COLUMNS = frozenset(OfferAnswer.__struct_fields__) - {"category_name", "unit_name", "left_quantity", "tiers"}


def application_answer(row: Row, language: str = "id") -> ApplicationAnswer:
    """Turn an application's row into what its two sides may see."""
    plain = {field: row[field] for field in ApplicationAnswer.__struct_fields__ if field in _APPLICATION_COLUMNS}
    return ApplicationAnswer(
        **plain,
        unit_name=row["unit_name_en" if language == "en" else "unit_name_id"],
        is_independent=row["independence_declared_at"] is not None,
    )


_APPLICATION_COLUMNS = frozenset(ApplicationAnswer.__struct_fields__) - {"unit_name", "is_independent"}


async def list_open_offers(
    chosen: OfferFilter, *, cursor: str | None, limit: int, language: str = "id"
) -> Page[OfferAnswer]:
    """Published offers that have not ended, those that end soonest first."""
    position = decode_cursor(cursor, tuple[date, int])
    async with database.connection() as connection:
        rows = await store.list_open_offers(
            connection,
            today=day_of(clock.now(), WIB),
            pattern=chosen.pattern,
            subject=chosen.subject,
            category_slug=chosen.category_slug,
            regions_above=regions_above(chosen.region_code) if chosen.region_code else None,
            region_inside=chosen.region_code,
            after=position,
            limit=limit + 1,
        )
    following = encode_cursor(rows[limit - 1]["ends_on"], rows[limit - 1]["id"]) if len(rows) > limit else None
    return Page(items=[offer_answer(row, language) for row in rows[:limit]], next_cursor=following)


async def list_partner_offers(
    partner_id: OrganisationId, *, state: str | None, cursor: str | None, limit: int, language: str = "id"
) -> Page[OfferAnswer]:
    """A partner's own offers in any state, newest first."""
    position = decode_cursor(cursor, tuple[int])
    async with database.connection() as connection:
        rows = await store.list_partner_offers(
            connection, partner_id, state=state, before_id=position[0] if position else None, limit=limit + 1
        )
    following = encode_cursor(rows[limit - 1]["id"]) if len(rows) > limit else None
    return Page(items=[offer_answer(row, language) for row in rows[:limit]], next_cursor=following)


async def list_applications(
    actor: Actor,
    *,
    offer_id: OfferId | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page[ApplicationAnswer]:
    """Applications of the cooperative, or for the offers of the partner, whose hat is worn; newest first."""
    hat = actor.require_hat()
    position = decode_cursor(cursor, tuple[int])
    before_id = position[0] if position else None
    async with database.connection() as connection:
        if hat.organisation_kind == "partner":
            rows = await store.list_partner_applications(
                connection, hat.organisation_id, offer_id=offer_id, state=state, before_id=before_id, limit=limit + 1
            )
        else:
            rows = await store.list_cooperative_applications(
                connection, hat.organisation_id, offer_id=offer_id, before_id=before_id, limit=limit + 1
            )
    following = encode_cursor(rows[limit - 1]["id"]) if len(rows) > limit else None
    return Page(items=[application_answer(row, actor.language) for row in rows[:limit]], next_cursor=following)


async def view_offer(offer_id: OfferId, *, actor: Actor, language: str = "id") -> OfferAnswer:
    """Give one offer; a draft only to its partner, and that of a suspended partner as closed.

    Raises:
        NotFoundError: there is none for this actor.

    """
    async with database.connection() as connection:
        row = await store.find_offer(connection, offer_id)
    is_own = row is not None and actor.hat is not None and actor.hat.organisation_id == row["partner_id"]
    if row is None or (row["state"] == "draft" and not is_own):
        raise NotFoundError
    offer = offer_answer(row, language)
    if row["partner_status"] not in {"verified", "active"} and offer.state == "published":
        return msgspec.structs.replace(offer, state="closed")
    return offer


async def view_own_offer(offer_id: OfferId, *, actor: Actor, language: str = "id") -> OfferAnswer:
    """Give one offer of the partner whose hat is worn.

    Raises:
        NotFoundError: it is not theirs.

    """
    offer = await view_offer(offer_id, actor=actor, language=language)
    if offer.partner_id != actor.require_hat().organisation_id:
        raise NotFoundError
    return offer


async def view_application(application_id: ApplicationId, *, actor: Actor) -> ApplicationAnswer:
    """Give one application to its cooperative or its partner.

    Raises:
        NotFoundError: it is neither's.

    """
    async with database.connection() as connection:
        row = await store.find_application(connection, application_id)
    if row is None or actor.require_hat().organisation_id not in {row["partner_id"], row["cooperative_id"]}:
        raise NotFoundError
    return application_answer(row, actor.language)
