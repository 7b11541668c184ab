"""JSON API of members' tabs (kasbon): limits, what is owed since when, buying on trust, paying back, one's own."""

from typing import Any, Final

import msgspec
from litestar import Request, get, post, put
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, STORE_STAFF, only, signed_in
from marketplace.orders.pay_on_tab import PutOnTab, Repaid, pay_on_tab, repay_tab
from marketplace.orders.show_tabs import OpenTab, OwnTab, list_open_tabs, list_own_tabs
from marketplace.orders.tab import TabLimit, set_tab_limit

AnyRequest = Request[Any, Any, Any]


class NewTabLimit(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A member by phone, and the most they may owe; 0 ends buying on trust."""

    member_phone: str
    limit_rupiah: int


class TabPurchase(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The member who owes it; with `is_handed_over` the goods go out as well."""

    member_phone: str
    is_handed_over: bool = True


class TabCash(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Cash for a tab: what is paid of it, and what was tendered (the same where left out)."""

    amount_rupiah: int
    tendered_rupiah: int | None = None


@put("/stores/current/tabs", opt=only(*STORE_MANAGERS))
async def put_tab_limit(request: AnyRequest, data: NewTabLimit, actor: Actor) -> TabLimit:
    """Let a member of the cooperative buy on trust up to a limit."""
    return await set_tab_limit(data.member_phone, data.limit_rupiah, actor=actor, once=await once_from_header(request))


@get("/stores/current/tabs", opt=only(*STORE_READERS))
async def get_tabs(actor: Actor) -> list[OpenTab]:
    """Tabs of the store, the oldest debt first; members who owe nothing come last."""
    return await list_open_tabs(actor.require_store())


@post("/stores/current/tabs/{person_id:int}/repayments", opt=only(*STORE_STAFF), status_code=201)
async def create_repayment(request: AnyRequest, data: TabCash, actor: Actor, person_id: int) -> Repaid:
    """Take cash into one's open till for part or all of what a member owes."""
    tendered = data.amount_rupiah if data.tendered_rupiah is None else data.tendered_rupiah
    return await repay_tab(
        person_id, data.amount_rupiah, tendered_rupiah=tendered, actor=actor, once=await once_from_header(request)
    )


@post("/stores/current/orders/{code:str}/tab", opt=only(*STORE_STAFF), status_code=200)
async def create_tab_purchase(request: AnyRequest, data: TabPurchase, actor: Actor, code: str) -> PutOnTab:
    """Put an order on a member's tab instead of taking money."""
    return await pay_on_tab(
        code,
        member_phone=data.member_phone,
        actor=actor,
        is_handed_over=data.is_handed_over,
        once=await once_from_header(request),
    )


@get("/people/me/tabs", opt=signed_in())
async def get_own_tabs(actor: Actor) -> list[OwnTab]:
    """What one owes at which store, with the latest entries."""
    return await list_own_tabs(actor.require_person())


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_repayment,
    create_tab_purchase,
    get_own_tabs,
    get_tabs,
    put_tab_limit,
]
