"""The door for QRIS providers' callbacks. Answers in SNAP's own form (responseCode, responseMessage)."""

from typing import Any, Final

from litestar import Request, Response, post
from litestar.types import ControllerRouterHandler

from marketplace.http.policy import public
from marketplace.reconciliation.callbacks import CallbackHeaders, receive_callback

LARGEST_BODY_BYTES: Final = 64 * 1024
_SERVICE_CODE: Final = "52"  # notification of a QR payment (MPM)
_MESSAGES: Final = {200: "Successful", 400: "Bad Request", 401: "Unauthorized. [Signature]", 409: "Conflict"}


@post(
    "/qris/{provider:str}",
    opt=public() | {"is_signed": True},
    status_code=200,
    include_in_schema=False,
    request_max_body_size=LARGEST_BODY_BYTES,
)
async def create_qris_callback(request: Request[Any, Any, Any], provider: str) -> Response[dict[str, str]]:
    """Keep what a provider says; who it is, its signature tells."""
    headers = request.headers
    scheme, _, token = headers.get("authorization", "").partition(" ")
    status = await receive_callback(
        provider,
        CallbackHeaders(
            partner_id=headers.get("x-partner-id", ""),
            external_id=headers.get("x-external-id", ""),
            timestamp=headers.get("x-timestamp", ""),
            signature=headers.get("x-signature", ""),
            token=token.strip() if scheme.lower() == "bearer" else "",
        ),
        path=request.url.path,
        body=await request.body(),
    )
    said = {"responseCode": f"{status}{_SERVICE_CODE}00", "responseMessage": _MESSAGES[status]}
    return Response(said, status_code=status, media_type="application/json")


WEBHOOKS: list[ControllerRouterHandler] = [create_qris_callback]
