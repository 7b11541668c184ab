"""Paying by QRIS, transfer or card: what the buyer pays to, and the cashier who saw the money come.

The buyer's pages need no sign-in, only the order's unguessable link. Scanning is never taken for paying: the page waits
until the store's people, or whoever speaks for the bank, say that the money is there.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import LumbungError, NotFoundError
from marketplace.formats.qr import qr_svg
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_MANAGERS, STORE_STAFF, only, public
from marketplace.ids import new_token
from marketplace.orders import store
from marketplace.orders.confirm_payment import confirm_payment
from marketplace.orders.pages_checkout import SECRET_PAGE_HEADERS
from marketplace.orders.show_payment import LABELS, STATE_LABELS, show_payment, shown_dispute
from marketplace.orders.start_payment import start_own_payment, start_payment
from marketplace.orders.states import OPEN_STATES
from marketplace.web.render import render_page
from payments.stripe import list_disputes

AnyRequest = Request[Any, Any, Any]


@post("/pesanan/{tracking_token:str}/bayar", opt=public())
async def submit_own_payment(request: AnyRequest, tracking_token: str, actor: Actor) -> Response[Any]:
    """Begin to pay, by the buyer; a refusal is told on the order's page."""
    form = await read_form(request)
    try:
        started = await start_own_payment(
            tracking_token, str(form.get("method", "")), actor=actor, once=once_from_form(request, form)
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return see_other(f"/pesanan/{tracking_token}", notice=sentence_of(request, error))
    return see_other(f"/pesanan/{tracking_token}/bayar/{started.payment_id}")


@get("/pesanan/{tracking_token:str}/bayar/{payment_id:int}", opt=public())
async def own_payment_page(request: AnyRequest, tracking_token: str, payment_id: int) -> Response[Any]:
    """What to pay to, how much exactly, and whether the money has come."""
    async with database.connection() as connection:
        row = await store.find_order_by_tracking(connection, tracking_token)
        if row is None:
            raise NotFoundError
        payment = await show_payment(connection, row, payment_id)
    return render_page(
        request,
        "buyer/pay.html",
        headers=SECRET_PAGE_HEADERS,
        code=row["code"],
        store_name=row["store_name"],
        order_href=f"/pesanan/{tracking_token}",
        is_open=row["state"] in OPEN_STATES,
        is_order_paid=row["paid_at"] is not None,
        payment=payment,
        label=LABELS[payment.method],
        state_label=STATE_LABELS[payment.state],
        qr=qr_svg(payment.instruction) if payment.method == "qris" else None,
        once=new_token(),
        path=f"/pesanan/{tracking_token}/bayar/{payment_id}",
        time_zone=row["time_zone"],
    )


@post("/kasir/pesanan/{code:str}/cara-bayar", opt=only(*STORE_STAFF))
async def submit_start(request: AnyRequest, actor: Actor, code: str) -> Response[Any]:
    """Begin to pay at the counter: show the code to the buyer."""
    form = await read_form(request)
    try:
        started = await start_payment(
            code, str(form.get("method", "")), actor=actor, once=once_from_form(request, form)
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return see_other(f"/kasir/pesanan/{code}", notice=sentence_of(request, error))
    return see_other(f"/kasir/pesanan/{code}/bayar/{started.payment_id}")


async def payment_page(
    request: AnyRequest,
    actor: Actor,
    code: str,
    payment_id: int,
    *,
    error: LumbungError | None = None,
    typed: dict[str, str] | None = None,
) -> Response[bytes]:
    """Show a payment at the counter, with what was refused beside its field."""
    async with database.connection() as connection:
        row = await store.find_store_order(connection, store_id=actor.require_store(), code=code)
        if row is None:
            raise NotFoundError
        payment = await show_payment(connection, row, payment_id)
        disputes = await list_disputes(connection, payment_ids=[payment_id]) if payment.method == "stripe" else []
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "counter/payment.html",
        status_code=200 if error is None else error.status_code,
        code=row["code"],
        state=row["state"],
        is_order_open=row["state"] in OPEN_STATES and row["paid_at"] is None,
        payment=payment,
        label=LABELS[payment.method],
        state_label=STATE_LABELS[payment.state],
        qr=qr_svg(payment.instruction) if payment.instruction and payment.method in ("qris", "stripe") else None,
        is_order_open_paid=row["state"] in OPEN_STATES and row["paid_at"] is not None,
        disputes=[shown_dispute(dispute) for dispute in disputes],
        may_refund=actor.require_hat().role in STORE_MANAGERS,
        is_disputed=any(dispute.state != "won" for dispute in disputes),
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        typed=typed or {},
        once=new_token(),
        time_zone=row["time_zone"],
    )


@get("/kasir/pesanan/{code:str}/bayar/{payment_id:int}", opt=only(*STORE_STAFF))
async def counter_payment_page(request: AnyRequest, actor: Actor, code: str, payment_id: int) -> Response[bytes]:
    """The code for the buyer to scan, and the cashier's word that the money is there."""
    return await payment_page(request, actor, code, payment_id)


@post("/kasir/pesanan/{code:str}/bayar/{payment_id:int}", opt=only(*STORE_STAFF))
async def submit_confirmation(request: AnyRequest, actor: Actor, code: str, payment_id: int) -> Response[Any]:
    """Confirm that the money is there, and hand the goods over unless that is for later."""
    form = await read_form(request)
    try:
        confirmed = await confirm_payment(
            code,
            payment_id,
            reference=str(form.get("reference", "")),
            actor=actor,
            is_handed_over=not form.get("later"),
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        typed = {name: str(form.get(name, "")) for name in ("reference", "later")}
        return await payment_page(request, actor, code, payment_id, error=error, typed=typed)
    if confirmed.receipt_number is None:
        return see_other(
            f"/kasir/pesanan/{code}/bayar/{payment_id}",
            notice="Uang tercatat. Pesanan ini sudah selesai, jadi uangnya harus dikembalikan kepada pembeli.",
        )
    return see_other(f"/kasir/selesai/{confirmed.receipt_number}")


PAGES: list[ControllerRouterHandler] = [
    counter_payment_page,
    own_payment_page,
    submit_confirmation,
    submit_own_payment,
    submit_start,
]
