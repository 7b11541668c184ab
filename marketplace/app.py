"""The only place where the parts meet: routes of every area, middleware, errors, start and stop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Router
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.accounts import find_actor, register_after_sign_in
from marketplace.accounts.account_pages import ACCOUNT_PAGES
from marketplace.accounts.operator_pages import OPERATOR_PEOPLE_PAGES
from marketplace.accounts.operator_routes import OPERATOR_ROUTES
from marketplace.accounts.pages import ENTRY_PAGES
from marketplace.accounts.routes import ROUTES as ACCOUNT_ROUTES
from marketplace.actor import Actor
from marketplace.bookkeeping import closing_tasks, register_differences
from marketplace.bookkeeping.closing_pages import PAGES as CLOSING_PAGES
from marketplace.bookkeeping.pages import PAGES as BOOK_PAGES
from marketplace.bookkeeping.routes import ROUTES as BOOK_ROUTES
from marketplace.cart import adopt_cart, count_cart
from marketplace.catalog import pause_products_of
from marketplace.catalog.pages import PAGES as CATALOG_PAGES
from marketplace.catalog.routes import ROUTES as CATALOG_ROUTES
from marketplace.discovery import close_search, open_search
from marketplace.discovery.home_pages import HOME_PAGES
from marketplace.discovery.pages import PAGES as DISCOVERY_PAGES
from marketplace.discovery.routes import ROUTES as DISCOVERY_ROUTES
from marketplace.documents.pages import PAGES as DOCUMENT_PAGES
from marketplace.documents.routes import ROUTES as DOCUMENT_ROUTES
from marketplace.http.api_description import CompletedJson
from marketplace.http.compression import compress
from marketplace.http.csrf import refuse_cross_site
from marketplace.http.head import answer_head
from marketplace.http.health import HEALTH_ROUTES
from marketplace.http.policy import check_route, public
from marketplace.http.problems import EXCEPTION_HANDLERS
from marketplace.http.rate_limits import limit_commands
from marketplace.http.shared_pages import SharedPages
from marketplace.http.unstorable import refuse_unstorable
from marketplace.http.visitor import VisitorMiddleware
from marketplace.inventory.pages import PAGES as STOCK_PAGES
from marketplace.inventory.routes import ROUTES as STOCK_ROUTES
from marketplace.orders import close_stripe, open_stripe, register_home_tasks
from marketplace.orders.counter_routes import ROUTES as COUNTER_ROUTES
from marketplace.orders.deposit_routes import ROUTES as DEPOSIT_ROUTES
from marketplace.orders.document_routes import ROUTES as ORDER_DOCUMENT_ROUTES
from marketplace.orders.pages_buyer import BUYER_PAGES
from marketplace.orders.patronage_routes import ROUTES as SHARE_ROUTES
from marketplace.orders.payment_routes import ROUTES as PAYMENT_ROUTES
from marketplace.orders.return_routes import ROUTES as RETURN_ROUTES
from marketplace.orders.routes import ROUTES as ORDER_ROUTES
from marketplace.orders.staff_pages import PAGES as COUNTER_PAGES
from marketplace.orders.tab_routes import ROUTES as TAB_ROUTES
from marketplace.orders.till_routes import ROUTES as TILL_ROUTES
from marketplace.orders.webhook_routes import WEBHOOK_ROUTES as STRIPE_WEBHOOKS
from marketplace.organisations import register_after_suspension
from marketplace.organisations.pages import PAGES as ORGANISATION_PAGES
from marketplace.organisations.routes import ROUTES as ORGANISATION_ROUTES
from marketplace.oversight.books_pages import PAGES as OVERSEEN_BOOK_PAGES
from marketplace.oversight.pages import PAGES as OVERSIGHT_PAGES
from marketplace.oversight.routes import ROUTES as OVERSIGHT_ROUTES
from marketplace.partnerships import hide_offers_of
from marketplace.partnerships.pages import PAGES as PARTNERSHIP_PAGES
from marketplace.partnerships.partner_pages import PARTNER_PAGES
from marketplace.partnerships.routes import ROUTES as PARTNERSHIP_ROUTES
from marketplace.patronage.pages import PAGES as PATRONAGE_PAGES
from marketplace.patronage.routes import ROUTES as PATRONAGE_ROUTES
from marketplace.reconciliation import reconciliation_tasks, unexplained_differences
from marketplace.reconciliation.operator_pages import OPERATOR_PAGES as RECONCILIATION_OPERATOR_PAGES
from marketplace.reconciliation.pages import PAGES as RECONCILIATION_PAGES
from marketplace.reconciliation.routes import ROUTES as RECONCILIATION_ROUTES
from marketplace.reconciliation.webhook import WEBHOOKS as RECONCILIATION_WEBHOOKS
from marketplace.regions.pages import PAGES as REGION_PAGES
from marketplace.regions.routes import ROUTES as REGION_ROUTES
from marketplace.settings import Settings, current_settings
from marketplace.settlement import settlement_tasks
from marketplace.settlement.pages import PAGES as SETTLEMENT_PAGES
from marketplace.settlement.routes import ROUTES as SETTLEMENT_ROUTES
from marketplace.stores import close_store_of
from marketplace.stores.routes import ROUTES as STORE_ROUTES
from marketplace.stores.shop_pages import SHOP_PAGES
from marketplace.stores.staff_pages import STAFF_PAGES
from marketplace.taxes.pages import PAGES as TAX_PAGES
from marketplace.taxes.routes import ROUTES as TAX_ROUTES
from marketplace.web.api_page import API_PAGES
from marketplace.web.assets import STATIC_ROUTES
from marketplace.web.pages import WEB_ROUTES

LARGEST_BODY_BYTES = 6 * 1024 * 1024

# Each area adds its routes here and nowhere else.
API_ROUTES: list[ControllerRouterHandler] = [
    *ACCOUNT_ROUTES,
    *BOOK_ROUTES,
    *CATALOG_ROUTES,
    *COUNTER_ROUTES,
    *DEPOSIT_ROUTES,
    *DISCOVERY_ROUTES,
    *DOCUMENT_ROUTES,
    *OPERATOR_ROUTES,
    *ORDER_DOCUMENT_ROUTES,
    *ORDER_ROUTES,
    *ORGANISATION_ROUTES,
    *OVERSIGHT_ROUTES,
    *PARTNERSHIP_ROUTES,
    *PATRONAGE_ROUTES,
    *PAYMENT_ROUTES,
    *RECONCILIATION_ROUTES,
    *REGION_ROUTES,
    *RETURN_ROUTES,
    *SETTLEMENT_ROUTES,
    *STOCK_ROUTES,
    *STORE_ROUTES,
    *SHARE_ROUTES,
    *TAB_ROUTES,
    *TAX_ROUTES,
    *TILL_ROUTES,
]
# Told by other machines, which sign what they say: no cookie, no session, no form.
WEBHOOK_ROUTES: list[ControllerRouterHandler] = [
    *RECONCILIATION_WEBHOOKS,
    *STRIPE_WEBHOOKS,
]
PAGE_ROUTES: list[ControllerRouterHandler] = [
    *ACCOUNT_PAGES,
    *API_PAGES,
    *BOOK_PAGES,
    *BUYER_PAGES,
    *CATALOG_PAGES,
    *CLOSING_PAGES,
    *COUNTER_PAGES,
    *DISCOVERY_PAGES,
    *DOCUMENT_PAGES,
    *ENTRY_PAGES,
    *HEALTH_ROUTES,
    *HOME_PAGES,
    *OPERATOR_PEOPLE_PAGES,
    *ORGANISATION_PAGES,
    *OVERSEEN_BOOK_PAGES,
    *OVERSIGHT_PAGES,
    *PARTNERSHIP_PAGES,
    *PARTNER_PAGES,
    *PATRONAGE_PAGES,
    *RECONCILIATION_OPERATOR_PAGES,
    *RECONCILIATION_PAGES,
    *REGION_PAGES,
    *SETTLEMENT_PAGES,
    *SHOP_PAGES,
    *STAFF_PAGES,
    *STATIC_ROUTES,
    *STOCK_PAGES,
    *TAX_PAGES,
    *WEB_ROUTES,
]


async def admit(request: Request[Any, Any, Any]) -> None:
    """Check the address, who may, and how often, before any handler runs.

    No guard of the framework: it makes a copy of the handler for each, a twentieth of a short request, and takes plain
    functions through a thread. A router with a `before_request` of its own must begin with this.
    """
    handler: BaseRouteHandler = request.scope["route_handler"]
    refuse_unstorable(request)
    check_route(request, handler)
    limit_commands(request, handler)


def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Hand the actor of this request to a handler."""
    actor: Actor = request.scope["state"]["actor"]
    return actor


async def prepare_page(request: Request[Any, Any, Any]) -> None:
    """Admit, refuse forms of other sites, count the cart for the head of a page (not for what pages are made of)."""
    await admit(request)
    await refuse_cross_site(request)
    # Pages that the service worker asks for come as "empty".
    destination = request.headers.get("sec-fetch-dest", "document")
    if destination in ("document", "empty") and "hx-request" not in request.headers:
        state = request.scope["state"]
        state["cart_count"] = await count_cart(state["actor"], state["cart_token"])


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """What the application holds while it serves: the pool, the search engine, the keys of Stripe."""
    if settings.database_url is None:
        message = "DATABASE_URL is not set; `lumbung serve` and `lumbung demo` start the embedded PostgreSQL"
        raise RuntimeError(message)
    await database.open_pool(settings.database_url, size=settings.pool_size)
    open_search(settings)
    open_stripe(settings)
    try:
        yield
    finally:
        await close_stripe()
        await close_search()
        await database.close_pool()


class LeanLitestar(Litestar):
    """Litestar without the plugins for pydantic and attrs, whose models no handler here takes or gives.

    It takes them in wherever they are installed (Piccolo brings pydantic): 0,3 s of each start, 11 MiB of each worker.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def create_app(settings: Settings | None = None) -> Litestar:
    """Build the application; opening the pool and the search engine is left to its lifespan."""
    settings = settings or current_settings()
    register_after_sign_in(adopt_cart)
    for take_off_the_market in (close_store_of, pause_products_of, hide_offers_of):
        register_after_suspension(take_off_the_market)
    register_differences(unexplained_differences)
    for tasks in (settlement_tasks, reconciliation_tasks, closing_tasks):
        register_home_tasks(tasks)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        async with running(settings):
            yield

    app = LeanLitestar(
        route_handlers=[
            Router("/api/v1", route_handlers=API_ROUTES),
            Router("/webhooks", route_handlers=WEBHOOK_ROUTES, include_in_schema=False),
            Router("/", route_handlers=PAGE_ROUTES, before_request=prepare_page, include_in_schema=False),
        ],
        dependencies={"actor": Provide(provide_actor, sync_to_thread=False)},
        before_request=admit,
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=[lifespan],
        openapi_config=OpenAPIConfig(
            title="Lumbung",
            version="1",
            use_handler_docstrings=True,
            # The stock pages load their scripts from other hosts; the description alone is served, to everyone.
            render_plugins=[CompletedJson()],
            openapi_router=Router("/api/schema", route_handlers=[], opt=public(), include_in_schema=False),
        ),
        request_max_body_size=LARGEST_BODY_BYTES,
        logging_config=None,
        debug=False,
    )
    app.state.shared_pages = SharedPages()
    app.asgi_handler = app.state.shared_pages.around(
        compress(VisitorMiddleware(answer_head(app.asgi_handler), load_actor=find_actor))
    )
    return app
