"""The partner's pages: what waits, the list of offers, the form of one with its applications, one application."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.errors import ConflictError, ForbiddenError, InvalidError, LumbungError, NotFoundError
from marketplace.formats.dates import WIB, day_of
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.pagination import DEFAULT_LIMIT
from marketplace.http.policy import PARTNERS, only
from marketplace.ids import ApplicationId, OfferId, new_token
from marketplace.partnerships import store
from marketplace.partnerships.change_offer import change_offer
from marketplace.partnerships.create_offer import create_offer
from marketplace.partnerships.decide_application import decide_application
from marketplace.partnerships.errors import StaleOfferError
from marketplace.partnerships.move_offer import move_offer
from marketplace.partnerships.offer_form import blank_form, form_of, name_in_form, read_offer_form
from marketplace.partnerships.pages import NAMES
from marketplace.partnerships.patterns import PATTERN_LABELS, SUBJECT_LABELS, TERM_LABELS
from marketplace.partnerships.schemas import DecideApplication, OfferAnswer, OfferChange, OfferStep
from marketplace.partnerships.states import OFFER_STATE_NAMES, OFFER_TRANSITIONS
from marketplace.partnerships.terms import MOST_TIERS
from marketplace.partnerships.views import (
    list_applications,
    list_partner_offers,
    view_application,
    view_own_offer,
)
from marketplace.regions import Region, find_regions
from marketplace.web.render import render_page, translate

AnyRequest = Request[Any, Any, Any]
# The form's fields by the names that a stale page is compared under.
FORM_LABELS = {
    "title": "Judul",
    "pattern": "Pola kemitraan",
    "subject": "Yang ditawarkan",
    "category_slug": "Kategori",
    "description": "Uraian",
    "unit_code": "Satuan",
    "min_quantity": "Jumlah minimum",
    "quota": "Kuota",
    "price_1": "Harga mulai dari jumlah minimum",
    "region": "Wilayah",
    "starts_on": "Hari pertama",
    "ends_on": "Hari terakhir",
    "payment_term": "Pembayaran",
    "payment_days": "Jumlah hari tempo",
}
_CANDIDATES = 12
_LONGEST_VERSION = 9


@get("/bumd", opt=only(*PARTNERS))
async def partner_home(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Show what waits for an answer."""
    async with database.connection() as connection:
        work = await store.count_partner_work(connection, actor.require_hat().organisation_id)
    waiting = await list_applications(actor, state="applied", limit=10)
    return render_page(
        request, "partnerships/partner_home.html", work=dict(work or {}), applications=waiting.items, **NAMES
    )


@get("/bumd/penawaran", opt=only(*PARTNERS))
async def own_offers_page(request: AnyRequest, actor: Actor, keadaan: str = "", setelah: str = "") -> Response[Any]:
    """List the partner's offers by state."""
    state = keadaan if keadaan in OFFER_STATE_NAMES else None
    partner_id = actor.require_hat().organisation_id
    page = await list_partner_offers(
        partner_id, state=state, cursor=setelah, limit=DEFAULT_LIMIT, language=actor.language
    )
    async with database.connection() as connection:
        work = await store.count_partner_work(connection, partner_id)
    return render_page(
        request,
        "partnerships/own_offers.html",
        offers=page.items,
        next_cursor=page.next_cursor,
        state=state or "",
        work=dict(work or {}),
        **NAMES,
    )


async def _show_form(
    request: AnyRequest,
    actor: Actor,
    *,
    values: dict[str, Any],
    offer: OfferAnswer | None = None,
    errors: dict[str, str] | None = None,
    problem: str = "",
    candidates: list[Region] | None = None,
    is_stale: bool = False,
    status_code: int = 200,
) -> Response[Any]:
    name = "name_en" if actor.language == "en" else "name_id"
    async with database.connection() as connection:
        categories = [(row["slug"], row[name]) for row in await store.list_categories(connection)]
        units = [(row["code"], row[name]) for row in await store.list_units(connection)]
    page = await list_applications(actor, offer_id=offer.id, limit=DEFAULT_LIMIT) if offer else None
    kept = form_of(offer, actor.language) if offer and is_stale else None
    return render_page(
        request,
        "partnerships/offer_form.html",
        status_code=status_code,
        values=values,
        offer=offer,
        steps=sorted(OFFER_TRANSITIONS[offer.state]) if offer else [],
        applications=page.items if page else [],
        errors=errors or {},
        problem=problem,
        changes=_differences(request, kept, values, categories + units) if kept else [],
        candidates=[
            {"value": region.code, "title": region.name, "text": f"{region.label} · {region.code}"}
            for region in candidates or []
        ],
        categories=categories,
        units=units,
        rows=range(2, MOST_TIERS + 1),
        once=new_token(),
        **NAMES,
    )


def _differences(
    request: AnyRequest, saved: dict[str, str], sent: dict[str, Any], named: list[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    """What the saved offer and an older page say differently: label, saved, sent; `named` are codes and names."""
    language = request.scope["state"]["language"]
    labels = FORM_LABELS | {
        f"{part}_{row}": translate(label, language, n=row)
        for row in range(2, MOST_TIERS + 1)
        for part, label in (("from", "Tingkat {n}: mulai dari"), ("price", "Tingkat {n}: harga"))
    }
    names = dict(named) | {
        code: translate(label.partition(" {")[0], language)
        for code, label in (PATTERN_LABELS | SUBJECT_LABELS | TERM_LABELS).items()
    }

    def shown(text: str) -> str:
        return names.get(text, text) or "–"

    return [
        (label, shown(saved.get(field, "")), shown(str(sent.get(field, ""))))
        for field, label in labels.items()
        if saved.get(field, "") != str(sent.get(field, "")).replace("\r\n", "\n")
    ]


async def _find_region(form: dict[str, Any]) -> tuple[str, list[Region]]:
    """Code of the typed region, or candidates where the name fits several or none exactly."""
    typed = str(form.get("region", ""))
    # What was chosen counts as long as the name it was chosen for stands in the field.
    if form.get("region_code") and form.get("region_for") == typed:
        return str(form["region_code"]), []
    if not typed:
        return "", []
    async with database.connection() as connection:
        found = await find_regions(connection, typed, limit=_CANDIDATES)
    if len(found.regions) == 1 and not found.is_guess:
        return found.regions[0].code, []
    return "", found.regions


async def _refuse(
    request: AnyRequest,
    actor: Actor,
    form: dict[str, Any],
    error: LumbungError,
    *,
    offer: OfferAnswer | None,
    candidates: list[Region],
) -> Response[Any]:
    errors = {name_in_form(name): said for name, said in field_sentences(request, error).items()}
    if candidates and "region" in errors:
        said = "Ada beberapa wilayah yang cocok. Pilih salah satu."
        errors["region"] = sentence_of(request, InvalidError(said))
    values = {**form, "region_for": str(form.get("region", ""))}
    is_stale = isinstance(error, StaleOfferError)
    if is_stale and offer is not None:
        # Both are shown now; whoever saves again has seen what they replace.
        values["version"] = str(offer.version)
    return await _show_form(
        request,
        actor,
        values=values,
        offer=offer,
        errors=errors,
        problem="" if errors else sentence_of(request, error),
        candidates=candidates,
        is_stale=is_stale,
        status_code=error.status_code,
    )


@get("/bumd/penawaran/baru", opt=only(*PARTNERS))
async def new_offer_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Show an empty form."""
    return await _show_form(request, actor, values=blank_form(day_of(clock.now(), WIB), actor.language))


@post("/bumd/penawaran/baru", opt=only(*PARTNERS))
async def submit_new_offer(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Write a draft, then go on to look at it and publish."""
    form = await read_form(request)
    region_code, candidates = await _find_region(form)
    try:
        terms = read_offer_form(form, region_code=region_code)
        answer = await create_offer(terms, actor=actor, once=once_from_form(request, form))
    except InvalidError as error:
        return await _refuse(request, actor, form, error, offer=None, candidates=candidates)
    return see_other(f"/bumd/penawaran/{answer.offer_id}", notice="Draf tersimpan. Periksa, lalu terbitkan.")


@get("/bumd/penawaran/{offer_id:int}", opt=only(*PARTNERS))
async def own_offer_page(request: AnyRequest, offer_id: FromPath[int], actor: Actor) -> Response[Any]:
    """Show the form of one offer with its state and applications."""
    offer = await view_own_offer(OfferId(offer_id), actor=actor, language=actor.language)
    return await _show_form(request, actor, values=form_of(offer, actor.language), offer=offer)


def _version_of(form: dict[str, Any]) -> int:
    text = str(form.get("version", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_VERSION else 0


@post("/bumd/penawaran/{offer_id:int}", opt=only(*PARTNERS))
async def submit_offer(request: AnyRequest, offer_id: FromPath[int], actor: Actor) -> Response[Any]:
    """Save the form over the version that was seen."""
    form = await read_form(request)
    region_code, candidates = await _find_region(form)
    try:
        terms = read_offer_form(form, region_code=region_code)
        change = OfferChange(version=_version_of(form), terms=terms)
        await change_offer(OfferId(offer_id), change, actor=actor, once=once_from_form(request, form))
    except (InvalidError, ConflictError) as error:
        offer = await view_own_offer(OfferId(offer_id), actor=actor, language=actor.language)
        return await _refuse(request, actor, form, error, offer=offer, candidates=candidates)
    return see_other(f"/bumd/penawaran/{offer_id}", notice="Perubahan penawaran tersimpan.")


@post("/bumd/penawaran/{offer_id:int}/keadaan", opt=only(*PARTNERS))
async def submit_offer_state(request: AnyRequest, offer_id: FromPath[int], actor: Actor) -> Response[Any]:
    """Publish or close."""
    form = await read_form(request)
    state = str(form.get("state", ""))
    if state not in {"published", "closed"}:
        raise NotFoundError
    offer = await view_own_offer(OfferId(offer_id), actor=actor, language=actor.language)
    try:
        step = OfferStep(version=_version_of(form), state="published" if state == "published" else "closed")
        await move_offer(OfferId(offer_id), step, actor=actor, once=once_from_form(request, form))
    except (ConflictError, ForbiddenError) as error:
        return await _show_form(
            request,
            actor,
            values=form_of(offer, actor.language),
            offer=offer,
            problem=sentence_of(request, error),
            status_code=error.status_code,
        )
    published = "Penawaran terbit. Koperasi di wilayahnya sekarang bisa mengajukan."
    closed = "Penawaran ditutup. Pengajuan yang sudah masuk tetap bisa dijawab."
    return see_other(f"/bumd/penawaran/{offer_id}", notice=published if state == "published" else closed)


@get("/bumd/pengajuan/{application_id:int}", opt=only(*PARTNERS))
async def application_page(request: AnyRequest, application_id: FromPath[int], actor: Actor) -> Response[Any]:
    """Show one application and the two answers."""
    return await _show_application(request, application_id, actor)


async def _show_application(
    request: AnyRequest,
    application_id: int,
    actor: Actor,
    *,
    reason: str = "",
    errors: dict[str, str] | None = None,
    problem: str = "",
    status_code: int = 200,
) -> Response[Any]:
    return render_page(
        request,
        "partnerships/application.html",
        status_code=status_code,
        application=await view_application(ApplicationId(application_id), actor=actor),
        reason=reason,
        errors=errors or {},
        problem=problem,
        once=new_token(),
        **NAMES,
    )


@post("/bumd/pengajuan/{application_id:int}", opt=only(*PARTNERS))
async def submit_decision(request: AnyRequest, application_id: FromPath[int], actor: Actor) -> Response[Any]:
    """Accept or decline."""
    form = await read_form(request)
    state = str(form.get("state", ""))
    reason = str(form.get("reason", ""))
    if state not in {"accepted", "declined"}:
        raise NotFoundError
    decision = DecideApplication(state="accepted" if state == "accepted" else "declined", reason=reason)
    try:
        once = once_from_form(request, form)
        await decide_application(ApplicationId(application_id), decision, actor=actor, once=once)
    except (InvalidError, ConflictError) as error:
        errors = field_sentences(request, error)
        return await _show_application(
            request,
            application_id,
            actor,
            reason=reason,
            errors=errors,
            problem="" if errors else sentence_of(request, error),
            status_code=error.status_code,
        )
    accepted = "Pengajuan diterima dan mengurangi sisa kuota."
    declined = "Pengajuan ditolak. Koperasi membaca alasannya."
    return see_other(f"/bumd/pengajuan/{application_id}", notice=accepted if state == "accepted" else declined)


PARTNER_PAGES: list[ControllerRouterHandler] = [
    partner_home,
    own_offers_page,
    new_offer_page,
    submit_new_offer,
    own_offer_page,
    submit_offer,
    submit_offer_state,
    application_page,
    submit_decision,
]
