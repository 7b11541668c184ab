"""Pages of those who act for an organisation: its staff, a cooperative's members, the sellers of its village."""

from typing import Any

from litestar import Request, Response, get, post

from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.pagination import LARGEST_LIMIT, decode_cursor, encode_cursor
from marketplace.http.policy import STORE_MANAGERS, only
from marketplace.ids import new_token
from marketplace.organisations import views
from marketplace.organisations.decide_application import decide_application
from marketplace.organisations.decide_membership import decide_membership
from marketplace.organisations.grant_role import end_role, grant_role
from marketplace.organisations.policy import GRANTABLE
from marketplace.organisations.schemas import Decide, DecideMembership, GrantRole
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]
# Where the staff page of each hat lies.
STAFF_PATHS = {"seller_owner": "/umkm/staf", "pengurus": "/koperasi/staf", "partner_staff": "/bumd/staf"}
STAFF_ROLES = tuple(STAFF_PATHS)


async def _staff(
    request: AnyRequest, actor: Actor, error: LumbungError | None = None, typed: dict[str, str] | None = None
) -> Response[Any]:
    hat = actor.require_hat()
    return render_page(
        request,
        "organisations/staff.html",
        status_code=200 if error is None else error.status_code,
        organisation_name=hat.organisation_name,
        staff=await views.list_staff(hat.organisation_id, actor=actor),
        grantable=GRANTABLE[hat.role],
        base=STAFF_PATHS[hat.role],
        typed=typed or {},
        errors=field_sentences(request, error) if error else {},
        problem=sentence_of(request, error) if error and not isinstance(error, InvalidError) else "",
        once=new_token(),
    )


@get(["/umkm/staf", "/koperasi/staf", "/bumd/staf"], opt=only(*STAFF_ROLES))
async def staff_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Who acts for the organisation whose hat is worn, and giving a role to somebody."""
    return await _staff(request, actor)


@post(["/umkm/staf", "/koperasi/staf", "/bumd/staf"], opt=only(*STAFF_ROLES))
async def submit_staff(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Give a role to the person with this contact."""
    form = await read_form(request)
    typed = {name: str(form.get(name, "")) for name in ("contact", "role")}
    hat = actor.require_hat()
    try:
        command = GrantRole(contact=typed["contact"], role=typed["role"])
        await grant_role(hat.organisation_id, command, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _staff(request, actor, error, typed)
    return see_other(STAFF_PATHS[hat.role], notice="Peran diberikan. Orang itu dapat memakainya sekarang.")


@post(
    [
        "/umkm/staf/{assignment_id:int}/akhiri",
        "/koperasi/staf/{assignment_id:int}/akhiri",
        "/bumd/staf/{assignment_id:int}/akhiri",
    ],
    opt=only(*STAFF_ROLES),
)
async def submit_end_role(request: AnyRequest, assignment_id: int, actor: Actor) -> Response[Any]:
    """End a role."""
    form = await read_form(request)
    hat = actor.require_hat()
    try:
        await end_role(hat.organisation_id, assignment_id, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _staff(request, actor, error)
    return see_other(STAFF_PATHS[hat.role], notice="Peran diakhiri.")


async def _members(
    request: AnyRequest, actor: Actor, error: LumbungError | None = None, *, cursor: str | None = None
) -> Response[Any]:
    hat = actor.require_hat()
    position = decode_cursor(cursor, tuple[int])
    members = await views.list_members(
        hat.organisation_id, actor=actor, after=position[0] if position else 0, limit=LARGEST_LIMIT + 1
    )
    shown = members[:LARGEST_LIMIT]
    return render_page(
        request,
        "organisations/members.html",
        status_code=200 if error is None else error.status_code,
        organisation_name=hat.organisation_name,
        waiting=await views.list_memberships(cooperative_id=hat.organisation_id),
        members=shown,
        next_cursor=encode_cursor(shown[-1].assignment_id) if len(members) > LARGEST_LIMIT else None,
        may_decide=hat.role == "pengurus",
        errors=field_sentences(request, error) if error else {},
        problem=sentence_of(request, error) if error and not isinstance(error, InvalidError) else "",
        once=new_token(),
    )


@get("/koperasi/anggota", opt=only("pengurus", "pengawas"))
async def members_page(request: AnyRequest, actor: Actor, setelah: str = "") -> Response[Any]:
    """Who wants to become a member, and the members, a hundred at a time."""
    return await _members(request, actor, cursor=setelah)


@post("/koperasi/anggota/{application_id:int}/putuskan", opt=only("pengurus"))
async def submit_membership_decision(request: AnyRequest, application_id: int, actor: Actor) -> Response[Any]:
    """Approve or decline."""
    form = await read_form(request)
    command = DecideMembership(
        is_approved=form.get("decision") == "approve",
        is_ktp_checked=form.get("is_ktp_checked") == "1",
        reason=str(form.get("reason", "")),
    )
    try:
        await decide_membership(application_id, command, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _members(request, actor, error)
    return see_other("/koperasi/anggota", notice="Diterima sebagai anggota." if command.is_approved else "Ditolak.")


async def _sellers(request: AnyRequest, actor: Actor, error: LumbungError | None = None) -> Response[Any]:
    return render_page(
        request,
        "organisations/sellers.html",
        status_code=200 if error is None else error.status_code,
        waiting=await views.list_waiting(village_code=actor.require_hat().region_code or ""),
        errors=field_sentences(request, error) if error else {},
        problem=sentence_of(request, error) if error and not isinstance(error, InvalidError) else "",
        once=new_token(),
    )


@get("/koperasi/umkm", opt=only(*STORE_MANAGERS))
async def sellers_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Businesses of the village that want to sell."""
    return await _sellers(request, actor)


@post("/koperasi/umkm/{organisation_id:int}/putuskan", opt=only(*STORE_MANAGERS))
async def submit_seller_decision(request: AnyRequest, organisation_id: int, actor: Actor) -> Response[Any]:
    """Approve or decline a business of the village."""
    form = await read_form(request)
    command = Decide(is_approved=form.get("decision") == "approve", reason=str(form.get("reason", "")))
    try:
        await decide_application(organisation_id, command, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _sellers(request, actor, error)
    return see_other(
        "/koperasi/umkm", notice="Disetujui." if command.is_approved else "Ditolak; pemohon membaca alasannya."
    )


STAFF_PAGES = [
    staff_page,
    submit_staff,
    submit_end_role,
    members_page,
    submit_membership_decision,
    sellers_page,
    submit_seller_decision,
]
