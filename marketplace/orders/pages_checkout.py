"""Checkout in the browser: what is ordered where, who fetches it, one button; and the page after it.

The form carries what the buyer saw (goods, stores, quantities, prices), so that nothing else can be placed; a price
that moved is shown old and new, and one more press accepts it.
"""

from typing import Any

import msgspec
from litestar import Request, Response, get, post

from marketplace import database
from marketplace.accounts import find_own_phone
from marketplace.actor import Actor
from marketplace.errors import LumbungError, NotFoundError
from marketplace.formats.phone import format_phone
from marketplace.formats.qr import qr_svg
from marketplace.formats.rupiah import format_rupiah
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import public
from marketplace.ids import ProductId, StoreId, new_token
from marketplace.orders import store
from marketplace.orders.buyer_views import STATE_KINDS, cart_view
from marketplace.orders.errors import EmptyCartError, NotServedError, PriceChangedError
from marketplace.orders.pages_cart import number_of, own_key, places_of
from marketplace.orders.place_order import ExpectedLine, PlaceOrder, place_order
from marketplace.orders.show_plan import show_plan
from marketplace.orders.states import STATE_NAMES
from marketplace.regions import village_label
from marketplace.settings import current_settings
from marketplace.web.render import render_page, translate

AnyRequest = Request[Any, Any, Any]

# Addresses of these pages are secrets: they must not be indexed, nor told to the next site.
SECRET_PAGE_HEADERS = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}
_LINE_PARTS = 3
_ORDERED_BEFORE = (
    "Keranjang ini sudah kosong, jadi tidak ada yang dipesan lagi. Pesanan dari tab lain ada di Pesanan saya."
)


class TypedCheckout(msgspec.Struct, kw_only=True):
    """The checkout form as typed; `delivered_by` are ids of stores."""

    contact_name: str = ""
    contact_phone: str = ""
    address: str = ""
    note: str = ""
    delivered_by: list[int] = []


class Refusal(msgspec.Struct, kw_only=True):
    """What the page says of a refused attempt: one sentence for the whole, more below it, the label of the button."""

    sentence: str = ""
    details: list[str] = []
    is_price_changed: bool = False


@get("/pesan", opt=public())
async def checkout_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Ask who fetches the goods; prefilled for a signed-in person."""
    phone = await find_own_phone(actor)
    typed = TypedCheckout(contact_name=actor.display_name, contact_phone=format_phone(phone) if phone else "")
    return await _show(request, actor, typed)


async def _show(
    request: AnyRequest,
    actor: Actor,
    typed: TypedCheckout,
    *,
    error: LumbungError | None = None,
    refusal: Refusal | None = None,
) -> Response[Any]:
    language = request.scope["state"]["language"]
    plan = await show_plan(own_key(request, actor), actor=actor)
    if plan.is_empty:
        return see_other("/keranjang")
    if plan.unserved:
        return see_other("/keranjang", notice="Sebagian barang belum bisa dipesan. Periksa yang ditandai.")
    cart = cart_view(plan, language, places=await places_of(plan))
    delivered = {order.store_id for order in plan.orders if order.store_id in typed.delivered_by and order.may_deliver}
    delivery_rupiah = sum(order.delivery_fee_rupiah for order in plan.orders if order.store_id in delivered)
    return render_page(
        request,
        "buyer/checkout.html",
        status_code=error.status_code if error is not None else 200,
        cart=cart,
        typed=typed,
        delivered=delivered,
        total_rupiah=cart.goods_rupiah + delivery_rupiah,
        has_delivery=any(order.may_deliver for order in plan.orders),
        village=await village_label(plan.village_code),
        seen=[
            (f"line_{line.product_id}", f"{order.store_id}:{line.quantity}:{line.unit_price_rupiah}")
            for order in plan.orders
            for line in order.lines
        ]
        + [(f"fee_{order.store_id}", str(order.delivery_fee_rupiah)) for order in plan.orders if order.may_deliver],
        once=new_token(),
        errors=field_sentences(request, error) if error is not None else {},
        refusal=refusal or Refusal(),
    )


@post("/pesan", opt=public())
async def submit_checkout(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Place the orders as they were seen, or show what changed with everything typed kept."""
    form = await read_form(request)
    typed = _typed(form)
    try:
        placed = await place_order(
            PlaceOrder(
                lines=_expected(form),
                contact_name=typed.contact_name,
                contact_phone=typed.contact_phone,
                delivered_by=[StoreId(store_id) for store_id in typed.delivered_by],
                delivery_fees_rupiah=_seen_fees(form),
                address=typed.address,
                note=typed.note,
            ),
            actor=actor,
            key=own_key(request, actor),
            channel="web",
            once=once_from_form(request, form),
        )
    except EmptyCartError:
        # Most likely ordered already from another tab; an empty cart alone would leave the buyer wondering.
        return see_other("/keranjang", notice=_ORDERED_BEFORE)
    except LumbungError as error:
        return await _show(request, actor, typed, error=error, refusal=_refusal(request, error))
    return see_other(f"/pesanan/selesai/{placed.token}")


def _typed(form: dict[str, Any]) -> TypedCheckout:
    texts = {name: str(form.get(name, "")) for name in ("contact_name", "contact_phone", "address", "note")}
    delivered_by = sorted(
        store_id
        for name, value in form.items()
        if name.startswith("fulfilment_") and value == "delivery"
        if (store_id := number_of(name.removeprefix("fulfilment_"))) is not None
    )
    return TypedCheckout(delivered_by=delivered_by, **texts)


def _expected(form: dict[str, Any]) -> list[ExpectedLine]:
    lines = []
    for name, value in form.items():
        if not name.startswith("line_"):
            continue
        numbers = [number_of(part) for part in (name.removeprefix("line_"), *str(value).split(":"))]
        if len(numbers) == _LINE_PARTS + 1 and None not in numbers:
            product_id, store_id, quantity, price = (number or 0 for number in numbers)
            lines.append(
                ExpectedLine(
                    product_id=ProductId(product_id),
                    store_id=StoreId(store_id),
                    quantity=quantity,
                    unit_price_rupiah=price,
                )
            )
    return lines


def _name_of(change: dict[str, Any], language: str) -> str:
    # Of a delivery the name is our own word, of goods the seller's.
    return f"{translate(change['name'], language)} {change['store_name']}" if "store_id" in change else change["name"]


def _seen_fees(form: dict[str, Any]) -> dict[StoreId, int]:
    fees = {number_of(name.removeprefix("fee_")): number_of(form[name]) for name in form if name.startswith("fee_")}
    return {StoreId(store_id): fee for store_id, fee in fees.items() if store_id is not None and fee is not None}


def _refusal(request: AnyRequest, error: LumbungError) -> Refusal:
    language = request.scope["state"]["language"]
    if isinstance(error, PriceChangedError):
        details = [
            translate(
                "{name}: harga berubah dari {old} menjadi {new}.",
                language,
                name=_name_of(change, language),
                old=format_rupiah(change["old_rupiah"], language),
                new=format_rupiah(change["new_rupiah"], language),
            )
            for change in error.changes
        ]
        sentence = translate("Harga berubah sejak Anda melihatnya. Lanjut?", language)
        return Refusal(sentence=sentence, details=details, is_price_changed=True)
    if isinstance(error, NotServedError):
        details = [
            translate(
                "{name}: diminta {wanted}, sisa {left}.", language, **{k: g[k] for k in ("name", "wanted", "left")}
            )
            for g in error.goods
        ]
        return Refusal(sentence=sentence_of(request, error), details=details)
    if field_sentences(request, error):
        return Refusal()
    return Refusal(sentence=sentence_of(request, error))


@get("/pesanan/selesai/{checkout_token:str}", opt=public())
async def done_page(request: AnyRequest, checkout_token: str) -> Response[Any]:
    """Show the codes of the orders just placed, and the links to keep."""
    language = request.scope["state"]["language"]
    async with database.connection() as connection:
        rows = await store.list_checkout_orders(connection, checkout_token)
    if not rows:
        raise NotFoundError
    base = current_settings().public_url
    orders = [
        {
            **dict(row),
            "state_text": translate(STATE_NAMES[row["state"]], language),
            "state_kind": STATE_KINDS[row["state"]],
            "href": f"/pesanan/{row['tracking_token']}",
            "url": f"{base}/pesanan/{row['tracking_token']}",
            "qr": qr_svg(f"{base}/pesanan/{row['tracking_token']}"),
            "share_text": share_text(row, language),
        }
        for row in rows
    ]
    return render_page(
        request,
        "buyer/done.html",
        headers=SECRET_PAGE_HEADERS,
        orders=orders,
        total_rupiah=sum(row["total_rupiah"] for row in rows),
        time_zone=rows[0]["time_zone"],
    )


def share_text(row: Any, language: str) -> str:
    """Text for WhatsApp: code, store and sum; nothing personal and no link that would let others cancel."""
    return translate(
        "Pesanan Lumbung {code} di {store}, total {total}. Bayar tunai saat mengambil; sebutkan kode ini di kasir.",
        language,
        code=row["code"],
        store=row["store_name"],
        total=format_rupiah(row["total_rupiah"], language),
    )


CHECKOUT_PAGES = [checkout_page, submit_checkout, done_page]
