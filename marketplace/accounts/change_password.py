"""Change one's own password."""

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.attempts import limit_new_password
from marketplace.accounts.contacts import contact_of
from marketplace.accounts.passwords import check_new_password, hash_password, verify_password
from marketplace.accounts.repeats import Done, find_done
from marketplace.accounts.schemas import ChangePassword
from marketplace.accounts.visit import Visit
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import ConflictError, InvalidError
from marketplace.http.idempotency import Once


async def change_password(command: ChangePassword, *, actor: Actor, visit: Visit, once: Once | None = None) -> int:
    """Replace the password and end every other session; return how many those were.

    Raises:
        TooManyRequestsError: too many attempts.
        InvalidError: the present password is wrong, or the new one not accepted.
        ConflictError: the password was changed elsewhere at the same time.
        KeyReusedError: the key came before with other input.

    """
    person_id = actor.require_person()
    if once and (done := await find_done(once)) is not None:
        return done.sessions_ended
    await limit_new_password(visit, person_id=person_id)
    async with database.connection() as connection:
        person = await store.find_person(connection, person_id)
        present = await store.find_password_hash(connection, person_id)
    if not await verify_password(present, command.current_password):
        # A twin of this very command may have changed it since the first look.
        if once and (done := await find_done(once)) is not None:
            return done.sessions_ended
        raise InvalidError(fields={"current_password": "Kata sandi sekarang tidak cocok."})
    contact = contact_of(person["phone_sealed"], person["email_sealed"]) if person else None
    known = (actor.display_name, contact.text) if contact else (actor.display_name,)
    check_new_password(command.new_password, known=known, field="new_password")
    if command.new_password == command.current_password:
        raise InvalidError(fields={"new_password": "Kata sandi baru sama dengan yang sekarang."})
    new_hash = await hash_password(command.new_password)
    async with database.transaction() as connection:
        if once and (done := await once.find_answer(connection, Done)) is not None:
            return done.sessions_ended
        if not await store.set_password_hash(connection, person_id, new_hash, only_if=present):
            raise ConflictError
        ended = await store.end_sessions(connection, person_id, but=actor.session_id)
        await record_audit(
            connection,
            actor=actor,
            action="password.changed",
            subject=f"person:{person_id}",
            detail={"sessions_ended": ended},
        )
        if once:
            await once.keep_answer(connection, Done(sessions_ended=ended))
    return ended
