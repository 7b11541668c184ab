"""JSON API of a till during its shift: cash to and from the safe, hand-over between cashiers, how a shift came out."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from litestar import Request, get, post
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_READERS, STORE_STAFF, only
from marketplace.ids import PersonId, ShiftId
from marketplace.orders import till_store
from marketplace.orders.report import ShiftCash, TillMove, shift_cash, till_move
from marketplace.orders.till_handover import Handover, count_till, offer_till, withdraw_till
from marketplace.orders.till_moves import MovedCash, move_cash

AnyRequest = Request[Any, Any, Any]
_LARGEST_ID = 2**63 - 1


class CashMove(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Cash to move between till and safe; a reason is welcome, not needed."""

    amount_rupiah: int
    reason: str = ""


class TillCount(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Cash counted in a till."""

    counted_rupiah: int


class WaitingHandover(msgspec.Struct, frozen=True, kw_only=True):
    """A till that waits for the next cashier. What was counted is not told: they count for themselves."""

    handover_id: int
    shift_id: ShiftId
    offered_by: PersonId
    offered_by_name: str
    offered_at: datetime


class EndedHandover(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-over that ended: done, disputed or withdrawn, with what each cashier counted."""

    handover_id: int
    state: str
    offered_at: datetime
    ended_at: datetime
    ended_by_name: str
    counted_rupiah: int
    recounted_rupiah: int | None


class ShownShift(msgspec.Struct, frozen=True, kw_only=True):
    """A shift: its cash, its moves between till and safe, its hand-overs.

    While it is open neither expected nor hand-overs are told, nor to a cashier what came and went: a count that aims
    at a figure finds it.
    """

    cash: ShiftCash
    moves: list[TillMove]
    handovers: list[EndedHandover]


def waiting_handover(row: asyncpg.Record) -> WaitingHandover:
    """Tell a waiting hand-over to pages and API."""
    return WaitingHandover(**dict(row))


@post("/shifts/current/drops", opt=only(*STORE_STAFF), status_code=201)
async def create_drop(request: AnyRequest, data: CashMove, actor: Actor) -> MovedCash:
    """Bring cash from one's open till to the safe."""
    return await move_cash(
        "drop", data.amount_rupiah, reason=data.reason, actor=actor, once=await once_from_header(request)
    )


@post("/shifts/current/refills", opt=only(*STORE_STAFF), status_code=201)
async def create_refill(request: AnyRequest, data: CashMove, actor: Actor) -> MovedCash:
    """Fetch change money from the safe into one's open till."""
    return await move_cash(
        "refill", data.amount_rupiah, reason=data.reason, actor=actor, once=await once_from_header(request)
    )


@post("/shifts/current/handovers", opt=only(*STORE_STAFF), status_code=201)
async def create_handover(request: AnyRequest, data: TillCount, actor: Actor) -> Handover:
    """Count one's own till for the next cashier; cash stands still until it ends."""
    return await offer_till(data.counted_rupiah, actor=actor, once=await once_from_header(request))


@get("/stores/current/handovers/waiting", opt=only(*STORE_STAFF))
async def get_waiting_handovers(actor: Actor) -> list[WaitingHandover]:
    """Tills of the store that wait for the next cashier, the oldest first."""
    async with database.connection() as connection:
        rows = await till_store.list_waiting_handovers(connection, actor.require_store())
    return [waiting_handover(row) for row in rows]


@post("/stores/current/handovers/{handover_id:int}/count", opt=only(*STORE_STAFF), status_code=200)
async def create_count(request: AnyRequest, data: TillCount, actor: Actor, handover_id: int) -> Handover:
    """Count another cashier's till: the same count opens one's own shift with it, another is a dispute."""
    return await count_till(handover_id, data.counted_rupiah, actor=actor, once=await once_from_header(request))


@post("/stores/current/handovers/{handover_id:int}/withdrawal", opt=only(*STORE_STAFF), status_code=200)
async def create_withdrawal(request: AnyRequest, actor: Actor, handover_id: int) -> Handover:
    """Take one's own till back before anybody has counted it."""
    return await withdraw_till(handover_id, actor=actor, once=await once_from_header(request))


@get("/shifts/{shift_id:int}", opt=only(*STORE_READERS))
async def get_shift(actor: Actor, shift_id: int) -> ShownShift:
    """How a shift of the store came out, or stands."""
    if not 1 <= shift_id <= _LARGEST_ID:
        raise NotFoundError
    async with database.connection() as connection:
        shift = await till_store.find_shift(connection, store_id=actor.require_store(), shift_id=shift_id)
        if shift is None:
            raise NotFoundError
        moves = await till_store.list_moves(connection, shift_id)
        is_closed = shift["closed_at"] is not None
        handovers = await till_store.list_handovers(connection, shift_id) if is_closed else []
    return ShownShift(
        cash=shift_cash(shift, expected_rupiah=shift["expected_rupiah"], actor=actor),
        moves=[till_move(row) for row in moves],
        handovers=[EndedHandover(**dict(row)) for row in handovers],
    )


ROUTES: list[ControllerRouterHandler] = [
    create_count,
    create_drop,
    create_handover,
    create_refill,
    create_withdrawal,
    get_shift,
    get_waiting_handovers,
]
