"""The seller's pages of settlement: what each cooperative owes, disputes, where the money goes, remittances."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.errors import LumbungError, NotFoundError
from marketplace.http.forms import read_form, see_other, shown_refusal
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import SELLERS, only
from marketplace.ids import StoreId
from marketplace.settlement.both_sides import answer_remittance, owed_page
from marketplace.settlement.hold_line import dispute_line
from marketplace.settlement.payout_account import PayoutAccount, save_own_account, show_own_account
from marketplace.settlement.receive_by_stripe import show_receiving
from marketplace.settlement.show_payables import show_owed_lines, show_supplier_receivables
from marketplace.settlement.show_run import show_remittance
from marketplace.settlement.states import METHOD_LABELS, RECEIVER_BADGES, RECEIVER_LABELS
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]


async def _home_page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, form: dict[str, Any] | None = None
) -> Response[bytes]:
    return render_page(
        request,
        "settlement/receivables.html",
        receivables=await show_supplier_receivables(actor=actor),
        account=await show_own_account(actor=actor),
        receiver=await show_receiving(actor.require_hat().organisation_id),
        receiver_labels=RECEIVER_LABELS,
        receiver_badges=RECEIVER_BADGES,
        may_change=actor.require_hat().role == "seller_owner",
        methods=METHOD_LABELS,
        **shown_refusal(request, error, form),
    )


@get("/umkm/pelunasan", opt=only(*SELLERS))
async def receivables_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """What every cooperative owes."""
    return await _home_page(request, actor)


@post("/umkm/pelunasan/rekening", opt=only("seller_owner"))
async def submit_account(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Say where the money goes."""
    form = await read_form(request)
    account = PayoutAccount(
        bank=str(form.get("bank", "")), number=str(form.get("number", "")), holder=str(form.get("holder", ""))
    )
    try:
        await save_own_account(account, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _home_page(request, actor, error=error, form=form)
    return see_other("/umkm/pelunasan", notice="Rekening disimpan. Hanya yang membayar Anda yang melihatnya lengkap.")


async def _lines_page(
    request: AnyRequest,
    actor: Actor,
    store_id: int,
    *,
    error: LumbungError | None = None,
    form: dict[str, Any] | None = None,
) -> Response[bytes]:
    owed = await show_owed_lines(StoreId(store_id), actor.require_hat().organisation_id)
    return owed_page(request, owed, is_store=False, may_change=True, error=error, form=form)


@get("/umkm/pelunasan/{store_id:int}", opt=only(*SELLERS))
async def receivable_lines_page(request: AnyRequest, actor: Actor, store_id: int) -> Response[bytes]:
    """What one cooperative owes, line by line."""
    return await _lines_page(request, actor, store_id)


@post("/umkm/pelunasan/{store_id:int}", opt=only(*SELLERS))
async def submit_dispute(request: AnyRequest, actor: Actor, store_id: int) -> Response[Any]:
    """Dispute a line."""
    form = await read_form(request)
    try:
        await dispute_line(
            StoreId(store_id),
            str(form.get("source", "")),
            reason=str(form.get("reason", "")),
            actor=actor,
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _lines_page(request, actor, store_id, error=error, form=form)
    return see_other(f"/umkm/pelunasan/{store_id}", notice="Sanggahan dikirim. Baris itu tidak dibayar sampai dijawab.")


@get("/umkm/pelunasan/{store_id:int}/nota/{number:int}", opt=only(*SELLERS))
async def own_remittance_page(
    request: AnyRequest,
    actor: Actor,
    store_id: int,
    number: int,
    bentuk: Annotated[str, QueryParameter(max_length=4)] = "",
) -> Response[Any]:
    """The numbered remittance of a payment that was received, or as PDF."""
    remittance = await show_remittance(
        number, store_id=StoreId(store_id), supplier_id=actor.require_hat().organisation_id
    )
    return await answer_remittance(request, remittance, back="/umkm/pelunasan", bentuk=bentuk)


SUPPLIER_PAGES: list[ControllerRouterHandler] = [
    own_remittance_page,
    receivable_lines_page,
    receivables_page,
    submit_account,
    submit_dispute,
]
