"""The cooperative's pages of a run: deciding, paying each supplier, the bank's table, the printed remittance."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.formats.errors import FormatError
from marketplace.formats.rupiah import parse_rupiah
from marketplace.http.forms import read_form, see_other, shown_refusal
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, only
from marketplace.settlement.both_sides import answer_remittance
from marketplace.settlement.pay_entry import PayEntry, pay_entry
from marketplace.settlement.propose_run import close_run, decide_run
from marketplace.settlement.send_entry import SendEntry, send_entry
from marketplace.settlement.show_run import bank_table, find_next_run, show_remittance, show_run
from marketplace.settlement.states import LINE_LABELS, METHOD_LABELS, RUN_BADGES, RUN_LABELS
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]


async def _run_page(
    request: AnyRequest,
    actor: Actor,
    run_id: int,
    *,
    error: LumbungError | None = None,
    form: dict[str, Any] | None = None,
) -> Response[bytes]:
    run = await show_run(run_id, actor=actor)
    return render_page(
        request,
        "settlement/run.html",
        run=run,
        may_decide=actor.require_hat().role in STORE_MANAGERS,
        has_accounts=any(entry.account.bank and entry.payable_rupiah for entry in run.entries),
        labels=RUN_LABELS,
        badges=RUN_BADGES,
        methods=METHOD_LABELS,
        time_zone=run.time_zone,
        **shown_refusal(request, error, form),
    )


@get("/koperasi/pelunasan/{run_id:int}", opt=only(*STORE_READERS))
async def run_page(request: AnyRequest, actor: Actor, run_id: int) -> Response[bytes]:
    """A run with its suppliers."""
    return await _run_page(request, actor, run_id)


@post("/koperasi/pelunasan/{run_id:int}/keputusan", opt=only(*STORE_MANAGERS))
async def submit_run_decision(request: AnyRequest, actor: Actor, run_id: int) -> Response[Any]:
    """Approve or reject, as the key pressed says."""
    form = await read_form(request)
    is_approved = form.get("step") == "approve"
    try:
        await decide_run(
            run_id,
            is_approved=is_approved,
            note=str(form.get("note", "")),
            actor=actor,
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _run_page(request, actor, run_id, error=error, form=form)
    notice = "Pelunasan disetujui. Sekarang bisa dibayar." if is_approved else "Pelunasan ditolak."
    return see_other(f"/koperasi/pelunasan/{run_id}", notice=notice)


@post("/koperasi/pelunasan/{run_id:int}/tutup", opt=only(*STORE_MANAGERS))
async def submit_closing(request: AnyRequest, actor: Actor, run_id: int) -> Response[Any]:
    """End the run before all of it is paid."""
    form = await read_form(request)
    try:
        await close_run(run_id, note=str(form.get("note", "")), actor=actor, once=once_from_form(request, form))
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _run_page(request, actor, run_id, error=error, form=form)
    return see_other("/koperasi/pelunasan", notice="Pelunasan ditutup. Yang belum dibayar bisa diajukan lagi.")


@get("/koperasi/pelunasan/{run_id:int}/unduh", opt=only(*STORE_MANAGERS))
async def download_bank_table(actor: Actor, run_id: int) -> Response[bytes]:
    """The transfers still to be made, as CSV for the bank; semicolons as spreadsheets in Indonesia expect."""
    text = await bank_table(run_id, actor=actor)
    return Response(
        text.encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={
            "content-disposition": f'attachment; filename="pelunasan-{run_id}.csv"',
            "cache-control": "private, no-store",
        },
    )


async def _pay_page(
    request: AnyRequest,
    actor: Actor,
    run_id: int,
    entry_id: int,
    *,
    error: LumbungError | None = None,
    form: dict[str, Any] | None = None,
) -> Response[bytes]:
    run = await show_run(run_id, actor=actor)
    entry = next((one for one in run.entries if one.entry_id == entry_id), None)
    if entry is None:
        raise NotFoundError
    return render_page(
        request,
        "settlement/pay.html",
        run=run,
        entry=entry,
        left_rupiah=entry.amount_rupiah - entry.paid_rupiah,
        may_pay=actor.require_hat().role in STORE_MANAGERS and run.state == "approved",
        kinds=LINE_LABELS,
        methods=METHOD_LABELS,
        time_zone=run.time_zone,
        **shown_refusal(request, error, form),
    )


@get("/koperasi/pelunasan/{run_id:int}/bayar/{entry_id:int}", opt=only(*STORE_READERS))
async def pay_page(request: AnyRequest, actor: Actor, run_id: int, entry_id: int) -> Response[bytes]:
    """One supplier of a run: its lines, and how it is paid."""
    return await _pay_page(request, actor, run_id, entry_id)


def _read_payment(form: dict[str, Any]) -> PayEntry:
    """The form as a command.

    Raises:
        InvalidError: the amount cannot be read.

    """
    part = str(form.get("part", ""))
    text = str(form.get("amount_rupiah", ""))
    try:
        amount = parse_rupiah(text) if text else None
    except FormatError as error:
        raise InvalidError(fields={"amount_rupiah": (error.message, error.facts)}) from error
    return PayEntry(
        part=int(part) if part.isascii() and part.isdecimal() and len(part) <= 6 else 0,  # noqa: PLR2004 - parts are few
        amount_rupiah=amount,
        method=str(form.get("method", "cash")),
        reference=str(form.get("reference", "")),
    )


@post("/koperasi/pelunasan/{run_id:int}/bayar/{entry_id:int}", opt=only(*STORE_MANAGERS))
async def submit_entry_payment(request: AnyRequest, actor: Actor, run_id: int, entry_id: int) -> Response[Any]:
    """Pay, and show the remittance."""
    form = await read_form(request)
    once = once_from_form(request, form)
    try:
        command = _read_payment(form)
        if command.method == "stripe":
            sent = SendEntry(part=command.part, amount_rupiah=command.amount_rupiah)
            await send_entry(run_id, entry_id, sent, actor=actor, once=once)
            return see_other(
                f"/koperasi/pelunasan/{run_id}/bayar/{entry_id}",
                notice="Transfer diminta kepada Stripe. Hasilnya tampil di halaman ini.",
            )
        paid = await pay_entry(run_id, entry_id, command, actor=actor, once=once)
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _pay_page(request, actor, run_id, entry_id, error=error, form=form)
    return see_other(f"/koperasi/pelunasan/nota/{paid.number}", notice="Pembayaran dicatat.")


@get("/koperasi/pelunasan/nota/{number:int}", opt=only(*STORE_READERS))
async def remittance_page(
    request: AnyRequest, actor: Actor, number: int, bentuk: Annotated[str, QueryParameter(max_length=4)] = ""
) -> Response[Any]:
    """The numbered remittance of a payment, for A4, or as PDF; who may pay is led to the others of the run."""
    store_id = actor.require_store()
    remittance = await show_remittance(number, store_id=store_id)
    may_pay = actor.require_hat().role in STORE_MANAGERS
    next_run = await find_next_run(number, store_id=store_id) if may_pay else None
    return await answer_remittance(request, remittance, back="/koperasi/pelunasan", bentuk=bentuk, next_run=next_run)


RUN_PAGES: list[ControllerRouterHandler] = [
    download_bank_table,
    pay_page,
    run_page,
    remittance_page,
    submit_closing,
    submit_entry_payment,
    submit_run_decision,
]
