"""Following an order without signing in: the unguessable link, its cancelling; and a resident's list of orders."""

from typing import Any

from litestar import Request, Response, get, post

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.formats.packs import packs_in_brackets, packs_of
from marketplace.formats.phone import format_phone, whatsapp_link
from marketplace.formats.qr import qr_svg
from marketplace.formats.quantity import unit_name
from marketplace.http.forms import read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.pagination import DEFAULT_LIMIT, decode_cursor, encode_cursor
from marketplace.http.policy import STORE_STAFF, public, signed_in
from marketplace.ids import new_token
from marketplace.orders import store
from marketplace.orders.buyer_views import STATE_KINDS, history_of, hours_lines, steps_of
from marketplace.orders.move_order import cancel_own_order
from marketplace.orders.pages_checkout import SECRET_PAGE_HEADERS, share_text
from marketplace.orders.show_payment import LABELS, STATE_LABELS, list_payments
from marketplace.orders.start_payment import ways_to_pay
from marketplace.orders.states import OPEN_STATES, state_name
from marketplace.settings import current_settings
from marketplace.web.render import render_page, translate

AnyRequest = Request[Any, Any, Any]

_STEPPED = ("placed", "accepted", "ready", "handed_over", "completed")


@get("/pesanan/{tracking_token:str}", opt=public())
async def order_page(request: AnyRequest, tracking_token: str) -> Response[Any]:
    """Where the order stands, what to do now, and the code for the cashier."""
    return await _show(request, tracking_token)


def _counter_href(request: AnyRequest, row: Any) -> str | None:
    hat = request.scope["state"]["actor"].hat
    is_staff = hat is not None and hat.role in STORE_STAFF and hat.store_id == row["store_id"]
    return f"/kasir/pesanan/{row['code']}" if is_staff else None


async def _show(request: AnyRequest, tracking_token: str, *, error: LumbungError | None = None) -> Response[Any]:
    language = request.scope["state"]["language"]
    async with database.connection() as connection:
        row = await store.find_order_by_tracking(connection, tracking_token)
        if row is None:
            raise NotFoundError
        hours = await store.list_store_hours(connection, row["store_id"])
        is_payable = row["state"] in OPEN_STATES and row["paid_at"] is None
        ways = await ways_to_pay(connection, row) if is_payable else []
        payments = await list_payments(connection, row)
    state = row["state"]
    steps, step = steps_of(row["fulfilment"], state, language) if state in _STEPPED else ([], 0)
    share = share_text(row, language)
    return render_page(
        request,
        "buyer/order.html",
        status_code=error.status_code if error is not None else 200,
        headers=SECRET_PAGE_HEADERS,
        order=dict(row),
        lines=[
            line
            | {
                "unit": unit_name(line["unit_code"], language),
                "packs": packs_in_brackets(
                    line["quantity"], line["unit_code"], packs_of(line["conversions"]), language
                ),
            }
            for line in row["lines"]
        ],
        state_text=translate(state_name(state, row["fulfilment"]), language),
        state_kind=STATE_KINDS[state],
        is_open=state in OPEN_STATES,
        # A cashier who scans the buyer's QR with the phone's camera lands here: one press leads to the till.
        counter_href=_counter_href(request, row),
        may_cancel=state in OPEN_STATES and row["paid_at"] is None,
        ways=[(way, LABELS[way]) for way in ways],
        payments=[payment for payment in payments if payment.method != "cash"],
        is_card=any(payment.method == "stripe" and payment.state in ("succeeded", "reversed") for payment in payments),
        payment_labels=LABELS,
        payment_state_labels=STATE_LABELS,
        once=new_token(),
        steps=steps,
        step=step,
        history=history_of(row, language),
        hours=hours_lines(hours, language),
        store_phone=format_phone(row["store_phone"]) if row["store_phone"] else "",
        store_whatsapp=whatsapp_link(row["store_phone"], share) if row["store_phone"] else None,
        share_text=share,
        url=f"{current_settings().public_url}/pesanan/{tracking_token}",
        qr=qr_svg(f"{current_settings().public_url}/kasir/pesanan/{row['code']}"),
        time_zone=row["time_zone"],
        problem=sentence_of(request, error) if error is not None else "",
    )


@get("/pesanan/{tracking_token:str}/batal", opt=public())
async def cancel_page(request: AnyRequest, tracking_token: str) -> Response[Any]:
    """Ask once more before cancelling."""
    language = request.scope["state"]["language"]
    async with database.connection() as connection:
        row = await store.find_order_by_tracking(connection, tracking_token)
    if row is None:
        raise NotFoundError
    if row["state"] not in OPEN_STATES or row["paid_at"] is not None:
        return see_other(f"/pesanan/{tracking_token}")
    return render_page(
        request,
        "confirm.html",
        headers=SECRET_PAGE_HEADERS,
        title=translate("Batalkan pesanan {code}?", language, code=row["code"]),
        sentence=translate("Barang dikembalikan ke rak gerai dan bisa dibeli orang lain.", language),
        facts=[
            (translate("Gerai", language), row["store_name"]),
            (translate("Barang", language), ", ".join(f"{line['quantity']} × {line['name']}" for line in row["lines"])),
        ],
        fields={"_once": new_token()},
        action=f"/pesanan/{tracking_token}/batal",
        action_label=translate("Ya, batalkan", language),
        cancel_href=f"/pesanan/{tracking_token}",
        danger=True,
    )


@post("/pesanan/{tracking_token:str}/batal", opt=public())
async def submit_cancel(request: AnyRequest, tracking_token: str, actor: Actor) -> Response[Any]:
    """Cancel while unpaid; otherwise say why not."""
    form = await read_form(request)
    try:
        await cancel_own_order(tracking_token, actor=actor, once=once_from_form(request, form))
    except (NotFoundError, InvalidError):
        raise
    except LumbungError as error:
        return await _show(request, tracking_token, error=error)
    return see_other(f"/pesanan/{tracking_token}", notice="Pesanan dibatalkan.")


@get("/akun/pesanan", opt=signed_in())
async def own_orders_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """A resident's orders, newest first."""
    language = request.scope["state"]["language"]
    position = decode_cursor(request.query_params.get("cursor"), tuple[int])
    async with database.connection() as connection:
        rows = await store.list_person_orders(
            connection, actor.require_person(), before_id=position[0] if position else None, limit=DEFAULT_LIMIT + 1
        )
    shown = rows[:DEFAULT_LIMIT]
    orders = [
        {
            **dict(row),
            "href": f"/pesanan/{row['tracking_token']}" if row["tracking_token"] else None,
            "state_text": translate(state_name(row["state"], row["fulfilment"]), language),
            "state_kind": STATE_KINDS[row["state"]],
        }
        for row in shown
    ]
    following = encode_cursor(shown[-1]["id"]) if len(rows) > DEFAULT_LIMIT else None
    return render_page(
        request,
        "buyer/orders.html",
        headers={"referrer-policy": "no-referrer"},
        orders=orders,
        next_href=f"/akun/pesanan?cursor={following}" if following else None,
        is_first=position is None,
    )


ORDER_PAGES = [order_page, cancel_page, submit_cancel, own_orders_page]
