"""The store's stock: the list, the card of one listing, and the three forms that change it."""

from typing import Any, Final, Literal

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.catalog import LICENCE_NAMES, read_counted
from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.packs import read_packs, write_packs
from marketplace.formats.rupiah import parse_rupiah
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.pagination import DEFAULT_LIMIT, decode_cursor, encode_cursor
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, STORE_STAFF, only
from marketplace.ids import ListingId, new_token
from marketplace.inventory.record_stock import correct_stock, count_goods, receive_goods, units_of
from marketplace.inventory.schemas import MOST_COUNTED, CorrectBody, CountBody, ReceiveBody
from marketplace.inventory.show_card import show_card
from marketplace.stores import get_listing, list_own_listings
from marketplace.web.render import render_page
from payments import Money

AnyRequest = Request[Any, Any, Any]

MOVEMENT_LABELS: Final = {
    "opening": "Stok awal",
    "receipt": "Barang masuk",
    "sale": "Terjual",
    "return": "Retur pembeli",
    "adjustment": "Hasil hitung",
    "damage": "Rusak",
    "withdrawal": "Ditarik pemilik",
}
_SENTENCES: Final = {
    "too_small": "Paling sedikit {least}.",
    "too_dear": "Harga modal satu barang antara Rp 0 dan {most}.",
    "reason": "Tulis alasannya, 3 sampai 200 huruf.",
    "note": "Catatan paling panjang 200 huruf.",
    "choose": "Pilih salah satu.",
}
_MOST_RUPIAH: Final = 1_000_000_000
_LONGEST: Final = 200
_SHORTEST: Final = 3


async def _counted(form: dict[str, Any], name: str, *, listing_id: int, actor: Actor, least: int) -> int:
    """Own units from what was typed: "24", or "2 dus 3 bungkus" where the goods have larger units."""
    async with database.connection() as connection:
        listing = await get_listing(connection, actor.require_store(), ListingId(listing_id))
    count = read_counted(
        str(form.get(name, "")),
        units=units_of(listing),
        seen=read_packs(str(form.get("units", ""))),
        most=MOST_COUNTED,
        field=name,
    )
    if count < least:
        raise InvalidError(fields={name: (_SENTENCES["too_small"], {"least": least})})
    return count


def _unit_cost(form: dict[str, Any]) -> int | None:
    """Cost of a unit as typed; None where the field is empty or not shown: then the listing's cost is meant."""
    text = str(form.get("unit_cost", "")).strip()
    if not text:
        return None
    try:
        cost = parse_rupiah(text)
    except FormatError as error:
        raise InvalidError(fields={"unit_cost": (error.message, error.facts)}) from error
    if not 0 <= cost <= _MOST_RUPIAH:
        raise InvalidError(fields={"unit_cost": (_SENTENCES["too_dear"], {"most": Money(_MOST_RUPIAH)})})
    return cost


def _reason(form: dict[str, Any], name: str) -> str:
    text = str(form.get(name, ""))
    if not _SHORTEST <= len(text) <= _LONGEST:
        raise InvalidError(fields={name: _SENTENCES["reason"]})
    return text


def _note(form: dict[str, Any]) -> str:
    text = str(form.get("note", ""))
    if len(text) > _LONGEST:
        raise InvalidError(fields={"note": _SENTENCES["note"]})
    return text


def _kind(form: dict[str, Any]) -> Literal["damage", "withdrawal"]:
    kind = form.get("kind")
    if kind not in ("damage", "withdrawal"):
        raise InvalidError(fields={"kind": _SENTENCES["choose"]})
    return "damage" if kind == "damage" else "withdrawal"


@get("/koperasi/stok", opt=only(*STORE_READERS))
async def stock_page(request: AnyRequest, actor: Actor, q: str = "", setelah: str = "") -> Response[Any]:
    """List what the store keeps in stock, newest listing first."""
    position = decode_cursor(setelah or None, tuple[int])
    async with database.connection() as connection:
        rows = await list_own_listings(
            connection,
            actor.require_store(),
            state=None,
            name_part=q.strip()[:120],
            is_stocked=True,
            before_id=position[0] if position else None,
            limit=DEFAULT_LIMIT,
        )
    shown = rows[:DEFAULT_LIMIT]
    return render_page(
        request,
        "inventory/stock.html",
        listings=shown,
        q=q.strip(),
        next_cursor=encode_cursor(shown[-1].id) if len(rows) > DEFAULT_LIMIT else None,
    )


async def _show_card(
    request: AnyRequest,
    actor: Actor,
    listing_id: int,
    *,
    cursor: str | None = None,
    values: dict[str, Any] | None = None,
    error: InvalidError | None = None,
) -> Response[Any]:
    listing, card = await show_card(ListingId(listing_id), actor=actor, cursor=cursor, limit=DEFAULT_LIMIT)
    role = actor.require_hat().role
    return render_page(
        request,
        "inventory/card.html",
        status_code=200 if error is None else error.status_code,
        listing=listing,
        shown_packs=write_packs(listing.conversions),
        units_hint=", ".join(f"1 {pack.unit_code} = {pack.factor} {listing.unit_code}" for pack in listing.conversions),
        card=card,
        values=values or {},
        errors=field_sentences(request, error) if error else {},
        problem=sentence_of(request, error) if error and not error.fields else "",
        labels=MOVEMENT_LABELS,
        licence_names=LICENCE_NAMES,
        may_receive=role in STORE_STAFF,
        may_correct=role in STORE_MANAGERS,
        once=new_token(),
    )


@get("/koperasi/stok/{listing_id:int}", opt=only(*STORE_READERS))
async def stock_card_page(request: AnyRequest, actor: Actor, listing_id: int, setelah: str = "") -> Response[Any]:
    """Show the stock card of a listing."""
    return await _show_card(request, actor, listing_id, cursor=setelah or None)


@post("/koperasi/stok/{listing_id:int}/terima", opt=only(*STORE_STAFF))
async def submit_receipt(request: AnyRequest, actor: Actor, listing_id: int) -> Response[Any]:
    """Write down goods that came in."""
    form = await read_form(request)
    try:
        received = ReceiveBody(
            quantity=await _counted(form, "quantity", listing_id=listing_id, actor=actor, least=1),
            unit_cost_rupiah=_unit_cost(form),
            note=_note(form),
        )
        once = once_from_form(request, form)
        await receive_goods(ListingId(listing_id), received, actor=actor, once=once)
    except InvalidError as error:
        return await _show_card(request, actor, listing_id, values=form, error=error)
    return see_other(f"/koperasi/stok/{listing_id}", notice="Barang masuk tercatat.")


@post("/koperasi/stok/{listing_id:int}/koreksi", opt=only(*STORE_MANAGERS))
async def submit_correction(request: AnyRequest, actor: Actor, listing_id: int) -> Response[Any]:
    """Write down goods that went without a sale."""
    form = await read_form(request)
    try:
        less = await _counted(form, "less", listing_id=listing_id, actor=actor, least=1)
        correction = CorrectBody(kind=_kind(form), quantity=less, reason=_reason(form, "correction_reason"))
        once = once_from_form(request, form)
        await correct_stock(ListingId(listing_id), correction, actor=actor, once=once)
    except InvalidError as error:
        return await _show_card(request, actor, listing_id, values=form, error=error)
    return see_other(f"/koperasi/stok/{listing_id}", notice="Koreksi stok tercatat.")


@post("/koperasi/stok/{listing_id:int}/hitung", opt=only(*STORE_MANAGERS))
async def submit_count(request: AnyRequest, actor: Actor, listing_id: int) -> Response[Any]:
    """Set the stock to what was counted."""
    form = await read_form(request)
    try:
        counted = await _counted(form, "counted", listing_id=listing_id, actor=actor, least=0)
        count = CountBody(counted=counted, reason=_reason(form, "count_reason"))
        once = once_from_form(request, form)
        await count_goods(ListingId(listing_id), count, actor=actor, once=once)
    except InvalidError as error:
        return await _show_card(request, actor, listing_id, values=form, error=error)
    return see_other(f"/koperasi/stok/{listing_id}", notice="Hasil hitung tercatat.")


PAGES: list[ControllerRouterHandler] = [
    stock_card_page,
    stock_page,
    submit_correction,
    submit_count,
    submit_receipt,
]
