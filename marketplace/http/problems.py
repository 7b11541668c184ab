"""Errors as answers: problem+json (RFC 9457) under /api/, a page elsewhere; never a stack trace or a bare number."""

from typing import Any
from urllib.parse import quote, urlsplit

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from marketplace.errors import DayClosedError, InvalidError, LumbungError, SignInRequiredError
from marketplace.formats.facts import plain_facts
from marketplace.http.forms import local_path, retry_after, sentence_in
from marketplace.http.nearest import nearest_page
from marketplace.http.policy import OtherHatError, SuspendedError
from marketplace.http.undecodable import misfits_of
from marketplace.http.unstorable import UNSTORABLE, is_unstorable
from marketplace.web.render import SUSPENDED, render_error, translate
from payments import DayClosed

log = structlog.get_logger()

_SENTENCES = {
    400: "Permintaan tidak dapat diproses.",
    401: "Silakan masuk terlebih dahulu.",
    403: "Anda tidak berhak melakukan ini.",
    404: "Halaman atau data ini tidak ditemukan.",
    405: "Cara ini tidak didukung untuk alamat tersebut.",
    409: "Data sudah berubah. Muat ulang halaman lalu coba lagi.",
    413: "Kiriman terlalu besar.",
    415: "Jenis kiriman ini tidak didukung.",
    422: "Periksa kembali isian yang ditandai.",
    429: "Terlalu banyak percobaan. Tunggu sebentar lalu coba lagi.",
    500: "Terjadi gangguan di pihak kami. Tidak ada yang tersimpan setengah jalan. Coba lagi sebentar.",
    503: "Layanan sedang sibuk atau dirawat. Coba lagi sebentar.",
}


# The database is full, starts, stops or was lost on the way: it is there again in a moment, so come back.
_BUSY = (
    asyncpg.TooManyConnectionsError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresConnectionError,
    # What asyncpg makes of a connection that the server ended while it lay in the pool.
    asyncpg.InternalClientError,
    TimeoutError,
    OSError,
)


def _is_api(request: Request[Any, Any, Any]) -> bool:
    return request.scope["path"].startswith("/api/")


def _problem(
    status_code: int, code: str, title: str, *, errors: list[dict[str, str]] | None = None, **extra: object
) -> Response[Any]:
    body: dict[str, object] = {
        "type": f"urn:lumbung:problem:{code}",
        "title": title,
        "status": status_code,
        "code": code,
    }
    body.update(extra)
    if errors:
        body["errors"] = errors
    return Response(body, status_code=status_code, media_type="application/problem+json")


def answer_refusal(request: Request[Any, Any, Any], error: LumbungError) -> Response[Any]:
    """Show a refusal of ours: with its facts in the API, as a sentence on a page."""
    language = request.scope["state"].get("language", "id")
    sentence = sentence_in(error, language)
    if _is_api(request):
        errors = None
        if isinstance(error, InvalidError):
            errors = [
                {"field": name, "message": translate(message, language, **facts)}
                for name, (message, facts) in error.fields.items()
            ]
        plain = plain_facts(error.facts)
        response = _problem(
            error.status_code, error.code, sentence, errors=errors, **({"facts": plain} if plain else {})
        )
        if error.status_code == 401:  # noqa: PLR2004 - RFC 9110 asks for this header with 401
            response.headers["WWW-Authenticate"] = "Bearer"
        response.headers.update(retry_after(error))
        return response
    if isinstance(error, SignInRequiredError) and request.method == "GET":
        return _ask_to_sign_in(request, sentence)
    if isinstance(error, OtherHatError):
        return render_error(request, error.status_code, sentence, hats=error.hats, way_back=_way_back(request))
    page: Response[Any] = render_error(
        request,
        error.status_code,
        sentence,
        headers=retry_after(error),
        page=SUSPENDED if isinstance(error, SuspendedError) else None,
    )
    return page


def _way_back(request: Request[Any, Any, Any]) -> str:
    """Where to go on after changing hats: here, or the page of the form that was refused."""
    if request.method != "GET":
        return nearest_page(request.app, request.scope["path"])
    query = request.scope["query_string"].decode("latin-1")
    return local_path(request.scope["path"] + (f"?{query}" if query else ""))


def _ask_to_sign_in(request: Request[Any, Any, Any], sentence: str) -> Response[Any]:
    """Lead a guest to the page to sign in and back to where they were heading."""
    if "hx-request" not in request.headers:
        query = request.scope["query_string"].decode("latin-1")
        heading = request.scope["path"] + (f"?{query}" if query else "")
        return Redirect(f"/masuk?next={quote(heading)}", status_code=303)
    # The session ended while the page was open: the whole page has to go, not the part that htmx asked for.
    page = urlsplit(request.headers.get("hx-current-url", ""))
    heading = local_path(page.path + (f"?{page.query}" if page.query else ""))
    return render_error(request, 401, sentence, headers={"HX-Redirect": f"/masuk?next={quote(heading)}"})


def answer_closed_day(request: Request[Any, Any, Any], error: DayClosed) -> Response[Any]:
    """Show that a posting came after its day was closed, as happens around midnight."""
    return answer_refusal(request, DayClosedError(closed_through=error.closed_through))


def answer_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Show a refusal of the framework: unknown path, body that does not decode, too large."""
    language = request.scope["state"].get("language", "id")
    misfits = misfits_of(error)
    status_code, code = error.status_code, f"http_{error.status_code}"
    if misfits:
        # A body that is no JSON says nothing about its fields.
        status_code, code = (400, "undecodable") if misfits[0].code == "no_json" else (422, "invalid")
    title = translate(_SENTENCES.get(status_code, _SENTENCES[400]), language)
    if not _is_api(request):
        if status_code == 405 and request.method == "GET":  # noqa: PLR2004 - an address that only takes a form
            return Redirect(nearest_page(request.app, request.scope["path"]), status_code=303)
        return render_error(request, status_code)
    errors = [
        {"field": misfit.field, "code": misfit.code, "message": misfit.sentence(language)}
        | ({"path": misfit.path} if misfit.path else {})
        for misfit in misfits
    ]
    response = _problem(status_code, code, title, errors=errors or None)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def answer_failure(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Show that we failed, log why; no input is logged since it may be personal."""
    if is_unstorable(error):
        log.info("input_unstorable", method=request.method, reason=type(error).__name__)
        return answer_refusal(request, InvalidError(UNSTORABLE))
    status_code = 503 if isinstance(error, _BUSY) else 500
    # Not the address itself: those of orders and one-time links are secrets.
    route = request.scope.get("path_template", "")
    log.error("request_failed", method=request.method, route=route, exc_info=error)
    title = translate(_SENTENCES[status_code], request.scope.get("state", {}).get("language", "id"))
    if _is_api(request):
        return _problem(status_code, f"http_{status_code}", title)
    return render_error(request, status_code)


EXCEPTION_HANDLERS: dict[Any, Any] = {
    LumbungError: answer_refusal,
    DayClosed: answer_closed_day,
    HTTPException: answer_http_error,
    Exception: answer_failure,
}
