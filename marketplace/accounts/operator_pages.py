"""The operator's pages about people: find by the exact contact, see roles, disable, end sessions.

The contact travels in a posted form, never in an address; results are addressed by the person's number.
"""

from typing import Any

from litestar import Request, Response, get, post

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.disable_person import disable_person, enable_person, end_sessions_of
from marketplace.accounts.known_people import look_up_person, show_person
from marketplace.actor import Actor
from marketplace.errors import LumbungError
from marketplace.http.forms import field_sentences, read_form, see_other
from marketplace.http.policy import OPERATORS, only
from marketplace.ids import PersonId
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]


@get("/operator/pengguna", opt=only(*OPERATORS))
async def people_page(request: AnyRequest) -> Response[Any]:
    """Ask for the exact number or address of the person looked for."""
    return render_page(request, "operator/people.html", contact="", errors={})


@post("/operator/pengguna", opt=only(*OPERATORS))
async def submit_search(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Go to the person with this contact. Each look is in the audit trail."""
    typed = str((await read_form(request)).get("contact", ""))
    try:
        found = await look_up_person(typed, actor=actor)
    except LumbungError as error:
        return render_page(
            request,
            "operator/people.html",
            status_code=422,
            contact=typed,
            errors=field_sentences(request, error),
        )
    return see_other(f"/operator/pengguna/{found.person.person_id}")


@get("/operator/pengguna/{person_id:int}", opt=only(*OPERATORS))
async def person_page(request: AnyRequest, person_id: int, actor: Actor) -> Response[Any]:
    """One person: masked contact, roles, number of open sessions, and what may be done."""
    shown = await show_person(PersonId(person_id))
    async with database.connection() as connection:
        roles = await store.list_roles(connection, PersonId(person_id))
    return render_page(
        request,
        "operator/person.html",
        person_id=person_id,
        display_name=shown.person.display_name,
        contact_masked=shown.person.contact_masked,
        is_disabled=shown.person.is_disabled,
        is_self=person_id == actor.person_id,
        created_at=shown.person.created_at,
        roles=[{"role": row["role"], "organisation_name": row["organisation_name"]} for row in roles],
        session_count=shown.session_count,
    )


@post("/operator/pengguna/{person_id:int}/nonaktif", opt=only(*OPERATORS))
async def submit_disable(request: AnyRequest, person_id: int, actor: Actor) -> Response[Any]:
    """Disable the account."""
    reason = str((await read_form(request)).get("reason", ""))[:200]
    await disable_person(PersonId(person_id), actor=actor, reason=reason)
    return see_other(f"/operator/pengguna/{person_id}", notice="Akun dinonaktifkan dan semua perangkatnya keluar.")


@post("/operator/pengguna/{person_id:int}/aktif", opt=only(*OPERATORS))
async def submit_enable(person_id: int, actor: Actor) -> Response[Any]:
    """Enable the account again."""
    await enable_person(PersonId(person_id), actor=actor)
    return see_other(f"/operator/pengguna/{person_id}", notice="Akun aktif kembali.")


@post("/operator/pengguna/{person_id:int}/keluarkan", opt=only(*OPERATORS))
async def submit_end_sessions(person_id: int, actor: Actor) -> Response[Any]:
    """End every session of the person."""
    await end_sessions_of(PersonId(person_id), actor=actor)
    return see_other(f"/operator/pengguna/{person_id}", notice="Semua perangkat sudah keluar.")


OPERATOR_PEOPLE_PAGES = [
    people_page,
    submit_search,
    person_page,
    submit_disable,
    submit_enable,
    submit_end_sessions,
]
