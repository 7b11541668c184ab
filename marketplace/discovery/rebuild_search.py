"""Build the indexes when they are missing or their settings changed, and compare them with the tables at night."""

from collections.abc import AsyncIterator

import structlog

from marketplace import database
from marketplace.discovery import store
from marketplace.discovery.documents import document_of
from marketplace.discovery.engine import current_engine
from marketplace.outbox import mark_search_dirty
from search import Document, Index, IndexState

log = structlog.get_logger()

_PAGE = 1_000


async def prepare_search() -> int:
    """Make sure that every index is there with the settings of this version; return how many documents were built.

    For the worker's start. Searching works meanwhile on what there is.
    """
    built = 0
    for index in Index:
        state = await current_engine().ensure_index(index)
        if state is not IndexState.READY:
            built += await rebuild_search(index)
    return built


async def rebuild_search(index: Index) -> int:
    """Build one index anew beside the old one and swap; return how many documents it holds."""
    count = await current_engine().rebuild(index, _all_documents(index))
    log.debug("search_rebuilt", index=index.value, documents=count)
    return count


async def _all_documents(index: Index) -> AsyncIterator[Document]:
    after_id = 0
    while True:
        # One short statement a page: a rebuild of a million documents holds no transaction open.
        async with database.connection() as connection:
            rows = await store.list_rows_after(connection, index.value, after_id, _PAGE)
        for row in rows:
            yield document_of(index, row)
        if len(rows) < _PAGE:
            return
        after_id = rows[-1]["id"]


async def compare_search() -> int:
    """Mark documents that are missing or should be gone; return how many. For the worker, once a night."""
    differing = 0
    for index in Index:
        there = {int(document_id) async for document_id in current_engine().ids(index)}
        async with database.transaction() as connection:
            wanted = await store.list_ids(connection, index.value)
            differences = there ^ wanted
            await mark_search_dirty(connection, index.value, differences)
        differing += len(differences)
    if differing:
        log.warning("search_differed", documents=differing)
    return differing
