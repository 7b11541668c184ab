"""Make an account and sign its person in."""

import unicodedata

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.attempts import limit_sign_in, limit_sign_up
from marketplace.accounts.contacts import Contact, read_contact
from marketplace.accounts.errors import ContactTakenError, WrongCredentialsError
from marketplace.accounts.open_session import open_session
from marketplace.accounts.passwords import check_new_password, hash_password
from marketplace.accounts.schemas import OpenedSession, SignUp
from marketplace.accounts.sign_in import enter
from marketplace.accounts.visit import Visit
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.database import Connection
from marketplace.errors import InvalidError
from marketplace.http.idempotency import Once
from marketplace.regions import find_region

LONGEST_NAME = 120


async def sign_up(command: SignUp, *, visit: Visit, once: Once | None = None) -> OpenedSession:
    """Make an account and open its first session, in one transaction.

    Sending it again with the same password signs in, so a form sent twice does no harm; with the same key it is the
    same session.

    Raises:
        InvalidError: name, contact, password, village or language, field by field.
        TooManyRequestsError: too many attempts.
        ContactTakenError: the contact has an account with another password.
        KeyReusedError: the key came before with other input.
        SessionOfKeyEndedError: the key came before, and its session has ended.

    """
    name = checked_name(command.display_name)
    contact = read_contact(command.contact)
    check_new_password(command.password, known=(contact.text, name))
    language = checked_language(command.language)
    await limit_sign_up(visit, contact)
    await limit_sign_in(visit, contact)
    try:
        return await _make_account(command, contact, name, language, visit=visit, once=once)
    except ContactTakenError:
        try:
            return await enter(contact, command.password, visit=visit, once=once)
        except WrongCredentialsError:
            raise ContactTakenError from None


async def _make_account(
    command: SignUp, contact: Contact, name: str, language: str, *, visit: Visit, once: Once | None
) -> OpenedSession:
    password_hash = await hash_password(command.password)
    async with database.transaction() as connection:
        if once and await once.find_answer(connection, OpenedSession) is not None:
            # Whoever repeats this has an account by now, and has to prove its password.
            raise ContactTakenError
        village_code = await checked_village(connection, command.village_code)
        person_id = await store.insert_person(
            connection,
            display_name=name,
            contact=contact,
            password_hash=password_hash,
            village_code=village_code,
            language=language,
        )
        if person_id is None:
            # The claim of the key goes back with the transaction.
            raise ContactTakenError
        opened = await open_session(connection, person_id, visit=visit, password_hash=password_hash)
        if opened is None:
            raise WrongCredentialsError
        await record_audit(
            connection,
            actor=Actor(person_id=person_id),
            action="person.signed_up",
            subject=f"person:{person_id}",
            detail={"contact_kind": contact.kind},
        )
        if once:
            await once.keep_answer(connection, opened)
    return opened


def checked_name(text: str, *, field: str = "display_name") -> str:
    """A name as people write it; one word is a whole name.

    Raises:
        InvalidError: nothing, too long, or no letter in it.

    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise InvalidError(fields={field: "Isi nama Anda. Satu kata pun cukup."})
    if len(name) > LONGEST_NAME:
        raise InvalidError(fields={field: ("Nama paling banyak {most} huruf.", {"most": LONGEST_NAME})})
    if not any(letter.isalpha() for letter in name) or any(unicodedata.category(letter) == "Cc" for letter in name):
        raise InvalidError(fields={field: "Nama ditulis dengan huruf."})
    return name


def checked_language(text: str) -> str:
    """`id` or `en`.

    Raises:
        InvalidError: another.

    """
    if text not in ("id", "en"):
        raise InvalidError(fields={"language": "Bahasa yang tersedia: id dan en."})
    return text


async def checked_village(connection: Connection, code: str | None) -> str | None:
    """The code of a village that exists, or None.

    Raises:
        InvalidError: there is no such village.

    """
    if not code:
        return None
    region = await find_region(connection, code)
    if region is None or region.level != "village":
        raise InvalidError(fields={"village_code": "Desa atau kelurahan ini tidak ada di daftar wilayah."})
    return code
