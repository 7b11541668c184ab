"""A statement file: looked at before it is kept, kept once, and matched line by line."""

import asyncio
from datetime import date
from typing import Literal

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of
from marketplace.errors import InvalidError
from marketplace.formats.dates import WIB, day_of
from marketplace.http.idempotency import Once
from marketplace.reconciliation.errors import NoBankAccountError
from marketplace.reconciliation.match_lines import match_lines
from payments import (
    QRIS_ACCOUNT,
    BadStatement,
    Columns,
    ReadLine,
    find_channels,
    guess_columns,
    keep_statement,
    read_lines,
    read_rows,
)

_SHOWN_ROWS = 6
_LATEST_DAYS_AHEAD = 1
_IN_THE_FUTURE = "Ada baris dengan tanggal di masa depan. Periksa pilihan kolom tanggal."

StatementKind = Literal["bank", "qris"]


class StatementPreview(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is understood: `problem` says why it cannot be kept with these columns (`field` where)."""

    headings: list[str]
    columns: Columns
    rows: list[list[str]]
    line_count: int = 0
    came_sen: int = 0
    went_sen: int = 0
    first_on: date | None = None
    last_on: date | None = None
    problem: tuple[str, dict[str, object]] | None = None
    field: str = ""


class ImportedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """How many lines the file held, and how many of them were new."""

    import_id: int
    line_count: int
    new_count: int


async def preview_statement(data: bytes, columns: Columns | None = None) -> StatementPreview:
    """Read a file and say what it holds, by the columns given or guessed.

    Raises:
        InvalidError: no file that can be read, beside `file`.

    """
    try:
        return await asyncio.to_thread(_preview, data, columns, day_of(clock.now(), WIB))
    except BadStatement as error:
        raise InvalidError(fields={"file": (error.problem, error.params)}) from error


@database.retry_on_conflict
async def _keep(
    lines: list[ReadLine], kind: StatementKind, file_name: str, *, actor: Actor, once: Once
) -> ImportedStatement:
    store_id, person_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ImportedStatement)) is not None:
            return answer
        account_reference = QRIS_ACCOUNT
        if kind == "bank":
            channels = await find_channels(connection, book=book_of(store_id), on=day_of(clock.now(), WIB))
            if channels.bank_account is None:
                raise NoBankAccountError
            account_reference = channels.bank_account.reference
        kept = await keep_statement(
            connection,
            book=book_of(store_id),
            kind=kind,
            account_reference=account_reference,
            lines=lines,
            at=clock.now(),
            author=author_of(person_id),
            file_name=file_name,
        )
        await record_audit(
            connection,
            actor=actor,
            action="statement.imported",
            subject=f"statement:{kept.import_id}",
            detail={"kind": kind, "lines": kept.line_count, "new": kept.new_count},
        )
        answer = ImportedStatement(import_id=kept.import_id, line_count=kept.line_count, new_count=kept.new_count)
        await once.keep_answer(connection, answer)
        return answer


async def import_statement(
    data: bytes, *, kind: StatementKind, file_name: str, columns: Columns | None, actor: Actor, once: Once
) -> ImportedStatement:
    """Keep the file's lines that are new and match what fits only one payment; the same again adds nothing.

    Each line is matched in a transaction of its own; what a crash left is matched by the next import, or by the button.

    Raises:
        InvalidError: the file cannot be read, or not by these columns.
        NoBankAccountError: a bank statement for a store without an account.

    """
    try:
        lines = await asyncio.to_thread(_lines, data, columns, day_of(clock.now(), WIB))
    except BadStatement as error:
        raise InvalidError(fields={error.field: (error.problem, error.params)}) from error
    kept = await _keep(lines, kind, file_name, actor=actor, once=once)
    await match_lines(actor.require_store(), actor=actor)
    return kept


def _lines(data: bytes, columns: Columns | None, today: date) -> list[ReadLine]:
    rows = read_rows(data)
    lines = read_lines(rows, columns or guess_columns(rows), today=today)
    if any((line.on - today).days > _LATEST_DAYS_AHEAD for line in lines):
        raise BadStatement(_IN_THE_FUTURE, field="columns")
    return lines


def _preview(data: bytes, columns: Columns | None, today: date) -> StatementPreview:
    rows = read_rows(data)
    chosen = columns or guess_columns(rows)
    width = max(len(row) for row in rows)
    head = rows[min(chosen.heading_row, len(rows) - 1)]
    shown = StatementPreview(
        headings=[str(head[at]) if at < len(head) and head[at] != "" else f"Kolom {at + 1}" for at in range(width)],
        columns=chosen,
        rows=[[str(cell) for cell in row] for row in rows[chosen.heading_row + 1 :][:_SHOWN_ROWS]],
    )
    try:
        lines = _lines(data, chosen, today)
    except BadStatement as error:
        return msgspec.structs.replace(shown, problem=(error.problem, error.params), field=error.field)
    return msgspec.structs.replace(
        shown,
        line_count=len(lines),
        came_sen=sum(line.amount_sen for line in lines if line.amount_sen > 0),
        went_sen=-sum(line.amount_sen for line in lines if line.amount_sen < 0),
        first_on=lines[0].on,
        last_on=lines[-1].on,
    )
