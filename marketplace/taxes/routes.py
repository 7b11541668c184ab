"""JSON API of a store's taxes, and of what the platform withholds."""

from typing import Any, Final

from litestar import Request, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import BOOK_READERS, OPERATORS, only
from marketplace.taxes.set_platform_tax import SetPlatformTax, list_platform_taxes, set_platform_tax
from marketplace.taxes.set_tax import SetTax, StoreTaxes, TaxSetting, set_tax, show_taxes


@get("/stores/current/taxes", opt=only(*BOOK_READERS))
async def get_taxes(actor: Actor) -> StoreTaxes:
    """Whether PPN and PPh 22 are on for the store today, and what was set for which day."""
    return await show_taxes(actor=actor)


@post("/stores/current/taxes", opt=only("pengurus"), status_code=201)
async def create_tax_setting(request: Request[Any, Any, Any], data: SetTax, actor: Actor) -> TaxSetting:
    """Switch a tax on or off from a day on, tomorrow at the earliest. Sales before that day never change."""
    return await set_tax(data, actor=actor, once=await once_from_header(request))


@get("/platform/taxes", opt=only(*OPERATORS))
async def get_platform_taxes() -> list[TaxSetting]:
    """What was set for all stores, the one that begins last first; of a store its own settings go before these."""
    return await list_platform_taxes()


@post("/platform/taxes", opt=only(*OPERATORS), status_code=201)
async def create_platform_tax_setting(
    request: Request[Any, Any, Any], data: SetPlatformTax, actor: Actor
) -> TaxSetting:
    """Switch PPh 22 on or off for all stores from a day on, tomorrow at the earliest."""
    return await set_platform_tax(data, actor=actor, once=await once_from_header(request))


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_platform_tax_setting,
    create_tax_setting,
    get_platform_taxes,
    get_taxes,
]
