"""Task of the worker: goods whose licence has run out leave the market; their seller puts them back by renewing it."""

import structlog

from marketplace import clock, database
from marketplace.actor import GUEST
from marketplace.audit import record_audit
from marketplace.catalog import licence_store, store
from marketplace.outbox import mark_search_dirty

log = structlog.get_logger()

BATCH = 200


@database.retry_on_conflict
async def pause_lapsed() -> int:
    """Pause a batch of products under a lapsed licence; return how many. Again is harmless.

    A seller who renews at the same moment wins: the product's row is locked, then the licence is looked at again.
    """
    now = clock.now()
    async with database.transaction() as connection:
        found = await licence_store.list_lapsed(connection, now=now, limit=BATCH)
        paused = await licence_store.pause_lapsed(connection, found, now=now) if found else []
        product_ids = [row["id"] for row in paused]
        if product_ids:
            await mark_search_dirty(connection, "listings", await store.list_listings_of_all(connection, product_ids))
        for row in paused:
            await record_audit(
                connection,
                actor=GUEST,  # nobody asked
                action="product_lapsed",
                subject=f"product:{row['id']}",
                organisation_id=row["seller_id"],
                detail={"licence": row["kind"], "expired_on": row["expires_on"].isoformat()},
            )
    if paused:
        log.info("products_lapsed", count=len(paused))
    return len(paused)
