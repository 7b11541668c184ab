"""JSON API of carts, orders and the counter. A guest's whole order is three calls: cart, plan, order."""

from typing import Annotated, Any

from litestar import Request, delete, get, post, put
from litestar.params import HeaderParameter, QueryParameter

from marketplace import database
from marketplace.actor import Actor
from marketplace.cart import CartKey, CartLines, ChangeLine, cart_key_of, change_cart
from marketplace.errors import InvalidError, NotFoundError
from marketplace.http.idempotency import once_from_header
from marketplace.http.pagination import Page, checked_limit, decode_cursor, encode_cursor
from marketplace.http.policy import STORE_READERS, STORE_STAFF, only, public, signed_in
from marketplace.http.visitor import derived_token
from marketplace.ids import ProductId
from marketplace.orders import store
from marketplace.orders.hand_over import HandedOver, hand_over
from marketplace.orders.move_order import OrderState, cancel_own_order, move_order
from marketplace.orders.place_order import PlacedCheckout, PlaceOrder, place_order
from marketplace.orders.plan import Plan
from marketplace.orders.schemas import (
    CartAnswer,
    CartChange,
    OrderAnswer,
    ShiftClosing,
    ShiftOpening,
    Step,
    Tender,
    order_answer,
)
from marketplace.orders.sell_at_counter import SellAtCounter, SoldAtCounter, sell_at_counter
from marketplace.orders.shifts import ClosedShift, OpenedShift, close_shift, open_shift
from marketplace.orders.show_plan import show_plan
from marketplace.orders.states import OPEN_STATES, STATE_NAMES
from marketplace.orders.take_payment import PaidAtCounter, take_payment

CartToken = Annotated[str | None, HeaderParameter(name="Cart-Token", description="Token of a guest's cart.")]

StateFilter = Annotated[str | None, QueryParameter(name="state", description="One state of orders.")]


def _key(actor: Actor, token: str | None) -> CartKey:
    key = cart_key_of(actor, token or "")
    if key is None:
        raise NotFoundError
    return key


@post("/carts", opt=public(), status_code=201)
async def create_cart(request: Request[Any, Any, Any], data: CartChange, actor: Actor) -> CartAnswer:
    """Make a cart with its first goods; a signed-in person has one cart, which is added to."""
    once = await once_from_header(request)
    # The token follows from who asks, the command's key and our secret: repeated, it answers with the same cart.
    token = "" if actor.is_signed_in else derived_token(f"cart:{once.scope}:{once.key}")
    key = _key(actor, token)
    made = await change_cart(data.lines, actor=actor, key=key, village_code=data.village_code, is_added=True, once=once)
    return CartAnswer(cart_token=token, line_count=made.line_count)


@put("/carts/current/lines", opt=public())
async def put_cart_lines(
    request: Request[Any, Any, Any], data: CartChange, actor: Actor, cart_token: CartToken = None
) -> CartLines:
    """Replace quantities in the cart; 0 takes the goods out."""
    once = await once_from_header(request)
    return await change_cart(
        data.lines, actor=actor, key=_key(actor, cart_token), village_code=data.village_code, once=once
    )


@delete("/carts/current/lines/{product_id:int}", opt=public(), status_code=200)
async def remove_cart_line(
    request: Request[Any, Any, Any], product_id: int, actor: Actor, cart_token: CartToken = None
) -> CartLines:
    """Take one product out of the cart."""
    once = await once_from_header(request)
    line = ChangeLine(product_id=ProductId(product_id), quantity=0)
    return await change_cart([line], actor=actor, key=_key(actor, cart_token), once=once)


@get("/carts/current/plan", opt=public())
async def get_plan(actor: Actor, cart_token: CartToken = None) -> Plan:
    """The orders that this cart would make: store, why it, prices, sums, other stores. Changes nothing."""
    return await show_plan(_key(actor, cart_token), actor=actor)


@post("/orders", opt=public(), status_code=201)
async def create_orders(
    request: Request[Any, Any, Any], data: PlaceOrder, actor: Actor, cart_token: CartToken = None
) -> PlacedCheckout:
    """Place the cart as it was seen: one order for each store. Changed prices are refused with old and new."""
    once = await once_from_header(request)
    return await place_order(data, actor=actor, key=cart_key_of(actor, cart_token or ""), channel="api", once=once)


@get("/orders/{tracking_token:str}", opt=public())
async def get_order(tracking_token: str) -> OrderAnswer:
    """Follow an order by its unguessable token."""
    async with database.connection() as connection:
        row = await store.find_order_by_tracking(connection, tracking_token)
    if row is None:
        raise NotFoundError
    return order_answer(row)


@post("/orders/{tracking_token:str}/cancellation", opt=public(), status_code=200)
async def cancel_order(request: Request[Any, Any, Any], tracking_token: str, actor: Actor) -> OrderState:
    """Cancel one's own unpaid order."""
    return await cancel_own_order(tracking_token, actor=actor, once=await once_from_header(request))


@get("/people/me/orders", opt=signed_in())
async def list_own_orders(actor: Actor, cursor: str | None = None, limit: int | None = None) -> Page[dict[str, Any]]:
    """The signed-in person's orders, newest first."""
    count = checked_limit(limit)
    position = decode_cursor(cursor, tuple[int])
    async with database.connection() as connection:
        rows = await store.list_person_orders(
            connection, actor.require_person(), before_id=position[0] if position else None, limit=count + 1
        )
    items = [dict(row) for row in rows[:count]]
    following = encode_cursor(items[-1]["id"]) if len(rows) > count else None
    return Page(items=items, next_cursor=following)


@get("/stores/current/orders", opt=only(*STORE_READERS))
async def list_orders(
    actor: Actor, in_state: StateFilter = None, cursor: str | None = None, limit: int | None = None
) -> Page[dict[str, Any]]:
    """Orders of the store whose hat is worn; open ones unless a state is named."""
    if in_state is not None and in_state not in STATE_NAMES:
        raise InvalidError(fields={"state": "Status pesanan tidak dikenal."})
    count = checked_limit(limit)
    position = decode_cursor(cursor, tuple[str, int])
    async with database.connection() as connection:
        rows = await store.list_store_orders(
            connection,
            actor.require_store(),
            states=[in_state] if in_state else list(OPEN_STATES),
            before=store.position_of(position),
            limit=count + 1,
        )
    items = [dict(row) for row in rows[:count]]
    last = items[-1] if len(rows) > count else None
    return Page(items=items, next_cursor=encode_cursor(last["placed_at"].isoformat(), last["id"]) if last else None)


@get("/stores/current/orders/{code:str}", opt=only(*STORE_READERS))
async def get_store_order(actor: Actor, code: str) -> OrderAnswer:
    """One order of the store whose hat is worn."""
    async with database.connection() as connection:
        row = await store.find_store_order(connection, store_id=actor.require_store(), code=code)
    if row is None:
        raise NotFoundError
    return order_answer(row)


@post("/stores/current/orders/{code:str}/steps", opt=only(*STORE_STAFF), status_code=200)
async def step_order(request: Request[Any, Any, Any], data: Step, actor: Actor, code: str) -> OrderState:
    """Accept, make ready, or cancel with a reason."""
    if data.state not in ("accepted", "ready", "cancelled"):
        raise InvalidError(fields={"state": "Langkah ini tidak dikenal."})
    return await move_order(code, data.state, actor=actor, reason=data.reason, once=await once_from_header(request))


@post("/stores/current/orders/{code:str}/payment", opt=only(*STORE_STAFF), status_code=200)
async def pay_order(request: Request[Any, Any, Any], data: Tender, actor: Actor, code: str) -> PaidAtCounter:
    """Take cash for an order in one's open shift."""
    return await take_payment(
        code,
        data.tendered_rupiah,
        actor=actor,
        is_handed_over=data.is_handed_over,
        once=await once_from_header(request),
    )


@post("/stores/current/orders/{code:str}/hand-over", opt=only(*STORE_STAFF), status_code=200)
async def hand_over_order(request: Request[Any, Any, Any], actor: Actor, code: str) -> HandedOver:
    """Give out the goods of a paid order."""
    return await hand_over(code, actor=actor, once=await once_from_header(request))


@post("/stores/current/sales", opt=only(*STORE_STAFF), status_code=201)
async def create_sale(request: Request[Any, Any, Any], data: SellAtCounter, actor: Actor) -> SoldAtCounter:
    """Sell to a walk-in buyer."""
    return await sell_at_counter(data, actor=actor, once=await once_from_header(request))


@post("/shifts", opt=only(*STORE_STAFF), status_code=201)
async def create_shift(request: Request[Any, Any, Any], data: ShiftOpening, actor: Actor) -> OpenedShift:
    """Open one's shift with change money from the safe."""
    return await open_shift(data.float_rupiah, actor=actor, once=await once_from_header(request))


@post("/shifts/current/closing", opt=only(*STORE_STAFF), status_code=200)
async def end_shift(request: Request[Any, Any, Any], data: ShiftClosing, actor: Actor) -> ClosedShift:
    """Close one's shift with the cash counted; a first count that differs (409) is counted once more, with a note."""
    return await close_shift(data.counted_rupiah, note=data.note, actor=actor, once=await once_from_header(request))


ROUTES = [
    cancel_order,
    create_cart,
    create_orders,
    create_sale,
    create_shift,
    end_shift,
    get_order,
    get_plan,
    get_store_order,
    hand_over_order,
    list_orders,
    list_own_orders,
    pay_order,
    put_cart_lines,
    remove_cart_line,
    step_order,
]
