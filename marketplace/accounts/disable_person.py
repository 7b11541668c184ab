"""What the platform's operator may do to an account: disable, enable, end its sessions. Never read its password."""

from marketplace import database
from marketplace.accounts import store
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import ConflictError, ForbiddenError, NotFoundError
from marketplace.ids import PersonId


async def disable_person(person_id: PersonId, *, actor: Actor, reason: str = "") -> None:
    """Disable an account: its sessions end at once and its password no longer signs in.

    Raises:
        ForbiddenError: one's own account.
        NotFoundError: there is no such person.
        ConflictError: it is disabled already.

    """
    if person_id == actor.person_id:
        message = "Anda tidak dapat menonaktifkan akun sendiri."
        raise ForbiddenError(message)
    await _set_disabled(person_id, actor=actor, is_disabled=True, reason=reason)


async def enable_person(person_id: PersonId, *, actor: Actor, reason: str = "") -> None:
    """Enable an account again; its person signs in anew.

    Raises:
        NotFoundError: there is no such person.
        ConflictError: it is enabled already.

    """
    await _set_disabled(person_id, actor=actor, is_disabled=False, reason=reason)


async def _set_disabled(person_id: PersonId, *, actor: Actor, is_disabled: bool, reason: str) -> None:
    async with database.transaction() as connection:
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


async def end_sessions_of(person_id: PersonId, *, actor: Actor) -> int:
    """End every session of somebody, for a lost telephone; return how many.

    Raises:
        NotFoundError: there is no such person.

    """
    async with database.transaction() as connection:
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
    return count
