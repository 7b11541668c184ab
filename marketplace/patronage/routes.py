"""JSON API of decisions about members' shares of the earnings (SHU): recording and approving them."""

from typing import Any, Final

import msgspec
from litestar import Request, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import BOARD, BOARD_READERS, only
from marketplace.patronage.decide_patronage import decide_patronage
from marketplace.patronage.propose_patronage import DecisionAnswer, ProposePatronage, propose_patronage
from marketplace.patronage.show_decisions import DecisionRow, DecisionView, list_decisions, show_decision

AnyRequest = Request[Any, Any, Any]


class PatronageDecision(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Approved or rejected; rejecting needs a note."""

    is_approved: bool
    note: str = ""


@get("/stores/current/patronage/decisions", opt=only(*BOARD_READERS))
async def get_patronage_decisions(actor: Actor) -> list[DecisionRow]:
    """The latest 50 decisions, the newest first."""
    return await list_decisions(actor=actor)


@post("/stores/current/patronage/decisions", opt=only(*BOARD), status_code=201)
async def create_patronage_decision(request: AnyRequest, data: ProposePatronage, actor: Actor) -> DecisionAnswer:
    """Record members' shares of a closed year's earnings, for another one of the board to approve."""
    return await propose_patronage(data, actor=actor, once=await once_from_header(request))


@get("/stores/current/patronage/decisions/{decision_id:int}", opt=only(*BOARD_READERS))
async def get_patronage_decision(actor: Actor, decision_id: int) -> DecisionView:
    """A decision with its shares."""
    return await show_decision(decision_id, actor=actor)


@post("/stores/current/patronage/decisions/{decision_id:int}/decision", opt=only(*BOARD), status_code=200)
async def create_patronage_approval(
    request: AnyRequest, data: PatronageDecision, actor: Actor, decision_id: int
) -> DecisionAnswer:
    """Approve or reject what another one of the board proposed; approved shares are owed from now on."""
    return await decide_patronage(
        decision_id, is_approved=data.is_approved, note=data.note, actor=actor, once=await once_from_header(request)
    )


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_patronage_approval,
    create_patronage_decision,
    get_patronage_decision,
    get_patronage_decisions,
]
