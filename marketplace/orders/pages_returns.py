"""Giving money back at the counter, and the list where a second person decides."""

from typing import Any

import asyncpg
import msgspec
from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.books import payable_of
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, STORE_STAFF, only
from marketplace.ids import ListingId, new_token
from marketplace.orders import counter_store, return_store, store
from marketplace.orders.card_refund import is_card, list_owed_of_cards
from marketplace.orders.channels import show_channels
from marketplace.orders.decide_return import decide_return, pay_return, set_refund_limit
from marketplace.orders.request_return import ReturnLine, ReturnRequest, request_return
from marketplace.orders.return_lines import left_of
from marketplace.orders.return_routes import shown_return
from marketplace.orders.show_payment import list_payments
from marketplace.orders.states import OPEN_STATES
from marketplace.orders.tenders import read_amount
from marketplace.web.render import render_page
from payments import given_back, list_attempts

AnyRequest = Request[Any, Any, Any]

KIND_LABELS = {
    "before": "Dibatalkan sebelum diserahkan",
    "after": "Barang dikembalikan",
    "surplus": "Uang pembeli yang harus dikembalikan",
}
RETURN_STATE_LABELS = {
    "requested": "Menunggu persetujuan",
    "approved": "Disetujui, belum dibayarkan",
    "done": "Sudah dibayarkan",
    "rejected": "Ditolak",
}
STATE_BADGES = {"requested": "wait", "approved": "info", "done": "ok", "rejected": "stop"}
_MOST_SHOWN = 100
_FIELDS = ("reason", "method", "reference", "is_spoilt", "includes_delivery")


class OwedMoney(msgspec.Struct, frozen=True, kw_only=True):
    """Money that goes back without goods: it came twice or too late, or (a card's) could not go back before."""

    payment_id: int
    is_card: bool
    amount_rupiah: int
    reference: str


async def _list_owed(connection: database.Connection, order: asyncpg.Record) -> list[OwedMoney]:
    attempts = await list_attempts(connection, payable=payable_of(order["id"]))
    owed = [(attempt, attempt.left) for attempt in attempts if attempt.is_surplus and not is_card(attempt.method)]
    cards = await list_owed_of_cards(connection, store_id=order["store_id"], order_id=order["id"])
    owed += [(card.payment, card.amount) for card in cards]
    return [
        OwedMoney(
            payment_id=attempt.payment_id,
            is_card=is_card(attempt.method),
            amount_rupiah=amount.rupiah,
            reference=attempt.reference,
        )
        for attempt, amount in owed
        if amount.is_positive
    ]


async def _return_page(
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
        lines = await return_store.list_lines(connection, row["id"])
        delivery_left = await return_store.find_delivery_left(connection, row["id"])
        returns = await return_store.list_order_returns(connection, row["id"])
        limit = await return_store.find_refund_limit(connection, store_id)
        shift = await counter_store.find_open_shift(connection, cashier_id=actor.require_person(), store_id=store_id)
        owed = await _list_owed(connection, row)
        payments = await list_payments(connection, row)
        given = await given_back(connection, payable=payable_of(row["id"]))
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "counter/return.html",
        status_code=200 if error is None else error.status_code,
        code=code,
        is_before=row["state"] in OPEN_STATES,
        is_paid=row["paid_at"] is not None,
        may_return=row["paid_at"] is not None and row["state"] in (*OPEN_STATES, "handed_over", "completed"),
        lines=[{**dict(line), "left": left_of(line)} for line in lines],
        delivery_left=delivery_left,
        owed=owed,
        returns=[shown_return(made) for made in returns],
        limit_rupiah=limit,
        given_rupiah=given.rupiah,
        has_shift=shift is not None,
        has_bank=bool((await show_channels(store_id)).bank_number),
        is_card=any(
            payment.method == "stripe" and payment.state == "succeeded" and not payment.is_surplus
            for payment in payments
        ),
        is_tab=any(payment.method == "tab" and payment.state == "succeeded" for payment in payments),
        labels=RETURN_STATE_LABELS,
        badges=STATE_BADGES,
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        typed=typed or {},
        once=new_token(),
        time_zone=row["time_zone"],
    )


@get("/kasir/pesanan/{code:str}/kembalikan", opt=only(*STORE_STAFF))
async def return_page(request: AnyRequest, actor: Actor, code: str) -> Response[bytes]:
    """What of an order can be given back."""
    return await _return_page(request, actor, code)


def _read_return(form: dict[str, Any]) -> ReturnRequest:
    """The form as a command: units by line, or everything, or surplus money.

    Raises:
        InvalidError: a quantity that is no number.

    """
    lines: list[ReturnLine] = []
    payment_id: int | None = None
    if str(form.get("payment_id", "")).isdecimal():
        payment_id = int(str(form["payment_id"])[:18])
    elif not form.get("all"):
        for name, value in form.items():
            listing, text = name.removeprefix("quantity_"), str(value).strip()
            if listing == name or not listing.isdecimal() or text in ("", "0"):
                continue
            if not (text.isascii() and text.isdecimal() and len(text) <= 6):  # noqa: PLR2004 - a hundred thousand
                raise InvalidError(fields={name: "Tulis jumlah dengan angka."})
            lines.append(ReturnLine(listing_id=ListingId(int(listing[:18])), quantity=int(text)))
    return ReturnRequest(
        reason=str(form.get("reason", "")),
        lines=None if form.get("all") or payment_id is not None else lines,
        payment_id=payment_id,
        method=str(form.get("method", "cash")),
        reference=str(form.get("reference", "")),
        is_resaleable=not form.get("is_spoilt"),
        includes_delivery=bool(form.get("includes_delivery")),
    )


@post("/kasir/pesanan/{code:str}/kembalikan", opt=only(*STORE_STAFF))
async def submit_return(request: AnyRequest, actor: Actor, code: str) -> Response[Any]:
    """Give the money back, or ask for approval where it is more than the store's limit."""
    form = await read_form(request)
    try:
        made = await request_return(code, _read_return(form), actor=actor, once=once_from_form(request, form))
    except NotFoundError:
        raise
    except LumbungError as error:
        typed = {name: str(value) for name, value in form.items() if name in _FIELDS or name.startswith("quantity_")}
        return await _return_page(request, actor, code, error=error, typed=typed)
    if made.receipt_number is None:
        return see_other(
            f"/kasir/pesanan/{code}/kembalikan",
            notice="Pengembalian diajukan. Setelah disetujui orang kedua, uangnya bisa dibayarkan.",
        )
    return see_other(f"/kasir/selesai/{made.receipt_number}")


async def _list_page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, failed_id: int = 0
) -> Response[bytes]:
    store_id = actor.require_store()
    async with database.connection() as connection:
        rows = await return_store.list_waiting_returns(connection, store_id, limit=_MOST_SHOWN)
        limit = await return_store.find_refund_limit(connection, store_id)
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "counter/returns.html",
        status_code=200 if error is None else error.status_code,
        returns=[
            {"it": shown_return(row), "is_own": row["requested_by"] == actor.person_id, "zone": row["time_zone"]}
            for row in rows
        ],
        limit_rupiah=limit,
        may_decide=actor.require_hat().role in STORE_MANAGERS,
        may_pay=actor.require_hat().role in STORE_STAFF,
        kinds=KIND_LABELS,
        labels=RETURN_STATE_LABELS,
        badges=STATE_BADGES,
        errors=errors,
        failed_id=failed_id,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        once=new_token(),
        time_zone=rows[0]["time_zone"] if rows else "Asia/Jakarta",
    )


@get("/koperasi/pengembalian", opt=only(*STORE_READERS))
async def returns_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """Returns that wait for a decision or for their money."""
    return await _list_page(request, actor)


@post("/koperasi/pengembalian", opt=only(*STORE_MANAGERS))
async def submit_limit(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Set from how much on a second person approves."""
    form = await read_form(request)
    try:
        await set_refund_limit(
            read_amount(form, "refund_limit_rupiah"), actor=actor, once=once_from_form(request, form)
        )
    except LumbungError as error:
        return await _list_page(request, actor, error=error)
    return see_other("/koperasi/pengembalian", notice="Batas pengembalian disimpan.")


@post("/koperasi/pengembalian/{return_id:int}/keputusan", opt=only(*STORE_MANAGERS))
async def submit_decision(request: AnyRequest, actor: Actor, return_id: int) -> Response[Any]:
    """Approve or refuse, as the key pressed says."""
    form = await read_form(request)
    is_approved = form.get("step") == "approve"
    try:
        await decide_return(
            return_id,
            is_approved=is_approved,
            note=str(form.get("note", "")),
            actor=actor,
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _list_page(request, actor, error=error, failed_id=return_id)
    notice = "Pengembalian disetujui." if is_approved else "Pengembalian ditolak."
    return see_other("/koperasi/pengembalian", notice=notice)


@post("/koperasi/pengembalian/{return_id:int}/bayar", opt=only(*STORE_STAFF))
async def submit_payout(request: AnyRequest, actor: Actor, return_id: int) -> Response[Any]:
    """Give out the money of an approved return."""
    form = await read_form(request)
    try:
        made = await pay_return(
            return_id, reference=str(form.get("reference", "")), actor=actor, once=once_from_form(request, form)
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _list_page(request, actor, error=error, failed_id=return_id)
    return see_other(f"/kasir/selesai/{made.receipt_number}")


PAGES: list[ControllerRouterHandler] = [
    return_page,
    returns_page,
    submit_decision,
    submit_limit,
    submit_payout,
    submit_return,
]
