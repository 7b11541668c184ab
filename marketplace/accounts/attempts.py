"""How often one may try to sign in, sign up or ask for a new password.

Counted before the work, in a statement of its own, so that a refused attempt counts too. By address the limits are
wide, since a whole village may share one; by contact from one address they are narrow; by contact alone they stop a
spread attack without letting a single stranger lock the owner out.
"""

from datetime import timedelta

from marketplace import database
from marketplace.accounts.contacts import Contact
from marketplace.accounts.visit import Visit
from marketplace.http.rate_limits import limit_attempts

_QUARTER = timedelta(minutes=15)
_HOUR = timedelta(hours=1)


async def limit_sign_in(visit: Visit, contact: Contact) -> None:
    """Count one attempt to sign in.

    Raises:
        TooManyRequestsError: 10 for a contact from one address or 200 from one address in 15 minutes, or 100 for a
            contact in an hour.

    """
    who = contact.fingerprint.hex()[:32]
    async with database.connection() as connection:
        await limit_attempts(connection, f"sign_in:{visit.address}", most=200, window=_QUARTER)
        await limit_attempts(connection, f"sign_in:{visit.address}:{who}", most=10, window=_QUARTER)
        await limit_attempts(connection, f"sign_in:{who}", most=100, window=_HOUR)


async def limit_sign_up(visit: Visit, contact: Contact) -> None:
    """Count one attempt to sign up.

    Raises:
        TooManyRequestsError: 100 from one address or 10 for a contact in an hour.

    """
    async with database.connection() as connection:
        await limit_attempts(connection, f"sign_up:{visit.address}", most=100, window=_HOUR)
        await limit_attempts(connection, f"sign_up:{contact.fingerprint.hex()[:32]}", most=10, window=_HOUR)


async def limit_reset(visit: Visit, contact: Contact) -> None:
    """Count one request for a reset link.

    Raises:
        TooManyRequestsError: 50 from one address, 5 for a contact from one address, or 20 for a contact in an hour.

    """
    who = contact.fingerprint.hex()[:32]
    async with database.connection() as connection:
        await limit_attempts(connection, f"reset:{visit.address}", most=50, window=_HOUR)
        await limit_attempts(connection, f"reset:{visit.address}:{who}", most=5, window=_HOUR)
        await limit_attempts(connection, f"reset:{who}", most=20, window=_HOUR)


async def limit_new_password(visit: Visit, *, person_id: int | None = None) -> None:
    """Count one attempt to set a password, by the person's current one or by a link.

    Raises:
        TooManyRequestsError: 50 from one address or 10 by a person in 15 minutes.

    """
    async with database.connection() as connection:
        await limit_attempts(connection, f"new_password:{visit.address}", most=50, window=_QUARTER)
        if person_id is not None:
            await limit_attempts(connection, f"new_password:person:{person_id}", most=10, window=_QUARTER)
