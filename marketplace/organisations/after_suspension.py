"""What else happens when an organisation is suspended or works again, in the same transaction.

Areas above register here (app.py does it): a suspended cooperative's store, a seller's goods and a partner's offers
leave the market at once, for nobody is left who could serve a buyer.
"""

from typing import Protocol

from marketplace.database import Connection
from marketplace.ids import OrganisationId


class AfterSuspension(Protocol):
    """Takes what belongs to the organisation off the market, or does what its return needs."""

    async def __call__(self, connection: Connection, *, organisation_id: OrganisationId, is_suspended: bool) -> None:
        """Run inside the transaction that writes the status. Whatever kind the organisation is."""


_registered: list[AfterSuspension] = []


def register_after_suspension(callback: AfterSuspension) -> None:
    """Call `callback` at each suspension and return. Registering again is harmless."""
    if callback not in _registered:
        _registered.append(callback)


async def run_after_suspension(connection: Connection, *, organisation_id: OrganisationId, is_suspended: bool) -> None:
    """Call all that are registered, in the order of registration."""
    for callback in _registered:
        await callback(connection, organisation_id=organisation_id, is_suspended=is_suspended)
