"""Every route says who may use it."""

from marketplace.app import create_app
from marketplace.http.policy import Policy
from marketplace.settings import load_settings


def test_every_handler_has_a_policy() -> None:
    app = create_app(load_settings())
    without = [
        f"{route.path} {sorted(getattr(handler, 'http_methods', []))}"
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if not isinstance(handler.opt.get("policy"), Policy)
        # OPTIONS is answered by the framework with the allowed methods.
        and set(getattr(handler, "http_methods", [])) != {"OPTIONS"}
    ]
    assert without == []
