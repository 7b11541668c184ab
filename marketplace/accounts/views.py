"""Reading people and their sessions for pages and the API."""

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.contacts import contact_of
from marketplace.accounts.find_actor import find_actor
from marketplace.accounts.schemas import HatView, OpenedSession, PersonView, SessionAnswer, SessionView
from marketplace.actor import Actor, Hat
from marketplace.database import Connection
from marketplace.errors import SignInRequiredError


def view_hat(hat: Hat) -> HatView:
    """One hat as the API shows it."""
    return HatView(
        assignment_id=hat.assignment_id,
        role=hat.role,
        organisation_id=hat.organisation_id,
        organisation_kind=hat.organisation_kind,
        organisation_name=hat.organisation_name,
        region_code=hat.region_code,
        store_id=hat.store_id,
    )


async def view_person(actor: Actor) -> PersonView:
    """The signed-in person to themselves."""
    async with database.connection() as connection:
        return await build_person(connection, actor)


async def build_person(connection: Connection, actor: Actor) -> PersonView:
    """As `view_person`, for use cases that have changed something of it in their transaction."""
    person_id = actor.require_person()
    row = await store.find_person(connection, person_id)
    contact = contact_of(row["phone_sealed"], row["email_sealed"]) if row else None
    return PersonView(
        person_id=person_id,
        display_name=actor.display_name,
        contact_masked=contact.masked if contact else "",
        language=actor.language,
        village_code=actor.village_code,
        hats=[view_hat(hat) for hat in actor.hats],
        hat=view_hat(actor.hat) if actor.hat else None,
    )


async def find_own_phone(actor: Actor) -> str:
    """The signed-in person's mobile number (E.164), for a form shown to themselves alone; empty where there is none."""
    if actor.person_id is None:
        return ""
    async with database.connection() as connection:
        row = await store.find_person(connection, actor.person_id)
    contact = contact_of(row["phone_sealed"], None) if row else None
    return contact.text if contact else ""


async def answer_session(opened: OpenedSession) -> SessionAnswer:
    """Answer to a sign-in: the token, this once, and who it is."""
    actor = await find_actor(opened.token)
    if actor is None:
        raise SignInRequiredError
    return SessionAnswer(token=opened.token, expires_at=opened.expires_at, person=await view_person(actor))


async def list_own_sessions(actor: Actor) -> list[SessionView]:
    """Where the actor is signed in, the latest first."""
    async with database.connection() as connection:
        rows = await store.list_sessions(connection, actor.require_person())
    return [
        SessionView(
            session_id=row["id"],
            device=row["device"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            is_current=row["id"] == actor.session_id,
        )
        for row in rows
    ]
