"""The boundary behind which every way to pay stands, and what each of them can do.

The trade asks what a way can do and where its money lands; it never asks how. Cash a cashier confirms at once; QRIS and
transfers wait until somebody saw the money, cards until Stripe says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias

import msgspec

from payments.errors import UnknownMethod
from payments.ledger.accounts import QRIS_CLEARING, STRIPE_CLEARING, AccountKey, bank, member_tab, till
from payments.money import LIMIT_RUPIAH, Money

if TYPE_CHECKING:
    from collections.abc import Mapping

ConfirmedBy: TypeAlias = Literal["cashier", "callback", "redirect"]
RefundWay: TypeAlias = Literal["none", "manual", "api"]


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """What a way to pay can do.

    `label` is the Indonesian msgid; `expires_after_seconds` is None where nothing waits. `maximum` is what the way can
    carry at all; a scheme's limit is a dated row of `payment_limit`.
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


class Qris:
    """The store's QRIS: the money is with the acquirer until it reaches the bank."""

    capability: Final = Capability(
        method="qris",
        label="QRIS",
        confirmed_by="cashier",
        refund="manual",
        minimum=Money(1),
        maximum=Money(9_999_999_999_999),
        expires_after_seconds=30 * 60,
    )

    def lands_in(self, reference: str) -> AccountKey:  # noqa: ARG002 - a book has one
        """Return the account of QRIS money that has not reached the bank."""
        return QRIS_CLEARING


class Transfer:
    """A transfer to the store's bank account, recognised by its amount."""

    capability: Final = Capability(
        method="transfer",
        label="Transfer bank",
        confirmed_by="cashier",
        refund="manual",
        minimum=Money(10_000),
        maximum=Money(LIMIT_RUPIAH),
        expires_after_seconds=24 * 60 * 60,
    )

    def lands_in(self, reference: str) -> AccountKey:
        """Return the bank account named by the reference ('bank:4')."""
        return bank(reference)


class Stripe:
    """Cards by a page of Stripe's. Only Stripe's own word confirms it; coming back from the page does not."""

    capability: Final = Capability(
        method="stripe",
        label="Kartu (Stripe)",
        confirmed_by="callback",
        refund="api",
        # Stripe's minimum is about half a US dollar in the currency it settles in; its maximum has twelve digits.
        minimum=Money(15_000),
        maximum=Money(9_999_999_999),
        # A page lives for 30 minutes to 24 hours; an hour leaves room for a start that had to be repeated.
        expires_after_seconds=60 * 60,
    )

    def lands_in(self, reference: str) -> AccountKey:  # noqa: ARG002 - a book has one
        """Return the account of money at Stripe that has not reached the bank."""
        return STRIPE_CLEARING


class Tab:
    """A member's tab: no money comes, the member owes it."""

    capability: Final = Capability(
        method="tab",
        label="Kasbon",
        confirmed_by="cashier",
        refund="manual",
        minimum=Money(1),
        maximum=Money(LIMIT_RUPIAH),
        expires_after_seconds=None,
    )

    def lands_in(self, reference: str) -> AccountKey:
        """Return what the member named by the reference ('person:7') owes."""
        return member_tab(reference)


GATEWAYS: Final[Mapping[str, Gateway]] = {
    gateway.capability.method: gateway for gateway in (Cash(), Qris(), Transfer(), Stripe(), Tab())
}


def gateway_for(method: str) -> Gateway:
    """Return the gateway of a way to pay. Raises UnknownMethod where none is registered."""
    gateway = GATEWAYS.get(method)
    if gateway is None:
        raise UnknownMethod(method=method)
    return gateway


def offered_for(amount: Money) -> tuple[Capability, ...]:
    """Return what can be offered to a buyer who owes this amount, in the order of registration."""
    return tuple(gateway.capability for gateway in GATEWAYS.values() if gateway.capability.takes(amount))
