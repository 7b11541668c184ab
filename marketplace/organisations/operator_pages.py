"""The operator's pages about organisations: what waits for a decision, and one organisation with its next steps."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import QueryParameter

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError
from marketplace.formats.dates import parse_date
from marketplace.formats.errors import FormatError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import OPERATORS, only
from marketplace.ids import new_token
from marketplace.organisations import store, views
from marketplace.organisations.decide_application import decide_application
from marketplace.organisations.record_cooperative_status import record_cooperative_status
from marketplace.organisations.schemas import Decide, RecordStatus, Suspend
from marketplace.organisations.states import COOPERATIVE_STEPS, KIND_LABELS, STATUS_LABELS
from marketplace.organisations.suspend_organisation import reactivate_organisation, suspend_organisation
from marketplace.settings import current_settings
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]


_MOST_FOUND = 30


@get("/operator", opt=only(*OPERATORS))
async def operator_page(request: AnyRequest, q: Annotated[str, QueryParameter(max_length=100)] = "") -> Response[Any]:
    """Home of the operator: applications that wait, oldest first; and finding an organisation by its name."""
    typed, found = q.strip(), []
    if typed:
        async with database.connection() as connection:
            found = await store.list_named(connection, typed, _MOST_FOUND + 1)
    return render_page(
        request,
        "operator/home.html",
        waiting=await views.list_waiting(),
        q=typed,
        found=[dict(row) for row in found[:_MOST_FOUND]],
        is_cut=len(found) > _MOST_FOUND,
        has_stripe=current_settings().stripe_key is not None,
        kind_labels=KIND_LABELS,
        status_labels=STATUS_LABELS,
    )


async def _detail(
    request: AnyRequest, organisation_id: int, error: LumbungError | None = None, typed: dict[str, str] | None = None
) -> Response[Any]:
    async with database.connection() as connection:
        organisation = await views.view_organisation(connection, organisation_id)
        history = await views.list_history(connection, organisation_id)
    return render_page(
        request,
        "operator/organisation.html",
        status_code=200 if error is None else error.status_code,
        organisation=organisation,
        history=history,
        kind_labels=KIND_LABELS,
        status_labels=STATUS_LABELS,
        steps=[(step, STATUS_LABELS[step]) for step in COOPERATIVE_STEPS],
        typed=typed or {},
        errors=field_sentences(request, error) if error else {},
        problem=sentence_of(request, error) if error and not isinstance(error, InvalidError) else "",
        once=new_token(),
    )


@get("/operator/organisasi/{organisation_id:int}", opt=only(*OPERATORS))
async def organisation_page(request: AnyRequest, organisation_id: int) -> Response[Any]:
    """One organisation: identity, dated history, and the next possible steps."""
    return await _detail(request, organisation_id)


@post("/operator/organisasi/{organisation_id:int}/putuskan", opt=only(*OPERATORS))
async def submit_decision(request: AnyRequest, organisation_id: int, actor: Actor) -> Response[Any]:
    """Approve or decline the application."""
    form = await read_form(request)
    command = Decide(is_approved=form.get("decision") == "approve", reason=str(form.get("reason", "")))
    try:
        await decide_application(organisation_id, command, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _detail(request, organisation_id, error, {"reason": command.reason})
    return see_other("/operator", notice="Disetujui." if command.is_approved else "Ditolak; pemohon membaca alasannya.")


@post("/operator/organisasi/{organisation_id:int}/bekukan", opt=only(*OPERATORS))
async def submit_suspension(request: AnyRequest, organisation_id: int, actor: Actor) -> Response[Any]:
    """Suspend, or let work again."""
    form = await read_form(request)
    command = Suspend(reason=str(form.get("reason", "")))
    run = reactivate_organisation if form.get("action") == "reactivate" else suspend_organisation
    try:
        await run(organisation_id, command, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _detail(request, organisation_id, error, {"reason": command.reason})
    return see_other(f"/operator/organisasi/{organisation_id}", notice="Status sudah dicatat.")


@post("/operator/organisasi/{organisation_id:int}/status", opt=only(*OPERATORS))
async def submit_status(request: AnyRequest, organisation_id: int, actor: Actor) -> Response[Any]:
    """Record a cooperative's legal status on its day."""
    form = await read_form(request)
    typed = {name: str(form.get(name, "")) for name in ("status", "effective_on", "evidence")}
    try:
        if typed["status"] not in COOPERATIVE_STEPS:
            raise InvalidError(fields={"status": "Pilih statusnya."})
        try:
            day = parse_date(typed["effective_on"])
        except FormatError as error:
            raise InvalidError(fields={"effective_on": (error.message, error.facts)}) from error
        command = RecordStatus(status=typed["status"], effective_on=day, evidence=typed["evidence"])  # type: ignore[arg-type]
        await record_cooperative_status(organisation_id, command, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _detail(request, organisation_id, error, typed)
    return see_other(f"/operator/organisasi/{organisation_id}", notice="Status sudah dicatat.")


OPERATOR_PAGES = [operator_page, organisation_page, submit_decision, submit_suspension, submit_status]
