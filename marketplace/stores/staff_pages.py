"""The pages of a store's staff: its shelf (etalase) with prices, and its settings with hours and coverage."""

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.catalog import LICENCE_NAMES, StaleError
from marketplace.errors import ConflictError, InvalidError, LumbungError, NotFoundError
from marketplace.formats.phone import format_phone
from marketplace.formats.rupiah import format_rupiah
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.pagination import DEFAULT_LIMIT, decode_cursor, encode_cursor
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, only
from marketplace.ids import ListingId, ProductId, new_token
from marketplace.stores import queries
from marketplace.stores.errors import AlreadyListedError
from marketplace.stores.forms import (
    listing_form_of,
    new_listing_form_of,
    percent_text,
    read_listing,
    read_new_listing,
    read_store,
    store_form_of,
)
from marketplace.stores.hours import WEEKDAY_LABELS
from marketplace.stores.save_listing import add_listing, edit_listing, step_listing
from marketplace.stores.save_store import cover_village, save_store
from marketplace.stores.schemas import CoverageBody, ListingAnswer, OwnListing
from marketplace.web.render import render_page, translate

AnyRequest = Request[Any, Any, Any]

SOURCE_LABELS: Final = {
    "own_stock": "Stok sendiri",
    "consignment": "Titip jual",
    "made_to_order": "Dibuat setelah dipesan",
}
LISTING_LABELS: Final = {
    "source": "Asal barang",
    "price_rupiah": "Harga",
    "member_price_rupiah": "Harga anggota",
    "cost_rupiah": "Harga beli",
    "fee_basis_points": "Bagian koperasi",
}
STORE_LABELS: Final = {
    "name": "Nama gerai",
    "address": "Alamat",
    "landmark": "Patokan",
    "phone": "Telepon gerai",
    "latitude": "Lintang",
    "longitude": "Bujur",
    "is_active": "Gerai terlihat oleh pembeli",
    "is_delivering": "Gerai mengantar",
    "delivery_fee_rupiah": "Ongkos antar",
    "hold_hours": "Lama barang disimpan untuk pesanan (jam)",
} | {f"hours_{weekday}": label for weekday, label in WEEKDAY_LABELS.items()}
LISTING_STATE_LABELS: Final = {"active": "dipajang", "paused": "dijeda"}
_REGENCY_LENGTH: Final = 5


@get("/koperasi/etalase", opt=only(*STORE_READERS))
async def shelf_page(
    request: AnyRequest, actor: Actor, q: str = "", status: str = "", setelah: str = ""
) -> Response[Any]:
    """List what the store sells, newest first, with prices and stock."""
    position = decode_cursor(setelah or None, tuple[int])
    state = status if status in LISTING_STATE_LABELS else None
    async with database.connection() as connection:
        rows = await queries.list_own_listings(
            connection,
            actor.require_store(),
            state=state,
            name_part=q.strip()[:120],
            is_stocked=False,
            before_id=position[0] if position else None,
            limit=DEFAULT_LIMIT,
        )
    shown = rows[:DEFAULT_LIMIT]
    following = {"q": q, "status": state or "", "setelah": encode_cursor(shown[-1].id) if shown else ""}
    return render_page(
        request,
        "stores/shelf.html",
        listings=shown,
        q=q.strip(),
        status=state or "",
        sources=SOURCE_LABELS,
        states=LISTING_STATE_LABELS,
        licence_names=LICENCE_NAMES,
        may_change=actor.require_hat().role in STORE_MANAGERS,
        next_href=f"/koperasi/etalase?{urlencode(following)}" if len(rows) > DEFAULT_LIMIT else None,
    )


@get("/koperasi/etalase/tambah", opt=only(*STORE_MANAGERS))
async def choose_product_page(
    request: AnyRequest, actor: Actor, q: str = "", semua: str = "", setelah: str = ""
) -> Response[Any]:
    """Suggest published products that the store does not sell yet: its own regency's first, popular ones on top."""
    position = decode_cursor(setelah or None, tuple[int, int])
    region_code = actor.require_hat().region_code or ""
    async with database.connection() as connection:
        rows = await queries.list_products_to_list(
            connection,
            actor.require_store(),
            near_code="" if semua or q else region_code[:_REGENCY_LENGTH],
            name_part=q.strip()[:120],
            category_slug=None,
            position=position,
            limit=DEFAULT_LIMIT,
        )
    shown = rows[:DEFAULT_LIMIT]
    following = {"q": q, "semua": semua}
    if shown:
        following["setelah"] = encode_cursor(shown[-1]["popularity"], shown[-1]["id"])
    return render_page(
        request,
        "stores/choose_product.html",
        products=[dict(row) for row in shown],
        q=q.strip(),
        is_near=not (semua or q),
        next_href=f"/koperasi/etalase/tambah?{urlencode(following)}" if len(rows) > DEFAULT_LIMIT else None,
    )


async def _show_new(
    request: AnyRequest,
    actor: Actor,
    product_id: str,
    values: dict[str, Any] | None = None,
    error: LumbungError | None = None,
) -> Response[Any]:
    if not product_id.isdecimal() or len(product_id) > 18:  # noqa: PLR2004 - longer is no bigint
        raise NotFoundError
    async with database.connection() as connection:
        product = await queries.find_product_to_list(connection, actor.require_store(), ProductId(int(product_id)))
    if product is None:
        raise NotFoundError
    if product["listing_id"] is not None:
        return see_other(f"/koperasi/etalase/{product['listing_id']}")
    if product["state"] != "published":
        raise NotFoundError
    shown = new_listing_form_of(product["price_rupiah"]) if values is None else values
    return _render_listing(request, dict(product), shown, error=error)


def _readable(request: AnyRequest, field: str, value: str) -> str:
    """One side of a difference as the form writes it."""
    language = request.scope["state"]["language"]
    if not value:
        return "–"
    if field.endswith("_rupiah"):
        return format_rupiah(int(value), language)
    if field == "fee_basis_points":
        return f"{percent_text(int(value))} %"
    if field.startswith("is_"):
        return translate("Ya" if value == "True" else "Tidak", language)
    if field == "phone":
        return format_phone(value)
    return translate(SOURCE_LABELS.get(value, value), language)


def _differences(request: AnyRequest, error: LumbungError | None, labels: dict[str, str]) -> list[tuple[str, str, str]]:
    """What a stale page and the saved data say differently: label, saved, sent."""
    if not isinstance(error, StaleError):
        return []
    return [
        (
            labels[change.field],
            _readable(request, change.field, change.saved),
            _readable(request, change.field, change.sent),
        )
        for change in error.changes
    ]


def _render_listing(
    request: AnyRequest,
    product: dict[str, Any],
    values: dict[str, Any],
    *,
    listing: OwnListing | None = None,
    error: LumbungError | None = None,
) -> Response[Any]:
    is_field_error = isinstance(error, InvalidError) and bool(error.fields)
    return render_page(
        request,
        "stores/listing.html",
        status_code=200 if error is None else error.status_code,
        product=product,
        listing=listing,
        values=values,
        errors=field_sentences(request, error) if error else {},
        problem=sentence_of(request, error) if error and not is_field_error else "",
        changes=_differences(request, error, LISTING_LABELS),
        sources=SOURCE_LABELS,
        states=LISTING_STATE_LABELS,
        licence_names=LICENCE_NAMES,
        once=new_token(),
    )


@get("/koperasi/etalase/baru", opt=only(*STORE_MANAGERS))
async def new_listing_page(request: AnyRequest, actor: Actor, produk: str = "") -> Response[Any]:
    """Ask for the terms on which the store sells a product."""
    return await _show_new(request, actor, produk)


def _with_warnings(request: AnyRequest, notice: str, answer: ListingAnswer) -> str:
    return " ".join([translate(notice, request.scope["state"]["language"]), *answer.warnings])


@post("/koperasi/etalase/baru", opt=only(*STORE_MANAGERS))
async def submit_new_listing(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Put a product on the shelf and go on to its stock."""
    form = await read_form(request)
    try:
        answer = await add_listing(read_new_listing(form), actor=actor, once=once_from_form(request, form))
    except (InvalidError, AlreadyListedError) as error:
        return await _show_new(request, actor, str(form.get("product_id", "")), form, error)
    is_stocked = form.get("source") != "made_to_order"
    path = f"/koperasi/stok/{answer.listing_id}" if is_stocked else "/koperasi/etalase"
    notice = "Barang dipajang. Sekarang catat stok yang masuk." if is_stocked else "Barang dipajang."
    return see_other(path, notice=_with_warnings(request, notice, answer) if answer.warnings else notice)


async def _own(actor: Actor, listing_id: int) -> OwnListing:
    async with database.connection() as connection:
        return await queries.get_listing(connection, actor.require_store(), ListingId(listing_id))


def _product_of(listing: OwnListing) -> dict[str, Any]:
    return {
        "id": listing.product_id,
        "name": listing.name,
        "seller_name": listing.seller_name,
        "unit_code": listing.unit_code,
        "price_rupiah": listing.product_price_rupiah,
    }


@get("/koperasi/etalase/{listing_id:int}", opt=only(*STORE_MANAGERS))
async def listing_page(request: AnyRequest, actor: Actor, listing_id: int) -> Response[Any]:
    """Show the terms of a listing."""
    listing = await _own(actor, listing_id)
    return _render_listing(request, _product_of(listing), listing_form_of(listing), listing=listing)


@post("/koperasi/etalase/{listing_id:int}", opt=only(*STORE_MANAGERS))
async def submit_listing(request: AnyRequest, actor: Actor, listing_id: int) -> Response[Any]:
    """Save the terms; a stale page is shown again with both values, and may then be saved."""
    form = await read_form(request)
    try:
        once = once_from_form(request, form)
        answer = await edit_listing(ListingId(listing_id), read_listing(form), actor=actor, once=once)
    except (InvalidError, StaleError) as error:
        listing = await _own(actor, listing_id)
        values = {**form, "version": str(listing.version)} if isinstance(error, StaleError) else form
        return _render_listing(request, _product_of(listing), values, listing=listing, error=error)
    notice = "Perubahan tersimpan."
    path = f"/koperasi/etalase/{listing_id}"
    return see_other(path, notice=_with_warnings(request, notice, answer) if answer.warnings else notice)


@post("/koperasi/etalase/{listing_id:int}/langkah", opt=only(*STORE_MANAGERS))
async def submit_listing_step(request: AnyRequest, actor: Actor, listing_id: int) -> Response[Any]:
    """Take a listing off the shelf or put it back."""
    form = await read_form(request)
    step = form.get("step")
    if step not in ("pause", "resume"):
        raise NotFoundError
    try:
        await step_listing(ListingId(listing_id), step, actor=actor, once=once_from_form(request, form))
    except ConflictError as error:
        listing = await _own(actor, listing_id)
        return _render_listing(request, _product_of(listing), listing_form_of(listing), listing=listing, error=error)
    paused = "Barang dijeda. Pembeli tidak melihatnya."
    resumed = "Barang dipajang lagi."
    return see_other(f"/koperasi/etalase/{listing_id}", notice=paused if step == "pause" else resumed)


async def _show_settings(
    request: AnyRequest,
    actor: Actor,
    *,
    values: dict[str, Any] | None = None,
    village: str | None = None,
    error: LumbungError | None = None,
) -> Response[Any]:
    hat = actor.require_hat()
    async with database.connection() as connection:
        store = await queries.find_store_of(connection, hat.organisation_id)
        added = await queries.find_village(connection, village) if village else None
    fresh = {"name": f"Gerai {hat.organisation_name}", "is_active": "1", "hold_hours": "24", "version": "0"}
    shown = values if values is not None else store_form_of(store) if store else fresh
    if isinstance(error, StaleError):
        shown = {**shown, "version": str(error.version)}
    is_field_error = isinstance(error, InvalidError) and bool(error.fields)
    return render_page(
        request,
        "stores/settings.html",
        status_code=200 if error is None else error.status_code,
        store=store,
        values=shown,
        errors=field_sentences(request, error) if error else {},
        problem=sentence_of(request, error) if error and not is_field_error else "",
        changes=_differences(request, error, STORE_LABELS),
        weekdays=list(WEEKDAY_LABELS.items()),
        village=dict(added) if added else None,
        may_change=hat.role in STORE_MANAGERS,
        once=new_token(),
    )


@get("/koperasi/gerai", opt=only(*STORE_READERS))
async def settings_page(request: AnyRequest, actor: Actor, village: str | None = None) -> Response[Any]:
    """Show the store's settings; `village` comes back from the choice of one and is offered for delivery."""
    return await _show_settings(request, actor, village=village)


@post("/koperasi/gerai", opt=only(*STORE_MANAGERS))
async def submit_settings(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Save the settings, or open the store."""
    form = await read_form(request)
    try:
        await save_store(read_store(form), actor=actor, once=once_from_form(request, form))
    except (InvalidError, StaleError) as error:
        return await _show_settings(request, actor, values=form, error=error)
    return see_other("/koperasi/gerai", notice="Perubahan tersimpan.")


@post("/koperasi/gerai/cakupan", opt=only(*STORE_MANAGERS))
async def submit_coverage(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Add or remove a village that the store delivers to."""
    form = await read_form(request)
    is_covered = form.get("action") == "add"
    coverage = CoverageBody(village_code=str(form.get("village", "")), is_covered=is_covered)
    await cover_village(coverage, actor=actor, once=once_from_form(request, form))
    added = "Desa ditambahkan ke wilayah antar."
    removed = "Desa dihapus dari wilayah antar."
    return see_other("/koperasi/gerai", notice=added if is_covered else removed)


STAFF_PAGES: list[ControllerRouterHandler] = [
    choose_product_page,
    listing_page,
    new_listing_page,
    settings_page,
    shelf_page,
    submit_coverage,
    submit_listing,
    submit_listing_step,
    submit_new_listing,
    submit_settings,
]
