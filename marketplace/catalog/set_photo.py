"""Give a product its photo: re-encoded in a thread before the transaction, so that no row is locked meanwhile.

One picture at a time in each process: a large one takes 200 to 300 MB while it is decoded.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.catalog import store
from marketplace.catalog.photos import encode_photo, photo_url, thumbnail_url
from marketplace.catalog.schemas import PhotoAnswer
from marketplace.http.idempotency import Once
from marketplace.ids import ProductId
from marketplace.outbox import mark_search_dirty

_ENCODER: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="photo")


async def set_photo(product_id: ProductId, data: bytes, *, actor: Actor, once: Once | None = None) -> PhotoAnswer:
    """Replace the product's photo.

    Raises:
        PhotoError: the file is no photo that we can use; the old photo stays.

    """
    seller_id = actor.require_hat().organisation_id
    photo = await asyncio.get_running_loop().run_in_executor(_ENCODER, encode_photo, data)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, PhotoAnswer)) is not None:
            return answer
        await store.lock_product(connection, product_id, seller_id)
        await store.set_photo(connection, product_id, photo)
        await mark_search_dirty(connection, "listings", await store.list_listings_of(connection, product_id))
        await record_audit(
            connection,
            actor=actor,
            action="product_photo",
            subject=f"product:{product_id}",
            detail={"digest": photo.digest},
        )
        answer = PhotoAnswer(
            product_id=product_id, photo_url=photo_url(photo.digest), thumbnail_url=thumbnail_url(photo.digest)
        )
        if once:
            await once.keep_answer(connection, answer)
        return answer
