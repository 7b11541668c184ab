"""Prove that every store's book and its shelves agree: the ledger's inventory is what the own stock cost."""

import msgspec

from marketplace.books import book_of
from marketplace.database import Connection
from marketplace.ids import StoreId
from marketplace.inventory import reading_store
from payments import ZERO, Money, inventories


class BookFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A store whose book says another worth of the inventory than its stock does, in rupiah."""

    book: str
    ledger_rupiah: int
    stock_rupiah: int


async def check_books(connection: Connection) -> list[BookFinding]:
    """Compare the inventory account of every book with the value of its store's stock, to the rupiah; empty when right.

    Reads every store in two statements, so run it in one transaction of repeatable read, or while nothing is sold.
    """
    on_shelves = {
        book_of(StoreId(row["store_id"])): Money(row["value_rupiah"])
        for row in await reading_store.list_values(connection)
    }
    in_books = await inventories(connection)
    return [
        BookFinding(
            book=book,
            ledger_rupiah=in_books.get(book, ZERO).rupiah,
            stock_rupiah=on_shelves.get(book, ZERO).rupiah,
        )
        for book in sorted(on_shelves.keys() | in_books.keys())
        if in_books.get(book, ZERO) != on_shelves.get(book, ZERO)
    ]
