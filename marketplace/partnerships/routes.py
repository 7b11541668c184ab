"""JSON API of partnership offers and applications. Everybody reads published offers; the rest needs the hat."""

from typing import Annotated, Any

from litestar import Request, get, post, put
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.pagination import Page, checked_limit
from marketplace.http.policy import PARTNERS, STORE_MANAGERS, only, public
from marketplace.ids import ApplicationId, OfferId
from marketplace.partnerships.apply_for_offer import apply_for_offer
from marketplace.partnerships.change_offer import change_offer
from marketplace.partnerships.create_offer import create_offer
from marketplace.partnerships.decide_application import decide_application
from marketplace.partnerships.move_offer import move_offer
from marketplace.partnerships.patterns import Pattern, Subject
from marketplace.partnerships.schemas import (
    ApplicationAnswer,
    ApplicationSaved,
    ApplyForOffer,
    DecideApplication,
    OfferAnswer,
    OfferChange,
    OfferSaved,
    OfferStep,
    OfferTerms,
)
from marketplace.partnerships.states import ApplicationState, OfferState
from marketplace.partnerships.views import (
    OfferFilter,
    list_applications,
    list_open_offers,
    list_partner_offers,
    view_application,
    view_offer,
)
from marketplace.partnerships.withdraw_application import withdraw_application

AnyRequest = Request[Any, Any, Any]
APPLICANTS = (*STORE_MANAGERS, "pengawas")
_TAGS = ["Kemitraan"]

RegionCode = Annotated[
    str | None,
    QueryParameter(
        description="Penawaran untuk wilayah ini, wilayah di atasnya, dan di dalamnya",
        pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$",
    ),
]
RowId = Annotated[int, QueryParameter(ge=1, le=9_223_372_036_854_775_807)]


@get("/offers", opt=public(), tags=_TAGS, summary="Penawaran kemitraan yang terbit")
async def list_offers(
    request: AnyRequest,
    pattern: Pattern | None = None,
    subject: Subject | None = None,
    category: str | None = None,
    region: RegionCode = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[OfferAnswer]:
    """List published offers that have not ended, those that end soonest first."""
    chosen = OfferFilter(pattern=pattern, subject=subject, category_slug=category, region_code=region)
    return await list_open_offers(
        chosen, cursor=cursor, limit=checked_limit(limit), language=request.scope["state"]["language"]
    )


@get("/offers/{offer_id:int}", opt=public(), tags=_TAGS, summary="Satu penawaran")
async def get_offer(request: AnyRequest, offer_id: FromPath[int], actor: Actor) -> OfferAnswer:
    """Give one offer; a draft only to its partner."""
    return await view_offer(OfferId(offer_id), actor=actor, language=request.scope["state"]["language"])


@get("/partners/current/offers", opt=only(*PARTNERS), tags=_TAGS, summary="Penawaran milik mitra")
async def list_own_offers(
    actor: Actor, in_state: OfferState | None = None, cursor: str | None = None, limit: int | None = None
) -> Page[OfferAnswer]:
    """List the partner's own offers in any state, newest first."""
    return await list_partner_offers(
        actor.require_hat().organisation_id,
        state=in_state,
        cursor=cursor,
        limit=checked_limit(limit),
        language=actor.language,
    )


@post("/offers", opt=only(*PARTNERS), status_code=201, tags=_TAGS, summary="Tulis penawaran baru sebagai draf")
async def post_offer(request: AnyRequest, data: OfferTerms, actor: Actor) -> OfferSaved:
    """Write a draft."""
    return await create_offer(data, actor=actor, once=await once_from_header(request))


@put("/offers/{offer_id:int}", opt=only(*PARTNERS), tags=_TAGS, summary="Ubah penawaran")
async def put_offer(request: AnyRequest, offer_id: FromPath[int], data: OfferChange, actor: Actor) -> OfferSaved:
    """Change the terms of the version that was seen."""
    return await change_offer(OfferId(offer_id), data, actor=actor, once=await once_from_header(request))


@post(
    "/offers/{offer_id:int}/state",
    opt=only(*PARTNERS),
    status_code=200,
    tags=_TAGS,
    summary="Terbitkan atau tutup penawaran",
)
async def post_offer_state(request: AnyRequest, offer_id: FromPath[int], data: OfferStep, actor: Actor) -> OfferSaved:
    """Publish, close, or publish again."""
    return await move_offer(OfferId(offer_id), data, actor=actor, once=await once_from_header(request))


@post(
    "/offers/{offer_id:int}/applications",
    opt=only(*STORE_MANAGERS),
    status_code=201,
    tags=_TAGS,
    summary="Ajukan kemitraan",
)
async def post_application(
    request: AnyRequest, offer_id: FromPath[int], data: ApplyForOffer, actor: Actor
) -> ApplicationSaved:
    """Apply for a part of the quota."""
    return await apply_for_offer(OfferId(offer_id), data, actor=actor, once=await once_from_header(request))


@get("/applications", opt=only(*APPLICANTS, *PARTNERS), tags=_TAGS, summary="Pengajuan kemitraan")
async def get_applications(
    actor: Actor,
    offer: RowId | None = None,
    in_state: ApplicationState | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[ApplicationAnswer]:
    """List applications of the cooperative, or for the partner's offers (there `in_state` may narrow them)."""
    return await list_applications(
        actor,
        offer_id=OfferId(offer) if offer is not None else None,
        state=in_state,
        cursor=cursor,
        limit=checked_limit(limit),
    )


@get(
    "/applications/{application_id:int}",
    opt=only(*APPLICANTS, *PARTNERS),
    tags=_TAGS,
    summary="Satu pengajuan",
)
async def get_application(application_id: FromPath[int], actor: Actor) -> ApplicationAnswer:
    """Give one application to its cooperative or its partner."""
    return await view_application(ApplicationId(application_id), actor=actor)


@post(
    "/applications/{application_id:int}/decision",
    opt=only(*PARTNERS),
    status_code=200,
    tags=_TAGS,
    summary="Terima atau tolak pengajuan",
)
async def post_decision(
    request: AnyRequest, application_id: FromPath[int], data: DecideApplication, actor: Actor
) -> ApplicationSaved:
    """Accept, or decline with a reason."""
    return await decide_application(
        ApplicationId(application_id), data, actor=actor, once=await once_from_header(request)
    )


@post(
    "/applications/{application_id:int}/withdrawal",
    opt=only(*STORE_MANAGERS),
    status_code=200,
    tags=_TAGS,
    summary="Tarik pengajuan",
)
async def post_withdrawal(request: AnyRequest, application_id: FromPath[int], actor: Actor) -> ApplicationSaved:
    """Take back an application that has not been answered."""
    return await withdraw_application(ApplicationId(application_id), actor=actor, once=await once_from_header(request))


ROUTES: list[ControllerRouterHandler] = [
    list_offers,
    get_offer,
    list_own_offers,
    post_offer,
    put_offer,
    post_offer_state,
    post_application,
    get_applications,
    get_application,
    post_decision,
    post_withdrawal,
]
