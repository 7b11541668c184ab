"""At the counter, for managers: card money back to the card, and notes for a dispute."""

from typing import Any

from litestar import Request, Response, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.errors import LumbungError, NotFoundError
from marketplace.http.forms import read_form, see_other
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_MANAGERS, only
from marketplace.orders.pages_pay import payment_page
from marketplace.orders.return_to_card import refund_part_to_card, write_evidence
from marketplace.orders.tenders import read_amount

AnyRequest = Request[Any, Any, Any]


@post("/kasir/pesanan/{code:str}/bayar/{payment_id:int}/kembalikan", opt=only(*STORE_MANAGERS))
async def submit_card_refund(request: AnyRequest, actor: Actor, code: str, payment_id: int) -> Response[Any]:
    """Give the amount that was typed back; the buyer keeps the goods."""
    form = await read_form(request)
    reason, typed_amount = str(form.get("reason", "")), str(form.get("amount_rupiah", "")).strip()
    once = once_from_form(request, form)
    try:
        amount = read_amount(form, "amount_rupiah")
        await refund_part_to_card(code, amount, reason=reason, actor=actor, once=once)
    except NotFoundError:
        raise
    except LumbungError as error:
        typed = {"reason": reason, "amount_rupiah": typed_amount}
        return await payment_page(request, actor, code, payment_id, error=error, typed=typed)
    return see_other(
        f"/kasir/pesanan/{code}/bayar/{payment_id}", notice="Pengembalian ke kartu sudah diminta kepada Stripe."
    )


@post("/kasir/pesanan/{code:str}/bayar/{payment_id:int}/sengketa/{dispute_id:int}", opt=only(*STORE_MANAGERS))
async def submit_evidence(
    request: AnyRequest, actor: Actor, code: str, payment_id: int, dispute_id: int
) -> Response[Any]:
    """Keep what is known of a disputed sale."""
    form = await read_form(request)
    once = once_from_form(request, form)
    try:
        await write_evidence(code, dispute_id, str(form.get("note", "")), actor=actor, once=once)
    except NotFoundError:
        raise
    except LumbungError as error:
        return await payment_page(request, actor, code, payment_id, error=error)
    return see_other(f"/kasir/pesanan/{code}/bayar/{payment_id}", notice="Catatan sengketa disimpan.")


PAGES: list[ControllerRouterHandler] = [submit_card_refund, submit_evidence]
