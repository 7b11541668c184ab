"""The delivery port: messages to people are written down, sealed, in the transaction that makes them true.

In development they are read on a page; in production a sender takes the unsent ones. Which provider carries WhatsApp
and e-mail is left to that sender.
"""

from datetime import datetime
from typing import Final

import msgspec

from marketplace.accounts import store
from marketplace.accounts.contacts import Contact
from marketplace.database import Connection
from marketplace.ids import PersonId
from marketplace.sealing import current_sealer

_BODY: Final = "outgoing_message.body"
_RECIPIENT: Final = "outgoing_message.recipient"


class ShownMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message as the development page shows it."""

    message_id: int
    channel: str
    recipient_masked: str
    subject: str
    body: str
    created_at: datetime
    is_sent: bool


def seal_message(contact: Contact, *, subject: str, body: str) -> dict[str, bytes | str]:
    """Columns of a message to this contact; a phone is written to by WhatsApp. `subject` holds nothing personal."""
    sealer = current_sealer()
    return {
        "channel": "whatsapp" if contact.kind == "phone" else "email",
        "recipient_masked": contact.masked,
        "recipient_sealed": sealer.seal(contact.text, purpose=_RECIPIENT),
        "subject": subject,
        "body_sealed": sealer.seal(body, purpose=_BODY),
    }


async def deliver(
    connection: Connection, contact: Contact, *, person_id: PersonId | None, subject: str, body: str
) -> None:
    """Hand over one message, in the caller's transaction."""
    await store.insert_message(connection, person_id, seal_message(contact, subject=subject, body=body))


async def list_outbox(connection: Connection, *, limit: int = 50) -> list[ShownMessage]:
    """The latest messages, opened: for development only, the caller makes sure of that."""
    sealer = current_sealer()
    return [
        ShownMessage(
            message_id=row["id"],
            channel=row["channel"],
            recipient_masked=row["recipient_masked"],
            subject=row["subject"],
            body=sealer.open_sealed(row["body_sealed"], purpose=_BODY),
            created_at=row["created_at"],
            is_sent=row["sent_at"] is not None,
        )
        for row in await store.list_messages(connection, limit)
    ]
