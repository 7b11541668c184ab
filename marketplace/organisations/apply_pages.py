"""Pages for whoever wants to sell, to offer partnerships, or to become a member; and what became of it."""

from typing import Any

from litestar import Request, Response, get, post

from marketplace import database
from marketplace.accounts import read_village, typed_village, village_options
from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import signed_in
from marketplace.ids import new_token
from marketplace.organisations import store
from marketplace.organisations.apply_membership import apply_membership
from marketplace.organisations.apply_organisation import apply_partner, apply_seller
from marketplace.organisations.schemas import ApplyPartner, ApplySeller
from marketplace.organisations.states import KIND_LABELS, STATUS_LABELS
from marketplace.organisations.views import list_memberships, list_own_applications
from marketplace.regions import find_regions
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]
_TEXT_FIELDS = ("name", "description", "address", "phone", "email", "nib", "npwp")
_SELLER_FIELDS = (*_TEXT_FIELDS, "village", "village_code", "size")
_PARTNER_FIELDS = (*_TEXT_FIELDS, "region", "legal_form")
_SIZES = ("mikro", "kecil", "menengah")
_LEGAL_FORMS = ("perumda", "perseroda")


def _form_page(request: AnyRequest, template: str, typed: dict[str, str], error: LumbungError | None) -> Response[Any]:
    return render_page(
        request,
        template,
        status_code=200 if error is None else error.status_code,
        typed=typed,
        villages=village_options(error) if error else [],
        errors=field_sentences(request, error) if error else {},
        problem=sentence_of(request, error) if error and not isinstance(error, InvalidError) else "",
        once=new_token(),
    )


@get("/daftar/umkm", opt=signed_in())
async def seller_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Ask what the business is."""
    typed = dict.fromkeys(_SELLER_FIELDS, "") | await typed_village(actor.village_code)
    return _form_page(request, "organisations/apply_seller.html", typed, None)


@post("/daftar/umkm", opt=signed_in())
async def submit_seller(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Apply for the business."""
    form = await read_form(request)
    typed = {name: str(form.get(name, "")) for name in _SELLER_FIELDS}
    try:
        if typed["size"] not in _SIZES:
            raise InvalidError(fields={"size": "Pilih ukuran usaha."})
        command = ApplySeller(
            village_code=await read_village(form, is_required=True) or "",
            size=typed["size"],  # type: ignore[arg-type]
            **{name: typed[name] for name in _TEXT_FIELDS},
        )
        await apply_seller(command, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return _form_page(request, "organisations/apply_seller.html", typed, error)
    return see_other("/akun/pengajuan", notice="Pengajuan terkirim. Keputusannya tampil di halaman ini.")


@get("/daftar/bumd", opt=signed_in())
async def partner_page(request: AnyRequest) -> Response[Any]:
    """Ask what the enterprise is."""
    return _form_page(request, "organisations/apply_partner.html", dict.fromkeys(_PARTNER_FIELDS, ""), None)


@post("/daftar/bumd", opt=signed_in())
async def submit_partner(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Apply for the enterprise."""
    form = await read_form(request)
    typed = {name: str(form.get(name, "")) for name in _PARTNER_FIELDS}
    try:
        if typed["legal_form"] not in _LEGAL_FORMS:
            raise InvalidError(fields={"legal_form": "Pilih bentuk hukumnya."})
        command = ApplyPartner(
            region_code=await _read_regency(typed["region"]),
            legal_form=typed["legal_form"],  # type: ignore[arg-type]
            **{name: typed[name] for name in _TEXT_FIELDS},
        )
        await apply_partner(command, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return _form_page(request, "organisations/apply_partner.html", typed, error)
    return see_other("/akun/pengajuan", notice="Pengajuan terkirim. Keputusannya tampil di halaman ini.")


async def _read_regency(typed: str) -> str:
    """Code of the one regency, city or province meant; "Bekasi" alone is both a city and a regency.

    What is only similar is named, never taken: an enterprise of another regency would apply in its stead.
    """
    async with database.connection() as connection:
        answers = [await find_regions(connection, typed, level=level) for level in ("regency", "province")]
    named = [region for answer in answers if not answer.is_guess for region in answer.regions]
    similar = [region for answer in answers if answer.is_guess for region in answer.regions]
    if not typed or not (named or similar):
        raise InvalidError(fields={"region": "Tulis kabupaten, kota, atau provinsi, misalnya Kota Bekasi."})
    if len(named) == 1:
        return named[0].code
    labels = ", ".join(region.label for region in (named or similar)[:5])
    message = "Beberapa wilayah bernama begitu: {labels}. Tulis lengkap."
    if not named:
        message = "Tidak ada yang persis bernama begitu. Mungkin maksud Anda: {labels}. Tulis lengkap."
    raise InvalidError(fields={"region": (message, {"labels": labels})})


@get("/akun/pengajuan", opt=signed_in())
async def applications_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """What one has applied for and what became of it."""
    own = await list_own_applications(actor)
    return render_page(
        request,
        "organisations/applications.html",
        organisations=[
            {
                "name": applied.name,
                "kind": KIND_LABELS[applied.kind],
                "status": applied.status,
                "label": STATUS_LABELS[applied.status],
                "status_on": applied.status_on,
                "evidence": applied.evidence,
            }
            for applied in own.organisations
        ],
        memberships=own.memberships,
    )


@get("/akun/keanggotaan", opt=signed_in())
async def membership_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """The cooperative of one's own village, and asking to become its member."""
    row, applied = None, False
    if actor.village_code is not None:
        async with database.connection() as connection:
            row = await store.find_cooperative_of(connection, actor.village_code)
        asked = await list_memberships(person_id=actor.require_person())
        applied = any(row and entry.cooperative_id == row["id"] and entry.decision is None for entry in asked)
    return render_page(
        request,
        "organisations/membership.html",
        has_village=actor.village_code is not None,
        cooperative={"organisation_id": row["id"], "name": row["name"]} if row else None,
        has_applied=applied,
        is_member=bool(row) and row is not None and row["id"] in actor.member_of,
        once=new_token(),
    )


@post("/akun/keanggotaan", opt=signed_in())
async def submit_membership(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Ask to become a member of the cooperative of one's own village."""
    form = await read_form(request)
    if actor.village_code is None:
        return see_other("/akun/profil", notice="Isi dulu desa atau kelurahan Anda.")
    async with database.connection() as connection:
        row = await store.find_cooperative_of(connection, actor.village_code)
    if row is None:
        return see_other("/akun/keanggotaan")
    await apply_membership(row["id"], actor=actor, once=once_from_form(request, form))
    return see_other("/akun/pengajuan", notice="Permohonan terkirim. Datanglah ke koperasi dengan membawa KTP.")


APPLY_PAGES = [
    seller_page,
    submit_seller,
    partner_page,
    submit_partner,
    applications_page,
    membership_page,
    submit_membership,
]
