"""The front page: search, where one shops, what sells, stores nearby, and for residents the orders that wait.

At most three statements for a guest. Finding itself is for the pages of search.
"""

from typing import Any, Final

from litestar import Request, Response, get

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.catalog import CATEGORIES, thumbnail_url
from marketplace.discovery import home_store
from marketplace.discovery.varied import choose_varied
from marketplace.formats.dates import WIB, day_of, format_date
from marketplace.formats.distance import distance_text
from marketplace.formats.quantity import unit_name
from marketplace.http.policy import public
from marketplace.orders import distance_km, list_open_own_orders
from marketplace.partnerships import PATTERN_LABELS
from marketplace.regions import village_label
from marketplace.web.render import SHARED_SECONDS, render_page, translate

_MOST_GOODS: Final = 10
# Best sellers to choose from, so that not all are one kind of goods.
_BEST_SELLERS: Final = 64
_MOST_STORES: Final = 3
_MOST_OFFERS: Final = 3
# Stores whose goods are shown as near.
_LOOKED_AT: Final = 12


@get("/", opt=public())
async def home_page(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """What can I do now? Search, buy nearby, follow what I ordered."""
    state = request.scope["state"]
    language, village_code = state["language"], state["village_code"]
    village = await village_label(village_code)
    today = day_of(clock.now(), WIB)
    async with database.connection() as connection:
        near = await home_store.list_near_stores(connection, village_code, limit=_LOOKED_AT) if village else []
        goods = (
            await home_store.list_goods_near(connection, [row["id"] for row in near], limit=_BEST_SELLERS)
            if near
            else await home_store.list_popular_goods(connection, limit=_BEST_SELLERS)
        )
        offers = await home_store.list_newest_offers(connection, today=today, limit=_MOST_OFFERS)
        open_orders = await list_open_own_orders(connection, actor.person_id) if actor.person_id is not None else []
    return render_page(
        request,
        "public/home.html",
        shared_seconds=SHARED_SECONDS,
        village=village,
        categories=[
            {"href": f"/cari?kategori={row['slug']}", "name": row[language], "key": row["slug"]} for row in CATEGORIES
        ],
        goods=[_product(row, language) for row in choose_varied(goods, limit=_MOST_GOODS)],
        stores=[_store(row, language) for row in near[:_MOST_STORES]],
        offers=[_offer(row, language) for row in offers],
        open_orders=[order.said(language) for order in open_orders],
    )


def _product(row: Any, language: str) -> dict[str, Any]:
    return {
        "href": f"/produk/{row['id']}",
        "name": row["name"],
        "price": row["price_rupiah"],
        "unit": unit_name(row["unit_code"], language),
        "photo_url": thumbnail_url(row["photo_digest"]) if row["photo_digest"] else None,
        "category": row["category_slug"],
        "store": row["village"],
    }


def _store(row: Any, language: str) -> dict[str, Any]:
    distance = distance_km(row["from_latitude"], row["from_longitude"], row["latitude"], row["longitude"])
    text, kind = ("Buka sekarang", "ok") if row["is_open"] else ("Sedang tutup", "wait")
    return {
        "href": f"/gerai/{row['id']}",
        "name": row["name"],
        "place": f"{row['village']}, {row['district']}" if row["district"] else row["village"],
        "distance": distance_text(distance, language),
        "state": {"kind": kind, "text": translate(text, language)},
    }


def _offer(row: Any, language: str) -> dict[str, Any]:
    return {
        "href": f"/kemitraan/{row['id']}",
        "title": row["title"],
        "pattern": translate(PATTERN_LABELS[row["pattern"]], language),
        "partner": row["partner_name"],
        "price": row["price_rupiah"] or None,
        "unit": unit_name(row["unit_code"], language),
        "until": translate("Sampai {day}", language, day=format_date(row["ends_on"], language)),
    }


HOME_PAGES = [home_page]
