"""JSON API of search."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from marketplace.actor import Actor
from marketplace.discovery.find_goods import FoundGoods, GoodsQuery, find_goods
from marketplace.discovery.find_others import (
    FoundOffers,
    FoundStores,
    ShownSuggestion,
    find_offers,
    find_stores,
    suggest,
)
from marketplace.http.policy import public

Text = Annotated[str, QueryParameter(name="q", description="What the person typed, misspelt or not.", max_length=200)]


@get("/search", opt=public())
async def search_goods(
    actor: Actor,
    *,
    q: Text = "",
    category: str | None = None,
    price_min: int | None = None,
    price_max: int | None = None,
    region: str | None = None,
    store_id: int | None = None,
    village: str | None = None,
    sort: str = "relevance",
    page: int = 1,
    in_stock: bool | None = None,
    halal: bool | None = None,
    near: bool = True,
) -> FoundGoods:
    """Find goods: typing errors, abbreviations and Indonesian synonyms are understood; prices and stock are current.

    `village` keeps to stores near it (`near=false` does not) and allows `sort=nearest`. Other sorts: relevance,
    price_asc, price_desc, newest.
    """
    query = GoodsQuery(
        text=q,
        category=category or None,
        price_min_rupiah=price_min,
        price_max_rupiah=price_max,
        region=region or None,
        is_in_stock=in_stock,
        is_halal=halal,
        store_id=store_id,
        sort=sort,
        village_code=village or actor.village_code,
        is_near=near,
        page=page,
    )
    return await find_goods(query, actor=actor)


@get("/search/stores", opt=public())
async def search_stores(q: Text = "", region: str | None = None, page: int = 1) -> FoundStores:
    """Find stores by name, cooperative or place."""
    return await find_stores(q, region=region or None, page=page)


@get("/search/offers", opt=public())
async def search_offers(q: Text = "", region: str | None = None, page: int = 1) -> FoundOffers:
    """Find partnership offers that hold today."""
    return await find_offers(q, region=region or None, page=page)


@get("/search/suggestions", opt=public())
async def list_suggestions(q: Text = "") -> list[ShownSuggestion]:
    """Suggestions while typing."""
    return await suggest(q)


ROUTES = [list_suggestions, search_goods, search_offers, search_stores]
