"""Set a new password by the one-time link."""

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.attempts import limit_new_password
from marketplace.accounts.errors import ResetLinkSpentError
from marketplace.accounts.passwords import check_new_password, hash_password
from marketplace.accounts.repeats import Done, find_done
from marketplace.accounts.schemas import ResetPassword
from marketplace.accounts.visit import Visit
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.http.idempotency import Once
from marketplace.ids import hash_token


async def reset_password(command: ResetPassword, *, visit: Visit, once: Once | None = None) -> None:
    """Spend the link, set the password, end every session of its person.

    Raises:
        InvalidError: the new password is not accepted; the link stays good.
        TooManyRequestsError: too many attempts.
        ResetLinkSpentError: the link was used, has run out or never was.
        KeyReusedError: the key came before with other input.

    """
    if once and await find_done(once) is not None:
        return
    await limit_new_password(visit)
    token_hash = hash_token(command.token)
    async with database.connection() as connection:
        is_open = await store.is_reset_open(connection, token_hash)
    if not is_open:
        # A twin of this very command may have spent it since the first look.
        if once and await find_done(once) is not None:
            return
        raise ResetLinkSpentError
    check_new_password(command.new_password, field="new_password")
    password_hash = await hash_password(command.new_password)
    async with database.transaction() as connection:
        if once and await once.find_answer(connection, Done) is not None:
            return
        person_id = await store.use_reset(connection, token_hash)
        if person_id is None:
            raise ResetLinkSpentError
        await store.set_password_hash(connection, person_id, password_hash)
        ended = await store.end_sessions(connection, person_id)
        await record_audit(
            connection,
            actor=Actor(person_id=person_id),
            action="password.reset",
            subject=f"person:{person_id}",
            detail={"sessions_ended": ended},
        )
        if once:
            await once.keep_answer(connection, Done(sessions_ended=ended))


async def is_link_open(token: str) -> bool:
    """Whether the link in a message can still be used: asked before its page shows the form."""
    async with database.connection() as connection:
        return await store.is_reset_open(connection, hash_token(token))
