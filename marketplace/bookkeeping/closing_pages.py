"""Closing days on a page: what is open, what differs, and the button that cannot be taken back."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.bookkeeping.close_day import close_store_days, show_closing
from marketplace.errors import InvalidError, LumbungError
from marketplace.formats.dates import parse_date
from marketplace.formats.errors import FormatError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import BOOK_READERS, STORE_MANAGERS, only
from marketplace.ids import new_token
from marketplace.web.render import render_page
from marketplace.web.translate import translate

AnyRequest = Request[Any, Any, Any]
_PATH = "/koperasi/buku/tutup"


async def _page(
    request: AnyRequest,
    actor: Actor,
    *,
    cursor: str = "",
    error: LumbungError | None = None,
    typed: dict[str, str] | None = None,
) -> Response[bytes]:
    language = request.scope["state"]["language"]
    state = await show_closing(actor.require_store(), cursor=cursor, language=language)
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "bookkeeping/closing.html",
        status_code=200 if error is None else error.status_code,
        state=state,
        differences=[
            {
                "text": translate(difference.sentence, language, **difference.facts),
                "amount_rupiah": difference.amount_rupiah,
                "href": difference.href,
            }
            for difference in state.differences
        ],
        may_close=actor.require_hat().role in STORE_MANAGERS,
        typed=typed or {"through": state.last_day_over.isoformat(), "reason": ""},
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        next_href=f"{_PATH}?setelah={state.next_cursor}" if state.next_cursor else None,
        once=new_token(),
        time_zone=state.time_zone,
    )


@get(_PATH, opt=only(*BOOK_READERS))
async def closing_page(request: AnyRequest, actor: Actor, setelah: str = "") -> Response[bytes]:
    """How far the book is closed, and the form that closes on."""
    return await _page(request, actor, cursor=setelah)


@post(_PATH, opt=only(*STORE_MANAGERS))
async def submit_closing(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Close all open days through the one that was typed."""
    form = await read_form(request)
    once = once_from_form(request, form)
    typed = {name: str(form.get(name, "")) for name in ("through", "reason")}
    try:
        try:
            through = parse_date(typed["through"])
        except FormatError as error:
            raise InvalidError(fields={"through": (error.message, error.facts)}) from error
        await close_store_days(through, reason=typed["reason"], actor=actor, once=once)
    except LumbungError as error:
        return await _page(request, actor, error=error, typed=typed)
    return see_other(_PATH, notice="Pembukuan ditutup sampai hari itu.")


PAGES: list[ControllerRouterHandler] = [closing_page, submit_closing]
