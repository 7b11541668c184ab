"""The public's pages: a product with the stores that sell it, finding a store, a store with its goods."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from marketplace import clock
from marketplace.actor import Actor
from marketplace.catalog import LICENCE_NAMES
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.distance import distance_text
from marketplace.formats.packs import Pack, unit_option
from marketplace.formats.phone import format_phone, whatsapp_link
from marketplace.formats.quantity import format_quantity, get_unit, unit_name
from marketplace.formats.rupiah import format_rupiah
from marketplace.http.forms import field_sentences
from marketplace.http.pagination import DEFAULT_LIMIT
from marketplace.http.policy import public
from marketplace.ids import ProductId, StoreId, new_token
from marketplace.stores import shop
from marketplace.stores.hours import WEEKDAY_LABELS, format_day, is_open
from marketplace.stores.schemas import ProductOffer, ShownListing, ShownProductDetail, ShownStore
from marketplace.web.render import SHARED_SECONDS, is_unknown, render_page
from marketplace.web.translate import TRANSLATORS, as_language

AnyRequest = Request[Any, Any, Any]
Translator = Callable[..., str]
_FEW: Final = 5
_MOST_CHOICES: Final = 4  # more would push the button off a phone; the table below has the others
_SHOWN_OFFERS: Final = 5  # the others unfold: thirty stores are seven phones long
_KILO: Final = 1000


def translator_of(request: AnyRequest) -> Translator:
    """Give the `t` of this request's language."""
    return TRANSLATORS[as_language(request.scope["state"].get("language"))]


def stock_state(t: Translator, left: int | None) -> dict[str, str]:
    """Say what is left of goods: kind of badge and text; None is made to order."""
    if left is None:
        return {"kind": "info", "text": t("Dibuat setelah dipesan")}
    if left == 0:
        return {"kind": "stop", "text": t("Habis")}
    if left <= _FEW:
        return {"kind": "wait", "text": t("Sisa {n}", n=left)}
    return {"kind": "ok", "text": t("Ada di gerai")}


def content_text(product: ShownProductDetail, language: str) -> str:
    """Write what one unit holds, such as "5 kg" or "250 g"; empty for a single piece."""
    if product.base_unit == "pcs":
        return (
            ""
            if product.content_quantity == 1
            else format_quantity(product.content_quantity, get_unit("pcs"), language)
        )
    small, large = {"gram": ("g", "kg"), "ml": ("ml", "l")}[product.base_unit]
    code = large if product.content_quantity >= _KILO else small
    return format_quantity(product.content_quantity, get_unit(code), language)


def _unit_choices(product: ShownProductDetail, best: ProductOffer, language: str) -> list[dict[str, Any]]:
    """The units to buy in, each with what one of it costs at the store shown; empty where there is only one."""
    if not product.conversions:
        return []
    own = get_unit(product.unit_code).name
    choices = []
    for pack in (Pack(product.unit_code, 1), *product.conversions):
        price = lowest_price(best, quantity=pack.factor)
        option = unit_option(pack, product.unit_code, language)
        each = f"{format_rupiah(price, language)}/{own}" if pack.factor > 1 else ""
        total = format_rupiah(price * pack.factor, language)
        choices.append({"value": option.value, "title": option.text, "text": each, "aside": total})
    return choices


def lowest_price(offer: ProductOffer, *, quantity: int) -> int:
    """Price of one own unit when `quantity` are bought: of public, member and grosir price the lowest, as in prices."""
    prices = [offer.price_rupiah, *(tier.price_rupiah for tier in offer.tiers if tier.from_quantity <= quantity)]
    if offer.member_price_rupiah is not None:
        prices.append(offer.member_price_rupiah)
    return min(prices)


@get("/produk/{key:str}", opt=public())
async def product_page(
    request: AnyRequest, actor: Actor, key: str, village: str | None = None, gerai: int | None = None
) -> Response[Any]:
    """Show a product: photo, stores with price and stock, grosir, licences, and the form into the cart.

    `gerai` is the store whose page the visitor comes from: its price is shown and it is chosen beforehand.
    """
    number = key.partition("-")[0]
    if not number.isdecimal() or len(number) > 18:  # noqa: PLR2004 - longer is no bigint
        raise NotFoundError
    return await answer_product(request, actor, ProductId(int(number)), village=village, chosen_store=gerai)


async def answer_product(
    request: AnyRequest,
    actor: Actor,
    product_id: ProductId,
    *,
    village: str | None = None,
    chosen_store: int | None = None,
    error: InvalidError | None = None,
    typed: dict[str, Any] | None = None,
) -> Response[Any]:
    """Draw the product's page; after a refusal with its sentence beside the field and what was `typed` kept."""
    typed = typed or {}
    chosen = str(typed.get("store_id") or chosen_store or "")
    product = await shop.show_product(
        product_id,
        actor=actor,
        village_code=village or request.scope["state"]["village_code"],
        store_id=StoreId(int(chosen)) if chosen.isdecimal() and len(chosen) <= 18 else None,  # noqa: PLR2004 - bigint
    )
    t = translator_of(request)
    language = request.scope["state"]["language"]
    # Sorting keeps the order of the others: in stock and near first.
    for_sale = sorted(
        (offer for offer in product.offers if offer.left != 0), key=lambda offer: str(offer.store_id) != chosen
    )
    best = for_sale[0] if for_sale else None
    units = _unit_choices(product, best, language) if best else []
    wanted_unit = str(typed.get("unit", "")).partition(":")[0]
    return render_page(
        request,
        "stores/product.html",
        status_code=error.status_code if error else 200,
        # What was typed is one visitor's.
        shared_seconds=0 if error else SHARED_SECONDS,
        product=product,
        content=content_text(product, language),
        unit=unit_name(product.unit_code, language),
        offers=[(offer, stock_state(t, offer.left), _where(offer, language)) for offer in product.offers],
        shown_offers=_SHOWN_OFFERS,
        choices=_store_choices(t, for_sale, language),
        best=best,
        chosen=chosen if best and str(best.store_id) == chosen else "",
        units=units,
        chosen_unit=next((unit["value"] for unit in units if unit["value"].partition(":")[0] == wanted_unit), None)
        or f"{product.unit_code}:1",
        quantity=typed.get("quantity") or product.min_quantity,
        errors=field_sentences(request, error) if error else {},
        licences=[(LICENCE_NAMES[licence.kind], licence.number) for licence in product.licences],
        # A page for everybody has no key of its own: without a cart, pressing twice makes two carts, and one is kept.
        once="" if is_unknown(request) else new_token(),
    )


def _where(offer: ProductOffer, language: str) -> str:
    """Name the store, its village where the name does not say it, and how far it is."""
    place = None if offer.village.casefold() in offer.store_name.casefold() else offer.village
    return " · ".join(filter(None, (offer.store_name, place, distance_text(offer.distance_km, language))))


def _store_choices(t: Translator, offers: list[ProductOffer], language: str) -> list[dict[str, Any]]:
    choices = [
        {
            "value": "",
            "title": t("Pilihkan gerai untuk saya"),
            "text": t("Gerai terdekat yang punya stok dan sedang buka."),
        }
    ]
    for offer in offers[:_MOST_CHOICES]:
        place = " · ".join(filter(None, (offer.village, distance_text(offer.distance_km, language))))
        choices.append({"value": str(offer.store_id), "title": offer.store_name, "text": place})
    return choices


def _store_card(t: Translator, store: ShownStore, language: str) -> dict[str, Any]:
    opened = {"kind": "ok", "text": t("Buka sekarang")}
    closed = {"kind": "wait", "text": t("Sedang tutup")}
    return {
        "href": f"/gerai/{store.id}",
        "name": store.name,
        "place": f"{store.village}, {store.regency}",
        "distance": distance_text(store.distance_km, language),
        "hours": None,
        "state": opened if store.is_open else closed,
    }


@get("/gerai", opt=public())
async def stores_page(request: AnyRequest, q: str = "", village: str | None = None, setelah: str = "") -> Response[Any]:
    """Find a store: nearest to a village, in a region that is typed, or all."""
    near_code = village or (None if q or setelah else request.scope["state"]["village_code"])
    place = ""
    next_cursor = None
    if near_code:
        place, stores = await shop.list_nearest_stores(near_code)
    if not near_code or not place:
        page = await shop.list_stores(typed=q[:100], cursor=setelah or None, limit=DEFAULT_LIMIT)
        stores, next_cursor = page.items, page.next_cursor
    t = translator_of(request)
    return render_page(
        request,
        "stores/stores.html",
        shared_seconds=SHARED_SECONDS,
        stores=[_store_card(t, store, request.scope["state"]["language"]) for store in stores],
        q=q.strip(),
        place=place,
        next_href=f"/gerai?{urlencode({'q': q, 'setelah': next_cursor})}" if next_cursor else None,
    )


@get("/gerai/{store_id:int}", opt=public())
async def store_page(
    request: AnyRequest, actor: Actor, store_id: int, kategori: str | None = None, setelah: str = ""
) -> Response[Any]:
    """Show a store: whether it is open, where it is, and its goods, most popular first."""
    store, page = await shop.show_shelf(
        StoreId(store_id), actor=actor, category_slug=kategori or None, cursor=setelah or None, limit=DEFAULT_LIMIT
    )
    following = {"setelah": page.next_cursor or ""} | ({"kategori": kategori} if kategori else {})
    t = translator_of(request)
    return render_page(
        request,
        "stores/store.html",
        shared_seconds=SHARED_SECONDS,
        store=store,
        is_open=is_open(store.hours, clock.now(), store.time_zone),
        hours=[(label, format_day(store.hours, weekday)) for weekday, label in WEEKDAY_LABELS.items()],
        goods=[_card(t, store.id, item, request.scope["state"]["language"]) for item in page.items],
        phone=format_phone(store.phone) if store.phone else None,
        whatsapp=whatsapp_link(store.phone) if store.phone else None,
        next_href=f"/gerai/{store.id}?{urlencode(following)}" if page.next_cursor else None,
        time_zone=store.time_zone,
    )


def _card(t: Translator, store_id: StoreId, item: ShownListing, language: str) -> dict[str, Any]:
    return {
        "href": f"/produk/{item.product_id}?gerai={store_id}",
        "name": item.name,
        "price": item.price_rupiah,
        "unit": unit_name(item.unit_code, language),
        "member_price": item.member_price_rupiah,
        "photo_url": item.photo_url,
        "category": item.category_slug,
        "state": stock_state(t, item.left),
    }


SHOP_PAGES: list[ControllerRouterHandler] = [product_page, store_page, stores_page]
