"""Whole rupiah as a value, with the few operations that money allows.

An amount is an exact integer; there is no division, no rounding and no float, because each of them loses a rupiah
somewhere. Parts of an amount come from `percent_floor` (a fee) and `split` (a shared amount), which both say where the
odd rupiah goes. How an amount is written ("Rp12.500") or read from a form is the business of the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LIMIT_RUPIAH: Final = 10**15
"""Largest amount either side of zero. A store never gets near it; thousands of such amounts still fit a bigint."""

WHOLE_BASIS_POINTS: Final = 10_000
"""Basis points in one whole: 250 are 2,5 %."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in whole rupiah. It may be negative (a difference, a debt); who forbids that says so.

    Raises TypeError for anything but an int (also for bool and float) and ValueError beyond `LIMIT_RUPIAH`.
    """

    rupiah: int

    def __post_init__(self) -> None:
        """Refuse what is not a whole number of rupiah within the limit."""
        _require_int(self.rupiah, what="an amount in rupiah")
        if abs(self.rupiah) > LIMIT_RUPIAH:
            message = f"{self.rupiah} rupiah is beyond the limit of {LIMIT_RUPIAH} rupiah"
            raise ValueError(message)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """Return the sum of the amounts; `ZERO` where there are none."""
        return cls(sum(amount.rupiah for amount in amounts))

    @property
    def is_negative(self) -> bool:
        """Whether the amount is below zero."""
        return self.rupiah < 0

    @property
    def is_positive(self) -> bool:
        """Whether the amount is above zero."""
        return self.rupiah > 0

    def __bool__(self) -> bool:
        """Return whether there is any money at all, as for an int."""
        return self.rupiah != 0

    def __add__(self, other: object) -> Money:
        """Return the sum of two amounts."""
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.rupiah + other.rupiah)

    def __sub__(self, other: object) -> Money:
        """Return the difference of two amounts, negative where the other one is larger."""
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.rupiah - other.rupiah)

    def __mul__(self, times: object) -> Money:
        """Return the amount so many times; only whole times."""
        if type(times) is not int:
            return NotImplemented
        return Money(self.rupiah * times)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        """Return the same amount in the other direction."""
        return Money(-self.rupiah)

    def __abs__(self) -> Money:
        """Return the size of the amount."""
        return Money(abs(self.rupiah))

    def percent_floor(self, basis_points: int) -> Money:
        """Return so many basis points of this amount, rounded down: the odd rupiah stays with the other party.

        Only for amounts of zero or more and 0 to 10.000 basis points; "down" would mean two things below zero.
        """
        _require_int(basis_points, what="basis points")
        if not 0 <= basis_points <= WHOLE_BASIS_POINTS:
            message = f"{basis_points} basis points are not between 0 and {WHOLE_BASIS_POINTS}"
            raise ValueError(message)
        if self.is_negative:
            message = f"no part of a negative amount ({self.rupiah} rupiah); take it of the positive one"
            raise ValueError(message)
        return Money(self.rupiah * basis_points // WHOLE_BASIS_POINTS)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Return one part for each weight; the parts add up to exactly this amount.

        Largest remainder: each part is rounded towards zero, and the rupiah left over go, one each, to the largest
        remainders; among equal remainders to the earlier part. Weights are ints of zero or more, not all zero.
        """
        for weight in weights:
            _require_int(weight, what="a weight")
            if weight < 0:
                message = f"a weight of {weight} is below zero"
                raise ValueError(message)
        whole = sum(weights)
        if whole == 0:
            message = "an amount can only be split by at least one weight above zero"
            raise ValueError(message)
        size, sign = abs(self.rupiah), -1 if self.is_negative else 1
        parts = [size * weight // whole for weight in weights]
        remainders = [size * weight % whole for weight in weights]
        left_over = size - sum(parts)
        for position in sorted(range(len(parts)), key=lambda index: -remainders[index])[:left_over]:
            parts[position] += 1
        return tuple(Money(sign * part) for part in parts)


def _require_int(value: object, *, what: str) -> None:
    # bool is an int to Python, and True rupiah is a mistake; so isinstance is not enough.
    if type(value) is not int:
        message = f"{what} is a whole int, not {type(value).__name__}"
        raise TypeError(message)


ZERO: Final = Money(0)
