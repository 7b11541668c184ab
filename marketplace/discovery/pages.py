"""The search page and the suggestions under the search box; both work without scripts, the box just searches."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from marketplace import database
from marketplace.actor import Actor
from marketplace.catalog import CATEGORIES
from marketplace.discovery import store
from marketplace.discovery.chosen_filters import chosen_filters, search_href
from marketplace.discovery.find_goods import FoundGoods, FoundListing, GoodsQuery, find_goods
from marketplace.discovery.find_others import find_offers, find_stores, suggest
from marketplace.errors import InvalidError
from marketplace.formats.distance import distance_text
from marketplace.formats.errors import FormatError
from marketplace.formats.quantity import unit_name
from marketplace.formats.rupiah import parse_rupiah
from marketplace.http.policy import public
from marketplace.partnerships import PATTERN_LABELS
from marketplace.web.render import SHARED_SECONDS, render_fragment, render_page, translate

SORTS = (
    ("relevance", "Paling cocok"),
    ("nearest", "Terdekat"),
    ("price_asc", "Harga terendah"),
    ("price_desc", "Harga tertinggi"),
    ("newest", "Terbaru"),
)
LONGEST_TEXT = 200

# Query parameters of the page, in Indonesian like the page itself.
_KEPT = ("q", "kategori", "min", "maks", "wilayah", "stok", "halal", "urut", "semua", "gerai")


@get("/cari", opt=public())
async def search_page(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """Show goods (or stores, or offers) that fit what was typed and chosen."""
    typed = {name: request.query_params.get(name, "").strip()[:LONGEST_TEXT] for name in _KEPT}
    kind = request.query_params.get("jenis", "barang")
    page = _page_number(request.query_params.get("hal", "1"))
    context: dict[str, Any] = {
        "typed": typed,
        "search_query": typed["q"],
        "tabs": _tabs(typed),
        "page": page,
        "first_href": search_href(typed, kind),
        "previous_href": search_href(typed, kind, hal=str(page - 1) if page > 2 else "") if page > 1 else None,  # noqa: PLR2004 - the first page has no number
        "errors": {},
    }
    if kind == "gerai":
        found = await find_stores(typed["q"], region=typed["wilayah"] or None, page=page)
        context["next_href"] = _next(typed, kind, found, page)
        return render_page(request, "discovery/stores.html", shared_seconds=SHARED_SECONDS, found=found, **context)
    if kind == "kemitraan":
        offers = await find_offers(typed["q"], region=typed["wilayah"] or None, page=page)
        context["next_href"] = _next(typed, kind, offers, page)
        return render_page(request, "discovery/offers.html", found=offers, pattern_names=PATTERN_LABELS, **context)
    return await _goods_page(request, actor, typed, page, context)


async def _goods_page(
    request: Request[Any, Any, Any], actor: Actor, typed: dict[str, str], page: int, context: dict[str, Any]
) -> Response[Any]:
    language = request.scope["state"]["language"]
    village_code = request.scope["state"].get("village_code") or actor.village_code
    errors: dict[str, str] = {}
    prices = {name: _price(typed[name], name, errors, language) for name in ("min", "maks")}
    found: FoundGoods | None = None
    if not errors:
        query = GoodsQuery(
            text=typed["q"],
            category=typed["kategori"] or None,
            price_min_rupiah=prices["min"],
            price_max_rupiah=prices["maks"],
            region=typed["wilayah"] or None,
            is_in_stock=True if typed["stok"] else None,
            is_halal=True if typed["halal"] else None,
            store_id=int(typed["gerai"]) if typed["gerai"].isdecimal() and len(typed["gerai"]) < 18 else None,  # noqa: PLR2004 - bigint
            sort=typed["urut"] or "relevance",
            village_code=village_code,
            is_near=not typed["semua"],
            page=page,
        )
        try:
            found = await find_goods(query, actor=actor)
        except InvalidError as error:
            errors = {
                _FIELDS.get(name, name): translate(text, language, **facts)
                for name, (text, facts) in error.fields.items()
            }
    names = {row["slug"]: row[language] for row in CATEGORIES}
    counts = {item["value"]: item["count"] for item in (found.facets.get("category", []) if found else [])}
    called = {"wilayah": await _region_name(typed["wilayah"])}
    if found and found.items and typed["gerai"]:
        called["gerai"] = found.items[0].store_name
    return render_page(
        request,
        "discovery/goods.html",
        shared_seconds=SHARED_SECONDS,
        status_code=422 if errors else 200,
        **{**context, "errors": errors},
        found=found,
        cards=[_card(item, language) for item in found.items] if found else [],
        categories=[
            {
                "name": name,
                "count": counts.get(slug, 0),
                "href": search_href(typed, "barang", kategori="" if slug == typed["kategori"] else slug),
                "is_chosen": slug == typed["kategori"],
            }
            for slug, name in names.items()
            if slug in counts or slug == typed["kategori"]
        ],
        category_name=names.get(typed["kategori"]),
        sorts=[(value, translate(label, language)) for value, label in SORTS if village_code or value != "nearest"],
        chosen=chosen_filters(
            typed, called, language, (found.price_min_rupiah, found.price_max_rupiah) if found else (None, None)
        ),
        has_village=bool(village_code),
        everywhere_href=search_href(typed, "barang", semua="1"),
        near_href=search_href(typed, "barang", semua=""),
        plain_href=search_href({"q": typed["q"]}, "barang"),
        next_href=_next(typed, "barang", found, page) if found else None,
    )


async def _region_name(code: str) -> str:
    if not code:
        return ""
    async with database.connection() as connection:
        return (await store.name_regions(connection, [code])).get(code, "")


_FIELDS = {
    "price_min_rupiah": "min",
    "price_max_rupiah": "maks",
    "sort": "urut",
    "near": "urut",
    "category": "kategori",
}


def _price(text: str, name: str, errors: dict[str, str], language: str) -> int | None:
    if not text:
        return None
    try:
        return parse_rupiah(text)
    except FormatError as error:
        errors[name] = translate(error.message, language, **error.facts)
        return None


def _page_number(text: str) -> int:
    return int(text) if text.isdecimal() and 1 <= len(text) <= 2 and int(text) else 1  # noqa: PLR2004 - 41 pages at most


def _card(item: FoundListing, language: str) -> dict[str, Any]:
    return {
        "href": f"/produk/{item.product_id}",
        "name": item.name,
        "price": item.price_rupiah,
        "unit": unit_name(item.unit_code, language),
        "member_price": item.member_price_rupiah,
        "photo_url": f"/foto/{item.photo_digest}-kecil.webp" if item.photo_digest else None,
        "category": item.category_slug,
        "store": item.store_name,
        "distance": distance_text(item.distance_km, language),
        "is_in_stock": item.is_in_stock,
    }


def _next(typed: dict[str, str], kind: str, found: Any, page: int) -> str | None:
    return search_href(typed, kind, hal=str(page + 1)) if found.has_next else None


def _tabs(typed: dict[str, str]) -> list[tuple[str, str]]:
    only_text = {"q": typed["q"]}
    return [
        ("Barang", search_href(only_text, "barang")),
        ("Gerai", search_href(only_text, "gerai")),
        ("Kemitraan", search_href(only_text, "kemitraan")),
    ]


@get("/cari/saran", opt=public())
async def suggestions_fragment(request: Request[Any, Any, Any]) -> Response[Any]:
    """Give the list under the search box while somebody types."""
    text = request.query_params.get("q", "")[:LONGEST_TEXT]
    found = [
        {
            "text": item.text,
            "kind": item.kind,
            "href": {"title": f"/produk/{item.target}", "store": f"/gerai/{item.target}"}.get(
                item.kind, f"/cari?{urlencode({'kategori': item.target})}"
            ),
        }
        for item in await suggest(text)
    ]
    return render_fragment(request, "discovery/suggestions.html", suggestions=found)


PAGES = [search_page, suggestions_fragment]
