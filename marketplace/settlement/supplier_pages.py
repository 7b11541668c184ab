"""The seller's pages of settlement: what each cooperative owes, disputes, where the money goes, statements."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.documents import pdf_response
from marketplace.errors import LumbungError, NotFoundError
from marketplace.formats.qr import qr_svg
from marketplace.formats.rupiah import terbilang
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import SELLERS, only
from marketplace.ids import StoreId, new_token
from marketplace.settlement.hold_line import dispute_line
from marketplace.settlement.payout_account import PayoutAccount, save_own_account, show_own_account
from marketplace.settlement.receive_by_stripe import show_receiving
from marketplace.settlement.show_payables import show_owed_lines, show_supplier_receivables
from marketplace.settlement.show_run import show_statement
from marketplace.settlement.statement_paper import statement_paper
from marketplace.settlement.states import (
    HOLD_LABELS,
    LINE_LABELS,
    METHOD_LABELS,
    RECEIVER_BADGES,
    RECEIVER_LABELS,
    RULE_LABELS,
)
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]


async def _home_page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, typed: dict[str, Any] | None = None
) -> Response[bytes]:
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "settlement/receivables.html",
        status_code=200 if error is None else error.status_code,
        receivables=await show_supplier_receivables(actor=actor),
        account=await show_own_account(actor=actor),
        receiver=await show_receiving(actor.require_hat().organisation_id),
        receiver_labels=RECEIVER_LABELS,
        receiver_badges=RECEIVER_BADGES,
        may_change=actor.require_hat().role == "seller_owner",
        methods=METHOD_LABELS,
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        typed=typed or {},
        once=new_token(),
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
        return await _home_page(request, actor, error=error, typed=form)
    return see_other("/umkm/pelunasan", notice="Rekening disimpan. Hanya yang membayar Anda yang melihatnya lengkap.")


async def _lines_page(
    request: AnyRequest,
    actor: Actor,
    store_id: int,
    *,
    error: LumbungError | None = None,
    typed: dict[str, Any] | None = None,
) -> Response[bytes]:
    owed = await show_owed_lines(StoreId(store_id), actor.require_hat().organisation_id)
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "settlement/owed.html",
        status_code=200 if error is None else error.status_code,
        owed=owed,
        is_store=False,
        may_change=True,
        base=f"/umkm/pelunasan/{store_id}",
        rules=RULE_LABELS,
        receiver=None,
        kinds=LINE_LABELS,
        hold_labels=HOLD_LABELS,
        methods=METHOD_LABELS,
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        typed=typed or {},
        once=new_token(),
        time_zone=owed.time_zone,
    )


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
        return await _lines_page(request, actor, store_id, error=error, typed=form)
    return see_other(f"/umkm/pelunasan/{store_id}", notice="Sanggahan dikirim. Baris itu tidak dibayar sampai dijawab.")


@get("/umkm/pelunasan/{store_id:int}/nota/{number:int}", opt=only(*SELLERS))
async def own_statement_page(
    request: AnyRequest,
    actor: Actor,
    store_id: int,
    number: int,
    bentuk: Annotated[str, QueryParameter(max_length=4)] = "",
) -> Response[Any]:
    """The numbered statement of a payment that was received, or as PDF."""
    statement = await show_statement(
        number, store_id=StoreId(store_id), supplier_id=actor.require_hat().organisation_id
    )
    if bentuk == "pdf":
        return await pdf_response(*await statement_paper(statement, request.scope["state"]["language"]))
    return render_page(
        request,
        "settlement/statement.html",
        statement=statement,
        words=terbilang(statement.amount_rupiah),
        qr=qr_svg(statement.check_url),
        kinds=LINE_LABELS,
        methods=METHOD_LABELS,
        back="/umkm/pelunasan",
        time_zone=statement.time_zone,
    )


SUPPLIER_PAGES: list[ControllerRouterHandler] = [
    own_statement_page,
    receivable_lines_page,
    receivables_page,
    submit_account,
    submit_dispute,
]
