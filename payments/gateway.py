"""The boundary behind which every way to pay stands, and what each of them can do.

The trade asks what a way can do and where its money lands; it never asks which way it is. Cash is the only one so far:
a cashier confirms it at once. Ways that wait for the other side register here too and bring their own start and
confirmation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

import msgspec

from payments.errors import UnknownMethod
from payments.ledger.accounts import AccountKey, till
from payments.money import LIMIT_RUPIAH, Money

if TYPE_CHECKING:
    from collections.abc import Mapping

ConfirmedBy: TypeAlias = Literal["cashier", "callback", "redirect"]
RefundWay: TypeAlias = Literal["none", "manual", "api"]


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """What a way to pay can do.

    `label` is the Indonesian msgid; `expires_after_seconds` is None where nothing waits.
    """

    method: str
    label: str
    confirmed_by: ConfirmedBy
    refund: RefundWay
    minimum: Money
    maximum: Money
    expires_after_seconds: int | None

    def takes(self, amount: Money) -> bool:
        """Whether an amount is within what this way can carry."""
        return self.minimum <= amount <= self.maximum


class Gateway(Protocol):
    """One way to pay."""

    @property
    def capability(self) -> Capability:
        """Return what it can do."""

    def lands_in(self, reference: str) -> AccountKey:
        """Return the account that money paid this way reaches first; what `reference` names depends on the way."""


class Cash:
    """Cash over the counter: it lands in the till of the shift named by the reference."""

    capability: Final = Capability(
        method="cash",
        label="Tunai",
        confirmed_by="cashier",
        refund="manual",
        minimum=Money(1),
        maximum=Money(LIMIT_RUPIAH),
        expires_after_seconds=None,
    )

    def lands_in(self, reference: str) -> AccountKey:
        """Return the till of a shift."""
        return till(reference)


GATEWAYS: Final[Mapping[str, Gateway]] = {gateway.capability.method: gateway for gateway in (Cash(),)}


def gateway_for(method: str) -> Gateway:
    """Return the gateway of a way to pay. Raises UnknownMethod where none is registered."""
    gateway = GATEWAYS.get(method)
    if gateway is None:
        raise UnknownMethod(method=method)
    return gateway


def offered_for(amount: Money) -> tuple[Capability, ...]:
    """Return what can be offered to a buyer who owes this amount, in the order of registration."""
    return tuple(gateway.capability for gateway in GATEWAYS.values() if gateway.capability.takes(amount))
