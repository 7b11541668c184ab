"""Lines of what is owed to one supplier: when they are due, what may be paid of them, how a payment is spread. Pure.

A negative line (goods came back after they had been paid) is due at once and is always taken off; only what is owed can
be held or disputed. So what may be paid never exceeds what is owed in all.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from marketplace.formats.dates import day_of


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed with a supplier from an instant on; `days` is above zero only where `rule` is in_days."""

    rule: str = "as_sold"
    days: int = 0
    effective_at: datetime | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed of one source, in rupiah; `is_held` where it was held or disputed and not released.

    `is_being_sent`: a transfer by Stripe is settling it; nobody knows yet how that ends.
    """

    source: str
    since: datetime
    due_on: date
    amount_rupiah: int
    is_held: bool = False
    is_being_sent: bool = False

    @property
    def is_payable(self) -> bool:
        """Whether the supplier may be paid for it."""
        return self.amount_rupiah > 0 and not self.is_held and not self.is_being_sent


def terms_at(history: Sequence[Terms], instant: datetime) -> Terms:
    """The terms that held when a line came up; `history` is oldest first. Without any: as sold, due at once."""
    found = Terms()
    for terms in history:
        if terms.effective_at is None or terms.effective_at <= instant:
            found = terms
    return found


def due_day(since: datetime, amount_rupiah: int, history: Sequence[Terms], time_zone: str) -> date:
    """The day on which a line is due by the store's clock; a negative one at once."""
    days = terms_at(history, since).days if amount_rupiah > 0 else 0
    return day_of(since, time_zone) + timedelta(days=days)


def proposed_lines(lines: Sequence[Line], *, due_on: date) -> list[Line]:
    """The lines of a run: all that is due and not held, and everything that is to be taken off."""
    return [line for line in lines if line.amount_rupiah < 0 or (line.is_payable and line.due_on <= due_on)]


def due_rupiah(lines: Sequence[Line], *, due_on: date) -> int:
    """What is due on a day, never below zero."""
    return max(0, sum(line.amount_rupiah for line in proposed_lines(lines, due_on=due_on)))


def payable_rupiah(approved: Mapping[str, int], lines: Sequence[Line], *, left_rupiah: int) -> int:
    """How much of an approved entry may be paid now.

    Of each approved line no more than was approved and is still owed, less all that is to be taken off now, and in all
    no more than is left of the approved amount.
    """
    return max(0, min(left_rupiah, sum(_caps(approved, lines).values()) + _taken_off(lines)))


def spread(amount_rupiah: int, approved: Mapping[str, int], lines: Sequence[Line]) -> dict[str, int]:
    """Spread a payment over the lines: all that is to be taken off, then the oldest debts; adds up to the payment.

    Raises ValueError where it is more than may be paid.
    """
    spread_by_source = {line.source: line.amount_rupiah for line in lines if line.amount_rupiah < 0}
    left = amount_rupiah - sum(spread_by_source.values())
    for source, cap in _caps(approved, lines).items():
        part = min(cap, left)
        if part:
            spread_by_source[source] = part
            left -= part
    if left or amount_rupiah <= 0:
        message = f"{amount_rupiah} rupiah cannot be spread: {left} left over"
        raise ValueError(message)
    return spread_by_source


def _caps(approved: Mapping[str, int], lines: Sequence[Line]) -> dict[str, int]:
    """The most that may be paid of each approved line, the earliest due first."""
    ordered = sorted(lines, key=lambda line: (line.due_on, line.since, line.source))
    return {
        line.source: min(approved[line.source], line.amount_rupiah)
        for line in ordered
        if line.is_payable and approved.get(line.source, 0) > 0
    }


def _taken_off(lines: Sequence[Line]) -> int:
    return sum(line.amount_rupiah for line in lines if line.amount_rupiah < 0)
