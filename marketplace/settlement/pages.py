"""The cooperative's pages of settlement: who is owed what, a supplier's lines, terms and holds. Runs: run_pages.py."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.formats.dates import parse_date
from marketplace.formats.errors import FormatError
from marketplace.http.forms import read_form, see_other, shown_refusal
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, only
from marketplace.ids import OrganisationId
from marketplace.settlement.both_sides import owed_page
from marketplace.settlement.hold_line import hold_line, release_hold
from marketplace.settlement.propose_run import propose_run
from marketplace.settlement.receive_by_stripe import show_receiving
from marketplace.settlement.receive_pages import RECEIVE_PAGES
from marketplace.settlement.run_pages import RUN_PAGES
from marketplace.settlement.set_terms import TermsBody, set_terms
from marketplace.settlement.show_payables import show_owed_lines, show_store_payables
from marketplace.settlement.show_run import list_runs
from marketplace.settlement.states import RUN_BADGES, RUN_LABELS
from marketplace.settlement.supplier_pages import SUPPLIER_PAGES
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]

_OPEN_STATES = ("proposed", "approved")
_SHOWN_RUNS = 20


async def _list_page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, form: dict[str, Any] | None = None
) -> Response[bytes]:
    payables = await show_store_payables(actor=actor)
    runs = await list_runs(actor=actor)
    return render_page(
        request,
        "settlement/payables.html",
        payables=payables,
        open_run=next((run for run in runs if run.state in _OPEN_STATES), None),
        runs=runs[:_SHOWN_RUNS],
        may_propose=actor.require_hat().role in STORE_MANAGERS,
        labels=RUN_LABELS,
        badges=RUN_BADGES,
        time_zone=payables.time_zone,
        **shown_refusal(request, error, form),
    )


@get("/koperasi/pelunasan", opt=only(*STORE_READERS))
async def payables_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """Who is owed what, and the runs."""
    return await _list_page(request, actor)


@post("/koperasi/pelunasan", opt=only(*STORE_MANAGERS))
async def submit_run(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Propose to pay what is due."""
    form = await read_form(request)
    try:
        text = str(form.get("due_on", ""))
        try:
            due_on = parse_date(text) if text else None
        except FormatError as error:
            raise InvalidError(fields={"due_on": (error.message, error.facts)}) from error
        made = await propose_run(due_on, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _list_page(request, actor, error=error, form=form)
    return see_other(
        f"/koperasi/pelunasan/{made.run_id}", notice="Pelunasan diajukan. Orang kedua memeriksa dan menyetujuinya."
    )


async def _supplier_page(
    request: AnyRequest,
    actor: Actor,
    supplier_id: int,
    *,
    error: LumbungError | None = None,
    form: dict[str, Any] | None = None,
) -> Response[bytes]:
    owed = await show_owed_lines(actor.require_store(), OrganisationId(supplier_id))
    may_change = actor.require_hat().role in STORE_MANAGERS
    receiver = await show_receiving(OrganisationId(supplier_id))
    return owed_page(request, owed, is_store=True, may_change=may_change, receiver=receiver, error=error, form=form)


@get("/koperasi/pelunasan/pemasok/{supplier_id:int}", opt=only(*STORE_READERS))
async def supplier_page(request: AnyRequest, actor: Actor, supplier_id: int) -> Response[bytes]:
    """What one supplier is owed, line by line."""
    return await _supplier_page(request, actor, supplier_id)


def _whole(form: dict[str, Any], name: str) -> int:
    text = str(form.get(name, ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0  # noqa: PLR2004 - 64 bits


@post("/koperasi/pelunasan/pemasok/{supplier_id:int}/syarat", opt=only(*STORE_MANAGERS))
async def submit_terms(request: AnyRequest, actor: Actor, supplier_id: int) -> Response[Any]:
    """Agree when this supplier is paid."""
    form = await read_form(request)
    terms = TermsBody(rule=str(form.get("rule", "")), days=_whole(form, "days"))
    try:
        await set_terms(OrganisationId(supplier_id), terms, actor=actor, once=once_from_form(request, form))
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _supplier_page(request, actor, supplier_id, error=error, form=form)
    return see_other(
        f"/koperasi/pelunasan/pemasok/{supplier_id}", notice="Syarat disimpan, berlaku untuk yang baru mulai sekarang."
    )


@post("/koperasi/pelunasan/pemasok/{supplier_id:int}/tahan", opt=only(*STORE_MANAGERS))
async def submit_hold(request: AnyRequest, actor: Actor, supplier_id: int) -> Response[Any]:
    """Hold a line."""
    form = await read_form(request)
    try:
        await hold_line(
            OrganisationId(supplier_id),
            str(form.get("source", "")),
            reason=str(form.get("reason", "")),
            actor=actor,
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _supplier_page(request, actor, supplier_id, error=error, form=form)
    return see_other(f"/koperasi/pelunasan/pemasok/{supplier_id}", notice="Baris ditahan. Pemasok melihat alasannya.")


@post("/koperasi/pelunasan/pemasok/{supplier_id:int}/lepas", opt=only(*STORE_MANAGERS))
async def submit_release(request: AnyRequest, actor: Actor, supplier_id: int) -> Response[Any]:
    """End a hold or a dispute."""
    form = await read_form(request)
    try:
        await release_hold(
            _whole(form, "hold_id"),
            note=str(form.get("note", "")),
            actor=actor,
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _supplier_page(request, actor, supplier_id, error=error, form=form)
    return see_other(f"/koperasi/pelunasan/pemasok/{supplier_id}", notice="Baris dilepas dan bisa dibayar lagi.")


PAGES: list[ControllerRouterHandler] = [
    payables_page,
    submit_hold,
    submit_release,
    submit_run,
    submit_terms,
    supplier_page,
    *RECEIVE_PAGES,
    *RUN_PAGES,
    *SUPPLIER_PAGES,
]
