"""Which stores take cards: an installation with keys offers it only where the store's people said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.connection import require_transaction
from payments.stripe import store

if TYPE_CHECKING:
    from datetime import datetime

    from payments.connection import Connection


async def take_cards(connection: Connection, *, book: str, at: datetime, author: str) -> None:
    """Let a book take cards from now on."""
    require_transaction(connection)
    await store.save_store(connection, book=book, is_active=True, at=at, author=author)


async def find_sharing(connection: Connection, *, book: str) -> str | None:
    """Return how what a book takes by card is shared ('collect', 'split'); None where it takes none."""
    shop = await store.find_store(connection, book=book)
    return None if shop is None else str(shop["sharing"])


async def may_take_cards(connection: Connection, *, book: str) -> bool:
    """Whether a book takes cards."""
    return await store.find_store(connection, book=book) is not None
