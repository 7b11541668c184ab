"""Rupiah at Stripe's edge: IDR has two decimals there, so Rp 12.500 is 1250000. Never a float, never a guess.

Source: https://docs.stripe.com/currencies (IDR is not among the zero-decimal currencies).
"""

from __future__ import annotations

from typing import Final

from payments.errors import PaymentsError
from payments.money import Money

CURRENCY: Final = "idr"
MINOR_PER_RUPIAH: Final = 100


class WrongAmount(PaymentsError):
    """An amount of the other side that is no whole number of rupiah, or is in another currency."""

    code = "wrong_amount"
    message = "Jumlah dari penyedia pembayaran tidak cocok"


def to_minor(amount: Money) -> int:
    """Write an amount as Stripe wants it."""
    return amount.rupiah * MINOR_PER_RUPIAH


def from_minor(minor: int, currency: str) -> Money:
    """Read an amount of the buyer's: whole rupiah or refused. Raises WrongAmount."""
    rupiah, rest = divmod(minor, MINOR_PER_RUPIAH)
    if currency != CURRENCY or rest:
        raise WrongAmount(minor=minor, currency=currency)
    return Money(rupiah)


def fee_from_minor(minor: int, currency: str) -> Money:
    """Read a fee: part of a rupiah counts as a whole one, so that the book never shows more than Stripe holds.

    Raises WrongAmount for another currency.
    """
    if currency != CURRENCY:
        raise WrongAmount(minor=minor, currency=currency)
    return Money(-(-minor // MINOR_PER_RUPIAH))
