"""Products and stores for the public, and a store's settings and listings for its staff, in the API."""

from typing import Any

from litestar import Request, get, post, put
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.pagination import Page, checked_limit, decode_cursor, encode_cursor
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, only, public
from marketplace.ids import ListingId, ProductId, StoreId
from marketplace.stores import queries, shop
from marketplace.stores.save_listing import add_listing, edit_listing, step_listing
from marketplace.stores.save_store import cover_village, save_store
from marketplace.stores.schemas import (
    CoverageBody,
    EditListingBody,
    ListingAnswer,
    ListingStepBody,
    NewListingBody,
    OwnListing,
    ShownListing,
    ShownProduct,
    ShownProductDetail,
    ShownStore,
    StoreAnswer,
    StoreBody,
    StoreDetail,
)

AnyRequest = Request[Any, Any, Any]


@get("/products", opt=public(), tags=["products"])
async def get_products(
    category: str | None = None, seller_id: int | None = None, cursor: str | None = None, limit: int | None = None
) -> Page[ShownProduct]:
    """List published products, most popular first, each with its lowest price at a store."""
    return await shop.list_products(
        category_slug=category, seller_id=seller_id, cursor=cursor, limit=checked_limit(limit)
    )


@get("/products/{product_id:int}", opt=public(), tags=["products"])
async def get_product(actor: Actor, product_id: int, village: str | None = None) -> ShownProductDetail:
    """Read a product with the stores that sell it, those near `village` first."""
    return await shop.show_product(ProductId(product_id), actor=actor, village_code=village or actor.village_code)


@get("/stores", opt=public(), tags=["stores"])
async def get_stores(
    q: str = "", village: str | None = None, cursor: str | None = None, limit: int | None = None
) -> Page[ShownStore]:
    """List stores: nearest to `village`, or in the region typed as `q`, or all."""
    if village:
        return Page(items=(await shop.list_nearest_stores(village))[1])
    return await shop.list_stores(typed=q[:100], cursor=cursor, limit=checked_limit(limit))


@get("/stores/{store_id:int}", opt=public(), tags=["stores"])
async def get_store(store_id: int) -> StoreDetail:
    """Read a store with its hours and the villages it delivers to."""
    return await shop.show_store(StoreId(store_id))


@get("/stores/{store_id:int}/listings", opt=public(), tags=["listings"])
async def get_store_listings(
    actor: Actor, store_id: int, category: str | None = None, cursor: str | None = None, limit: int | None = None
) -> Page[ShownListing]:
    """List what a store sells, most popular first; member prices only for its members."""
    _, page = await shop.show_shelf(
        StoreId(store_id), actor=actor, category_slug=category, cursor=cursor, limit=checked_limit(limit)
    )
    return page


@get("/listings", opt=only(*STORE_READERS), tags=["listings"])
async def get_listings(
    actor: Actor, status: str | None = None, q: str = "", cursor: str | None = None, limit: int | None = None
) -> Page[OwnListing]:
    """List the store's own listings with cost and stock, newest first."""
    position = decode_cursor(cursor, tuple[int])
    size = checked_limit(limit)
    async with database.connection() as connection:
        rows = await queries.list_own_listings(
            connection,
            actor.require_store(),
            state=status,
            name_part=q[:120],
            is_stocked=False,
            before_id=position[0] if position else None,
            limit=size,
        )
    more = len(rows) > size
    return Page(items=rows[:size], next_cursor=encode_cursor(rows[size - 1].id) if more else None)


@post("/listings", opt=only(*STORE_MANAGERS), tags=["listings"])
async def post_listing(request: AnyRequest, actor: Actor, data: NewListingBody) -> ListingAnswer:
    """Put a seller's product on the store's shelf."""
    return await add_listing(data, actor=actor, once=await once_from_header(request))


@put("/listings/{listing_id:int}", opt=only(*STORE_MANAGERS), tags=["listings"])
async def put_listing(request: AnyRequest, actor: Actor, listing_id: int, data: EditListingBody) -> ListingAnswer:
    """Change price, member price, source, cost or fee; 409 `stale` names what differs when `version` is old."""
    return await edit_listing(ListingId(listing_id), data, actor=actor, once=await once_from_header(request))


@post("/listings/{listing_id:int}/steps", opt=only(*STORE_MANAGERS), tags=["listings"], status_code=200)
async def post_listing_step(request: AnyRequest, actor: Actor, listing_id: int, data: ListingStepBody) -> ListingAnswer:
    """Take a listing off the shelf or put it back."""
    return await step_listing(ListingId(listing_id), data.step, actor=actor, once=await once_from_header(request))


@put("/stores/mine", opt=only(*STORE_MANAGERS), tags=["stores"])
async def put_my_store(request: AnyRequest, actor: Actor, data: StoreBody) -> StoreAnswer:
    """Write the store's settings and hours; `version` 0 opens the cooperative's store."""
    return await save_store(data, actor=actor, once=await once_from_header(request))


@put("/stores/mine/coverage", opt=only(*STORE_MANAGERS), tags=["stores"])
async def put_my_coverage(request: AnyRequest, actor: Actor, data: CoverageBody) -> StoreAnswer:
    """Add or remove a village that the store delivers to."""
    return await cover_village(data, actor=actor, once=await once_from_header(request))


ROUTES: list[ControllerRouterHandler] = [
    get_listings,
    get_product,
    get_products,
    get_store,
    get_store_listings,
    get_stores,
    post_listing,
    post_listing_step,
    put_listing,
    put_my_coverage,
    put_my_store,
]
