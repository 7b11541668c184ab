"""The operator's pages about people: find by the exact contact, see roles, disable, end sessions.

The contact travels in a posted form, never in an address; results are addressed by the person's number.
"""

from typing import Any

from litestar import Request, Response, get, post

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.contacts import contact_of, read_contact
from marketplace.accounts.disable_person import disable_person, enable_person, end_sessions_of
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.http.forms import field_sentences, read_form, see_other
from marketplace.http.policy import OPERATORS, only
from marketplace.http.rate_limits import limit_writes
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
    limit_writes(request)
    typed = str((await read_form(request)).get("contact", ""))
    try:
        contact = read_contact(typed)
        async with database.transaction() as connection:
            found = await store.find_person_by_contact(connection, contact)
            if found is None:
                raise InvalidError(fields={"contact": "Tidak ada akun dengan nomor atau e-mail ini."})
            await record_audit(connection, actor=actor, action="person.looked_up", subject=f"person:{found['id']}")
    except LumbungError as error:
        return render_page(
            request,
            "operator/people.html",
            status_code=422,
            contact=typed,
            errors=field_sentences(request, error),
        )
    return see_other(f"/operator/pengguna/{found['id']}")


@get("/operator/pengguna/{person_id:int}", opt=only(*OPERATORS))
async def person_page(request: AnyRequest, person_id: int, actor: Actor) -> Response[Any]:
    """One person: masked contact, roles, number of open sessions, and what may be done."""
    async with database.connection() as connection:
        person = await store.find_person(connection, PersonId(person_id))
        if person is None:
            raise NotFoundError
        roles = await store.list_roles(connection, PersonId(person_id))
        sessions = await store.list_sessions(connection, PersonId(person_id))
    contact = contact_of(person["phone_sealed"], person["email_sealed"])
    return render_page(
        request,
        "operator/person.html",
        person_id=person_id,
        display_name=person["display_name"],
        contact_masked=contact.masked if contact else "",
        is_disabled=person["is_disabled"],
        is_self=person_id == actor.person_id,
        created_at=person["created_at"],
        roles=[{"role": row["role"], "organisation_name": row["organisation_name"]} for row in roles],
        session_count=len(sessions),
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
