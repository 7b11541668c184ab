"""The seller's pages: what to do now, the list of goods, the form of one, its photo; and the photos themselves."""

from datetime import timedelta
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.catalog import licence_store, store
from marketplace.catalog.errors import Change, PhotoError, StaleError
from marketplace.catalog.licences import LICENCE_NAMES
from marketplace.catalog.photos import LARGEST_BYTES, LARGEST_FORM_BYTES, photo_url, too_large
from marketplace.catalog.product_form import (
    CONTENT_UNITS,
    CONVERSION_ROWS,
    LICENCE_KINDS,
    TIER_ROWS,
    form_of,
    read_edit_form,
    read_product_form,
)
from marketplace.catalog.receivables import show_receivables
from marketplace.catalog.save_product import create_product, edit_product
from marketplace.catalog.schemas import ProductAnswer, ProductDetail
from marketplace.catalog.set_photo import set_photo
from marketplace.catalog.states import STATE_NAMES
from marketplace.catalog.step_product import step_product
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.formats.dates import WIB, day_of
from marketplace.formats.rupiah import format_rupiah
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.pagination import DEFAULT_LIMIT, decode_cursor, encode_cursor
from marketplace.http.policy import SELLERS, only, public
from marketplace.ids import ProductId, new_token
from marketplace.web.render import render_page, translate

AnyRequest = Request[Any, Any, Any]

WARNING_DAYS: Final = 60
_STATES: Final = tuple(STATE_NAMES)
_DIGEST_LENGTH: Final = 64
STATE_KINDS: Final = {"draft": "wait", "published": "ok", "paused": "plain"}

FIELD_LABELS: Final = {
    "name": "Nama barang",
    "description": "Uraian",
    "category_slug": "Kategori",
    "commodity_code": "Komoditas berharga acuan",
    "unit_code": "Satuan jual",
    "content_quantity": "Isi",
    "base_unit": "Satuan isi",
    "price_rupiah": "Harga",
    "min_quantity": "Pembelian paling sedikit",
    "is_halal": "Halal",
    "tiers": "Harga grosir",
    "conversions": "Satuan lain",
    "licences": "Izin",
}


@get("/umkm", opt=only(*SELLERS))
async def seller_home(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Show what to do now: drafts to finish, licences that end, and what was sold this week."""
    seller_id = actor.require_hat().organisation_id
    until_on = day_of(clock.now(), WIB) + timedelta(days=WARNING_DAYS)
    async with database.connection() as connection:
        summary = await store.get_seller_summary(connection, seller_id, until_on=until_on)
        licences = await licence_store.list_expiring_licences(connection, seller_id, until_on=until_on)
        drafts = await store.list_seller_products(
            connection, seller_id, state="draft", name_part="", before_id=None, limit=5
        )
    receivables = await show_receivables(actor=actor)
    today = day_of(clock.now(), WIB)
    return render_page(
        request,
        "catalog/home.html",
        receivables=receivables,
        summary=dict(summary),
        licences=[
            {**row, "licence": LICENCE_NAMES[row["kind"]], "is_over": row["expires_on"] < today} for row in licences
        ],
        drafts=drafts[:5],
    )


@get("/umkm/produk", opt=only(*SELLERS))
async def seller_products(
    request: AnyRequest, actor: Actor, status: str = "", q: str = "", setelah: str = ""
) -> Response[Any]:
    """List the seller's goods, newest first, by state and part of the name."""
    position = decode_cursor(setelah, tuple[int])
    state = status if status in _STATES else None
    async with database.connection() as connection:
        rows = await store.list_seller_products(
            connection,
            actor.require_hat().organisation_id,
            state=state,
            name_part=q.strip()[:120],
            before_id=position[0] if position else None,
            limit=DEFAULT_LIMIT,
        )
    shown = rows[:DEFAULT_LIMIT]
    return render_page(
        request,
        "catalog/products.html",
        products=shown,
        warn_until=day_of(clock.now(), WIB) + timedelta(days=WARNING_DAYS),
        status=state or "",
        q=q.strip(),
        next_cursor=encode_cursor(shown[-1].id) if len(rows) > DEFAULT_LIMIT else None,
        state_names=STATE_NAMES,
        state_kinds=STATE_KINDS,
    )


def _readable(request: AnyRequest, field: str, value: str) -> str:
    """One side of a difference as the form writes it."""
    language = request.scope["state"]["language"]
    if field == "price_rupiah":
        return format_rupiah(int(value), language)
    if field == "is_halal":
        return translate("Ya" if value == "True" else "Tidak", language)
    return value or "–"


async def _show_form(
    request: AnyRequest,
    *,
    values: dict[str, Any],
    product: ProductDetail | None = None,
    errors: dict[str, str] | None = None,
    problem: str = "",
    changes: list[Change] | None = None,
    status_code: int = 200,
) -> Response[Any]:
    async with database.connection() as connection:
        choices = await store.list_choices(connection)
    english = request.scope["state"]["language"] == "en"
    named = {
        kind: [(row["code"], row["name_en" if english else "name_id"]) for row in rows]
        for kind, rows in choices.items()
    }
    return render_page(
        request,
        "catalog/product_form.html",
        status_code=status_code,
        values=values,
        product=product,
        errors=errors or {},
        problem=problem,
        changes=[
            (FIELD_LABELS[change.field], *(_readable(request, change.field, v) for v in (change.saved, change.sent)))
            for change in changes or []
        ],
        choices=named,
        lapsed=_lapsed(product) if product is not None and product.paused_for == "licence" else [],
        content_units=list(CONTENT_UNITS),
        tier_numbers=range(1, TIER_ROWS + 1),
        conversion_numbers=range(1, CONVERSION_ROWS + 1),
        licence_kinds=[(kind, LICENCE_NAMES[kind]) for kind in LICENCE_KINDS],
        once=new_token(),
        state_names=STATE_NAMES,
        state_kinds=STATE_KINDS,
        photo=photo_url(product.photo_digest) if product and product.photo_digest else None,
    )


def _lapsed(product: ProductDetail) -> list[dict[str, Any]]:
    """The licences that keep a product off the market, for its page."""
    today = day_of(clock.now(), WIB)
    return [
        {"kind": licence.kind, "licence": LICENCE_NAMES[licence.kind], "day": licence.expires_on}
        for licence in product.licences
        if licence.expires_on is not None and licence.expires_on < today
    ]


def _with_warnings(request: AnyRequest, notice: str, answer: ProductAnswer) -> str:
    return " ".join([translate(notice, request.scope["state"]["language"]), *answer.warnings])


@get("/umkm/produk/baru", opt=only(*SELLERS))
async def new_product_page(request: AnyRequest) -> Response[Any]:
    """Show an empty form."""
    return await _show_form(request, values={"min_quantity": "1", "content": "1", "content_unit": "pcs"})


@post("/umkm/produk/baru", opt=only(*SELLERS))
async def submit_new_product(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Add a draft, then go on to its photo and publishing."""
    form = await read_form(request)
    try:
        answer = await create_product(read_product_form(form), actor=actor, once=once_from_form(request, form))
    except InvalidError as error:
        return await _show_form(request, values=form, errors=field_sentences(request, error), status_code=422)
    notice = "Konsep tersimpan. Tambahkan foto, lalu tayangkan."
    path = f"/umkm/produk/{answer.product_id}"
    return see_other(path, notice=_with_warnings(request, notice, answer) if answer.warnings else notice)


async def _own_product(actor: Actor, product_id: int) -> ProductDetail:
    async with database.connection() as connection:
        return await store.get_product(connection, ProductId(product_id), actor.require_hat().organisation_id)


@get("/umkm/produk/{product_id:int}", opt=only(*SELLERS))
async def product_page(request: AnyRequest, actor: Actor, product_id: int) -> Response[Any]:
    """Show the form of one product with its state and photo."""
    product = await _own_product(actor, product_id)
    return await _show_form(request, values=form_of(product), product=product)


@post("/umkm/produk/{product_id:int}", opt=only(*SELLERS))
async def submit_product(request: AnyRequest, actor: Actor, product_id: int) -> Response[Any]:
    """Save the form; a stale one is shown again with both values, and may then be saved."""
    form = await read_form(request)
    try:
        once = once_from_form(request, form)
        answer = await edit_product(ProductId(product_id), read_edit_form(form), actor=actor, once=once)
    except InvalidError as error:
        return await _show_form(
            request,
            values=form,
            product=await _own_product(actor, product_id),
            errors=field_sentences(request, error),
            status_code=422,
        )
    except StaleError as error:
        return await _show_form(
            request,
            values={**form, "version": str(error.version)},
            product=await _own_product(actor, product_id),
            problem=sentence_of(request, error),
            changes=error.changes,
            status_code=409,
        )
    notice = "Perubahan tersimpan."
    if answer.is_back_on_sale:
        notice = "Izin diperbarui dan barang tayang lagi. Gerai yang memajangnya langsung bisa menjual."
    path = f"/umkm/produk/{product_id}"
    return see_other(path, notice=_with_warnings(request, notice, answer) if answer.warnings else notice)


@post("/umkm/produk/{product_id:int}/langkah", opt=only(*SELLERS))
async def submit_product_step(request: AnyRequest, actor: Actor, product_id: int) -> Response[Any]:
    """Publish or pause; a refusal stands beside the fields that it is about."""
    form = await read_form(request)
    step = form.get("step")
    if step not in ("publish", "pause"):
        raise NotFoundError
    try:
        await step_product(ProductId(product_id), step, actor=actor, once=once_from_form(request, form))
    except (InvalidError, ConflictError) as error:
        product = await _own_product(actor, product_id)
        return await _show_form(
            request,
            values=form_of(product),
            product=product,
            errors=field_sentences(request, error),
            problem=sentence_of(request, error),
            status_code=error.status_code,
        )
    published = "Barang tayang. Koperasi kini bisa menjualnya di gerai."
    paused = "Barang dijeda. Pembeli tidak melihatnya sampai ditayangkan lagi."
    return see_other(f"/umkm/produk/{product_id}", notice=published if step == "publish" else paused)


@post("/umkm/produk/{product_id:int}/foto", opt=only(*SELLERS), request_max_body_size=LARGEST_FORM_BYTES)
async def submit_photo(request: AnyRequest, actor: Actor, product_id: int) -> Response[Any]:
    """Replace the photo; what is no photo is refused with a sentence and the old one stays."""
    try:
        await set_photo(ProductId(product_id), await _read_photo(request), actor=actor)
    except PhotoError as error:
        product = await _own_product(actor, product_id)
        return await _show_form(
            request,
            values=form_of(product),
            product=product,
            errors=field_sentences(request, error),
            status_code=422,
        )
    return see_other(f"/umkm/produk/{product_id}", notice="Foto terpasang.")


async def _read_photo(request: AnyRequest) -> bytes:
    """The file that was sent; the rest of a form is not wanted here.

    Raises:
        PhotoError: larger than the largest form; nothing of it was read.

    """
    try:
        upload = (await request.form()).get("photo")
    except RequestEntityTooLarge as error:
        raise too_large() from error
    # Above a megabyte the file lies on disk. One byte more than allowed is enough to know that it is too large.
    return await upload.read(LARGEST_BYTES + 1) if isinstance(upload, UploadFile) else b""


@get("/foto/{name:str}", opt=public())
async def photo(name: str) -> Response[bytes]:
    """Serve a photo; its address is the digest of its bytes, so it never changes."""
    stem, dot, extension = name.partition(".")
    digest, dash, size = stem.partition("-")
    if (dot + extension, dash + size) not in ((".webp", ""), (".webp", "-kecil")) or len(digest) != _DIGEST_LENGTH:
        raise NotFoundError
    async with database.connection() as connection:
        data = await store.find_photo(connection, digest, is_small=bool(size))
    if data is None:
        raise NotFoundError
    return Response(data, media_type="image/webp", headers={"cache-control": "public, max-age=31536000, immutable"})


PAGES: list[ControllerRouterHandler] = [
    new_product_page,
    photo,
    product_page,
    seller_home,
    seller_products,
    submit_new_product,
    submit_photo,
    submit_product,
    submit_product_step,
]
