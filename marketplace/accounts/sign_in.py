"""Sign a person in with contact and password."""

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.attempts import limit_sign_in
from marketplace.accounts.contacts import Contact, read_contact
from marketplace.accounts.errors import AccountDisabledError, SessionOfKeyEndedError, WrongCredentialsError
from marketplace.accounts.open_session import open_session
from marketplace.accounts.passwords import hash_password, needs_rehash, verify_password
from marketplace.accounts.schemas import OpenedSession, SignIn
from marketplace.accounts.visit import Visit
from marketplace.http.idempotency import Once
from marketplace.ids import hash_token


async def sign_in(command: SignIn, *, visit: Visit, once: Once | None = None) -> OpenedSession:
    """Verify the password and open a session of 30 days.

    Takes as long for an unknown contact as for a wrong password.

    Raises:
        InvalidError: the contact cannot be read.
        TooManyRequestsError: too many attempts.
        WrongCredentialsError: contact or password do not match.
        AccountDisabledError: they match, but the account was disabled.
        KeyReusedError: the key came before with other input.
        SessionOfKeyEndedError: the key came before, and its session has ended.

    """
    contact = read_contact(command.contact)
    await limit_sign_in(visit, contact)
    return await enter(contact, command.password, visit=visit, once=once)


async def enter(contact: Contact, password: str, *, visit: Visit, once: Once | None = None) -> OpenedSession:
    """As `sign_in`, for callers who have counted the attempt already.

    A key opens nothing by itself: the password is proved first, each time.
    """
    async with database.connection() as connection:
        person = await store.find_person_by_contact(connection, contact)
    password_hash: str | None = person["password_hash"] if person else None
    is_right = await verify_password(password_hash, password)
    if person is None or password_hash is None or not is_right:
        raise WrongCredentialsError
    if person["is_disabled"]:
        raise AccountDisabledError
    fresh_hash = await hash_password(password) if needs_rehash(password_hash) else None
    async with database.transaction() as connection:
        if once and (kept := await once.find_answer(connection, OpenedSession)) is not None:
            if kept.person_id != person["id"] or not await store.find_session(connection, hash_token(kept.token)):
                raise SessionOfKeyEndedError
            return kept
        opened = await open_session(connection, person["id"], visit=visit, password_hash=password_hash)
        if opened is None:
            raise WrongCredentialsError
        if fresh_hash:
            await store.set_password_hash(connection, person["id"], fresh_hash, only_if=password_hash)
        if once:
            await once.keep_answer(connection, opened)
    return opened
