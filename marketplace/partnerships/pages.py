"""Offers for everybody and for cooperatives: the public list, one offer with the form to apply, own applications."""

from typing import Any, get_args

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.errors import ConflictError, InvalidError, LumbungError
from marketplace.formats.dates import WIB, day_of, time_zone_of
from marketplace.formats.errors import FormatError
from marketplace.formats.quantity import get_unit, parse_quantity
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.pagination import DEFAULT_LIMIT
from marketplace.http.policy import STORE_MANAGERS, only, public
from marketplace.ids import ApplicationId, OfferId, new_token
from marketplace.partnerships import store
from marketplace.partnerships.apply_for_offer import apply_for_offer
from marketplace.partnerships.errors import NotEligibleError
from marketplace.partnerships.patterns import (
    PATTERN_EXPLANATION_LABELS,
    PATTERN_LABELS,
    SUBJECT_LABELS,
    TERM_LABELS,
    Pattern,
    Subject,
)
from marketplace.partnerships.schemas import ApplicationAnswer, ApplyForOffer, OfferAnswer
from marketplace.partnerships.states import APPLICATION_STATE_NAMES, OFFER_STATE_NAMES, STATE_KINDS
from marketplace.partnerships.terms import regions_above, why_not_now, why_not_this
from marketplace.partnerships.views import (
    OfferFilter,
    list_applications,
    list_open_offers,
    offer_answer,
    view_offer,
)
from marketplace.partnerships.withdraw_application import withdraw_application
from marketplace.web.render import SHARED_SECONDS, render_page

AnyRequest = Request[Any, Any, Any]

APPLICANTS = (*STORE_MANAGERS, "pengawas")
NAMES: dict[str, Any] = {
    "pattern_names": PATTERN_LABELS,
    "pattern_explanations": PATTERN_EXPLANATION_LABELS,
    "subject_names": SUBJECT_LABELS,
    "term_names": TERM_LABELS,
    "offer_state_names": OFFER_STATE_NAMES,
    "application_state_names": APPLICATION_STATE_NAMES,
    "state_kinds": STATE_KINDS,
}
_FITTING = 6


@get("/kemitraan", opt=public())
async def offers_page(
    request: AnyRequest, pola: str = "", jenis: str = "", kategori: str = "", wilayah: str = "", setelah: str = ""
) -> Response[Any]:
    """Show published offers with filters."""
    language = request.scope["state"]["language"]
    async with database.connection() as connection:
        regions = await store.list_offered_regions(connection, today=day_of(clock.now(), WIB))
        categories = await store.list_categories(connection)
    known = {row["code"] for row in regions}
    chosen = OfferFilter(
        pattern=pola if pola in get_args(Pattern) else None,
        subject=jenis if jenis in get_args(Subject) else None,
        category_slug=kategori if kategori in {row["slug"] for row in categories} else None,
        region_code=wilayah if wilayah in known else None,
    )
    page = await list_open_offers(chosen, cursor=setelah, limit=DEFAULT_LIMIT, language=language)
    return render_page(
        request,
        "partnerships/offers.html",
        shared_seconds=SHARED_SECONDS,
        offers=page.items,
        next_cursor=page.next_cursor,
        chosen=chosen,
        is_filtered=chosen != OfferFilter(),
        regions=[(row["code"], row["name"]) for row in regions],
        categories=[(row["slug"], row["name_en" if language == "en" else "name_id"]) for row in categories],
        **NAMES,
    )


@get("/kemitraan/{offer_id:int}", opt=public())
async def offer_page(request: AnyRequest, offer_id: FromPath[int], actor: Actor) -> Response[Any]:
    """Show one offer and, to a cooperative, how to apply."""
    return await _show_offer(request, offer_id, actor)


async def _show_offer(
    request: AnyRequest,
    offer_id: int,
    actor: Actor,
    *,
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    problem: str = "",
    status_code: int = 200,
) -> Response[Any]:
    offer = await view_offer(OfferId(offer_id), actor=actor, language=request.scope["state"]["language"])
    closed = why_not_now(
        state=offer.state,
        starts_on=offer.starts_on,
        ends_on=offer.ends_on,
        left=offer.left_quantity,
        least=offer.min_quantity,
        today=day_of(clock.now(), time_zone_of(offer.region_code)),
    )
    may_apply, unfit, own = await _position_of(actor, offer)
    return render_page(
        request,
        "partnerships/offer.html",
        status_code=status_code,
        offer=offer,
        closed=closed,
        may_apply=may_apply,
        unfit=unfit,
        own=own,
        values=values or {"quantity": offer.min_quantity, "version": offer.version},
        errors=errors or {},
        problem=problem,
        once=new_token(),
        **NAMES,
    )


async def _position_of(actor: Actor, offer: OfferAnswer) -> tuple[bool, str | None, list[ApplicationAnswer]]:
    """Whether this actor applies for a cooperative, why it may not, and its applications for the offer."""
    hat = actor.hat
    if hat is None or hat.role not in APPLICANTS:
        return False, None, []
    page = await list_applications(actor, offer_id=offer.id, limit=5)
    async with database.connection() as connection:
        cooperative = await store.find_organisation(connection, hat.organisation_id)
    unfit = (
        why_not_this(
            region_code=cooperative["region_code"] or "",
            status=cooperative["status"],
            offer_region_code=offer.region_code,
        )
        if cooperative is not None
        else None
    )
    return hat.role in STORE_MANAGERS, unfit, page.items


def _read_application(form: dict[str, Any]) -> ApplyForOffer:
    version = str(form.get("version", ""))
    try:
        quantity = parse_quantity(str(form.get("quantity", "")), get_unit("pcs"))
    except FormatError as error:
        raise InvalidError(fields={"quantity": (error.message, error.facts)}) from error
    return ApplyForOffer(
        version=int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0,  # noqa: PLR2004 - an integer column
        quantity=quantity,
        is_independent=form.get("is_independent") == "1",
        note=str(form.get("note", "")).replace("\r\n", "\n"),
    )


@post("/kemitraan/{offer_id:int}/ajukan", opt=only(*STORE_MANAGERS))
async def submit_application(request: AnyRequest, offer_id: FromPath[int], actor: Actor) -> Response[Any]:
    """Apply; what is refused is shown with what was typed."""
    form = await read_form(request)
    try:
        once = once_from_form(request, form)
        await apply_for_offer(OfferId(offer_id), _read_application(form), actor=actor, once=once)
    except (InvalidError, ConflictError, NotEligibleError) as error:
        return await _show_refused_application(request, offer_id, actor, form, error)
    return see_other("/koperasi/kemitraan", notice="Pengajuan terkirim. Jawaban mitra akan tampil di sini.")


async def _show_refused_application(
    request: AnyRequest, offer_id: int, actor: Actor, form: dict[str, Any], error: LumbungError
) -> Response[Any]:
    # After a change of the offer the form carries the new version: what is new stands on the page now.
    values = {name: value for name, value in form.items() if name != "version"}
    offer = await view_offer(OfferId(offer_id), actor=actor)
    return await _show_offer(
        request,
        offer_id,
        actor,
        values={**values, "version": offer.version},
        errors=field_sentences(request, error),
        problem="" if isinstance(error, InvalidError) and error.fields else sentence_of(request, error),
        status_code=error.status_code,
    )


@get("/koperasi/kemitraan", opt=only(*APPLICANTS))
async def applications_page(request: AnyRequest, actor: Actor, setelah: str = "") -> Response[Any]:
    """Show the cooperative's applications and the offers that fit it."""
    hat = actor.require_hat()
    page = await list_applications(actor, cursor=setelah, limit=DEFAULT_LIMIT)
    async with database.connection() as connection:
        cooperative = await store.find_organisation(connection, hat.organisation_id)
        rows = await store.list_fitting_offers(
            connection,
            cooperative_id=hat.organisation_id,
            regions_above=regions_above(cooperative["region_code"] or "") if cooperative else [],
            today=day_of(clock.now(), WIB),
            limit=_FITTING,
        )
    return render_page(
        request,
        "partnerships/applications.html",
        applications=page.items,
        next_cursor=page.next_cursor,
        offers=[offer_answer(row, actor.language) for row in rows],
        may_apply=hat.role in STORE_MANAGERS,
        once=new_token(),
        **NAMES,
    )


@post("/koperasi/kemitraan/{application_id:int}/tarik", opt=only(*STORE_MANAGERS))
async def submit_withdrawal(request: AnyRequest, application_id: FromPath[int], actor: Actor) -> Response[Any]:
    """Take back an application."""
    form = await read_form(request)
    once = once_from_form(request, form)
    await withdraw_application(ApplicationId(application_id), actor=actor, once=once)
    return see_other("/koperasi/kemitraan", notice="Pengajuan ditarik. Anda boleh mengajukan lagi kapan saja.")


PAGES: list[ControllerRouterHandler] = [
    offers_page,
    offer_page,
    submit_application,
    applications_page,
    submit_withdrawal,
]
