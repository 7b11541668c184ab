"""Pages of a till during its shift: cash to and from the safe, hand-over to the next cashier, how a shift came out."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_READERS, STORE_STAFF, only
from marketplace.ids import new_token
from marketplace.orders import counter_store, till_store
from marketplace.orders.blind_count import counts_blind
from marketplace.orders.show_payment import LABELS
from marketplace.orders.tenders import DENOMINATIONS, read_amount, read_count
from marketplace.orders.till_handover import count_till, offer_till, withdraw_till
from marketplace.orders.till_moves import MoveKind, move_cash
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]

MOVE_LABELS: Final = {"drop": "Ke brankas", "refill": "Dari brankas"}
HANDOVER_LABELS: Final = {"done": "Diserahterimakan", "disputed": "Hitungan berbeda", "withdrawn": "Ditarik"}
_MOVED: Final = {
    "drop": "Uang sudah dicatat masuk brankas.",
    "refill": "Uang kembalian sudah dicatat masuk laci.",
}


def _refused(request: AnyRequest, error: LumbungError | None) -> dict[str, Any]:
    """What a page shows of a refusal: sentences beside fields, or one above the form."""
    errors = field_sentences(request, error) if error is not None else {}
    return {
        "status_code": 200 if error is None else error.status_code,
        "errors": errors,
        "problem": sentence_of(request, error) if error is not None and not errors else "",
    }


def _typed(form: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in form.items() if not name.startswith("_")}


async def _till_page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, typed: dict[str, str] | None = None
) -> Response[Any]:
    store_id, cashier_id = actor.require_store(), actor.require_person()
    async with database.connection() as connection:
        counter = await counter_store.find_counter(connection, cashier_id=cashier_id, store_id=store_id)
        if counter["shift_id"] is None and error is None:
            return see_other("/kasir", notice="Tidak ada sif yang terbuka.")
        moves = await till_store.list_moves(connection, counter["shift_id"]) if counter["shift_id"] else []
        waiting = await till_store.list_waiting_handovers(connection, store_id)
    own = [row["handover_id"] for row in waiting if row["shift_id"] == counter["shift_id"]]
    return render_page(
        request,
        "counter/till.html",
        counter=dict(counter),
        handover_id=own[0] if own else None,
        moves=[dict(move) for move in moves],
        move_labels=MOVE_LABELS,
        typed=typed or {},
        once=new_token(),
        time_zone=counter["time_zone"],
        **_refused(request, error),
    )


@get("/kasir/laci", opt=only(*STORE_STAFF))
async def till_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """One's own till: moving cash, and handing it over."""
    return await _till_page(request, actor)


@post("/kasir/laci", opt=only(*STORE_STAFF))
async def submit_move(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Move cash to the safe or from it."""
    form = await read_form(request)
    try:
        kind = _kind_of(form)
        await move_cash(
            kind,
            read_amount(form, "amount_rupiah"),
            reason=str(form.get("reason", "")),
            actor=actor,
            once=once_from_form(request, form),
        )
    except LumbungError as error:
        return await _till_page(request, actor, error=error, typed=_typed(form))
    return see_other("/kasir/laci", notice=_MOVED[kind])


def _kind_of(form: dict[str, Any]) -> MoveKind:
    if form.get("kind") == "drop":
        return "drop"
    if form.get("kind") == "refill":
        return "refill"
    raise InvalidError(fields={"kind": "Pilih ke brankas atau dari brankas."})


async def _count_page(
    request: AnyRequest,
    actor: Actor,
    *,
    handover: dict[str, Any] | None = None,
    error: LumbungError | None = None,
    typed: dict[str, str] | None = None,
) -> Response[Any]:
    """Ask for a count: of one's own till where no hand-over is given. What it should be is not shown."""
    async with database.connection() as connection:
        counter = await counter_store.find_counter(
            connection, cashier_id=actor.require_person(), store_id=actor.require_store()
        )
    if handover is None and counter["shift_id"] is None and error is None:
        return see_other("/kasir", notice="Tidak ada sif yang terbuka.")
    if handover is None and counter["offered_at"] is not None and error is None:
        return see_other("/kasir/laci")
    return render_page(
        request,
        "counter/handover.html",
        handover=handover,
        has_shift=counter["shift_id"] is not None,
        denominations=DENOMINATIONS,
        typed=typed or {},
        once=new_token(),
        time_zone=counter["time_zone"],
        **_refused(request, error),
    )


@get("/kasir/serah-terima", opt=only(*STORE_STAFF))
async def offer_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Ask the leaving cashier to count."""
    return await _count_page(request, actor)


@post("/kasir/serah-terima", opt=only(*STORE_STAFF))
async def submit_offer(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Offer one's counted till to the next cashier."""
    form = await read_form(request)
    try:
        await offer_till(read_count(form), actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _count_page(request, actor, error=error, typed=_typed(form))
    return see_other("/kasir/laci", notice="Laci siap diserahkan. Kasir berikutnya menghitungnya di akunnya sendiri.")


async def _find_handover(actor: Actor, handover_id: int) -> dict[str, Any]:
    async with database.connection() as connection:
        row = await till_store.find_handover(connection, store_id=actor.require_store(), handover_id=handover_id)
    if row is None:
        raise NotFoundError
    return dict(row)


@get("/kasir/serah-terima/{handover_id:int}", opt=only(*STORE_STAFF))
async def handover_page(request: AnyRequest, actor: Actor, handover_id: int) -> Response[Any]:
    """Ask the next cashier to count; the leaving one goes to their till, and what has ended to its shift."""
    handover = await _find_handover(actor, handover_id)
    if handover["state"] != "waiting":
        return see_other(f"/kasir/sif/{handover['shift_id']}")
    if handover["offered_by"] == actor.person_id:
        return see_other("/kasir/laci")
    return await _count_page(request, actor, handover=handover)


@post("/kasir/serah-terima/{handover_id:int}", opt=only(*STORE_STAFF))
async def submit_count(request: AnyRequest, actor: Actor, handover_id: int) -> Response[Any]:
    """Take the till over where both counts agree; else say that it is not handed over."""
    form = await read_form(request)
    try:
        counted = await count_till(handover_id, read_count(form), actor=actor, once=once_from_form(request, form))
    except NotFoundError:
        raise
    except LumbungError as error:
        handover = await _find_handover(actor, handover_id)
        return await _count_page(request, actor, handover=handover, error=error, typed=_typed(form))
    if counted.state == "done":
        return see_other("/kasir", notice="Hitungan sama. Laci sudah Anda terima, sif Anda terbuka.")
    return see_other(
        "/kasir", notice="Hitungan Anda berbeda. Laci tidak diserahkan; hitung ulang bersama, lalu ulangi serah terima."
    )


@post("/kasir/serah-terima/{handover_id:int}/tarik", opt=only(*STORE_STAFF))
async def submit_withdrawal(request: AnyRequest, actor: Actor, handover_id: int) -> Response[Any]:
    """Take one's till back."""
    form = await read_form(request)
    try:
        await withdraw_till(handover_id, actor=actor, once=once_from_form(request, form))
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _till_page(request, actor, error=error)
    return see_other("/kasir/laci", notice="Serah terima ditarik. Laci bisa dipakai lagi.")


@get("/kasir/sif/{shift_id:int}", opt=only(*STORE_READERS))
async def shift_page(request: AnyRequest, actor: Actor, shift_id: int) -> Response[bytes]:
    """How a shift came out; while it is open, what it took so far, which no cashier is told."""
    async with database.connection() as connection:
        shift = await till_store.find_shift(connection, store_id=actor.require_store(), shift_id=shift_id)
        if shift is None:
            raise NotFoundError
        moves = await till_store.list_moves(connection, shift_id)
        is_closed = shift["closed_at"] is not None
        handovers = await till_store.list_handovers(connection, shift_id) if is_closed else []
    return render_page(
        request,
        "counter/shift.html",
        shift=dict(shift),
        moves=[dict(move) for move in moves],
        handovers=[dict(handover) for handover in handovers],
        move_labels=MOVE_LABELS,
        handover_labels=HANDOVER_LABELS,
        way_labels=LABELS,
        variance_rupiah=shift["counted_rupiah"] - shift["expected_rupiah"] if is_closed else None,
        is_staff=actor.require_hat().role in STORE_STAFF,
        is_blind=not is_closed and counts_blind(actor),
        time_zone=shift["time_zone"],
    )


PAGES: list[ControllerRouterHandler] = [
    handover_page,
    offer_page,
    shift_page,
    submit_count,
    submit_move,
    submit_offer,
    submit_withdrawal,
    till_page,
]
