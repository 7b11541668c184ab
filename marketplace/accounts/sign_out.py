"""End sessions: this one, another one, or all of them."""

from marketplace import database
from marketplace.accounts import store
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import NotFoundError


async def sign_out(*, actor: Actor) -> None:
    """End the session of this request; done already is fine."""
    if actor.session_id is None:
        return
    person_id = actor.require_person()
    async with database.transaction() as connection:
        if await store.end_session(connection, person_id, actor.session_id):
            await record_audit(connection, actor=actor, action="session.ended", subject=f"session:{actor.session_id}")


async def end_session(session_id: int, *, actor: Actor) -> None:
    """End another of the actor's own sessions.

    Raises:
        NotFoundError: the actor has no such open session.

    """
    async with database.transaction() as connection:
        if not await store.end_session(connection, actor.require_person(), session_id):
            raise NotFoundError
        await record_audit(connection, actor=actor, action="session.ended", subject=f"session:{session_id}")


async def sign_out_everywhere(*, actor: Actor) -> int:
    """End every session of the actor, this one too; return how many."""
    person_id = actor.require_person()
    async with database.transaction() as connection:
        count = await store.end_sessions(connection, person_id)
        await record_audit(
            connection,
            actor=actor,
            action="session.ended_everywhere",
            subject=f"person:{person_id}",
            detail={"sessions": count},
        )
    return count
