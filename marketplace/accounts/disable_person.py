"""What the platform's operator may do to an account: disable, enable, end its sessions. Never read its password."""

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.schemas import SessionsEnded
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import ConflictError, ForbiddenError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import PersonId


async def disable_person(
    person_id: PersonId, *, actor: Actor, reason: str = "", once: Once | None = None
) -> SessionsEnded:
    """Disable an account: its sessions end at once and its password no longer signs in.

    Raises:
        ForbiddenError: one's own account.
        NotFoundError: there is no such person.
        ConflictError: it is disabled already.
        KeyReusedError: the key came before with other input.

    """
    if person_id == actor.person_id:
        message = "Anda tidak dapat menonaktifkan akun sendiri."
        raise ForbiddenError(message)
    return await _set_disabled(person_id, actor=actor, is_disabled=True, reason=reason, once=once)


async def enable_person(
    person_id: PersonId, *, actor: Actor, reason: str = "", once: Once | None = None
) -> SessionsEnded:
    """Enable an account again; its person signs in anew.

    Raises:
        NotFoundError: there is no such person.
        ConflictError: it is enabled already.
        KeyReusedError: the key came before with other input.

    """
    return await _set_disabled(person_id, actor=actor, is_disabled=False, reason=reason, once=once)


async def _set_disabled(
    person_id: PersonId, *, actor: Actor, is_disabled: bool, reason: str, once: Once | None
) -> SessionsEnded:
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, SessionsEnded)) is not None:
            return answer
        if await store.find_person(connection, person_id) is None:
            raise NotFoundError
        if not await store.set_disabled(connection, person_id, is_disabled=is_disabled):
            raise ConflictError
        ended = await store.end_sessions(connection, person_id)
        await record_audit(
            connection,
            actor=actor,
            action="person.disabled" if is_disabled else "person.enabled",
            subject=f"person:{person_id}",
            detail={"sessions_ended": ended, "reason": reason},
        )
        answer = SessionsEnded(sessions_ended=ended)
        if once:
            await once.keep_answer(connection, answer)
    return answer


async def end_sessions_of(person_id: PersonId, *, actor: Actor, once: Once | None = None) -> SessionsEnded:
    """End every session of somebody, for a lost telephone; return how many.

    Raises:
        NotFoundError: there is no such person.
        KeyReusedError: the key came before with other input.

    """
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, SessionsEnded)) is not None:
            return answer
        if await store.find_person(connection, person_id) is None:
            raise NotFoundError
        count = await store.end_sessions(connection, person_id)
        await record_audit(
            connection,
            actor=actor,
            action="session.ended_everywhere",
            subject=f"person:{person_id}",
            detail={"sessions": count},
        )
        answer = SessionsEnded(sessions_ended=count)
        if once:
            await once.keep_answer(connection, answer)
    return answer
