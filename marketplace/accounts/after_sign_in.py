"""What else happens when somebody signs in, in the same transaction: areas above register here (app.py does it)."""

from typing import Protocol

from marketplace.database import Connection
from marketplace.ids import PersonId


class AfterSignIn(Protocol):
    """Takes over what belongs to the guest who has just become `person_id`; `token` is their cart's."""

    async def __call__(self, connection: Connection, *, person_id: PersonId, token: str) -> None:
        """Run inside the transaction that opens the session."""


_registered: list[AfterSignIn] = []


def register_after_sign_in(callback: AfterSignIn) -> None:
    """Call `callback` when somebody with a guest's cart signs in or up. Registering again is harmless."""
    if callback not in _registered:
        _registered.append(callback)


async def run_after_sign_in(connection: Connection, *, person_id: PersonId, cart_token: str) -> None:
    """Call all that are registered, if a cart was brought."""
    if not cart_token:
        return
    for callback in _registered:
        await callback(connection, person_id=person_id, token=cart_token)
