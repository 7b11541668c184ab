"""JSON API: whether a document is genuine."""

from typing import Any, Final

from litestar import Request, get
from litestar.types import ControllerRouterHandler

from marketplace.documents.check_document import GenuineDocument, check_document
from marketplace.http.policy import public
from marketplace.http.rate_limits import limit_lookups


@get("/documents/{code:str}", opt=public())
async def get_document(request: Request[Any, Any, Any], code: str) -> GenuineDocument:
    """Whether the document with this code is genuine, and what to compare with the paper; 404 where none bears it."""
    limit_lookups(request)
    return await check_document(code)


ROUTES: Final[list[ControllerRouterHandler]] = [get_document]
