"""Pages of cash brought to the bank: taking it out of the safe, showing the slip, seeing it on the account."""

from hashlib import sha256
from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.catalog import LARGEST_PHOTO_BYTES
from marketplace.documents import paper_response, pdf_response, read_width
from marketplace.errors import LumbungError, NotFoundError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, only
from marketplace.ids import new_token
from marketplace.orders import deposit_store
from marketplace.orders.bank_deposits import NoBankAccountError, add_slip, decide_deposit, make_deposit
from marketplace.orders.deposit_paper import deposit_paper, read_deposit_slip
from marketplace.orders.deposit_routes import MOST_SHOWN, shown_deposit, slip_response
from marketplace.orders.report_store import find_store
from marketplace.orders.tenders import read_amount
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]

DEPOSIT_LABELS: Final = {
    "on_the_way": "Dalam perjalanan",
    "arrived": "Sudah di rekening",
    "rejected": "Kembali ke brankas",
}
DEPOSIT_BADGES: Final = {"on_the_way": "wait", "arrived": "ok", "rejected": "stop"}


def _refused(request: AnyRequest, error: LumbungError | None) -> dict[str, Any]:
    errors = field_sentences(request, error) if error is not None else {}
    return {
        "status_code": 200 if error is None else error.status_code,
        "errors": errors,
        "problem": sentence_of(request, error) if error is not None and not errors else "",
        "labels": DEPOSIT_LABELS,
        "badges": DEPOSIT_BADGES,
        "once": new_token(),
    }


async def _list_page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, typed: dict[str, str] | None = None
) -> Response[bytes]:
    store_id = actor.require_store()
    async with database.connection() as connection:
        place = await find_store(connection, store_id)
        rows = await deposit_store.list_deposits(connection, store_id, limit=MOST_SHOWN)
    if place is None:
        raise NotFoundError
    return render_page(
        request,
        "counter/deposits.html",
        deposits=[shown_deposit(row) for row in rows],
        is_manager=actor.require_hat().role in STORE_MANAGERS,
        is_no_account=isinstance(error, NoBankAccountError),
        typed=typed or {},
        time_zone=place["time_zone"],
        **_refused(request, error),
    )


@get("/koperasi/setoran", opt=only(*STORE_READERS))
async def deposits_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """Deposits, and for managers the form of a new one."""
    return await _list_page(request, actor)


@post("/koperasi/setoran", opt=only(*STORE_MANAGERS))
async def submit_deposit(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Take cash out of the safe."""
    form = await read_form(request)
    try:
        made = await make_deposit(read_amount(form, "amount_rupiah"), actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        typed = {"amount_rupiah": str(form.get("amount_rupiah", ""))}
        return await _list_page(request, actor, error=error, typed=typed)
    return see_other(f"/koperasi/setoran/{made.deposit_id}", notice="Uang tercatat dalam perjalanan ke bank.")


async def _deposit_page(
    request: AnyRequest,
    actor: Actor,
    deposit_id: int,
    *,
    error: LumbungError | None = None,
    typed: dict[str, str] | None = None,
) -> Response[bytes]:
    async with database.connection() as connection:
        row = await deposit_store.find_deposit(connection, store_id=actor.require_store(), deposit_id=deposit_id)
    if row is None:
        raise NotFoundError
    return render_page(
        request,
        "counter/deposit.html",
        deposit=shown_deposit(row),
        slip_mark=(row["slip_digest"] or "")[:12],
        is_own=row["made_by"] == actor.person_id,
        is_manager=actor.require_hat().role in STORE_MANAGERS,
        typed=typed or {},
        time_zone=row["time_zone"],
        **_refused(request, error),
    )


@get("/koperasi/setoran/{deposit_id:int}", opt=only(*STORE_READERS))
async def deposit_page(request: AnyRequest, actor: Actor, deposit_id: int) -> Response[bytes]:
    """One deposit with its slip."""
    return await _deposit_page(request, actor, deposit_id)


@get("/koperasi/setoran/{deposit_id:int}/bukti", opt=only(*STORE_READERS))
async def deposit_paper_page(
    request: AnyRequest,
    actor: Actor,
    deposit_id: int,
    lebar: Annotated[str, QueryParameter(max_length=4)] = "a4",
    bentuk: Annotated[str, QueryParameter(max_length=4)] = "",
) -> Response[Any]:
    """The store's own slip of a deposit, to go with the cash, or as PDF."""
    async with database.connection() as connection:
        slip = await read_deposit_slip(connection, store_id=actor.require_store(), deposit_id=deposit_id)
    paper = deposit_paper(slip, request.scope["state"]["language"])
    if bentuk == "pdf":
        return await pdf_response(paper, slip.proof)
    return paper_response(
        request,
        paper,
        slip.proof,
        width=read_width(lebar, "a4"),
        back_href=f"/koperasi/setoran/{deposit_id}",
        back_label="Setoran bank",
    )


@get("/koperasi/setoran/{deposit_id:int}/slip", opt=only(*STORE_READERS))
async def slip_photo(actor: Actor, deposit_id: int) -> Response[bytes]:
    """The slip's photo, for the store's own people."""
    return await slip_response(actor, deposit_id)


@post("/koperasi/setoran/{deposit_id:int}/slip", opt=only(*STORE_MANAGERS))
async def submit_slip(request: AnyRequest, actor: Actor, deposit_id: int) -> Response[Any]:
    """Show the bank's slip."""
    form = await read_form(request)
    upload = form.get("photo")
    # One byte more than allowed is enough to know that it is too large.
    data = await upload.read(LARGEST_PHOTO_BYTES + 1) if isinstance(upload, UploadFile) else b""
    hashed = {**form, "photo": sha256(data).hexdigest()}
    try:
        await add_slip(deposit_id, data, actor=actor, once=once_from_form(request, hashed))
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _deposit_page(request, actor, deposit_id, error=error)
    return see_other(f"/koperasi/setoran/{deposit_id}", notice="Foto slip terpasang.")


@post("/koperasi/setoran/{deposit_id:int}/keputusan", opt=only(*STORE_MANAGERS))
async def submit_deposit_decision(request: AnyRequest, actor: Actor, deposit_id: int) -> Response[Any]:
    """Say that it is on the account or went back, as the key pressed says."""
    form = await read_form(request)
    has_arrived = form.get("step") == "arrived"
    try:
        await decide_deposit(
            deposit_id,
            has_arrived=has_arrived,
            reason=str(form.get("reason", "")),
            actor=actor,
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _deposit_page(
            request, actor, deposit_id, error=error, typed={"reason": str(form.get("reason", ""))}
        )
    notice = "Setoran tercatat di rekening." if has_arrived else "Uangnya tercatat kembali di brankas."
    return see_other(f"/koperasi/setoran/{deposit_id}", notice=notice)


PAGES: list[ControllerRouterHandler] = [
    deposit_page,
    deposit_paper_page,
    deposits_page,
    slip_photo,
    submit_deposit,
    submit_deposit_decision,
    submit_slip,
]
