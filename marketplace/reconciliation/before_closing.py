"""What does not match, told to whoever is about to close a day: only what nobody has explained yet."""

from datetime import date

from marketplace import bookkeeping
from marketplace.books import book_of
from marketplace.database import Connection
from marketplace.ids import StoreId
from marketplace.reconciliation.differences import KIND_LABELS, open_differences

_SEN = 100


async def unexplained_differences(
    connection: Connection, store_id: StoreId, through: date
) -> list[bookkeeping.Difference]:
    """Differences of a store up to the end of a day that have no explanation, the oldest first."""
    return [
        bookkeeping.Difference(
            code=difference.kind,
            sentence=KIND_LABELS[difference.kind],
            amount_rupiah=difference.amount_sen // _SEN,
            href=difference.href,
        )
        for difference in await open_differences(connection, book_of(store_id), through)
        if not difference.explanation
    ]
