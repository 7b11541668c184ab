"""Begin a session inside the caller's transaction.

The token is always made here: one that a browser sends is never taken over, and the session it held before ends
(session fixation).
"""

from datetime import timedelta

from marketplace import clock
from marketplace.accounts import store
from marketplace.accounts.after_sign_in import run_after_sign_in
from marketplace.accounts.schemas import OpenedSession
from marketplace.accounts.visit import Visit
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.database import Connection
from marketplace.http.cookies import SESSION_SECONDS
from marketplace.ids import PersonId, hash_token, new_token


async def open_session(
    connection: Connection, person_id: PersonId, *, visit: Visit, password_hash: str | None
) -> OpenedSession | None:
    """Sign a person in for 30 days; None where the account was disabled or its password changed meanwhile.

    `password_hash` is the one that was just verified.
    """
    # The cart comes first in the order of locks.
    await run_after_sign_in(connection, person_id=person_id, cart_token=visit.cart_token)
    token = new_token()
    expires_at = clock.now() + timedelta(seconds=SESSION_SECONDS)
    row = await store.insert_session(
        connection,
        person_id,
        token_hash=hash_token(token),
        expires_at=expires_at,
        device=visit.device,
        password_hash=password_hash,
    )
    if row is None:
        return None
    if visit.session_token:
        await store.end_session_by_token(connection, hash_token(visit.session_token))
    await record_audit(
        connection, actor=Actor(person_id=person_id), action="session.opened", subject=f"session:{row['id']}"
    )
    return OpenedSession(token=token, expires_at=expires_at, person_id=person_id, role=row["role"])
