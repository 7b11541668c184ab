"""Selling at the counter to whoever walks in. The basket lives in the form alone, until the cash is taken.

Every key of the page posts the basket with one change; the answer is the page with the new basket. With htmx only the
sale is drawn anew. Member phones travel in the form, never in an address.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.books import book_of
from marketplace.catalog import ProductUnits, read_counted
from marketplace.errors import InvalidError, LumbungError
from marketplace.formats.dates import day_of
from marketplace.formats.packs import Pack, packs_of, read_packs, write_packs
from marketplace.http.forms import field_sentences, form_list, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_STAFF, only
from marketplace.ids import ListingId, new_token
from marketplace.orders import counter_store
from marketplace.orders.counter_lines import (
    LARGEST_QUANTITY,
    MOST_LINES,
    CounterLine,
    find_member_by_phone,
    units_of,
)
from marketplace.orders.errors import NotServedError
from marketplace.orders.place_at_counter import PlaceAtCounter, place_at_counter
from marketplace.orders.plan import price_for
from marketplace.orders.sell_at_counter import SellAtCounter, sell_at_counter
from marketplace.orders.show_payment import LABELS
from marketplace.orders.start_payment import open_ways
from marketplace.orders.tab import find_left
from marketplace.orders.tenders import likely_tenders, read_amount
from marketplace.web.render import render_fragment, render_page, wants_fragment
from payments import Money, find_channels

AnyRequest = Request[Any, Any, Any]
Basket = dict[ListingId, int]

_TILES: Final = 12
_LONGEST_SEARCH: Final = 80
_LARGEST_ID: Final = 2**63 - 1


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the basket at today's price."""

    listing_id: int
    name: str
    unit_code: str
    quantity: int
    typed: str
    packs: tuple[Pack, ...]
    shown_packs: str
    unit_price_rupiah: int
    total_rupiah: int
    left: int | None
    is_short: bool


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """The sale as it stands in the form."""

    rows: list[Row]
    unit_count: int
    total_rupiah: int


def read_basket(lines: list[str]) -> Basket:
    """Basket from the hidden fields `line` ("listing:quantity"); what nobody could have pressed is left out."""
    basket: Basket = {}
    for text in lines[:MOST_LINES]:
        listing, _, quantity = text.partition(":")
        if not (text.isascii() and listing.isdigit() and quantity.isdigit() and len(text) < 32):  # noqa: PLR2004 - two bigints fit
            continue
        if 1 <= int(listing) <= _LARGEST_ID and 1 <= int(quantity) <= LARGEST_QUANTITY:
            basket[ListingId(int(listing))] = int(quantity)
    return basket


def change_basket(
    basket: Basket, form: dict[str, Any], units: Mapping[ListingId, ProductUnits]
) -> tuple[Basket, InvalidError | None]:
    """Apply the key that was pressed: add, less, remove (a listing each), or the quantities typed (`quantity_ID`).

    A quantity may be typed in the product's larger units: "2 dus" or "2 dus 3 bungkus". What cannot be read stays as it
    was, with a sentence beside its field.
    """
    changed = dict(basket)
    refused: InvalidError | None = None
    for listing_id in basket:
        field = f"quantity_{listing_id}"
        typed = str(form.get(field, "")).strip()
        if not typed or listing_id not in units:
            continue
        try:
            changed[listing_id] = read_counted(
                typed,
                units=units[listing_id],
                seen=read_packs(str(form.get(f"units_{listing_id}", ""))),
                most=LARGEST_QUANTITY,
                field=field,
            )
        except InvalidError as error:
            # One at a time: keys change one row, and its refusal says all that there is to say.
            refused = refused or error
    for key, sign in (("add", 1), ("less", -1), ("add_pack", 1)):
        listing, _, step = str(form.get(key, "")).partition(":")
        if listing.isascii() and listing.isdigit() and 1 <= int(listing[:19]) <= _LARGEST_ID:
            listing_id = ListingId(int(listing[:19]))
            many = int(step[:6]) if step.isascii() and step.isdigit() else 1
            changed[listing_id] = min(changed.get(listing_id, 0) + sign * many, LARGEST_QUANTITY)
    removed = str(form.get("remove", ""))
    kept = {listing_id: quantity for listing_id, quantity in changed.items() if quantity > 0}
    kept = {listing_id: quantity for listing_id, quantity in kept.items() if str(listing_id) != removed}
    return kept, refused


async def _sale_page(
    request: AnyRequest,
    actor: Actor,
    basket: Basket,
    form: dict[str, Any],
    *,
    error: LumbungError | None = None,
) -> Response[bytes]:
    store_id = actor.require_store()
    text, phone = str(form.get("q", ""))[:_LONGEST_SEARCH], str(form.get("member_phone", ""))
    errors = field_sentences(request, error) if error else {}
    async with database.connection() as connection:
        counter = await counter_store.find_counter(connection, cashier_id=actor.require_person(), store_id=store_id)
        goods = await counter_store.find_counter_goods(connection, store_id=store_id, text=text, limit=_TILES)
        listings = (
            await counter_store.find_counter_listings(connection, store_id=store_id, listing_ids=sorted(basket))
            if basket
            else []
        )
        member = None
        try:
            member = await find_member_by_phone(connection, phone, actor=actor)
        except InvalidError as refused:
            errors = field_sentences(request, refused) | errors
        tab_left = None if member is None else await find_left(connection, store_id=store_id, person_id=member)
        channels = await find_channels(connection, book=book_of(store_id), on=day_of(clock.now(), "Asia/Jakarta"))
    sale = _priced(basket, {row["listing_id"]: row for row in listings}, form, errors, is_member=member is not None)
    ways = open_ways(channels, Money(sale.total_rupiah)) if sale.rows else []
    is_part = wants_fragment(request)
    context: dict[str, Any] = {
        "counter": dict(counter),
        "goods": [dict(row) for row in goods],
        "basket": basket,
        "sale": sale,
        "tenders": likely_tenders(sale.total_rupiah) if sale.rows else [],
        "ways": [(way, LABELS[way]) for way in ways],
        "q": text,
        "member_phone": phone,
        "is_member": member is not None,
        "tab_left_rupiah": tab_left,
        "tendered": str(form.get("tendered_rupiah", "")),
        "once": new_token(),
        "errors": errors,
        "problem": sentence_of(request, error) if error and (not errors or isinstance(error, NotServedError)) else "",
        "shortages": error.goods if isinstance(error, NotServedError) else [],
        "time_zone": counter["time_zone"],
    }
    if is_part:
        return render_fragment(request, "counter/sale.html", **context)
    status_code = error.status_code if error else (422 if errors else 200)
    return render_page(request, "counter/sell.html", status_code=status_code, **context)


def _priced(
    basket: Basket, listings: dict[int, Any], form: dict[str, Any], errors: dict[str, str], *, is_member: bool
) -> Sale:
    rows = []
    for listing_id, quantity in basket.items():
        listing = listings.get(listing_id)
        if listing is None:  # taken off sale meanwhile
            continue
        price = price_for(listing, quantity=quantity, is_member=is_member)
        packs = packs_of(listing["units"])
        field = f"quantity_{listing_id}"
        left = None if listing["source"] == "made_to_order" else (listing["available"] or 0)
        rows.append(
            Row(
                listing_id=listing_id,
                name=listing["name"],
                unit_code=listing["unit_code"],
                quantity=quantity,
                typed=str(form.get(field, "")) if field in errors else str(quantity),
                packs=packs,
                shown_packs=write_packs(packs),
                unit_price_rupiah=price,
                total_rupiah=price * quantity,
                left=left,
                is_short=left is not None and left < quantity,
            )
        )
    return Sale(
        rows=rows,
        unit_count=sum(row.quantity for row in rows),
        total_rupiah=sum(row.total_rupiah for row in rows),
    )


@get("/kasir/jual", opt=only(*STORE_STAFF))
async def sell_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """An empty basket with the goods that sell most."""
    return await _sale_page(request, actor, {}, {})


@post("/kasir/jual", opt=only(*STORE_STAFF), status_code=200)
async def submit_change(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """Change the basket, search, or look a member up; nothing is written."""
    form = await read_form(request)
    basket = read_basket(await form_list(request, "line"))
    async with database.connection() as connection:
        rows = await counter_store.find_counter_listings(
            connection, store_id=actor.require_store(), listing_ids=sorted(basket)
        )
    basket, error = change_basket(basket, form, {row["listing_id"]: units_of(row) for row in rows})
    return await _sale_page(request, actor, basket, form, error=error)


@post("/kasir/jual/bayar", opt=only(*STORE_STAFF))
async def submit_sale(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Take the cash: sale, receipt and books in one."""
    form = await read_form(request)
    basket = read_basket(await form_list(request, "line"))
    key = "tender" if form.get("tender") else "tendered_rupiah"
    try:
        sold = await sell_at_counter(
            SellAtCounter(
                lines=[
                    CounterLine(listing_id=listing_id, quantity=quantity) for listing_id, quantity in basket.items()
                ],
                tendered_rupiah=0 if form.get("on_tab") else read_amount(form, key),
                is_on_tab=bool(form.get("on_tab")),
                expected_rupiah=read_amount(form, "expected_rupiah"),
                member_phone=str(form.get("member_phone", "")),
            ),
            actor=actor,
            once=once_from_form(request, form),
        )
    except LumbungError as error:
        return await _sale_page(request, actor, basket, form, error=error)
    return see_other(f"/kasir/selesai/{sold.receipt_number}")


@post("/kasir/jual/cara-bayar", opt=only(*STORE_STAFF))
async def submit_waiting_sale(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Set the goods aside and show what to pay to, for a buyer without cash."""
    form = await read_form(request)
    basket = read_basket(await form_list(request, "line"))
    try:
        placed = await place_at_counter(
            PlaceAtCounter(
                lines=[
                    CounterLine(listing_id=listing_id, quantity=quantity) for listing_id, quantity in basket.items()
                ],
                expected_rupiah=read_amount(form, "expected_rupiah"),
                method=str(form.get("method", "")),
                member_phone=str(form.get("member_phone", "")),
            ),
            actor=actor,
            once=once_from_form(request, form),
        )
    except LumbungError as error:
        return await _sale_page(request, actor, basket, form, error=error)
    return see_other(f"/kasir/pesanan/{placed.code}/bayar/{placed.payment.payment_id}")


PAGES: list[ControllerRouterHandler] = [sell_page, submit_change, submit_sale, submit_waiting_sale]
