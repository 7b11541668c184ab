"""JSON API of cash brought to the bank."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from litestar import Request, Response, get, post, put
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, only
from marketplace.orders import deposit_store
from marketplace.orders.bank_deposits import Deposit, add_slip, decide_deposit, make_deposit

AnyRequest = Request[Any, Any, Any]
MOST_SHOWN = 100


class NewDeposit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Cash that leaves the safe for the bank."""

    amount_rupiah: int


class DepositDecision(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether the cash is on the account; where it went back to the safe, `reason` says why."""

    has_arrived: bool
    reason: str = ""


class ShownDeposit(msgspec.Struct, frozen=True, kw_only=True):
    """A deposit. `state`: on_the_way, arrived or rejected (back in the safe). Its slip bears `number`, without gaps.

    `line_id` is the line of a statement that shows it; `counted_rupiah` what the bank counted there, else none.
    """

    deposit_id: int
    number: int
    state: str
    amount_rupiah: int
    bank_reference: str
    has_slip: bool
    made_by_name: str
    made_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    reason: str
    line_id: int | None
    counted_rupiah: int | None


def shown_deposit(row: asyncpg.Record) -> ShownDeposit:
    """Tell a deposit to pages and API."""
    return ShownDeposit(
        deposit_id=row["id"],
        number=row["number"],
        state=row["state"],
        amount_rupiah=row["amount_rupiah"],
        bank_reference=row["bank_reference"],
        has_slip=row["slip_digest"] is not None,
        made_by_name=row["made_by_name"],
        made_at=row["made_at"],
        decided_by_name=row["decided_by_name"],
        decided_at=row["decided_at"],
        reason=row["reason"],
        line_id=row["line_id"],
        counted_rupiah=row["counted_rupiah"],
    )


async def slip_response(actor: Actor, deposit_id: int) -> Response[bytes]:
    """The slip's photo for the store's own people; no cache keeps it."""
    async with database.connection() as connection:
        webp = await deposit_store.find_slip(connection, store_id=actor.require_store(), deposit_id=deposit_id)
    if webp is None:
        raise NotFoundError
    return Response(webp, media_type="image/webp", headers={"cache-control": "private, no-store"})


@post("/stores/current/deposits", opt=only(*STORE_MANAGERS), status_code=201)
async def create_deposit(request: AnyRequest, data: NewDeposit, actor: Actor) -> Deposit:
    """Take cash out of the safe to bring it to the bank."""
    return await make_deposit(data.amount_rupiah, actor=actor, once=await once_from_header(request))


@get("/stores/current/deposits", opt=only(*STORE_READERS))
async def get_deposits(actor: Actor) -> list[ShownDeposit]:
    """Deposits of the store, those on their way first, then the latest, at most 100."""
    async with database.connection() as connection:
        rows = await deposit_store.list_deposits(connection, actor.require_store(), limit=MOST_SHOWN)
    return [shown_deposit(row) for row in rows]


@put("/stores/current/deposits/{deposit_id:int}/slip", opt=only(*STORE_MANAGERS))
async def put_slip(request: AnyRequest, actor: Actor, deposit_id: int) -> Deposit:
    """Show the bank's slip: the body is the picture itself (JPEG, PNG, WebP …), at most 5 MB."""
    return await add_slip(deposit_id, await request.body(), actor=actor, once=await once_from_header(request))


@get("/stores/current/deposits/{deposit_id:int}/slip", opt=only(*STORE_READERS))
async def get_slip(actor: Actor, deposit_id: int) -> Response[bytes]:
    """The photo of the bank's slip (WebP)."""
    return await slip_response(actor, deposit_id)


@post("/stores/current/deposits/{deposit_id:int}/decision", opt=only(*STORE_MANAGERS), status_code=200)
async def create_deposit_decision(request: AnyRequest, data: DepositDecision, actor: Actor, deposit_id: int) -> Deposit:
    """Say that somebody else's deposit is on the account, or went back to the safe."""
    return await decide_deposit(
        deposit_id,
        has_arrived=data.has_arrived,
        reason=data.reason,
        actor=actor,
        once=await once_from_header(request),
    )


ROUTES: list[ControllerRouterHandler] = [
    create_deposit,
    create_deposit_decision,
    get_deposits,
    get_slip,
    put_slip,
]
