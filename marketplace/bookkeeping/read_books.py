"""Reading a store's books: each report as a document, at most three statements and the names.

All of one report is read in one snapshot, so that its sums fit its lines while the store goes on selling.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Final, Literal

import msgspec

from marketplace import clock, database
from marketplace.bookkeeping import compose, store
from marketplace.bookkeeping.documents import Document
from marketplace.bookkeeping.names import Names, find_names
from marketplace.bookkeeping.spans import Span, report_days
from marketplace.books import book_of
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.pagination import decode_cursor, encode_cursor
from marketplace.ids import StoreId
from payments import (
    AccountKey,
    AccountKind,
    Activity,
    BalanceSheet,
    DayTrialBalance,
    ProfitAndLoss,
    activity,
    balance_sheet,
    page_accounts,
    profit_and_loss,
    trial_balance_on,
)
from payments.ledger.accounts import KINDS

ReportName = Literal["trial_balance", "profit_and_loss", "balance_sheet"]
Report = DayTrialBalance | ProfitAndLoss | BalanceSheet

ACCOUNTS_ON_A_PAGE: Final = 50
LINES_ON_A_PAGE: Final = 50


class ShownReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report with the document that shows it, and the days it is of."""

    report: Report
    document: Document
    span: Span
    time_zone: str


class ShownActivity(msgspec.Struct, frozen=True, kw_only=True):
    """A page of an account's activity with its document, names and the days it is of."""

    activity: Activity
    document: Document
    names: Names
    span: Span
    time_zone: str
    next_cursor: str | None


class ShownAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account of a kind with its balance of now; `held_rupiah` is set aside."""

    reference: str
    name: str
    balance_rupiah: int
    held_rupiah: int


class ShownAccounts(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a kind's accounts."""

    kind: AccountKind
    accounts: list[ShownAccount]
    next_cursor: str | None
    time_zone: str


@asynccontextmanager
async def _snapshot() -> AsyncIterator[database.Connection]:
    async with database.connection() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        yield connection


async def _paper(
    connection: database.Connection,
    store_id: StoreId,
    *,
    since: str | None,
    through: str | None,
    language: str,
    href_of: Callable[[AccountKind], str] | None = None,
) -> compose.Paper:
    place = await store.find_place(connection, store_id)
    if place is None:
        raise NotFoundError
    return compose.Paper(
        store_name=place["name"],
        cooperative_name=place["cooperative_name"],
        time_zone=place["time_zone"],
        span=report_days(since, through, time_zone=place["time_zone"]),
        printed_at=clock.now(),
        language=language,
        href_of=href_of,
    )


async def show_report(
    name: ReportName,
    store_id: StoreId,
    *,
    since: str | None = None,
    through: str | None = None,
    language: str = "id",
    href_of: Callable[[AccountKind], str] | None = None,
) -> ShownReport:
    """Read a report of a store; trial balance and balance sheet are of the last day.

    Raises:
        InvalidError: days that cannot be read, lie ahead or are too many.
        NotFoundError: there is no such store.

    """
    book = book_of(store_id)
    async with _snapshot() as connection:
        paper = await _paper(connection, store_id, since=since, through=through, language=language, href_of=href_of)
        report: Report
        if name == "trial_balance":
            report = await trial_balance_on(connection, book=book, on=paper.span.through)
            document = compose.trial_balance_document(report, paper)
        elif name == "profit_and_loss":
            report = await profit_and_loss(connection, book=book, since=paper.span.since, through=paper.span.through)
            document = compose.profit_and_loss_document(report, paper)
        else:
            report = await balance_sheet(connection, book=book, on=paper.span.through)
            document = compose.balance_sheet_document(report, paper)
    return ShownReport(report=report, document=document, span=paper.span, time_zone=paper.time_zone)


def read_account(kind_text: str, reference: str) -> AccountKey:
    """Read which account is meant.

    Raises:
        NotFoundError: no such kind.
        InvalidError: the reference is missing, or the kind has none.

    """
    kind = read_kind(kind_text)
    if bool(reference) != bool(KINDS[kind].reference_is):
        raise InvalidError(fields={"reference": "Sebutkan akun yang mana, misalnya shift:7 atau organisation:5."})
    return AccountKey(kind, reference)


def read_kind(text: str) -> AccountKind:
    """Read a kind of account.

    Raises:
        NotFoundError: no such kind.

    """
    try:
        return AccountKind(text)
    except ValueError as error:
        raise NotFoundError from error


async def show_activity(
    account: AccountKey,
    store_id: StoreId,
    *,
    since: str | None = None,
    through: str | None = None,
    cursor: str | None = None,
    limit: int = LINES_ON_A_PAGE,
    language: str = "id",
) -> ShownActivity:
    """Read a page of an account's activity.

    Raises:
        InvalidError: days or cursor that cannot be read.
        NotFoundError: there is no such store.

    """
    position = decode_cursor(cursor, tuple[int, int])
    async with _snapshot() as connection:
        paper = await _paper(connection, store_id, since=since, through=through, language=language)
        found = await activity(
            connection,
            book=book_of(store_id),
            account=account,
            since=paper.span.since,
            through=paper.span.through,
            after=_position(position),
            limit=limit,
        )
        references = {account.reference, *(line.source for line in found.lines)}
        references |= {line.counterpart.reference for line in found.lines} | {line.author for line in found.lines}
        names = await find_names(connection, store_id, references, language=language)
    document = compose.activity_document(found, paper, names, is_continued=position is not None)
    return ShownActivity(
        activity=found,
        document=document,
        names=names,
        span=paper.span,
        time_zone=paper.time_zone,
        next_cursor=encode_cursor(found.next_after[0].toordinal(), found.next_after[1]) if found.next_after else None,
    )


async def show_accounts(
    kind: AccountKind,
    store_id: StoreId,
    *,
    cursor: str | None = None,
    is_settled_too: bool = False,
    language: str = "id",
) -> ShownAccounts:
    """Read a page of a kind's accounts; those at zero only if asked for.

    Raises:
        InvalidError: a cursor that cannot be read.
        NotFoundError: there is no such store.

    """
    position = decode_cursor(cursor, tuple[str])
    async with _snapshot() as connection:
        place = await store.find_place(connection, store_id)
        if place is None:
            raise NotFoundError
        found = await page_accounts(
            connection,
            book=book_of(store_id),
            kind=kind,
            after_reference=position[0] if position else "",
            is_settled_too=is_settled_too or not KINDS[kind].reference_is,
            limit=ACCOUNTS_ON_A_PAGE + 1,
        )
        shown = found[:ACCOUNTS_ON_A_PAGE]
        names = await find_names(connection, store_id, (each.account.reference for each in shown), language=language)
    return ShownAccounts(
        kind=kind,
        accounts=[
            ShownAccount(
                reference=each.account.reference,
                name=names.account(each.account),
                balance_rupiah=each.balance.rupiah,
                held_rupiah=each.held.rupiah,
            )
            for each in shown
        ],
        next_cursor=encode_cursor(shown[-1].account.reference) if len(found) > len(shown) else None,
        time_zone=place["time_zone"],
    )


def _position(decoded: tuple[int, int] | None) -> tuple[date, int] | None:
    if decoded is None:
        return None
    try:
        return date.fromordinal(decoded[0]), decoded[1]
    except (ValueError, OverflowError) as error:
        message = "Penanda halaman tidak dikenal. Mulai lagi dari halaman pertama."
        raise InvalidError(message, fields={"cursor": message}) from error
