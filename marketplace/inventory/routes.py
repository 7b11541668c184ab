"""Stock in the API, for the staff of the store whose hat is worn. The list of listings with stock is in stores."""

from typing import Any

from litestar import Request, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.pagination import checked_limit
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, STORE_STAFF, only
from marketplace.ids import ListingId
from marketplace.inventory.record_stock import correct_stock, count_goods, receive_goods
from marketplace.inventory.schemas import CorrectBody, CountBody, ReceiveBody, StockAnswer, StockCard
from marketplace.inventory.show_card import show_card

AnyRequest = Request[Any, Any, Any]


@get("/stock/{listing_id:int}", opt=only(*STORE_READERS), tags=["stock"])
async def get_stock_card(
    actor: Actor, listing_id: int, cursor: str | None = None, limit: int | None = None
) -> StockCard:
    """Read the stock of a listing with its movements, newest first."""
    _, card = await show_card(ListingId(listing_id), actor=actor, cursor=cursor, limit=checked_limit(limit))
    return card


@post("/stock/{listing_id:int}/receipts", opt=only(*STORE_STAFF), tags=["stock"])
async def post_stock_receipt(request: AnyRequest, actor: Actor, listing_id: int, data: ReceiveBody) -> StockAnswer:
    """Write down goods that came in."""
    return await receive_goods(ListingId(listing_id), data, actor=actor, once=await once_from_header(request))


@post("/stock/{listing_id:int}/corrections", opt=only(*STORE_MANAGERS), tags=["stock"])
async def post_stock_correction(request: AnyRequest, actor: Actor, listing_id: int, data: CorrectBody) -> StockAnswer:
    """Write down goods that went without a sale, with the reason."""
    return await correct_stock(ListingId(listing_id), data, actor=actor, once=await once_from_header(request))


@post("/stock/{listing_id:int}/counts", opt=only(*STORE_MANAGERS), tags=["stock"])
async def post_stock_count(request: AnyRequest, actor: Actor, listing_id: int, data: CountBody) -> StockAnswer:
    """Set the stock to what was counted."""
    return await count_goods(ListingId(listing_id), data, actor=actor, once=await once_from_header(request))


ROUTES: list[ControllerRouterHandler] = [
    get_stock_card,
    post_stock_correction,
    post_stock_count,
    post_stock_receipt,
]
