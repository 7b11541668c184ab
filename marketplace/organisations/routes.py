"""The API of organisations: profiles, applications and decisions, status history, staff and members."""

from typing import Annotated, Any, Literal

from litestar import Request, delete, get, post, put
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from marketplace import database
from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.pagination import Page, checked_limit, decode_cursor, encode_cursor
from marketplace.http.policy import AGENCY, OPERATORS, ROLE_KINDS, only, public, signed_in
from marketplace.organisations import apply_organisation, store, views
from marketplace.organisations.apply_membership import apply_membership as run_apply_membership
from marketplace.organisations.change_organisation import change_organisation as run_change_organisation
from marketplace.organisations.decide_application import decide_application as run_decide_application
from marketplace.organisations.decide_membership import decide_membership as run_decide_membership
from marketplace.organisations.grant_role import end_role as run_end_role
from marketplace.organisations.grant_role import grant_role as run_grant_role
from marketplace.organisations.record_cooperative_status import record_cooperative_status as run_record_status
from marketplace.organisations.schemas import (
    ApplicationView,
    ApplyPartner,
    ApplySeller,
    ChangeOrganisation,
    Decide,
    DecideMembership,
    GrantRole,
    MembershipAsked,
    MembershipView,
    OrganisationView,
    OwnApplications,
    RecordStatus,
    RoleGranted,
    StaffView,
    StatusView,
    Suspend,
)
from marketplace.organisations.suspend_organisation import reactivate_organisation as run_reactivate
from marketplace.organisations.suspend_organisation import suspend_organisation as run_suspend

AnyRequest = Request[Any, Any, Any]
LARGEST_ID = 2**63 - 1
Id = Annotated[int, PathParameter(ge=1, le=LARGEST_ID)]
TAGS = ["organisations"]
INSIDERS = tuple(role for role in ROLE_KINDS if role != "member")
# An agency only looks: its officers come and go through the operator.
CHANGERS = tuple(role for role in INSIDERS if role not in AGENCY)
BOARD = ("pengurus", "pengawas")
DECIDERS = ("platform_operator", "pengurus", "store_manager")


@get("/organisations", opt=public(), tags=TAGS, summary="List organisations at work")
async def list_organisations(
    kind: Annotated[Literal["cooperative", "seller", "partner", "agency"] | None, QueryParameter()] = None,
    region: Annotated[str | None, QueryParameter(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$")] = None,
    cursor: Annotated[str | None, QueryParameter(max_length=200)] = None,
    limit: Annotated[int | None, QueryParameter(ge=1, le=100)] = None,
) -> Page[OrganisationView]:
    """Public profiles by id; a region includes what lies in it."""
    size = checked_limit(limit)
    position = decode_cursor(cursor, tuple[int])
    async with database.connection() as connection:
        rows = await store.list_organisations(
            connection,
            kind=kind,
            region_code=region,
            after=min(position[0], LARGEST_ID) if position else 0,
            limit=size + 1,
        )
    items = [views.to_organisation(row) for row in rows[:size]]
    return Page(items=items, next_cursor=encode_cursor(items[-1].organisation_id) if len(rows) > size else None)


@get("/organisations/{organisation_id:int}", opt=public(), tags=TAGS, summary="Read a public profile")
async def read_organisation(organisation_id: Id) -> OrganisationView:
    """An organisation at work; others are not found."""
    return await views.get_public_organisation(organisation_id)


@get("/organisations/{organisation_id:int}/statuses", opt=public(), tags=TAGS, summary="Read the dated status history")
async def read_history(organisation_id: Id) -> list[StatusView]:
    """From the first step to the latest, with the evidence."""
    await views.get_public_organisation(organisation_id)
    async with database.connection() as connection:
        return await views.list_history(connection, organisation_id)


@post("/organisations/sellers", opt=signed_in(), tags=TAGS, summary="Apply as a seller (UMKM)")
async def apply_seller(request: AnyRequest, data: JSONBody[ApplySeller], actor: Actor) -> OrganisationView:
    """The applicant becomes the owner when it is approved."""
    return await apply_organisation.apply_seller(data, actor=actor, once=await once_from_header(request))


@post("/organisations/partners", opt=signed_in(), tags=TAGS, summary="Apply as a partner (BUMD)")
async def apply_partner(request: AnyRequest, data: JSONBody[ApplyPartner], actor: Actor) -> OrganisationView:
    """The applicant becomes its staff when it is approved."""
    return await apply_organisation.apply_partner(data, actor=actor, once=await once_from_header(request))


@get("/organisations/waiting", opt=only(*DECIDERS), tags=TAGS, summary="List applications that wait")
async def list_waiting(actor: Actor) -> list[ApplicationView]:
    """All of them for the operator, the sellers of their own village for a cooperative."""
    hat = actor.require_hat()
    return await views.list_waiting(village_code=None if hat.role == "platform_operator" else hat.region_code or "")


@post(
    "/organisations/{organisation_id:int}/decision",
    opt=only(*DECIDERS),
    status_code=HTTP_200_OK,
    tags=TAGS,
    summary="Approve or decline an application",
)
async def decide_application(
    request: AnyRequest, organisation_id: Id, data: JSONBody[Decide], actor: Actor
) -> OrganisationView:
    """With what was checked, or why not."""
    return await run_decide_application(organisation_id, data, actor=actor, once=await once_from_header(request))


@post(
    "/organisations/{organisation_id:int}/suspension",
    opt=only(*OPERATORS),
    status_code=HTTP_200_OK,
    tags=TAGS,
    summary="Suspend an organisation",
)
async def suspend(request: AnyRequest, organisation_id: Id, data: JSONBody[Suspend], actor: Actor) -> OrganisationView:
    """Its hats stop counting at once."""
    return await run_suspend(organisation_id, data, actor=actor, once=await once_from_header(request))


@post(
    "/organisations/{organisation_id:int}/reactivation",
    opt=only(*OPERATORS),
    status_code=HTTP_200_OK,
    tags=TAGS,
    summary="Let a suspended organisation work again",
)
async def reactivate(
    request: AnyRequest, organisation_id: Id, data: JSONBody[Suspend], actor: Actor
) -> OrganisationView:
    """In the status it had before."""
    return await run_reactivate(organisation_id, data, actor=actor, once=await once_from_header(request))


@post(
    "/organisations/{organisation_id:int}/statuses",
    opt=only(*OPERATORS),
    tags=TAGS,
    summary="Record a cooperative's legal status",
)
async def record_status(
    request: AnyRequest, organisation_id: Id, data: JSONBody[RecordStatus], actor: Actor
) -> OrganisationView:
    """On the day it happened; the history is only ever added to."""
    return await run_record_status(organisation_id, data, actor=actor, once=await once_from_header(request))


@put(
    "/organisations/{organisation_id:int}/profile", opt=only(*CHANGERS), tags=TAGS, summary="Change the public profile"
)
async def change_organisation(
    request: AnyRequest, organisation_id: Id, data: JSONBody[ChangeOrganisation], actor: Actor
) -> OrganisationView:
    """Replace contact, address, description and identity numbers."""
    return await run_change_organisation(organisation_id, data, actor=actor, once=await once_from_header(request))


@get("/organisations/{organisation_id:int}/staff", opt=only(*INSIDERS), tags=TAGS, summary="List staff")
async def list_staff(organisation_id: Id, actor: Actor) -> list[StaffView]:
    """Roles besides membership, of the organisation whose hat is worn."""
    return await views.list_staff(organisation_id, actor=actor)


@post("/organisations/{organisation_id:int}/staff", opt=only(*CHANGERS), tags=TAGS, summary="Give a role")
async def grant_role(request: AnyRequest, organisation_id: Id, data: JSONBody[GrantRole], actor: Actor) -> RoleGranted:
    """To the person who has an account with this contact. A role held already is a conflict."""
    return await run_grant_role(organisation_id, data, actor=actor, once=await once_from_header(request))


@delete(
    "/organisations/{organisation_id:int}/staff/{assignment_id:int}",
    opt=only(*CHANGERS),
    status_code=HTTP_204_NO_CONTENT,
    tags=TAGS,
    summary="End a role",
)
async def end_role(request: AnyRequest, organisation_id: Id, assignment_id: Id, actor: Actor) -> None:
    """The last one who answers for the organisation stays."""
    await run_end_role(organisation_id, assignment_id, actor=actor, once=await once_from_header(request))


@post("/organisations/{organisation_id:int}/memberships", opt=signed_in(), tags=TAGS, summary="Ask to become a member")
async def apply_membership(request: AnyRequest, organisation_id: Id, actor: Actor) -> MembershipAsked:
    """Of the cooperative of one's own village. Asking again answers with the application that waits."""
    return await run_apply_membership(organisation_id, actor=actor, once=await once_from_header(request))


@get("/people/me/applications", opt=signed_in(), tags=TAGS, summary="List what one has applied for")
async def list_own_applications(actor: Actor) -> OwnApplications:
    """Organisations and memberships, with what became of them; at most 50 and 200."""
    return await views.list_own_applications(actor)


@get("/organisations/current/members", opt=only(*BOARD), tags=TAGS, summary="List members")
async def list_members(actor: Actor, cursor: str | None = None, limit: int | None = None) -> Page[StaffView]:
    """Of the cooperative whose hat is worn, those who joined first first."""
    position, size = decode_cursor(cursor, tuple[int]), checked_limit(limit)
    hat = actor.require_hat()
    rows = await views.list_members(
        hat.organisation_id, actor=actor, after=position[0] if position else 0, limit=size + 1
    )
    following = encode_cursor(rows[size - 1].assignment_id) if len(rows) > size else None
    return Page(items=rows[:size], next_cursor=following)


@get("/organisations/memberships/waiting", opt=only(*BOARD), tags=TAGS, summary="List who wants to become a member")
async def list_membership_applications(actor: Actor) -> list[MembershipView]:
    """At the cooperative whose hat is worn, oldest first."""
    return await views.list_memberships(cooperative_id=actor.require_hat().organisation_id)


@post(
    "/organisations/memberships/{application_id:int}/decision",
    opt=only("pengurus"),
    status_code=HTTP_204_NO_CONTENT,
    tags=TAGS,
    summary="Approve or decline a member",
)
async def decide_membership(
    request: AnyRequest, application_id: Id, data: JSONBody[DecideMembership], actor: Actor
) -> None:
    """After having seen the KTP. A second decision is a conflict."""
    await run_decide_membership(application_id, data, actor=actor, once=await once_from_header(request))


ROUTES = [
    list_organisations,
    read_organisation,
    read_history,
    apply_seller,
    apply_partner,
    list_waiting,
    decide_application,
    suspend,
    reactivate,
    record_status,
    change_organisation,
    list_staff,
    grant_role,
    end_role,
    apply_membership,
    list_members,
    list_membership_applications,
    list_own_applications,
    decide_membership,
]
