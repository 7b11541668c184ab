"""Pages of members' tabs (kasbon): limits and debts of a store, paying back at the counter, and one's own."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.documents import find_proof
from marketplace.errors import LumbungError, NotFoundError
from marketplace.formats.qr import qr_svg
from marketplace.formats.rupiah import terbilang
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, STORE_STAFF, only, signed_in
from marketplace.ids import new_token
from marketplace.orders import counter_store, tab_store
from marketplace.orders.pay_on_tab import pay_on_tab, repay_tab
from marketplace.orders.report_store import find_store
from marketplace.orders.show_tabs import ENTRY_LABELS, list_entries, list_open_tabs, list_own_tabs
from marketplace.orders.tab import find_owed, set_tab_limit
from marketplace.orders.tenders import read_amount
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]
_LARGEST_ID: Final = 2**63 - 1


def _refused(request: AnyRequest, error: LumbungError | None, form: dict[str, Any] | None) -> dict[str, Any]:
    """What a page shows of a refusal, with what was typed."""
    errors = field_sentences(request, error) if error is not None else {}
    return {
        "status_code": 200 if error is None else error.status_code,
        "errors": errors,
        "problem": sentence_of(request, error) if error is not None and not errors else "",
        "typed": {name: str(value) for name, value in (form or {}).items() if not name.startswith("_")},
        "once": new_token(),
    }


async def _tabs_page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, form: dict[str, Any] | None = None
) -> Response[bytes]:
    store_id = actor.require_store()
    tabs = await list_open_tabs(store_id)
    async with database.connection() as connection:
        place = await find_store(connection, store_id)
    if place is None:
        raise NotFoundError
    return render_page(
        request,
        "counter/tabs.html",
        tabs=tabs,
        owed_rupiah=sum(tab.owed_rupiah for tab in tabs),
        is_manager=actor.require_hat().role in STORE_MANAGERS,
        time_zone=place["time_zone"],
        **_refused(request, error, form),
    )


@get("/koperasi/kasbon", opt=only(*STORE_READERS))
async def tabs_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """Who owes what since when, and for managers the form of limits."""
    return await _tabs_page(request, actor)


@post("/koperasi/kasbon", opt=only(*STORE_MANAGERS))
async def submit_tab_limit(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Set a member's limit."""
    form = await read_form(request)
    try:
        await set_tab_limit(
            str(form.get("member_phone", "")),
            read_amount(form, "limit_rupiah"),
            actor=actor,
            once=once_from_form(request, form),
        )
    except LumbungError as error:
        return await _tabs_page(request, actor, error=error, form=form)
    return see_other("/koperasi/kasbon", notice="Batas kasbon disimpan.")


async def _tab_page(
    request: AnyRequest,
    actor: Actor,
    person_id: int,
    *,
    error: LumbungError | None = None,
    form: dict[str, Any] | None = None,
) -> Response[bytes]:
    if not 1 <= person_id <= _LARGEST_ID:
        raise NotFoundError
    store_id = actor.require_store()
    async with database.connection() as connection:
        tab = await tab_store.find_tab(connection, store_id=store_id, person_id=person_id)
        if tab is None:
            raise NotFoundError
        owed = await find_owed(connection, store_id=store_id, person_id=person_id)
        entries = await list_entries(connection, store_id=store_id, person_id=person_id)
        shift = await counter_store.find_open_shift(connection, cashier_id=actor.require_person(), store_id=store_id)
    return render_page(
        request,
        "counter/tab.html",
        tab=dict(tab),
        owed_rupiah=owed.rupiah,
        tab_entries=entries,
        entry_labels=ENTRY_LABELS,
        is_staff=actor.require_hat().role in STORE_STAFF,
        has_shift=shift is not None,
        time_zone=tab["time_zone"],
        **_refused(request, error, form),
    )


@get("/koperasi/kasbon/{person_id:int}", opt=only(*STORE_READERS))
async def tab_page(request: AnyRequest, actor: Actor, person_id: int) -> Response[bytes]:
    """One member's tab, and for staff the form of paying back."""
    return await _tab_page(request, actor, person_id)


@post("/koperasi/kasbon/{person_id:int}", opt=only(*STORE_STAFF))
async def submit_repayment(request: AnyRequest, actor: Actor, person_id: int) -> Response[Any]:
    """Take cash for the tab; tendered is the same where nothing else was typed."""
    form = await read_form(request)
    try:
        amount = read_amount(form, "amount_rupiah")
        tendered = read_amount(form, "tendered_rupiah") if form.get("tendered_rupiah") else amount
        repaid = await repay_tab(
            person_id, amount, tendered_rupiah=tendered, actor=actor, once=once_from_form(request, form)
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _tab_page(request, actor, person_id, error=error, form=form)
    return see_other(f"/koperasi/kasbon/kuitansi/{repaid.number}")


@get("/koperasi/kasbon/kuitansi/{number:int}", opt=only(*STORE_READERS))
async def repayment_page(request: AnyRequest, actor: Actor, number: int) -> Response[bytes]:
    """The receipt of cash for a tab, to print."""
    row = None
    if 1 <= number <= _LARGEST_ID:
        async with database.connection() as connection:
            row = await tab_store.find_repayment(connection, store_id=actor.require_store(), number=number)
            proof = await find_proof(connection, store_id=actor.require_store(), kind="repayment", number=number)
    if row is None:
        raise NotFoundError
    return render_page(
        request,
        "counter/repayment.html",
        receipt=dict(row),
        words=terbilang(row["amount_rupiah"]),
        proof=proof,
        qr=qr_svg(proof.url),
        duty_rupiah=proof.duty_rupiah(),
        time_zone=row["time_zone"],
    )


async def _order_tab_page(
    request: AnyRequest, code: str, *, error: LumbungError | None = None, form: dict[str, Any] | None = None
) -> Response[bytes]:
    return render_page(request, "counter/order_tab.html", code=code, **_refused(request, error, form))


@get("/kasir/pesanan/{code:str}/kasbon", opt=only(*STORE_STAFF))
async def order_tab_page(request: AnyRequest, code: str) -> Response[bytes]:
    """Ask whose tab an order goes on."""
    return await _order_tab_page(request, code)


@post("/kasir/pesanan/{code:str}/kasbon", opt=only(*STORE_STAFF))
async def submit_order_tab(request: AnyRequest, actor: Actor, code: str) -> Response[Any]:
    """Put the order on a member's tab and hand the goods over, unless that is for later."""
    form = await read_form(request)
    try:
        put = await pay_on_tab(
            code,
            member_phone=str(form.get("member_phone", "")),
            actor=actor,
            is_handed_over=not form.get("later"),
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _order_tab_page(request, code, error=error, form=form)
    return see_other(f"/kasir/selesai/{put.receipt_number}")


@get("/akun/kasbon", opt=signed_in())
async def own_tabs_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """What one owes at which store."""
    tabs = await list_own_tabs(actor.require_person())
    return render_page(
        request,
        "buyer/tabs.html",
        tabs=tabs,
        entry_labels=ENTRY_LABELS,
        time_zone=tabs[0].time_zone if tabs else "Asia/Jakarta",
    )


PAGES: list[ControllerRouterHandler] = [
    order_tab_page,
    own_tabs_page,
    repayment_page,
    submit_order_tab,
    submit_repayment,
    submit_tab_limit,
    tab_page,
    tabs_page,
]
