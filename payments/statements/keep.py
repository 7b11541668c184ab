"""Keeping the lines of a statement: each once, however often and by however many files it comes."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from payments.connection import require_transaction
from payments.statements import store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from payments.connection import Connection
    from payments.statements.columns import ReadLine

QRIS_ACCOUNT: Final = "qris"


class KeptStatement(msgspec.Struct, frozen=True, kw_only=True):
    """How many lines a file held, and how many of them were new."""

    import_id: int
    line_count: int
    new_count: int


async def keep_statement(
    connection: Connection,
    *,
    book: str,
    kind: Literal["bank", "qris"],
    account_reference: str,
    lines: Sequence[ReadLine],
    at: datetime,
    author: str,
    source: Literal["file", "callback"] = "file",
    file_name: str = "",
) -> KeptStatement:
    """Keep the lines that are not there yet. Two imports of a book wait for each other."""
    require_transaction(connection)
    await store.lock_statements(connection, book=book)
    digests = digests_of(lines, account_reference)
    known = await store.list_known(connection, book=book, account_reference=account_reference, digests=digests)
    by_digest = dict(zip(digests, lines, strict=True))
    new = [(line, digest) for digest, line in by_digest.items() if digest not in known]
    import_id = await store.insert_import(
        connection,
        book=book,
        kind=kind,
        source=source,
        file_name=file_name[:200],
        line_count=len(lines),
        new_count=len(new),
        at=at,
        author=author,
    )
    await store.insert_lines(
        connection, import_id=import_id, book=book, kind=kind, account_reference=account_reference, lines=new
    )
    return KeptStatement(import_id=import_id, line_count=len(lines), new_count=len(new))


def digests_of(lines: Sequence[ReadLine], account_reference: str) -> list[str]:
    """Name each line: by its number and amount where a QRIS payment has one, else by what it says.

    Lines of one file that say the same are told apart by their running number, so twins stay two, and a file that
    overlaps an earlier one names them alike as long as both hold the whole day, as banks' files do.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    digests = []
    for line in lines:
        if account_reference == QRIS_ACCOUNT and line.reference:
            said: tuple[object, ...] = (account_reference, line.reference, line.amount_sen)
        else:
            moment = line.at.isoformat() if line.at is not None else line.on.isoformat()
            said = (account_reference, moment, line.amount_sen, line.text.casefold(), line.reference)
            seen[said] += 1
            said = (*said, seen[said])
        digests.append(sha256("\x1f".join(str(part) for part in said).encode()).hexdigest())
    return digests
