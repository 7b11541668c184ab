"""Documents in batches of the size that engines like best."""

from collections.abc import AsyncIterator

from search.documents import Document

BATCH_SIZE = 1000


async def batches(documents: AsyncIterator[Document]) -> AsyncIterator[list[Document]]:
    """Yield lists of up to 1.000 documents; none is empty."""
    batch: list[Document] = []
    async for document in documents:
        batch.append(document)
        if len(batch) == BATCH_SIZE:
            yield batch
            batch = []
    if batch:
        yield batch
