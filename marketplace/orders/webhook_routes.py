"""Where Stripe's events arrive: signed, kept once, answered at once. No cookie, no form, no session counts here."""

from typing import Any, Final

from litestar import Request, Response, post
from litestar.types import ControllerRouterHandler

from marketplace.http.policy import public
from marketplace.orders.gateway_events import receive_event

_LARGEST_EVENT_BYTES: Final = 1_000_000


@post(
    "/stripe",
    # The signature is the limit: whoever has it is Stripe, which sends in bursts.
    opt=public() | {"is_signed": True},
    status_code=200,
    request_max_body_size=_LARGEST_EVENT_BYTES,
    include_in_schema=False,
)
async def receive_stripe_event(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Keep an event of Stripe's."""
    await receive_event(await request.body(), request.headers.get("stripe-signature", ""))
    return Response(b"", media_type="text/plain")


WEBHOOK_ROUTES: list[ControllerRouterHandler] = [receive_stripe_event]
