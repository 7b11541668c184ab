"""The board's pages of members' shares of the earnings (SHU): proposing, approving, what was decided before."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.formats.errors import FormatError
from marketplace.formats.rupiah import parse_rupiah
from marketplace.http.forms import read_form, see_other, shown_refusal
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import BOARD, BOARD_READERS, only
from marketplace.patronage.decide_patronage import decide_patronage
from marketplace.patronage.propose_patronage import NewShare, ProposePatronage, propose_patronage
from marketplace.patronage.show_decisions import list_decisions, show_decision, show_proposal_form
from marketplace.patronage.states import STATE_BADGES, STATE_LABELS
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]
_PATH: Final = "/koperasi/shu"
_AMOUNT: Final = "amount_"
_LONGEST_YEAR: Final = 4
_LONGEST_ID: Final = 18


def _year_of(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_YEAR else None


async def _home_page(
    request: AnyRequest,
    actor: Actor,
    *,
    year: str = "",
    error: LumbungError | None = None,
    form: dict[str, Any] | None = None,
) -> Response[bytes]:
    shown = await show_proposal_form(_year_of(year), actor=actor)
    return render_page(
        request,
        "patronage/home.html",
        form=shown,
        decisions=await list_decisions(actor=actor),
        may_propose=actor.require_hat().role in BOARD,
        labels=STATE_LABELS,
        badges=STATE_BADGES,
        time_zone=shown.time_zone,
        **shown_refusal(request, error, form),
    )


@get(_PATH, opt=only(*BOARD_READERS))
async def patronage_page(request: AnyRequest, actor: Actor, tahun: str = "") -> Response[bytes]:
    """A year's earnings, the form of shares for the board, and what was decided before."""
    return await _home_page(request, actor, year=tahun)


def _read_proposal(form: dict[str, Any]) -> ProposePatronage:
    """The form as a command; members without an amount get no share.

    Raises:
        InvalidError: amounts that cannot be read, each beside its field.

    """
    shares: list[NewShare] = []
    fields: dict[str, str | tuple[str, dict[str, object]]] = {}
    for name, value in form.items():
        person, text = name.removeprefix(_AMOUNT), str(value).strip()
        is_share = name.startswith(_AMOUNT) and person.isascii() and person.isdecimal() and len(person) <= _LONGEST_ID
        if not is_share or not text:
            continue
        try:
            amount = parse_rupiah(text)
        except FormatError as error:
            fields[name] = (error.message, error.facts)
            continue
        if amount:
            shares.append(NewShare(person_id=int(person), amount_rupiah=amount))
    if fields:
        raise InvalidError(fields=fields)
    return ProposePatronage(
        year=_year_of(str(form.get("year", ""))) or 0, document=str(form.get("document", "")), shares=shares
    )


@post(_PATH, opt=only(*BOARD))
async def submit_patronage(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Propose shares."""
    form = await read_form(request)
    try:
        made = await propose_patronage(_read_proposal(form), actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _home_page(request, actor, year=str(form.get("year", "")), error=error, form=form)
    return see_other(f"{_PATH}/{made.decision_id}", notice="Bagian SHU diajukan. Pengurus lain memeriksanya.")


async def _decision_page(
    request: AnyRequest,
    actor: Actor,
    decision_id: int,
    *,
    error: LumbungError | None = None,
    form: dict[str, Any] | None = None,
) -> Response[bytes]:
    decision = await show_decision(decision_id, actor=actor)
    return render_page(
        request,
        "patronage/decision.html",
        decision=decision,
        may_decide=actor.require_hat().role in BOARD,
        labels=STATE_LABELS,
        badges=STATE_BADGES,
        time_zone=decision.time_zone,
        **shown_refusal(request, error, form),
    )


@get(f"{_PATH}/{{decision_id:int}}", opt=only(*BOARD_READERS))
async def patronage_decision_page(request: AnyRequest, actor: Actor, decision_id: int) -> Response[bytes]:
    """One decision with its shares, and for another one of the board the two keys."""
    return await _decision_page(request, actor, decision_id)


@post(f"{_PATH}/{{decision_id:int}}", opt=only(*BOARD))
async def submit_patronage_decision(request: AnyRequest, actor: Actor, decision_id: int) -> Response[Any]:
    """Approve or reject, as the key pressed says."""
    form = await read_form(request)
    is_approved = form.get("step") == "approve"
    try:
        await decide_patronage(
            decision_id,
            is_approved=is_approved,
            note=str(form.get("note", "")),
            actor=actor,
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _decision_page(request, actor, decision_id, error=error, form=form)
    notice = "Bagian SHU disetujui. Anggota bisa memakainya sekarang." if is_approved else "Bagian SHU ditolak."
    return see_other(f"{_PATH}/{decision_id}", notice=notice)


PAGES: Final[list[ControllerRouterHandler]] = [
    patronage_decision_page,
    patronage_page,
    submit_patronage,
    submit_patronage_decision,
]
