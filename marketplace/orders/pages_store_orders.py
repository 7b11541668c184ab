"""Pages of the cooperative's people: what to do now, the store's orders, and one order with its steps."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.pagination import DEFAULT_LIMIT, decode_cursor, encode_cursor
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, STORE_STAFF, only
from marketplace.ids import new_token
from marketplace.orders import counter_store, report_store, store
from marketplace.orders.blind_count import counts_blind
from marketplace.orders.buyer_views import STATE_KINDS
from marketplace.orders.home_tasks import find_home_tasks
from marketplace.orders.move_order import move_order
from marketplace.orders.order_view import FULFILMENT_LABELS, order_view
from marketplace.orders.states import state_name
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]

_TAB_STATES: Final[dict[str, tuple[str, ...]]] = {
    "baru": ("placed",),
    "disiapkan": ("accepted",),
    "siap": ("ready",),
    "diserahkan": ("handed_over",),
    "selesai": ("completed",),
    "batal": ("cancelled", "expired", "returned"),
}
TAB_LABELS: Final = {
    "baru": "Perlu diterima",
    "disiapkan": "Disiapkan",
    "siap": "Sudah siap",
    "diserahkan": "Diserahkan",
    "selesai": "Selesai",
    "batal": "Batal & kembali",
}
STEP_NOTICE_SENTENCES: Final = {
    "accepted": "Pesanan diterima. Siapkan barangnya.",
    "ready": "Pesanan sudah siap. Kabari pembelinya.",
    "cancelled": "Pesanan dibatalkan dan barangnya kembali ke rak.",
}
_OPEN_TABS: Final = frozenset({"baru", "disiapkan", "siap"})
_NEARLY_OUT, _LATEST, _NEXT_ORDERS = 5, 20, 6


@get("/koperasi", opt=only(*STORE_READERS, "member"))
async def cooperative_home(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """Show what to do now; to a member, their cooperative and their purchases."""
    hat = actor.require_hat()
    if hat.store_id is None:
        return render_page(request, "store_orders/no_store.html", cooperative=hat.organisation_name)
    person_id, now = actor.require_person(), clock.now()
    async with database.connection() as connection:
        if hat.role == "member":
            place = await report_store.find_store(connection, hat.store_id)
            orders = await report_store.list_member_orders(
                connection, store_id=hat.store_id, person_id=person_id, limit=_LATEST
            )
            if place is None:
                raise NotFoundError
            return render_page(
                request,
                "store_orders/member.html",
                place=dict(place),
                orders=[_row(order) for order in orders],
                time_zone=place["time_zone"],
            )
        home = await report_store.find_home(connection, store_id=hat.store_id, person_id=person_id, now=now)
        orders = await counter_store.list_orders_to_collect(connection, hat.store_id, limit=_NEXT_ORDERS)
        goods = await report_store.list_nearly_out(connection, hat.store_id, limit=_NEARLY_OUT)
        tasks = await find_home_tasks(connection, actor)
    if home is None:
        raise NotFoundError
    waiting = home["oldest_placed_at"]
    return render_page(
        request,
        "store_orders/home.html",
        home=dict(home),
        waiting_minutes=int((now - waiting).total_seconds() // 60) if waiting else None,
        orders=[_row(order) for order in orders],
        goods=[dict(row) for row in goods],
        tasks=tasks,
        is_staff=hat.role in STORE_STAFF,
        is_manager=hat.role in STORE_MANAGERS,
        is_blind=counts_blind(actor),
        time_zone=home["time_zone"],
    )


def _row(order: Any) -> dict[str, Any]:
    return {
        **dict(order),
        "state_kind": STATE_KINDS[order["state"]],
        "state_name": state_name(order["state"], order["fulfilment"]),
    }


@get("/koperasi/pesanan", opt=only(*STORE_READERS))
async def store_orders_page(
    request: AnyRequest,
    actor: Actor,
    tab: Annotated[str, QueryParameter(max_length=20)] = "baru",
    after: Annotated[str, QueryParameter(max_length=200)] = "",
) -> Response[bytes]:
    """The store's orders by state, newest first; keyset pages."""
    chosen = tab if tab in _TAB_STATES else "baru"
    position = store.position_of(decode_cursor(after, tuple[str, int]))
    store_id = actor.require_store()
    async with database.connection() as connection:
        place = await report_store.find_store(connection, store_id)
        counts = await store.count_open_orders(connection, store_id)
        rows = await store.list_store_orders(
            connection, store_id, states=list(_TAB_STATES[chosen]), before=position, limit=DEFAULT_LIMIT + 1
        )
    shown = rows[:DEFAULT_LIMIT]
    last = shown[-1] if len(rows) > DEFAULT_LIMIT else None
    cursor = encode_cursor(last["placed_at"].isoformat(), last["id"]) if last else None
    return render_page(
        request,
        "store_orders/list.html",
        tabs=[
            (name, f"/koperasi/pesanan?tab={name}", counts.get(states[0], 0) if name in _OPEN_TABS else None)
            for name, states in _TAB_STATES.items()
        ],
        tab_labels=TAB_LABELS,
        current=f"/koperasi/pesanan?tab={chosen}",
        tab=chosen,
        orders=[_row(row) for row in shown],
        fulfilments=FULFILMENT_LABELS,
        next_href=f"/koperasi/pesanan?tab={chosen}&after={cursor}" if cursor else None,
        previous_href=f"/koperasi/pesanan?tab={chosen}" if after else None,
        time_zone=place["time_zone"] if place else "Asia/Jakarta",
    )


async def _order_page(
    request: AnyRequest, actor: Actor, code: str, *, error: LumbungError | None = None, reason: str = ""
) -> Response[bytes]:
    async with database.connection() as connection:
        row = await store.find_store_order(connection, store_id=actor.require_store(), code=code)
    if row is None:
        raise NotFoundError
    return render_page(
        request,
        "store_orders/order.html",
        status_code=200 if error is None else error.status_code,
        order=order_view(row, actor=actor, language=request.scope["state"]["language"]),
        is_staff=actor.require_hat().role in STORE_STAFF,
        once=new_token(),
        reason=reason,
        errors=field_sentences(request, error) if error else {},
        problem=sentence_of(request, error) if error and not isinstance(error, InvalidError) else "",
        time_zone=row["time_zone"],
    )


@get("/koperasi/pesanan/{code:str}", opt=only(*STORE_READERS))
async def store_order_page(request: AnyRequest, actor: Actor, code: str) -> Response[bytes]:
    """One order: goods, buyer (for staff), why here, history, and the next step."""
    return await _order_page(request, actor, code)


@post("/koperasi/pesanan/{code:str}/langkah", opt=only(*STORE_STAFF))
async def submit_step(request: AnyRequest, actor: Actor, code: str) -> Response[Any]:
    """Accept, make ready, or cancel with a reason."""
    form = await read_form(request)
    target, reason = str(form.get("state", "")), str(form.get("reason", ""))
    try:
        if target not in STEP_NOTICE_SENTENCES:
            message = "Langkah ini tidak dikenal."
            raise InvalidError(message, fields={"state": message})
        await move_order(code, target, actor=actor, reason=reason, once=once_from_form(request, form))
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _order_page(request, actor, code, error=error, reason=reason)
    return see_other(f"/koperasi/pesanan/{code}", notice=STEP_NOTICE_SENTENCES[target])


PAGES: list[ControllerRouterHandler] = [cooperative_home, store_order_page, store_orders_page, submit_step]
