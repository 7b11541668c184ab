"""Send what changed to the search engine: claim keys, read the rows again, send, forget the keys. For the worker.

A key that is marked again while its document is on the way keeps its newer generation and is sent once more, so the
last state always arrives, whoever crashes when.
"""

import structlog

from marketplace import database
from marketplace.discovery import store
from marketplace.discovery.documents import document_of
from marketplace.discovery.engine import current_engine
from search import Index, SearchError

log = structlog.get_logger()

BATCH = 500
_LEASE_SECONDS = 60


async def sync_search() -> int:
    """Send at most 500 documents; return how many keys were dealt with. Again is harmless.

    Raises:
        SearchError: the engine did not take them; the keys stay.

    """
    async with database.transaction() as connection:
        claimed = await store.claim_dirty(connection, limit=BATCH, lease_seconds=_LEASE_SECONDS)
    if not claimed:
        return 0
    try:
        for index in Index:
            ids = [row["document_id"] for row in claimed if row["index_name"] == index.value]
            if ids:
                await _send(index, ids)
    except SearchError:
        async with database.transaction() as connection:
            await store.release_dirty(connection, claimed)
        raise
    async with database.transaction() as connection:
        await store.finish_dirty(connection, claimed)
    return len(claimed)


async def _send(index: Index, ids: list[int]) -> None:
    async with database.connection() as connection:
        rows = await store.list_rows(connection, index.value, ids)
    engine = current_engine()
    if rows:
        await engine.put(index, [document_of(index, row) for row in rows])
    if gone := set(ids) - {row["id"] for row in rows}:
        await engine.delete(index, [str(document_id) for document_id in sorted(gone)])
    log.debug("search_synced", index=index.value, put=len(rows), deleted=len(gone))
