"""Switch the store of a suspended cooperative off: an order there would find nobody to serve it."""

from marketplace.database import Connection
from marketplace.ids import OrganisationId
from marketplace.outbox import mark_search_dirty
from marketplace.stores import queries


async def close_store_of(connection: Connection, *, organisation_id: OrganisationId, is_suspended: bool) -> None:
    """Close its store, if there is one that is open. After the suspension its people open it again themselves."""
    if not is_suspended:
        return
    store_id = await queries.switch_off_store_of(connection, organisation_id)
    if store_id is None:
        return
    await mark_search_dirty(connection, "listings", await queries.list_listing_ids(connection, store_id))
    await mark_search_dirty(connection, "stores", [store_id])
