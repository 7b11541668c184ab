"""Commands and answers of partnerships. Amounts are whole rupiah for one unit, quantities whole units of the offer."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from marketplace.ids import ApplicationId, OfferId, OrganisationId
from marketplace.partnerships.patterns import Pattern, PaymentTerm, Subject
from marketplace.partnerships.states import ApplicationState, OfferState

Quantity = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]


class Tier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the ladder: from this quantity on, each unit costs this much."""

    from_quantity: Quantity
    price_rupiah: Annotated[int, msgspec.Meta(ge=0, le=999_999_999_999)]


class OfferTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a partner says in an offer. `payment_days` only with the term `tempo`."""

    title: str
    pattern: Pattern
    subject: Subject
    unit_code: str
    min_quantity: Quantity
    quota: Quantity
    region_code: str
    starts_on: date
    ends_on: date
    payment_term: PaymentTerm
    tiers: list[Tier]
    payment_days: int | None = None
    category_slug: str | None = None
    description: str = ""


class OfferChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New terms for the version that was seen."""

    version: int
    terms: OfferTerms


class OfferStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Publish, close or publish again the version that was seen."""

    version: int
    state: Literal["published", "closed"]


class OfferSaved(msgspec.Struct, frozen=True, kw_only=True):
    """An offer after a command."""

    offer_id: OfferId
    version: int
    state: OfferState


class ApplyForOffer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cooperative's application for the version of the offer that it saw.

    `is_independent` declares that the partner neither owns nor controls the cooperative.
    """

    version: int
    quantity: Quantity
    is_independent: bool
    note: str = ""


class DecideApplication(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The partner's answer; declining needs a reason, which the cooperative reads."""

    state: Literal["accepted", "declined"]
    reason: str = ""


class ApplicationSaved(msgspec.Struct, frozen=True, kw_only=True):
    """An application after a command."""

    application_id: ApplicationId
    state: ApplicationState


class OfferAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer as everybody may see it. `left_quantity` is what is left of the quota."""

    id: OfferId
    partner_id: OrganisationId
    partner_name: str
    title: str
    description: str
    pattern: Pattern
    subject: Subject
    category_slug: str | None
    category_name: str
    unit_code: str
    unit_name: str
    min_quantity: int
    quota: int
    accepted_quantity: int
    left_quantity: int
    region_code: str
    region_name: str
    starts_on: date
    ends_on: date
    payment_term: PaymentTerm
    payment_days: int | None
    state: OfferState
    version: int
    tiers: list[Tier]


class ApplicationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An application as its cooperative and its partner see it. `unit_price_rupiah` was shown at applying."""

    id: ApplicationId
    offer_id: OfferId
    offer_title: str
    offer_left_quantity: int
    offer_ends_on: date
    partner_id: OrganisationId
    partner_name: str
    cooperative_id: OrganisationId
    cooperative_name: str
    cooperative_region_code: str | None
    cooperative_status: str
    quantity: int
    unit_name: str
    unit_price_rupiah: int | None
    is_independent: bool
    note: str
    state: ApplicationState
    reason: str
    applied_at: datetime
    decided_at: datetime | None
