"""Ways to pay of a store: where its managers paste the QRIS code, write the bank account and allow cards."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.errors import LumbungError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, only
from marketplace.ids import new_token
from marketplace.orders.channels import (
    BankDetails,
    close_channel,
    open_cards,
    save_bank_account,
    save_qris,
    show_channels,
)
from marketplace.orders.show_sharing import show_sharing
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]
_FIELDS = ("payload", "bank", "number", "holder")


async def _page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, typed: dict[str, str] | None = None
) -> Response[bytes]:
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "counter/channels.html",
        status_code=200 if error is None else error.status_code,
        channels=await show_channels(actor.require_store()),
        sharing=await show_sharing(actor.require_store()),
        may_change=actor.require_hat().role in STORE_MANAGERS,
        typed=typed or {},
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        once=new_token(),
    )


@get("/koperasi/cara-bayar", opt=only(*STORE_READERS))
async def channels_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """What the store takes besides cash."""
    return await _page(request, actor)


@post("/koperasi/cara-bayar", opt=only(*STORE_MANAGERS))
async def submit_channel(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Save the QRIS code or the account, allow cards, or stop one of them: `what` says which."""
    form = await read_form(request)
    once = once_from_form(request, form)
    what = str(form.get("what", ""))
    try:
        if what == "qris":
            await save_qris(str(form.get("payload", "")), actor=actor, once=once)
        elif what == "bank":
            details = BankDetails(**{name: str(form.get(name, "")) for name in ("bank", "number", "holder")})
            await save_bank_account(details, actor=actor, once=once)
        elif what == "cards":
            await open_cards(actor=actor, once=once)
        else:
            await close_channel(what.removeprefix("stop-"), actor=actor, once=once)
    except LumbungError as error:
        return await _page(request, actor, error=error, typed={name: str(form.get(name, "")) for name in _FIELDS})
    return see_other("/koperasi/cara-bayar", notice="Cara bayar gerai disimpan.")


PAGES: list[ControllerRouterHandler] = [channels_page, submit_channel]
