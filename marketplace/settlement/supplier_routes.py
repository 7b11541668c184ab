"""JSON API of settlement for the supplier: the same figures, disputes, the account, remittances."""

from typing import Any

import msgspec
from litestar import Request, get, post, put
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import SELLERS, only
from marketplace.ids import StoreId
from marketplace.settlement.hold_line import HoldAnswer, dispute_line
from marketplace.settlement.payout_account import MaskedAccount, PayoutAccount, save_own_account, show_own_account
from marketplace.settlement.show_payables import (
    OwedLines,
    SupplierReceivables,
    show_owed_lines,
    show_supplier_receivables,
)
from marketplace.settlement.show_run import Remittance, show_remittance

AnyRequest = Request[Any, Any, Any]


class NewDispute(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The line, by its source, and what is wrong with it."""

    source: str
    reason: str


@get("/sellers/current/receivables", opt=only(*SELLERS))
async def get_own_receivables(actor: Actor) -> SupplierReceivables:
    """What all stores owe, with the latest payments."""
    return await show_supplier_receivables(actor=actor)


@get("/sellers/current/receivables/{store_id:int}", opt=only(*SELLERS))
async def get_own_receivable_lines(actor: Actor, store_id: int) -> OwedLines:
    """What one store owes, line by line; the store sees the same."""
    return await show_owed_lines(StoreId(store_id), actor.require_hat().organisation_id)


@post("/sellers/current/receivables/{store_id:int}/disputes", opt=only(*SELLERS), status_code=201)
async def create_dispute(request: AnyRequest, data: NewDispute, actor: Actor, store_id: int) -> HoldAnswer:
    """Dispute a line: it is not paid until the store has answered."""
    return await dispute_line(
        StoreId(store_id), data.source, reason=data.reason, actor=actor, once=await once_from_header(request)
    )


@get("/sellers/current/receivables/{store_id:int}/remittances/{number:int}", opt=only(*SELLERS))
async def get_own_remittance(actor: Actor, store_id: int, number: int) -> Remittance:
    """A payment that was received, with what it settled."""
    return await show_remittance(number, store_id=StoreId(store_id), supplier_id=actor.require_hat().organisation_id)


@get("/sellers/current/payout-account", opt=only(*SELLERS))
async def get_payout_account(actor: Actor) -> MaskedAccount:
    """Where the money goes, with the last four digits only."""
    return await show_own_account(actor=actor)


@put("/sellers/current/payout-account", opt=only("seller_owner"))
async def put_payout_account(request: AnyRequest, data: PayoutAccount, actor: Actor) -> MaskedAccount:
    """Say where the money goes; kept sealed."""
    return await save_own_account(data, actor=actor, once=await once_from_header(request))


SUPPLIER_ROUTES: list[ControllerRouterHandler] = [
    create_dispute,
    get_own_receivable_lines,
    get_own_receivables,
    get_own_remittance,
    get_payout_account,
    put_payout_account,
]
