"""Pages that a cooperative and its supplier both see: a debt line by line, and the paper of a payment."""

from typing import Any

from litestar import Request, Response

from marketplace.documents import pdf_response
from marketplace.errors import LumbungError
from marketplace.formats.qr import qr_svg
from marketplace.formats.rupiah import terbilang
from marketplace.http.forms import shown_refusal
from marketplace.settlement.remittance_paper import remittance_paper
from marketplace.settlement.show_payables import OwedLines
from marketplace.settlement.show_run import Remittance
from marketplace.settlement.states import (
    HOLD_LABELS,
    LINE_LABELS,
    METHOD_LABELS,
    RECEIVER_BADGES,
    RECEIVER_LABELS,
    RULE_LABELS,
)
from marketplace.web.render import render_page
from payments.stripe import Receiver

AnyRequest = Request[Any, Any, Any]


def owed_page(
    request: AnyRequest,
    owed: OwedLines,
    *,
    is_store: bool,
    may_change: bool,
    receiver: Receiver | None = None,
    error: LumbungError | None = None,
    form: dict[str, Any] | None = None,
) -> Response[bytes]:
    """What one store owes one supplier, line by line, for either of them; with a refusal where there is one."""
    base = f"/koperasi/pelunasan/pemasok/{owed.supplier_id}" if is_store else f"/umkm/pelunasan/{owed.store_id}"
    return render_page(
        request,
        "settlement/owed.html",
        owed=owed,
        is_store=is_store,
        may_change=may_change,
        base=base,
        receiver=receiver,
        receiver_labels=RECEIVER_LABELS,
        receiver_badges=RECEIVER_BADGES,
        rules=RULE_LABELS,
        kinds=LINE_LABELS,
        hold_labels=HOLD_LABELS,
        methods=METHOD_LABELS,
        time_zone=owed.time_zone,
        **shown_refusal(request, error, form),
    )


async def answer_remittance(
    request: AnyRequest, remittance: Remittance, *, back: str, bentuk: str, next_run: int | None = None
) -> Response[Any]:
    """The numbered paper of a payment, for A4, or as PDF where `bentuk` says so.

    `next_run` is the run it belongs to where others of that run wait to be paid.
    """
    if bentuk == "pdf":
        return await pdf_response(*await remittance_paper(remittance, request.scope["state"]["language"]))
    return render_page(
        request,
        "settlement/remittance.html",
        remittance=remittance,
        words=terbilang(remittance.amount_rupiah),
        qr=qr_svg(remittance.check_url),
        kinds=LINE_LABELS,
        methods=METHOD_LABELS,
        back=back,
        next_run=next_run,
        time_zone=remittance.time_zone,
    )
