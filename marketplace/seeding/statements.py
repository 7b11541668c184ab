"""Ways to pay at the pilot's store in the demonstration, and a bank statement of which two lines found no partner."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from marketplace.books import author_of, book_of
from marketplace.ids import PersonId, StoreId
from marketplace.seeding.trade import WIB
from payments import ReadLine, keep_statement, register_bank_account, register_qris

if TYPE_CHECKING:
    from marketplace.database import Connection

# Made up for examples: no acquirer knows this merchant.
_QRIS: Final = (
    "00020101021126670015COM.EXAMPLE.WWW011893600091000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW"
    "0215ID10200123456780303UMI5204541153033605802ID5915KKMP JATIMAKMUR6011KOTA BEKASI61051741362070703A016304CE0A"
)
_LINES: Final = ((3, 75_000, "TRSF E-BANKING CR CONTOH"), (1, -6_500, "BIAYA ADMINISTRASI"))


async def load_statement(connection: Connection, *, now: datetime, store_id: int, manager_id: int) -> None:
    """Let the store take QRIS and transfers since a month, and bring its bank's statement of the last days."""
    book, author = book_of(StoreId(store_id)), author_of(PersonId(manager_id))
    since = now - timedelta(days=30)
    await register_qris(connection, book=book, text=_QRIS, at=since, author=author)
    account = await register_bank_account(
        connection,
        book=book,
        bank="Bank Contoh",
        number="0012345678901",
        holder="KKMP Jatimakmur (demo)",
        at=since,
        author=author,
    )
    await keep_statement(
        connection,
        book=book,
        kind="bank",
        account_reference=account.reference,
        lines=[
            ReadLine(
                row=row,
                on=(now - timedelta(days=ago)).astimezone(WIB).date(),
                at=None,
                amount_sen=rupiah * 100,
                text=text,
            )
            for row, (ago, rupiah, text) in enumerate(_LINES, 2)
        ],
        at=now,
        author=author,
        file_name="mutasi-demo.csv",
    )
