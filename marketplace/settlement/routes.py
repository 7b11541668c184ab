"""JSON API of settlement for the cooperative: what is owed, terms, holds, runs, payments, remittances."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, get, post, put
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, only
from marketplace.ids import OrganisationId
from marketplace.settlement.hold_line import HoldAnswer, hold_line, release_hold
from marketplace.settlement.pay_entry import PaidEntry, PayEntry, pay_entry
from marketplace.settlement.propose_run import RunAnswer, close_run, decide_run, propose_run
from marketplace.settlement.send_entry import SendEntry, SendingEntry, send_entry
from marketplace.settlement.set_terms import TermsAnswer, TermsBody, set_terms
from marketplace.settlement.show_payables import OwedLines, StorePayables, show_owed_lines, show_store_payables
from marketplace.settlement.show_run import Remittance, RunRow, RunView, list_runs, show_remittance, show_run
from marketplace.settlement.supplier_routes import SUPPLIER_ROUTES

AnyRequest = Request[Any, Any, Any]


class NewRun(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Until which day what is due is in the run; today where it is left out."""

    due_on: date | None = None


class RunDecision(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Approved or rejected; rejecting needs a note."""

    is_approved: bool
    note: str = ""


class Closing(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why the run ends before all of it is paid."""

    note: str


class NewHold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The line, by its source, and why it is not paid for now."""

    source: str
    reason: str


class Release(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why the line may be paid again."""

    note: str


@get("/stores/current/payables", opt=only(*STORE_READERS))
async def get_payables(actor: Actor) -> StorePayables:
    """What the store owes, by supplier."""
    return await show_store_payables(actor=actor)


@get("/stores/current/payables/{supplier_id:int}", opt=only(*STORE_READERS))
async def get_payable_lines(actor: Actor, supplier_id: int) -> OwedLines:
    """What the store owes one supplier, line by line; the supplier sees the same."""
    return await show_owed_lines(actor.require_store(), OrganisationId(supplier_id))


@put("/stores/current/payables/{supplier_id:int}/terms", opt=only(*STORE_MANAGERS))
async def put_terms(request: AnyRequest, data: TermsBody, actor: Actor, supplier_id: int) -> TermsAnswer:
    """Agree when this supplier is paid, from now on."""
    return await set_terms(OrganisationId(supplier_id), data, actor=actor, once=await once_from_header(request))


@post("/stores/current/payables/{supplier_id:int}/holds", opt=only(*STORE_MANAGERS), status_code=201)
async def create_hold(request: AnyRequest, data: NewHold, actor: Actor, supplier_id: int) -> HoldAnswer:
    """Hold a line of this supplier."""
    return await hold_line(
        OrganisationId(supplier_id),
        data.source,
        reason=data.reason,
        actor=actor,
        once=await once_from_header(request),
    )


@post("/stores/current/holds/{hold_id:int}/release", opt=only(*STORE_MANAGERS), status_code=200)
async def create_release(request: AnyRequest, data: Release, actor: Actor, hold_id: int) -> HoldAnswer:
    """End a hold, or answer a supplier's dispute."""
    return await release_hold(hold_id, note=data.note, actor=actor, once=await once_from_header(request))


@get("/stores/current/settlements", opt=only(*STORE_READERS))
async def get_settlements(actor: Actor) -> list[RunRow]:
    """The latest 50 runs, the newest first."""
    return await list_runs(actor=actor)


@post("/stores/current/settlements", opt=only(*STORE_MANAGERS), status_code=201)
async def create_settlement(request: AnyRequest, data: NewRun, actor: Actor) -> RunAnswer:
    """Propose to pay all that is due."""
    return await propose_run(data.due_on, actor=actor, once=await once_from_header(request))


@get("/stores/current/settlements/{run_id:int}", opt=only(*STORE_READERS))
async def get_settlement(actor: Actor, run_id: int) -> RunView:
    """A run with its suppliers and lines."""
    return await show_run(run_id, actor=actor)


@post("/stores/current/settlements/{run_id:int}/decision", opt=only(*STORE_MANAGERS), status_code=200)
async def create_run_decision(request: AnyRequest, data: RunDecision, actor: Actor, run_id: int) -> RunAnswer:
    """Approve or reject a run that somebody else proposed."""
    return await decide_run(
        run_id, is_approved=data.is_approved, note=data.note, actor=actor, once=await once_from_header(request)
    )


@post("/stores/current/settlements/{run_id:int}/closing", opt=only(*STORE_MANAGERS), status_code=200)
async def create_run_closing(request: AnyRequest, data: Closing, actor: Actor, run_id: int) -> RunAnswer:
    """End an approved run before all of it is paid."""
    return await close_run(run_id, note=data.note, actor=actor, once=await once_from_header(request))


@post(
    "/stores/current/settlements/{run_id:int}/entries/{entry_id:int}/payments",
    opt=only(*STORE_MANAGERS),
    status_code=201,
)
async def create_entry_payment(
    request: AnyRequest, data: PayEntry, actor: Actor, run_id: int, entry_id: int
) -> PaidEntry:
    """Pay a supplier of an approved run, whole or in part."""
    return await pay_entry(run_id, entry_id, data, actor=actor, once=await once_from_header(request))


@post(
    "/stores/current/settlements/{run_id:int}/entries/{entry_id:int}/stripe-transfers",
    opt=only(*STORE_MANAGERS),
    status_code=201,
)
async def create_entry_transfer(
    request: AnyRequest, data: SendEntry, actor: Actor, run_id: int, entry_id: int
) -> SendingEntry:
    """Pay a supplier of an approved run by a transfer to its account at Stripe; the run shows how it went."""
    return await send_entry(run_id, entry_id, data, actor=actor, once=await once_from_header(request))


@get("/stores/current/remittances/{number:int}", opt=only(*STORE_READERS))
async def get_store_remittance(actor: Actor, number: int) -> Remittance:
    """A payment to a supplier with what it settled."""
    return await show_remittance(number, store_id=actor.require_store())


ROUTES: list[ControllerRouterHandler] = [
    create_entry_payment,
    create_entry_transfer,
    create_hold,
    create_release,
    create_run_closing,
    create_run_decision,
    create_settlement,
    get_payable_lines,
    get_payables,
    get_settlement,
    get_settlements,
    get_store_remittance,
    put_terms,
    *SUPPLIER_ROUTES,
]
