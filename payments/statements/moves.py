"""What the book says moved at a bank, held against its statement: money that was sent, and what a bank held on a day.

A move is what one source did to a bank account in one go. It was booked before any statement told of it (a supplier
paid, a return sent back, a gateway's payout), so its line is tied to it and nothing is booked twice.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from payments.money import Money
from payments.statements import move_store as store
from payments.statements.columns import BANK_TIME
from payments.statements.match import SEN

if TYPE_CHECKING:
    import asyncpg

    from payments.connection import Connection
    from payments.statements.lines import Line

MOVE_DAYS: Final = 7
"""How many days a bank's line may lie before or after the day on which its move was booked, to be taken unasked."""
CANDIDATE_DAYS: Final = 60


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Money that left an account by the book (below zero), or came from a gateway. `name` tells it in its book."""

    source: str
    part: str
    account_reference: str
    amount: Money
    on: date
    at: datetime
    transfer_id: int

    @property
    def name(self) -> str:
        """Name of the move: its source, and what of it where one source moved money several times."""
        return name_of(self.source, self.part)


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """The days that the statements of an account cover."""

    since: date
    through: date


class HeldBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What an account held at the end of its newest statement, in sen: by the book, and as the bank says."""

    on: date
    held_sen: int
    said_sen: int


def name_of(source: str, part: str) -> str:
    """Name a move in one word, as pages and API do."""
    return f"{source}/{part}"


def parts_of(name: str) -> tuple[str, str]:
    """Return source and part of a move's name; the part is empty where it is no such name."""
    source, _, part = name.rpartition("/")
    return (source, part) if source else (part, "")


async def list_moves(
    connection: Connection, *, book: str, account_reference: str, since: date, through: date
) -> list[Move]:
    """List moves of an account, booked on these days, that no line of a statement shows; the oldest first."""
    return [
        _move(row)
        for row in await store.list_moves(
            connection, book=book, account_reference=account_reference, since=since, through=through
        )
    ]


async def list_move_candidates(connection: Connection, *, book: str, line: Line) -> list[Move]:
    """List moves that a person may take a line for: of its account and exact amount, within sixty days."""
    if line.kind != "bank":
        return []
    days = timedelta(days=CANDIDATE_DAYS)
    moves = await list_moves(
        connection, book=book, account_reference=line.account_reference, since=line.on - days, through=line.on + days
    )
    return [move for move in moves if move.amount.rupiah * SEN == line.amount_sen]


async def list_move_fits(connection: Connection, *, book: str) -> list[tuple[int, str]]:
    """List which open lines fit which moves: line ids with names of moves."""
    first = await store.find_first_open_day(connection, book=book)
    if first is None:
        return []
    rows = await store.list_fits(connection, book=book, since=first - timedelta(days=MOVE_DAYS), days=MOVE_DAYS)
    return [(row["line_id"], name_of(row["source"], row["part"])) for row in rows]


async def find_covered(connection: Connection, *, book: str, account_reference: str) -> Covered | None:
    """Find the days that an account's statements cover; None without a statement."""
    row = await store.find_covered(connection, book=book, account_reference=account_reference)
    return None if row["since"] is None else Covered(since=row["since"], through=row["through"])


async def find_held_balance(
    connection: Connection, *, book: str, account_reference: str, through: date
) -> HeldBalance | None:
    """Compare an account with its newest statement up to a day: as of the statement's own day, nothing later.

    What a line brought into the book counts on the line's day, whenever the statement was brought.
    """
    row = await store.find_last_balance(connection, book=book, account_reference=account_reference, through=through)
    if row is None:
        return None
    day: date = row["happened_on"]
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), BANK_TIME) - timedelta(microseconds=1)
    # A file of today cannot know what is booked after it was made.
    until = min(end, row["imported_at"])
    held = await store.sum_held(connection, book=book, account_reference=account_reference, day=day, until=until)
    shifted = await store.sum_shifted(connection, book=book, account_reference=account_reference, day=day, until=until)
    return HeldBalance(on=day, held_sen=held + shifted, said_sen=row["balance_sen"])


def _move(row: asyncpg.Record) -> Move:
    return Move(
        source=row["source"],
        part=row["part"],
        account_reference=row["account_reference"],
        amount=Money(row["rupiah"]),
        on=row["booked_on"],
        at=row["occurred_at"],
        transfer_id=row["transfer_id"],
    )
