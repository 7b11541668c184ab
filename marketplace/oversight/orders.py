"""Orders of a region as an agency sees them: code, store, state and sums, nothing about the buyer."""

from datetime import datetime
from typing import Literal

from marketplace import database
from marketplace.http.pagination import Page, decode_cursor, encode_cursor
from marketplace.oversight import store
from marketplace.oversight.schemas import OverseenOrder

OrderStateName = Literal["placed", "accepted", "ready", "handed_over", "completed", "cancelled", "expired", "returned"]


async def list_overseen_orders(
    region_code: str, *, state: str | None, cursor: str | None, limit: int
) -> Page[OverseenOrder]:
    """List orders of the region's stores, newest first."""
    position = decode_cursor(cursor, tuple[datetime, int])
    async with database.connection() as connection:
        rows = await store.list_orders(connection, region_code, state=state, before=position, limit=limit + 1)
    items = [OverseenOrder(**{name: row[name] for name in OverseenOrder.__struct_fields__}) for row in rows[:limit]]
    following = encode_cursor(items[-1].placed_at, items[-1].id) if len(rows) > limit else None
    return Page(items=items, next_cursor=following)
