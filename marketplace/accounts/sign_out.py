"""End sessions: this one, another one, or all of them.

A session that ends cannot show itself again, so the key of these commands belongs to its token; routes.py answers the
repetitions that come too late to be signed in.
"""

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.repeats import Done
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import Once


async def sign_out(*, actor: Actor, once: Once | None = None) -> None:
    """End the session of this request; done already is fine.

    Raises:
        KeyReusedError: the key came before with other input.

    """
    if actor.session_id is None:
        return
    person_id = actor.require_person()
    async with database.transaction() as connection:
        if once and await once.find_answer(connection, Done) is not None:
            return
        has_ended = await store.end_session(connection, person_id, actor.session_id)
        if has_ended:
            await record_audit(connection, actor=actor, action="session.ended", subject=f"session:{actor.session_id}")
        if once:
            await once.keep_answer(connection, Done(sessions_ended=int(has_ended)))


async def end_session(session_id: int, *, actor: Actor, once: Once | None = None) -> None:
    """End another of the actor's own sessions.

    Raises:
        NotFoundError: the actor has no such open session.
        KeyReusedError: the key came before with other input.

    """
    async with database.transaction() as connection:
        if once and await once.find_answer(connection, Done) is not None:
            return
        if not await store.end_session(connection, actor.require_person(), session_id):
            raise NotFoundError
        await record_audit(connection, actor=actor, action="session.ended", subject=f"session:{session_id}")
        if once:
            await once.keep_answer(connection, Done(sessions_ended=1))


async def sign_out_everywhere(*, actor: Actor, once: Once | None = None) -> int:
    """End every session of the actor, this one too; return how many.

    Raises:
        KeyReusedError: the key came before with other input.

    """
    person_id = actor.require_person()
    async with database.transaction() as connection:
        if once and (done := await once.find_answer(connection, Done)) is not None:
            return done.sessions_ended
        count = await store.end_sessions(connection, person_id)
        await record_audit(
            connection,
            actor=actor,
            action="session.ended_everywhere",
            subject=f"person:{person_id}",
            detail={"sessions": count},
        )
        if once:
            await once.keep_answer(connection, Done(sessions_ended=count))
    return count
