"""Let search forget the offers of a suspended partner, and learn them again when it is back.

Lists of offers ask for the partner's status themselves; only the index has to be told.
"""

from marketplace.database import Connection
from marketplace.ids import OrganisationId
from marketplace.outbox import mark_search_dirty
from marketplace.partnerships import store


async def hide_offers_of(connection: Connection, *, organisation_id: OrganisationId, is_suspended: bool) -> None:
    """Mark what it has published, whichever way it goes."""
    del is_suspended
    await mark_search_dirty(connection, "offers", await store.list_published_ids(connection, organisation_id))
