"""The only place where the parts meet: routes of every area, middleware, errors, start and stop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.accounts import find_actor, register_after_sign_in
from marketplace.accounts.account_pages import ACCOUNT_PAGES
from marketplace.accounts.operator_pages import OPERATOR_PEOPLE_PAGES
from marketplace.accounts.pages import ENTRY_PAGES
from marketplace.accounts.routes import ROUTES as ACCOUNT_ROUTES
from marketplace.actor import Actor
from marketplace.cart import adopt_cart, count_cart
from marketplace.catalog import pause_products_of
from marketplace.catalog.pages import PAGES as CATALOG_PAGES
from marketplace.catalog.routes import ROUTES as CATALOG_ROUTES
from marketplace.discovery import close_search, open_search
from marketplace.discovery.home_pages import HOME_PAGES
from marketplace.discovery.pages import PAGES as DISCOVERY_PAGES
from marketplace.discovery.routes import ROUTES as DISCOVERY_ROUTES
from marketplace.http.api_description import CompletedJson
from marketplace.http.compression import compress
from marketplace.http.csrf import refuse_cross_site
from marketplace.http.head import answer_head
from marketplace.http.health import HEALTH_ROUTES
from marketplace.http.policy import policy_guard, public
from marketplace.http.problems import EXCEPTION_HANDLERS
from marketplace.http.rate_limits import limit_commands
from marketplace.http.unstorable import refuse_unstorable
from marketplace.http.visitor import VisitorMiddleware
from marketplace.inventory.pages import PAGES as STOCK_PAGES
from marketplace.inventory.routes import ROUTES as STOCK_ROUTES
from marketplace.orders import close_stripe, open_stripe
from marketplace.orders.counter_routes import ROUTES as COUNTER_ROUTES
from marketplace.orders.pages_buyer import BUYER_PAGES
from marketplace.orders.payment_routes import ROUTES as PAYMENT_ROUTES
from marketplace.orders.routes import ROUTES as ORDER_ROUTES
from marketplace.orders.staff_pages import PAGES as COUNTER_PAGES
from marketplace.orders.webhook_routes import WEBHOOK_ROUTES
from marketplace.organisations import register_after_suspension
from marketplace.organisations.pages import PAGES as ORGANISATION_PAGES
from marketplace.organisations.routes import ROUTES as ORGANISATION_ROUTES
from marketplace.oversight.pages import PAGES as OVERSIGHT_PAGES
from marketplace.oversight.routes import ROUTES as OVERSIGHT_ROUTES
from marketplace.partnerships import hide_offers_of
from marketplace.partnerships.pages import PAGES as PARTNERSHIP_PAGES
from marketplace.partnerships.partner_pages import PARTNER_PAGES
from marketplace.partnerships.routes import ROUTES as PARTNERSHIP_ROUTES
from marketplace.regions.pages import PAGES as REGION_PAGES
from marketplace.regions.routes import ROUTES as REGION_ROUTES
from marketplace.settings import Settings, current_settings
from marketplace.stores import close_store_of
from marketplace.stores.routes import ROUTES as STORE_ROUTES
from marketplace.stores.shop_pages import SHOP_PAGES
from marketplace.stores.staff_pages import STAFF_PAGES
from marketplace.web.api_page import API_PAGES
from marketplace.web.assets import STATIC_ROUTES
from marketplace.web.pages import WEB_ROUTES

LARGEST_BODY_BYTES = 6 * 1024 * 1024

# Each area adds its routes here and nowhere else.
API_ROUTES: list[ControllerRouterHandler] = [
    *ACCOUNT_ROUTES,
    *CATALOG_ROUTES,
    *COUNTER_ROUTES,
    *DISCOVERY_ROUTES,
    *ORDER_ROUTES,
    *ORGANISATION_ROUTES,
    *OVERSIGHT_ROUTES,
    *PARTNERSHIP_ROUTES,
    *PAYMENT_ROUTES,
    *REGION_ROUTES,
    *STOCK_ROUTES,
    *STORE_ROUTES,
]
PAGE_ROUTES: list[ControllerRouterHandler] = [
    *ACCOUNT_PAGES,
    *API_PAGES,
    *BUYER_PAGES,
    *CATALOG_PAGES,
    *COUNTER_PAGES,
    *DISCOVERY_PAGES,
    *ENTRY_PAGES,
    *HEALTH_ROUTES,
    *HOME_PAGES,
    *OPERATOR_PEOPLE_PAGES,
    *ORGANISATION_PAGES,
    *OVERSIGHT_PAGES,
    *PARTNERSHIP_PAGES,
    *PARTNER_PAGES,
    *REGION_PAGES,
    *SHOP_PAGES,
    *STAFF_PAGES,
    *STATIC_ROUTES,
    *STOCK_PAGES,
    *WEB_ROUTES,
]


def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Hand the actor of this request to a handler."""
    actor: Actor = request.scope["state"]["actor"]
    return actor


async def prepare_page(request: Request[Any, Any, Any]) -> None:
    """Refuse forms of other sites, and count the cart for the head of a page (not for what pages are made of)."""
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


def create_app(settings: Settings | None = None) -> Litestar:
    """Build the application; opening the pool and the search engine is left to its lifespan."""
    settings = settings or current_settings()
    register_after_sign_in(adopt_cart)
    for take_off_the_market in (close_store_of, pause_products_of, hide_offers_of):
        register_after_suspension(take_off_the_market)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        async with running(settings):
            yield

    app = Litestar(
        route_handlers=[
            Router("/api/v1", route_handlers=API_ROUTES),
            Router("/", route_handlers=WEBHOOK_ROUTES, include_in_schema=False),
            Router("/", route_handlers=PAGE_ROUTES, before_request=prepare_page, include_in_schema=False),
        ],
        dependencies={"actor": Provide(provide_actor, sync_to_thread=False)},
        guards=[refuse_unstorable, policy_guard, limit_commands],
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
    app.asgi_handler = compress(VisitorMiddleware(answer_head(app.asgi_handler), load_actor=find_actor))
    return app
