"""The counter: the cashier's shift, finding an order, taking its cash, handing over, giving back.

Selling to whoever walks in is in pages_sell.py, paper in pages_receipt.py. Every form carries `_once`, so a second
press gives the first answer; what cannot be done is said on the same page, with what was typed kept.
"""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_MANAGERS, STORE_STAFF, only
from marketplace.ids import new_token
from marketplace.orders import counter_store, document_store, store, till_store
from marketplace.orders.blind_count import counts_blind
from marketplace.orders.buyer_views import STATE_KINDS
from marketplace.orders.find_order import find_order_code, is_link
from marketplace.orders.hand_over import hand_over
from marketplace.orders.issue_invoice import INVOICED_WAYS
from marketplace.orders.order_view import order_view
from marketplace.orders.shifts import CountDiffersError, SafeTooLowError, close_shift, open_shift, record_opening_cash
from marketplace.orders.show_payment import LABELS, STATE_LABELS, list_payments, list_waiting_payments
from marketplace.orders.start_payment import ways_to_pay
from marketplace.orders.states import OPEN_STATES, state_name
from marketplace.orders.take_payment import take_payment
from marketplace.orders.tenders import DENOMINATIONS, likely_tenders, read_amount, read_count
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]

PAPER_LINKS: Final = {
    "receipt": {"label": "Kuitansi no. {number}", "base": "/kasir/kuitansi/"},
    "invoice": {"label": "Faktur no. {number}", "base": "/koperasi/faktur/"},
    "credit_note": {"label": "Nota kredit no. {number}", "base": "/koperasi/nota-kredit/"},
}
_COLLECTABLE = 8
_LONGEST_CODE = 500
# To print again, or to take goods back: each by itself, for their sum is what the till is counted without.
_LATEST_RECEIPTS = 5


def _refused(request: AnyRequest, error: LumbungError | None) -> dict[str, Any]:
    """What a page shows of a refusal: sentences beside fields, or one above the form."""
    if error is None:
        return {"errors": {}, "problem": "", "is_safe_too_low": False}
    errors = field_sentences(request, error)
    return {
        "errors": errors,
        "problem": "" if errors else sentence_of(request, error),
        "is_safe_too_low": isinstance(error, SafeTooLowError),
    }


async def _counter_page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, typed: dict[str, str] | None = None
) -> Response[bytes]:
    store_id = actor.require_store()
    async with database.connection() as connection:
        counter = await counter_store.find_counter(connection, cashier_id=actor.require_person(), store_id=store_id)
        orders = await counter_store.list_orders_to_collect(connection, store_id, limit=_COLLECTABLE)
        waiting = await list_waiting_payments(connection, store_id, limit=_COLLECTABLE)
        handovers = await till_store.list_waiting_handovers(connection, store_id)
        receipts = (
            await counter_store.list_receipts_of_shift(connection, counter["shift_id"], limit=_LATEST_RECEIPTS)
            if counter["shift_id"] is not None
            else []
        )
    return render_page(
        request,
        "counter/home.html",
        status_code=200 if error is None else error.status_code,
        counter=dict(counter),
        orders=[
            {
                **dict(order),
                "state_kind": STATE_KINDS[order["state"]],
                "state_name": state_name(order["state"], order["fulfilment"]),
            }
            for order in orders
        ],
        waiting=waiting,
        handovers=[dict(handover) for handover in handovers],
        receipts=[dict(receipt) for receipt in receipts],
        payment_labels=LABELS,
        typed=typed or {},
        once=new_token(),
        is_manager=actor.require_hat().role in STORE_MANAGERS,
        is_blind=counts_blind(actor),
        time_zone=counter["time_zone"],
        **_refused(request, error),
    )


@get("/kasir", opt=only(*STORE_STAFF))
async def counter_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """The cashier's place: shift, find an order, sell."""
    return await _counter_page(request, actor)


@post("/kasir/cari", opt=only(*STORE_STAFF))
async def submit_search(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Go to the order that was typed or scanned.

    Posted, for a buyer's code holds the link that follows their order: it must not stand in an address, which lies in
    the history of the counter's machine and in logs.
    """
    code = str((await read_form(request)).get("code", ""))[:_LONGEST_CODE]
    try:
        found = await find_order_code(code, actor=actor)
    except InvalidError as error:
        # A link that was scanned is no help on the page, and lies on its screen for the next one to see.
        return await _counter_page(request, actor, error=error, typed={"code": "" if is_link(code) else code})
    return see_other(f"/kasir/pesanan/{found}")


@post("/kasir/buka", opt=only(*STORE_STAFF))
async def submit_opening(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Open one's shift."""
    form = await read_form(request)
    try:
        float_rupiah = read_amount(form, "float_rupiah")
        await open_shift(float_rupiah, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        typed = {"float_rupiah": str(form.get("float_rupiah", ""))}
        return await _counter_page(request, actor, error=error, typed=typed)
    return see_other("/kasir", notice="Sif dibuka. Selamat bertugas!")


async def _closing_page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, typed: dict[str, Any] | None = None
) -> Response[Any]:
    async with database.connection() as connection:
        counter = await counter_store.find_counter(
            connection, cashier_id=actor.require_person(), store_id=actor.require_store()
        )
    if counter["shift_id"] is None and error is None:
        return see_other("/kasir", notice="Belum ada sif yang terbuka. Buka dulu di sini.")
    # What the till should hold is not shown before it was counted: a count that aims at a figure finds it.
    return render_page(
        request,
        "counter/closing.html",
        status_code=200 if error is None else error.status_code,
        counter=dict(counter),
        denominations=DENOMINATIONS,
        typed=typed or {},
        once=new_token(),
        time_zone=counter["time_zone"],
        **_refused(request, error),
    )


@get("/kasir/tutup", opt=only(*STORE_STAFF))
async def closing_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Ask for the cash counted."""
    return await _closing_page(request, actor)


@post("/kasir/tutup", opt=only(*STORE_STAFF))
async def submit_closing(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Close one's shift and show how it came out."""
    form = await read_form(request)
    try:
        closed = await close_shift(
            read_count(form), note=str(form.get("note", "")), actor=actor, once=once_from_form(request, form)
        )
    except CountDiffersError as error:
        # Counted anew, not corrected: what was typed is not put back.
        return await _closing_page(request, actor, error=error)
    except LumbungError as error:
        typed = {name: str(value) for name, value in form.items() if not name.startswith("_")}
        return await _closing_page(request, actor, error=error, typed=typed)
    return see_other(f"/kasir/sif/{closed.shift_id}")


def _opening_cash_page(
    request: AnyRequest, *, error: LumbungError | None = None, typed: dict[str, str] | None = None
) -> Response[bytes]:
    return render_page(
        request,
        "counter/opening_cash.html",
        status_code=200 if error is None else error.status_code,
        typed=typed or {},
        once=new_token(),
        **_refused(request, error),
    )


@get("/kasir/kas-awal", opt=only(*STORE_MANAGERS))
async def opening_cash_page(request: AnyRequest) -> Response[bytes]:
    """Ask for cash the cooperative has that the book does not know yet."""
    return _opening_cash_page(request)


@post("/kasir/kas-awal", opt=only(*STORE_MANAGERS))
async def submit_opening_cash(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Enter it into the book of the safe."""
    form = await read_form(request)
    try:
        await record_opening_cash(
            read_amount(form, "amount_rupiah"),
            reason=str(form.get("reason", "")),
            actor=actor,
            once=once_from_form(request, form),
        )
    except LumbungError as error:
        typed = {name: str(form.get(name, "")) for name in ("amount_rupiah", "reason")}
        return _opening_cash_page(request, error=error, typed=typed)
    return see_other("/kasir", notice="Kas awal tercatat di buku brankas.")


async def _order_page(
    request: AnyRequest,
    actor: Actor,
    code: str,
    *,
    error: LumbungError | None = None,
    typed: dict[str, str] | None = None,
) -> Response[bytes]:
    store_id = actor.require_store()
    async with database.connection() as connection:
        row = await store.find_store_order(connection, store_id=store_id, code=code)
        if row is None:
            raise NotFoundError
        shift = await counter_store.find_open_shift(connection, cashier_id=actor.require_person(), store_id=store_id)
        papers = await document_store.list_papers_of_order(connection, store_id=store_id, order_id=row["id"])
        is_payable = row["state"] in OPEN_STATES and row["paid_at"] is None
        ways = await ways_to_pay(connection, row) if is_payable else []
        payments = await list_payments(connection, row)
    return render_page(
        request,
        "counter/order.html",
        status_code=200 if error is None else error.status_code,
        order=order_view(row, actor=actor, language=request.scope["state"]["language"]),
        has_shift=shift is not None,
        papers=[{"number": paper["number"], **PAPER_LINKS[paper["kind"]]} for paper in papers],
        may_be_invoiced=(is_payable and not papers)
        or [paper["method"] for paper in papers] in ([way] for way in INVOICED_WAYS),
        ways=[(way, LABELS[way]) for way in ways],
        payments=[payment for payment in payments if payment.method not in ("cash", "tab")],
        payment_labels=LABELS,
        payment_state_labels=STATE_LABELS,
        tenders=likely_tenders(row["total_rupiah"]),
        typed=typed or {},
        once=new_token(),
        time_zone=row["time_zone"],
        **_refused(request, error),
    )


@get("/kasir/pesanan/{code:str}", opt=only(*STORE_STAFF))
async def counter_order_page(request: AnyRequest, actor: Actor, code: str) -> Response[bytes]:
    """One order at the counter: the total, and keys for the cash."""
    return await _order_page(request, actor, code)


@post("/kasir/pesanan/{code:str}/bayar", opt=only(*STORE_STAFF))
async def submit_payment(request: AnyRequest, actor: Actor, code: str) -> Response[Any]:
    """Take the cash, and hand the goods over unless that is for later."""
    form = await read_form(request)
    # A key with an amount on it counts; without one the typed amount does.
    key = "tender" if form.get("tender") else "tendered_rupiah"
    try:
        paid = await take_payment(
            code,
            read_amount(form, key),
            actor=actor,
            is_handed_over=not form.get("later"),
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        typed = {name: str(form.get(name, "")) for name in ("tendered_rupiah", "later")}
        return await _order_page(request, actor, code, error=error, typed=typed)
    return see_other(f"/kasir/selesai/{paid.receipt_number}")


@post("/kasir/pesanan/{code:str}/serahkan", opt=only(*STORE_STAFF))
async def submit_hand_over(request: AnyRequest, actor: Actor, code: str) -> Response[Any]:
    """Give out the goods of a paid order."""
    form = await read_form(request)
    try:
        await hand_over(code, actor=actor, once=once_from_form(request, form))
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _order_page(request, actor, code, error=error)
    return see_other("/kasir", notice="Barang sudah diserahkan.")


PAGES: list[ControllerRouterHandler] = [
    closing_page,
    counter_order_page,
    counter_page,
    opening_cash_page,
    submit_closing,
    submit_hand_over,
    submit_opening,
    submit_opening_cash,
    submit_payment,
    submit_search,
]
