"""JSON API of giving money back: asking, deciding, paying out, looking."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from litestar import Request, get, post, put
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, STORE_STAFF, only
from marketplace.orders import return_store, store
from marketplace.orders.decide_return import RefundLimit, decide_return, pay_return, set_refund_limit
from marketplace.orders.request_return import ReturnAnswer, ReturnRequest, request_return

AnyRequest = Request[Any, Any, Any]
_MOST_WAITING = 100


class Decision(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether the money may go back; a refusal has its reason in `note`."""

    is_approved: bool
    note: str = ""


class Payout(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The number of the transfer that was made; empty for cash."""

    reference: str = ""


class NewRefundLimit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """From how many rupiah on a second person approves."""

    refund_limit_rupiah: int


class ShownReturnLine(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that go back."""

    listing_id: int
    name: str
    unit_code: str
    quantity: int
    total_rupiah: int


class ShownReturn(msgspec.Struct, frozen=True, kw_only=True):
    """A return. `kind`: before, after (the hand-over) or surplus; `state`: requested, approved, done or rejected."""

    return_id: int
    order_code: str
    kind: str
    state: str
    method: str
    is_resaleable: bool
    lines: list[ShownReturnLine]
    delivery_rupiah: int
    amount_rupiah: int
    reason: str
    requested_by_name: str
    requested_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decision_note: str


def shown_return(row: asyncpg.Record) -> ShownReturn:
    """Tell a return to pages and API."""
    return ShownReturn(
        return_id=row["id"],
        order_code=row["code"],
        kind=row["kind"],
        state=row["state"],
        method=row["method"],
        is_resaleable=row["is_resaleable"],
        lines=[ShownReturnLine(**line) for line in row["lines"]],
        delivery_rupiah=row["delivery_rupiah"],
        amount_rupiah=row["amount_rupiah"],
        reason=row["reason"],
        requested_by_name=row["requested_by_name"],
        requested_at=row["requested_at"],
        decided_by_name=row["decided_by_name"],
        decided_at=row["decided_at"],
        decision_note=row["decision_note"],
    )


@post("/stores/current/orders/{code:str}/returns", opt=only(*STORE_STAFF), status_code=201)
async def create_return(request: AnyRequest, data: ReturnRequest, actor: Actor, code: str) -> ReturnAnswer:
    """Give money of a paid order back, whole or in part; above the store's limit it waits for a second person."""
    return await request_return(code, data, actor=actor, once=await once_from_header(request))


@get("/stores/current/orders/{code:str}/returns", opt=only(*STORE_READERS))
async def get_order_returns(actor: Actor, code: str) -> list[ShownReturn]:
    """All returns of an order, oldest first."""
    async with database.connection() as connection:
        row = await store.find_store_order(connection, store_id=actor.require_store(), code=code)
        if row is None:
            raise NotFoundError
        return [shown_return(made) for made in await return_store.list_order_returns(connection, row["id"])]


@get("/stores/current/returns/waiting", opt=only(*STORE_READERS))
async def get_waiting_returns(actor: Actor) -> list[ShownReturn]:
    """Returns that wait for approval or for their money, the oldest first, at most 100."""
    async with database.connection() as connection:
        rows = await return_store.list_waiting_returns(connection, actor.require_store(), limit=_MOST_WAITING)
    return [shown_return(row) for row in rows]


@post("/stores/current/returns/{return_id:int}/decision", opt=only(*STORE_MANAGERS), status_code=200)
async def create_decision(request: AnyRequest, data: Decision, actor: Actor, return_id: int) -> ReturnAnswer:
    """Approve or refuse a return that somebody else asked for."""
    return await decide_return(
        return_id,
        is_approved=data.is_approved,
        note=data.note,
        actor=actor,
        once=await once_from_header(request),
    )


@post("/stores/current/returns/{return_id:int}/payout", opt=only(*STORE_STAFF), status_code=200)
async def create_payout(request: AnyRequest, data: Payout, actor: Actor, return_id: int) -> ReturnAnswer:
    """Give out the money of an approved return."""
    return await pay_return(return_id, reference=data.reference, actor=actor, once=await once_from_header(request))


@put("/stores/current/refund-limit", opt=only(*STORE_MANAGERS))
async def put_refund_limit(request: AnyRequest, data: NewRefundLimit, actor: Actor) -> RefundLimit:
    """Set from how much on a second person approves."""
    return await set_refund_limit(data.refund_limit_rupiah, actor=actor, once=await once_from_header(request))


ROUTES: list[ControllerRouterHandler] = [
    create_decision,
    create_payout,
    create_return,
    get_order_returns,
    get_waiting_returns,
    put_refund_limit,
]
