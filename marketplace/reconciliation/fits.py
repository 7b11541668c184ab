"""Which open lines could be which things: payments, days of QRIS money, deposits, money that was sent.

A line is taken without asking only where it fits one thing of any kind, and the thing fits one line.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from marketplace.books import book_of, member_of
from marketplace.database import Connection
from marketplace.ids import PersonId, StoreId
from marketplace.reconciliation import move_store as store
from payments import list_move_fits, list_payout_days, list_payout_lines, propose_matches

DEPOSIT_DAYS: Final = 7
"""How many days after it left the safe a deposit's line may come, to be taken without asking."""
_SEN: Final = 100
_PERSON: Final = "person:"

FitKind = Literal["payment", "payout", "deposit", "move"]


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """A line and something that it may be.

    `thing` names it among its kind: a payment's id, a day, a deposit's id, a move. `brought_by` is who brought the
    line of a deposit; None where that says nothing, as they brought the cash themselves.
    """

    line_id: int
    kind: FitKind
    thing: str
    brought_by: PersonId | None = None


def sole_fits(fits: Sequence[Fit]) -> list[Fit]:
    """Those whose line fits nothing else, and whose thing fits no other line, in the order given."""
    by_line = Counter(fit.line_id for fit in fits)
    by_thing = Counter((fit.kind, fit.thing) for fit in fits)
    return [fit for fit in fits if by_line[fit.line_id] == 1 and by_thing[fit.kind, fit.thing] == 1]


async def find_fits(connection: Connection, store_id: StoreId) -> list[Fit]:
    """All that the open lines of a store could be."""
    book = book_of(store_id)
    proposals = await propose_matches(connection, book=book)
    found = [
        Fit(line_id=proposal.line_id, kind="payment", thing=str(payment_id))
        for proposal in proposals
        for payment_id in proposal.payment_ids
    ]
    lines = await list_payout_lines(connection, book=book)
    days = await list_payout_days(connection, book=book) if lines else []
    found += [
        Fit(line_id=line.line_id, kind="payout", thing=day.day.isoformat())
        for line in lines
        for day in days
        if day.net.rupiah * _SEN == line.amount_sen and day.day <= line.on
    ]
    found += [
        Fit(
            line_id=row["line_id"],
            kind="deposit",
            thing=str(row["deposit_id"]),
            brought_by=_second_person(row["author"], made_by=row["made_by"], has_arrived=row["state"] == "arrived"),
        )
        for row in await store.list_deposit_fits(connection, store_id=store_id, book=book, days=DEPOSIT_DAYS)
    ]
    return found + [
        Fit(line_id=line_id, kind="move", thing=name) for line_id, name in await list_move_fits(connection, book=book)
    ]


def _second_person(author: str, *, made_by: PersonId, has_arrived: bool) -> PersonId | None:
    """Who brought the statement, if their word may count: a file from the hands of who brought the cash proves less."""
    if not author.startswith(_PERSON):
        return None
    person_id = member_of(author)
    return person_id if has_arrived or person_id != made_by else None
