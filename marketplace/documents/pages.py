"""The public page on which anybody checks a document, by the QR code on it or by typing its code."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace.documents.check_document import KIND_LABELS, GenuineDocument, NoSuchDocumentError, check_document
from marketplace.documents.codes import LONGEST_TYPED, check_path, read_code
from marketplace.http.forms import see_other, sentence_of
from marketplace.http.policy import public
from marketplace.http.rate_limits import limit_lookups
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]

# Nobody finds a store's papers by a search engine.
_HEADERS: Final = {"x-robots-tag": "noindex, nofollow"}


def _page(
    request: AnyRequest,
    *,
    typed: str = "",
    found: GenuineDocument | None = None,
    error: NoSuchDocumentError | None = None,
) -> Response[bytes]:
    return render_page(
        request,
        "documents/check.html",
        status_code=200 if error is None else error.status_code,
        headers=_HEADERS,
        found=found,
        kind_labels=KIND_LABELS,
        typed=typed,
        problem="" if error is None else sentence_of(request, error),
    )


@get("/sah", opt=public())
async def check_form_page(
    request: AnyRequest, kode: Annotated[str, QueryParameter(max_length=200)] = ""
) -> Response[Any]:
    """Where to type a code; what could be one leads to its page."""
    limit_lookups(request)
    if not kode.strip():
        return _page(request)
    code = read_code(kode)
    if code is None:
        return _page(request, typed=kode[:LONGEST_TYPED], error=NoSuchDocumentError())
    return see_other(check_path(code))


@get("/sah/{code:str}", opt=public())
async def check_page(request: AnyRequest, code: str) -> Response[bytes]:
    """That a document is genuine, or that there is none with this code."""
    limit_lookups(request)
    try:
        found = await check_document(code)
    except NoSuchDocumentError as error:
        return _page(request, typed=code[:LONGEST_TYPED], error=error)
    return _page(request, typed=found.code, found=found)


PAGES: list[ControllerRouterHandler] = [check_form_page, check_page]
