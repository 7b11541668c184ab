"""JSON API of a store's taxes."""

from typing import Any, Final

from litestar import Request, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import BOOK_READERS, only
from marketplace.taxes.set_tax import SetTax, StoreTaxes, TaxSetting, set_tax, show_taxes


@get("/stores/current/taxes", opt=only(*BOOK_READERS))
async def get_taxes(actor: Actor) -> StoreTaxes:
    """Whether PPN and PPh 22 are on for the store today, and what was set for which day."""
    return await show_taxes(actor=actor)


@post("/stores/current/taxes", opt=only("pengurus"), status_code=201)
async def create_tax_setting(request: Request[Any, Any, Any], data: SetTax, actor: Actor) -> TaxSetting:
    """Switch a tax on or off from a day on, tomorrow at the earliest. Sales before that day never change."""
    return await set_tax(data, actor=actor, once=await once_from_header(request))


ROUTES: Final[list[ControllerRouterHandler]] = [create_tax_setting, get_taxes]
