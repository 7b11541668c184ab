"""A book's lines on hand: what they may be matched with, and what became of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from payments.connection import require_transaction
from payments.facts import Attempt, attempt_of
from payments.ledger import recipes
from payments.ledger.accounts import QRIS_CLEARING, bank
from payments.ledger.post import post
from payments.money import Money
from payments.qris.payload import bill_number_of
from payments.statements import store
from payments.statements.columns import BANK_TIME
from payments.statements.match import SEN, TRANSFER_DAYS, Expected, OpenLine, Proposal, propose
from payments.statements.moves import parts_of

if TYPE_CHECKING:
    import asyncpg

    from payments.connection import Connection

CANDIDATE_DAYS: Final = 60
_LARGEST_DIFFERENCE_BASIS_POINTS: Final = 200


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a statement. `became` is empty while nothing did, else payment, payout, bank_fee, deposit or move."""

    line_id: int
    kind: str
    account_reference: str
    on: date
    at: datetime | None
    amount_sen: int
    fee_sen: int | None
    description: str
    reference: str
    bill_number: str
    imported_at: datetime
    became: str
    payment_id: int | None


class StatementFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was brought."""

    import_id: int
    kind: str
    file_name: str
    line_count: int
    new_count: int
    imported_at: datetime


class PayoutDay(msgspec.Struct, frozen=True, kw_only=True):
    """QRIS payments of one day whose money has not reached the bank; `net` is what should come of them."""

    day: date
    payment_ids: tuple[int, ...]
    gross: Money
    net: Money


async def list_open_lines(connection: Connection, *, book: str, limit: int) -> list[Line]:
    """List a book's lines of which nothing became yet, oldest first."""
    return [_line(row) for row in await store.list_open_lines(connection, book=book, limit=limit)]


async def list_payout_lines(connection: Connection, *, book: str) -> list[Line]:
    """List open lines of a bank that say QRIS and brought money."""
    return [_line(row) for row in await store.list_payout_lines(connection, book=book)]


async def find_line(connection: Connection, *, book: str, line_id: int) -> Line | None:
    """Find one line of a book."""
    row = await store.find_line(connection, book=book, line_id=line_id)
    return None if row is None else _line(row)


async def propose_matches(connection: Connection, *, book: str) -> list[Proposal]:
    """Propose payments for the open lines of a book."""
    lines = [_line(row) for row in await store.list_matchable_lines(connection, book=book)]
    if not lines:
        return []
    first = datetime.combine(min(line.on for line in lines), datetime.min.time(), BANK_TIME)
    since = first - timedelta(days=TRANSFER_DAYS + 1)
    rows = [
        row
        for method in ("transfer", "qris")
        for row in await store.list_unmatched_payments(connection, book=book, method=method, since=since)
    ]
    return propose([_open(line) for line in lines], [_expected(row) for row in rows])


async def list_candidates(connection: Connection, *, book: str, line: Line) -> list[Attempt]:
    """List what a person may take a line for: payments of its way and exact amount that have no line yet."""
    if line.amount_sen <= 0 or line.amount_sen % SEN:
        return []
    method = "transfer" if line.kind == "bank" else "qris"
    since = datetime.combine(line.on, datetime.min.time(), BANK_TIME) - timedelta(days=CANDIDATE_DAYS)
    return [
        attempt_of(row, is_new=False)
        for row in await store.list_unmatched_payments(connection, book=book, method=method, since=since)
        if (row["amount_rupiah"] - row["discount_rupiah"]) * SEN == line.amount_sen
        and (method == "qris" or row["channel_reference"] == line.account_reference)
    ]


async def claim_line(
    connection: Connection,
    *,
    book: str,
    line_id: int,
    kind: Literal["payment", "payout", "bank_fee", "deposit", "move"],
    at: datetime,
    author: str,
    payment_id: int | None = None,
    move: str = "",
) -> bool:
    """Say what a line became; false where somebody was faster, or payment or move has its line. The first to be locked.

    A move, by its name, must be the line's to the rupiah when the transaction ends, or the database refuses it.
    """
    require_transaction(connection)
    source, part = parts_of(move)
    return await store.insert_match(
        connection,
        line_id=line_id,
        book=book,
        kind=kind,
        payment_id=payment_id,
        move_source=source or None,
        move_part=part or None,
        at=at,
        author=author,
    )


async def correct_fee(
    connection: Connection, *, book: str, line: Line, payment_id: int, at: datetime, author: str
) -> Money:
    """Book what a QRIS payment really cost where the acquirer says so; return by how much it was more (or less)."""
    require_transaction(connection)
    if line.fee_sen is None:
        return Money(0)
    real = Money((abs(line.fee_sen) + SEN // 2) // SEN)
    difference = real - Money(await store.find_booked_fee(connection, payment_id=payment_id))
    await post(
        connection,
        book=book,
        source=f"statement_line:{line.line_id}",
        transfers=recipes.fee_corrected(paid_into=QRIS_CLEARING, difference=difference),
        author=author,
        occurred_at=at,
        reason="fee of the statement",
    )
    return difference


async def list_payout_days(connection: Connection, *, book: str) -> list[PayoutDay]:
    """List the days whose QRIS payments have not reached the bank, oldest first."""
    days: dict[date, list[asyncpg.Record]] = {}
    for row in await store.list_unpaid_out(connection, book=book):
        days.setdefault(row["succeeded_at"].astimezone(BANK_TIME).date(), []).append(row)
    return [
        PayoutDay(
            day=day,
            payment_ids=tuple(row["id"] for row in rows),
            gross=Money(sum(row["amount_rupiah"] for row in rows)),
            net=Money(sum(row["amount_rupiah"] - row["fee_rupiah"] for row in rows)),
        )
        for day, rows in days.items()
    ]


def pays_out(line: Line, day: PayoutDay) -> bool:
    """Whether a line may be the pay-out of a day: not before it, and what is missing could be the acquirer's cost."""
    difference = abs(day.net.rupiah * SEN - line.amount_sen)
    most = day.gross.rupiah * SEN * _LARGEST_DIFFERENCE_BASIS_POINTS // 10_000
    return line.kind == "bank" and line.on >= day.day and line.amount_sen % SEN == 0 and difference <= most


async def book_payout(
    connection: Connection, *, book: str, line: Line, day: PayoutDay, at: datetime, author: str
) -> bool:
    """Move a day's QRIS money to the bank; what came more or less than booked changes the cost.

    The caller has claimed the line. False where another pay-out carried some of the payments meanwhile: then the
    caller lets the transaction fail.
    """
    require_transaction(connection)
    carried = await store.insert_payouts(connection, book=book, line_id=line.line_id, payment_ids=list(day.payment_ids))
    if carried != len(day.payment_ids):
        return False
    await post(
        connection,
        book=book,
        source=f"statement_line:{line.line_id}",
        transfers=recipes.clearing_paid_out(
            clearing=QRIS_CLEARING,
            paid_into=bank(line.account_reference),
            amount=Money(line.amount_sen // SEN),
            expected=day.net,
        ),
        author=author,
        occurred_at=at,
    )
    return True


async def book_bank_fee(connection: Connection, *, book: str, line: Line, at: datetime, author: str) -> None:
    """Book what the bank took for itself. The caller has claimed the line."""
    require_transaction(connection)
    await post(
        connection,
        book=book,
        source=f"statement_line:{line.line_id}",
        transfers=recipes.fee_corrected(
            paid_into=bank(line.account_reference), difference=Money(-line.amount_sen // SEN)
        ),
        author=author,
        occurred_at=at,
        reason=line.description,
    )


async def list_statements(connection: Connection, *, book: str, limit: int) -> list[StatementFile]:
    """List the files of a book, the newest first."""
    return [
        StatementFile(
            import_id=row["id"],
            kind=row["kind"],
            file_name=row["file_name"],
            line_count=row["line_count"],
            new_count=row["new_count"],
            imported_at=row["imported_at"],
        )
        for row in await store.list_imports(connection, book=book, limit=limit)
    ]


def _line(row: asyncpg.Record) -> Line:
    facts = dict(row)
    return Line(
        line_id=row["id"],
        kind=row["kind"],
        account_reference=row["account_reference"],
        on=row["happened_on"],
        at=row["happened_at"],
        amount_sen=row["amount_sen"],
        fee_sen=row["fee_sen"],
        description=row["description"],
        reference=row["reference"],
        bill_number=row["bill_number"],
        imported_at=row["imported_at"],
        became=facts.get("match_kind") or "",
        payment_id=facts.get("payment_id"),
    )


def _open(line: Line) -> OpenLine:
    return OpenLine(
        line_id=line.line_id,
        kind=line.kind,
        account_reference=line.account_reference,
        on=line.on,
        at=line.at,
        amount_sen=line.amount_sen,
        reference=line.reference,
        bill_number=line.bill_number,
    )


def _expected(row: asyncpg.Record) -> Expected:
    return Expected(
        payment_id=row["id"],
        method=row["method"],
        channel_reference=row["channel_reference"],
        due_rupiah=row["amount_rupiah"] - row["discount_rupiah"],
        reference=row["reference"],
        is_settled=row["succeeded_at"] is not None,
        day=row["recorded_at"].astimezone(BANK_TIME).date(),
        started_at=row["recorded_at"],
        bill_number=bill_number_of(row["instruction"]) if row["method"] == "qris" else "",
    )
