"""Send a one-time link to whoever forgot their password."""

from datetime import timedelta

from marketplace import clock, database
from marketplace.accounts import store
from marketplace.accounts.attempts import limit_reset
from marketplace.accounts.contacts import Contact, read_contact
from marketplace.accounts.delivery import seal_message
from marketplace.accounts.repeats import Done, find_done
from marketplace.accounts.schemas import AskReset
from marketplace.accounts.visit import Visit
from marketplace.actor import GUEST
from marketplace.audit import record_audit
from marketplace.database import Connection
from marketplace.http.idempotency import Once
from marketplace.ids import hash_token, new_token
from marketplace.settings import current_settings

RESET_MINUTES = 60
_SUBJECT = "Atur ulang kata sandi Lumbung"
_BODY = (
    "Buka tautan ini dalam satu jam untuk membuat kata sandi baru. Tautan hanya berlaku satu kali:\n\n{link}\n\n"
    "Tidak meminta ini? Abaikan saja; kata sandi Anda tetap sama. Jangan berikan tautan ini kepada siapa pun."
)


async def ask_password_reset(command: AskReset, *, visit: Visit, once: Once | None = None) -> None:
    """Write a message with a link good for one hour, if the contact has an account; say nothing of whether it has.

    Raises:
        InvalidError: the contact cannot be read.
        TooManyRequestsError: too many requests, a repetition of an answered one not among them.

    """
    contact = read_contact(command.contact)
    if once and await find_done(once) is not None:
        return
    await limit_reset(visit, contact)
    async with database.transaction() as connection:
        if once and await once.find_answer(connection, Done) is not None:
            return
        await write_reset(connection, contact)
        # Also where there is no such account, so that both ways commit something.
        await record_audit(connection, actor=GUEST, action="password_reset.asked", subject="password_reset")
        if once:
            await once.keep_answer(connection, Done())


async def write_reset(connection: Connection, contact: Contact) -> str:
    """Make the link for the person with this contact and hand it to delivery; return it for the operator's shell."""
    token = new_token()
    link = f"{current_settings().public_url}/sandi/{token}"
    await store.insert_reset(
        connection,
        contact,
        token_hash=hash_token(token),
        expires_at=clock.now() + timedelta(minutes=RESET_MINUTES),
        message=seal_message(contact, subject=_SUBJECT, body=_BODY.format(link=link)),
    )
    return link
