"""Take the goods of a suspended seller off sale, wherever they are listed."""

from marketplace.catalog import store
from marketplace.database import Connection
from marketplace.ids import OrganisationId
from marketplace.outbox import mark_search_dirty


async def pause_products_of(connection: Connection, *, organisation_id: OrganisationId, is_suspended: bool) -> None:
    """Pause what it shows. After the suspension the seller publishes again what is still right."""
    if not is_suspended:
        return
    product_ids = await store.pause_published(connection, organisation_id)
    await mark_search_dirty(connection, "listings", await store.list_listings_of_all(connection, product_ids))
