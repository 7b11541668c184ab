"""The stock card of a listing: what is there, what is ordered, and every movement with the balance after it."""

from marketplace import database
from marketplace.actor import Actor
from marketplace.http.pagination import decode_cursor, encode_cursor
from marketplace.ids import ListingId
from marketplace.inventory import reading_store
from marketplace.inventory.schemas import Movement, StockCard
from marketplace.stores import OwnListing, get_listing


async def show_card(
    listing_id: ListingId, *, actor: Actor, cursor: str | None, limit: int
) -> tuple[OwnListing, StockCard]:
    """Read a listing of the store and a page of its movements, newest first; two statements."""
    position = decode_cursor(cursor, tuple[int])
    async with database.connection() as connection:
        listing = await get_listing(connection, actor.require_store(), listing_id)
        rows = await reading_store.list_movements(
            connection, listing_id, before_id=position[0] if position else None, limit=limit
        )
    return listing, StockCard(
        listing_id=listing_id,
        name=listing.name,
        on_hand=listing.on_hand,
        reserved=listing.reserved,
        movements=[
            Movement(
                id=row["id"],
                kind=row["kind"],
                quantity=row["quantity"],
                balance=int(row["balance"]),
                source=row["source"],
                reason=row["reason"],
                author=row["author"],
                occurred_at=row["occurred_at"],
            )
            for row in rows[:limit]
        ],
        next_cursor=encode_cursor(rows[limit - 1]["id"]) if len(rows) > limit else None,
    )
