"""Being paid by Stripe: the same pages for a supplier (/umkm) and for a cooperative (/koperasi)."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.errors import LumbungError, NotFoundError
from marketplace.http.forms import read_form, see_other, sentence_of
from marketplace.http.policy import BOOK_READERS, SELLERS, STORE_MANAGERS, STORE_READERS, only
from marketplace.http.rate_limits import limit_writes
from marketplace.orders import show_sharing
from marketplace.settings import current_settings
from marketplace.settlement.receive_by_stripe import address_at_stripe, begin_receiving, look_again, show_receiving
from marketplace.settlement.states import RECEIVER_BADGES, RECEIVER_LABELS
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]
_SUPPLIER: Final = "/umkm/pelunasan/stripe"
_STORE: Final = "/koperasi/pelunasan/stripe"


async def _page(request: AnyRequest, actor: Actor, base: str, *, error: LumbungError | None = None) -> Response[bytes]:
    receiver = await show_receiving(actor.require_hat().organisation_id)
    if receiver is None:
        raise NotFoundError
    return render_page(
        request,
        "settlement/receive.html",
        status_code=200 if error is None else error.status_code,
        receiver=receiver,
        base=base,
        is_store=base == _STORE,
        sharing=await show_sharing(actor.require_store()) if base == _STORE else None,
        may_read_books=actor.require_hat().role in BOOK_READERS,
        may_change=actor.require_hat().role in ("seller_owner", *STORE_MANAGERS),
        labels=RECEIVER_LABELS,
        badges=RECEIVER_BADGES,
        problem="" if error is None else sentence_of(request, error),
    )


async def _begin(request: AnyRequest, actor: Actor, base: str) -> Response[Any]:
    await read_form(request)
    try:
        await begin_receiving(actor=actor)
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _page(request, actor, base, error=error)
    return see_other(base, notice="Akun Stripe dibuat. Lanjutkan mengisinya di halaman Stripe.")


async def _go(request: AnyRequest, actor: Actor, base: str) -> Response[Any]:
    here = f"{current_settings().public_url}{base}"
    limit_writes(request)
    try:
        address = await address_at_stripe(actor=actor, again=f"{here}/isi", back=f"{here}/kembali")
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _page(request, actor, base, error=error)
    return Redirect(address, status_code=303)


async def _come_back(request: AnyRequest, actor: Actor, base: str) -> Response[Any]:
    limit_writes(request)
    await look_again(actor=actor)
    return see_other(base)


@get(_SUPPLIER, opt=only(*SELLERS))
async def supplier_receiver_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """How far the supplier is, and the next step."""
    return await _page(request, actor, _SUPPLIER)


@post(_SUPPLIER, opt=only("seller_owner"))
async def submit_supplier_receiver(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Open an account."""
    return await _begin(request, actor, _SUPPLIER)


@get(f"{_SUPPLIER}/isi", opt=only("seller_owner"))
async def supplier_at_stripe(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Go to Stripe's form; Stripe sends whoever comes with a used address here for a new one."""
    return await _go(request, actor, _SUPPLIER)


@get(f"{_SUPPLIER}/kembali", opt=only(*SELLERS))
async def supplier_back_from_stripe(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Come back from Stripe's form; the account is fetched."""
    return await _come_back(request, actor, _SUPPLIER)


@get(_STORE, opt=only(*STORE_READERS))
async def store_receiver_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """How far the cooperative is, and the next step."""
    return await _page(request, actor, _STORE)


@post(_STORE, opt=only(*STORE_MANAGERS))
async def submit_store_receiver(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Open an account."""
    return await _begin(request, actor, _STORE)


@get(f"{_STORE}/isi", opt=only(*STORE_MANAGERS))
async def store_at_stripe(request: AnyRequest, actor: Actor) -> Response[Any]:
    """As for suppliers."""
    return await _go(request, actor, _STORE)


@get(f"{_STORE}/kembali", opt=only(*STORE_READERS))
async def store_back_from_stripe(request: AnyRequest, actor: Actor) -> Response[Any]:
    """As for suppliers."""
    return await _come_back(request, actor, _STORE)


RECEIVE_PAGES: list[ControllerRouterHandler] = [
    store_at_stripe,
    store_back_from_stripe,
    store_receiver_page,
    submit_store_receiver,
    submit_supplier_receiver,
    supplier_at_stripe,
    supplier_back_from_stripe,
    supplier_receiver_page,
]
