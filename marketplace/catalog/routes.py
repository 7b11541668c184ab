"""The seller's goods in the API. What the public sees of them, with prices at the stores, is in stores."""

from typing import Any

from litestar import Request, get, post, put
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from marketplace import database
from marketplace.actor import Actor
from marketplace.catalog import store
from marketplace.catalog.photos import LARGEST_BYTES, too_large
from marketplace.catalog.save_product import create_product, edit_product
from marketplace.catalog.schemas import (
    EditProductBody,
    PhotoAnswer,
    ProductAnswer,
    ProductBody,
    ProductDetail,
    SellerProduct,
    StepBody,
)
from marketplace.catalog.set_photo import set_photo
from marketplace.catalog.step_product import step_product
from marketplace.http.idempotency import once_from_header
from marketplace.http.pagination import Page, checked_limit, decode_cursor, encode_cursor
from marketplace.http.policy import SELLERS, only
from marketplace.ids import ProductId


@get("/products/mine", opt=only(*SELLERS), tags=["products"])
async def list_my_products(
    actor: Actor, status: str | None = None, q: str = "", cursor: str | None = None, limit: int | None = None
) -> Page[SellerProduct]:
    """List the seller's own goods, drafts too, newest first."""
    position = decode_cursor(cursor, tuple[int])
    size = checked_limit(limit)
    async with database.connection() as connection:
        rows = await store.list_seller_products(
            connection,
            actor.require_hat().organisation_id,
            state=status,
            name_part=q[:120],
            before_id=position[0] if position else None,
            limit=size,
        )
    more = len(rows) > size
    return Page(items=rows[:size], next_cursor=encode_cursor(rows[size - 1].id) if more else None)


@get("/products/mine/{product_id:int}", opt=only(*SELLERS), tags=["products"])
async def get_my_product(actor: Actor, product_id: int) -> ProductDetail:
    """Read one of the seller's own goods with its version."""
    async with database.connection() as connection:
        return await store.get_product(connection, ProductId(product_id), actor.require_hat().organisation_id)


@post("/products", opt=only(*SELLERS), tags=["products"])
async def post_product(request: Request[Any, Any, Any], actor: Actor, data: ProductBody) -> ProductAnswer:
    """Add a draft."""
    return await create_product(data, actor=actor, once=await once_from_header(request))


@put("/products/{product_id:int}", opt=only(*SELLERS), tags=["products"])
async def put_product(
    request: Request[Any, Any, Any], actor: Actor, product_id: int, data: EditProductBody
) -> ProductAnswer:
    """Replace what is said about a product; 409 `stale` names what differs when `version` is old."""
    return await edit_product(ProductId(product_id), data, actor=actor, once=await once_from_header(request))


@post("/products/{product_id:int}/steps", opt=only(*SELLERS), tags=["products"], status_code=200)
async def post_product_step(
    request: Request[Any, Any, Any], actor: Actor, product_id: int, data: StepBody
) -> ProductAnswer:
    """Publish or pause a product."""
    return await step_product(ProductId(product_id), data.step, actor=actor, once=await once_from_header(request))


@put(
    "/products/{product_id:int}/photo",
    opt=only(*SELLERS),
    tags=["products"],
    request_max_body_size=LARGEST_BYTES,
)
async def put_product_photo(request: Request[Any, Any, Any], actor: Actor, product_id: int) -> PhotoAnswer:
    """Replace the photo: the body is the picture itself (JPEG, PNG, WebP …), at most 12 MB; it is made small here."""
    try:
        await request.body()
    except RequestEntityTooLarge as error:
        raise too_large() from error
    once = await once_from_header(request)
    return await set_photo(ProductId(product_id), await request.body(), actor=actor, once=once)


ROUTES = [
    get_my_product,
    list_my_products,
    post_product,
    post_product_step,
    put_product,
    put_product_photo,
]
