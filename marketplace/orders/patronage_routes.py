"""JSON API of members' shares of the earnings (SHU) at the counter, and of one's own."""

from typing import Any, Final

import msgspec
from litestar import Request, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_READERS, STORE_STAFF, only, signed_in
from marketplace.orders.pay_on_tab import Repaid
from marketplace.orders.show_patronage import (
    MemberPatronage,
    OwnPatronage,
    list_own_patronage,
    show_member_patronage,
)
from marketplace.orders.spend_patronage import PaidOut, pay_out_patronage, repay_tab_from_patronage
from marketplace.patronage import MemberBalance, list_member_balances

AnyRequest = Request[Any, Any, Any]


class PatronageForTab(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is taken off a member's share for their tab; `is_agreed` says that the member was asked and agreed."""

    amount_rupiah: int
    is_agreed: bool = False


class PatronageInCash(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is paid out of one's open till."""

    amount_rupiah: int


@get("/stores/current/patronage/members", opt=only(*STORE_READERS))
async def get_patronage_members(actor: Actor) -> list[MemberBalance]:
    """Members who can still have something of the earnings, by name."""
    return await list_member_balances(actor.require_store())


@get("/stores/current/patronage/members/{person_id:int}", opt=only(*STORE_READERS))
async def get_member_patronage(actor: Actor, person_id: int) -> MemberPatronage:
    """What a member was given of the earnings, and had of it."""
    return await show_member_patronage(person_id, store_id=actor.require_store())


@post("/stores/current/patronage/members/{person_id:int}/payouts", opt=only(*STORE_STAFF), status_code=201)
async def create_patronage_payout(request: AnyRequest, data: PatronageInCash, actor: Actor, person_id: int) -> PaidOut:
    """Pay part or all of a member's share out of one's open till."""
    return await pay_out_patronage(person_id, data.amount_rupiah, actor=actor, once=await once_from_header(request))


@post("/stores/current/tabs/{person_id:int}/patronage-repayments", opt=only(*STORE_STAFF), status_code=201)
async def create_patronage_repayment(
    request: AnyRequest, data: PatronageForTab, actor: Actor, person_id: int
) -> Repaid:
    """Take part or all of what a member owes off their share of the earnings, as they have agreed."""
    return await repay_tab_from_patronage(
        person_id,
        data.amount_rupiah,
        is_agreed=data.is_agreed,
        actor=actor,
        once=await once_from_header(request),
    )


@get("/people/me/patronage", opt=signed_in())
async def get_own_patronage(actor: Actor) -> list[OwnPatronage]:
    """What one was given of the earnings of which store, and what became of it."""
    return await list_own_patronage(actor.require_person())


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_patronage_payout,
    create_patronage_repayment,
    get_member_patronage,
    get_own_patronage,
    get_patronage_members,
]
