"""The API of the platform's operator about people: list, find by the exact contact, disable, restore, end sessions."""

from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.params import JSONBody, PathParameter
from litestar.status_codes import HTTP_200_OK

from marketplace.accounts.disable_person import disable_person, enable_person, end_sessions_of
from marketplace.accounts.known_people import list_known_people, look_up_person, show_person
from marketplace.accounts.schemas import DisablePerson, KnownPerson, LookUpPerson, PersonDetail, SessionsEnded
from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.pagination import Page, checked_limit, decode_cursor, encode_cursor
from marketplace.http.policy import OPERATORS, only
from marketplace.ids import PersonId

AnyRequest = Request[Any, Any, Any]
Id = Annotated[int, PathParameter(ge=1, le=2**63 - 1)]


@get("/people", opt=only(*OPERATORS), summary="List people")
async def list_people(cursor: str | None = None, limit: int | None = None) -> Page[KnownPerson]:
    """Everyone with an account, by number; contacts masked."""
    position, size = decode_cursor(cursor, tuple[int]), checked_limit(limit)
    people = await list_known_people(after=position[0] if position else 0, limit=size + 1)
    following = encode_cursor(people[size - 1].person_id) if len(people) > size else None
    return Page(items=people[:size], next_cursor=following)


@post("/people/lookups", opt=only(*OPERATORS), status_code=HTTP_200_OK, summary="Find a person by contact")
async def post_lookup(request: AnyRequest, data: JSONBody[LookUpPerson], actor: Actor) -> PersonDetail:
    """Find who has exactly this number or address. Each look is in the audit trail."""
    return await look_up_person(data.contact, actor=actor, once=await once_from_header(request))


@get("/people/{person_id:int}", opt=only(*OPERATORS), summary="Read a person")
async def get_person(person_id: Id) -> PersonDetail:
    """Read one person: masked contact, roles, number of open sessions."""
    return await show_person(PersonId(person_id))


@post("/people/{person_id:int}/disabling", opt=only(*OPERATORS), status_code=HTTP_200_OK, summary="Disable an account")
async def post_disabling(
    request: AnyRequest, person_id: Id, data: JSONBody[DisablePerson], actor: Actor
) -> SessionsEnded:
    """End its sessions at once and let its password sign in no more. Not one's own."""
    once = await once_from_header(request)
    return await disable_person(PersonId(person_id), actor=actor, reason=data.reason, once=once)


@post("/people/{person_id:int}/restoring", opt=only(*OPERATORS), status_code=HTTP_200_OK, summary="Restore an account")
async def post_restoring(
    request: AnyRequest, person_id: Id, data: JSONBody[DisablePerson], actor: Actor
) -> SessionsEnded:
    """Let a disabled account work again; its person signs in anew."""
    once = await once_from_header(request)
    return await enable_person(PersonId(person_id), actor=actor, reason=data.reason, once=once)


@delete(
    "/people/{person_id:int}/sessions",
    opt=only(*OPERATORS),
    status_code=HTTP_200_OK,
    summary="Sign a person out everywhere",
)
async def delete_sessions(request: AnyRequest, person_id: Id, actor: Actor) -> SessionsEnded:
    """End every session of somebody, as for a lost telephone."""
    return await end_sessions_of(PersonId(person_id), actor=actor, once=await once_from_header(request))


OPERATOR_ROUTES = [
    delete_sessions,
    get_person,
    list_people,
    post_disabling,
    post_lookup,
    post_restoring,
]
