"""Keys of the commands of accounts: whom a key belongs to where no session says so, and inputs that hold passwords.

Somebody who learns a key learns nothing by it: the answer to signing in is given again only to who proves the password
again, that to a reset to who holds the link, the rest to who holds the session (docs/decisions/0012).
"""

from typing import Any

import msgspec
from litestar import Request

from marketplace import database
from marketplace.accounts.contacts import read_contact
from marketplace.accounts.passwords import slow_digest
from marketplace.errors import SignInRequiredError
from marketplace.http.idempotency import Once, once_for
from marketplace.ids import hash_token

AnyRequest = Request[Any, Any, Any]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """The kept answer of a command whose answer says nothing; `sessions_ended` by it."""

    sessions_ended: int = 0


def once_for_contact(request: AnyRequest, contact: str, *, said: object = None) -> Once:
    """Key that belongs to an account, whoever asks from wherever: a telephone changes its address between two tries.

    Without the password: each try proves it against the account.

    Raises:
        InvalidError: the contact cannot be read, or no usable Idempotency-Key was sent.

    """
    return once_for(request, f"contact:{read_contact(contact).fingerprint.hex()}", msgspec.json.encode(said))


def once_for_session(request: AnyRequest) -> Once:
    """Key that belongs to the session whose token was sent, also after that session has ended.

    Raises:
        SignInRequiredError: no token was sent.
        InvalidError: no usable Idempotency-Key was sent.

    """
    token = request.scope["state"]["session_token"]
    if not token:
        raise SignInRequiredError
    return once_for(request, f"session:{hash_token(token).hex()}", b"")


async def once_for_passwords(request: AnyRequest, owner: str) -> Once:
    """Key of a command whose input holds passwords: of it only a slow digest is kept.

    Raises:
        InvalidError: no usable Idempotency-Key was sent.

    """
    return once_for(request, owner, await slow_digest(owner.encode() + b"\0" + await request.body()))


async def find_done(once: Once) -> Done | None:
    """What a repeated command answered, asked before the command would refuse what it has done itself.

    Raises:
        KeyReusedError: the key was used with other input.

    """
    async with database.connection() as connection:
        return await once.find_kept(connection, Done)
