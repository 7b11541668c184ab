"""Pages of members' shares of the earnings (SHU) at the counter, of taking them for the tab, and of one's own."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace import database, patronage
from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.formats.rupiah import terbilang
from marketplace.http.forms import read_form, see_other, shown_refusal
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import BOARD_READERS, STORE_READERS, STORE_STAFF, only, signed_in
from marketplace.orders import counter_store
from marketplace.orders.pages_tab import show_tab_page
from marketplace.orders.show_patronage import ENTRY_LABELS, list_own_patronage, show_member_patronage
from marketplace.orders.spend_patronage import pay_out_patronage, repay_tab_from_patronage
from marketplace.orders.tenders import read_amount
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]
_FIELD: Final = "patronage_rupiah"


@get("/koperasi/shu/anggota", opt=only(*STORE_READERS))
async def patronage_members_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """Members who can still have something of the earnings."""
    return render_page(
        request,
        "patronage/members.html",
        members=await patronage.list_member_balances(actor.require_store()),
        back="/koperasi/shu" if actor.require_hat().role in BOARD_READERS else "/koperasi",
    )


async def _member_page(
    request: AnyRequest,
    actor: Actor,
    person_id: int,
    *,
    error: LumbungError | None = None,
    form: dict[str, Any] | None = None,
) -> Response[bytes]:
    store_id = actor.require_store()
    member = await show_member_patronage(person_id, store_id=store_id)
    async with database.connection() as connection:
        shift = await counter_store.find_open_shift(connection, cashier_id=actor.require_person(), store_id=store_id)
    return render_page(
        request,
        "patronage/member.html",
        member=member,
        entry_labels=ENTRY_LABELS,
        is_staff=actor.require_hat().role in STORE_STAFF,
        is_own=member.person_id == actor.person_id,
        has_shift=shift is not None,
        time_zone=member.time_zone,
        **shown_refusal(request, error, form),
    )


@get("/koperasi/shu/anggota/{person_id:int}", opt=only(*STORE_READERS))
async def patronage_member_page(request: AnyRequest, actor: Actor, person_id: int) -> Response[bytes]:
    """One member's share, and for staff the form of paying it out."""
    return await _member_page(request, actor, person_id)


@post("/koperasi/shu/anggota/{person_id:int}", opt=only(*STORE_STAFF))
async def submit_patronage_payout(request: AnyRequest, actor: Actor, person_id: int) -> Response[Any]:
    """Pay out of the till, and show the paper to sign."""
    form = await read_form(request)
    try:
        paid = await pay_out_patronage(
            person_id, read_amount(form, "amount_rupiah"), actor=actor, once=once_from_form(request, form)
        )
    except NotFoundError:
        raise
    except LumbungError as error:
        return await _member_page(request, actor, person_id, error=error, form=form)
    return see_other(f"/koperasi/shu/kuitansi/{paid.number}")


@get("/koperasi/shu/kuitansi/{number:int}", opt=only(*STORE_READERS))
async def patronage_receipt_page(request: AnyRequest, actor: Actor, number: int) -> Response[bytes]:
    """The paper of cash paid out, to print and sign."""
    async with database.connection() as connection:
        row = await patronage.find_payout(connection, store_id=actor.require_store(), number=number)
    if row is None:
        raise NotFoundError
    return render_page(
        request,
        "patronage/receipt.html",
        receipt=dict(row),
        words=terbilang(row["amount_rupiah"]),
        time_zone=row["time_zone"],
    )


@post("/koperasi/kasbon/{person_id:int}/shu", opt=only(*STORE_STAFF))
async def submit_patronage_repayment(request: AnyRequest, actor: Actor, person_id: int) -> Response[Any]:
    """Take what a member owes off their share, and show the receipt of the tab."""
    form = await read_form(request)
    try:
        repaid = await repay_tab_from_patronage(
            person_id,
            read_amount(form, _FIELD),
            is_agreed=form.get("is_agreed") == "1",
            actor=actor,
            once=once_from_form(request, form),
        )
    except NotFoundError:
        raise
    except InvalidError as error:
        # On that page the amount of cash has its own field.
        beside: dict[str, str | tuple[str, dict[str, object]]] = {
            _FIELD if name == "amount_rupiah" else name: said for name, said in error.fields.items()
        }
        refused = InvalidError(error.message, fields=beside)
        return await show_tab_page(request, actor, person_id, error=refused, form=form)
    except LumbungError as error:
        return await show_tab_page(request, actor, person_id, error=error, form=form)
    return see_other(f"/koperasi/kasbon/kuitansi/{repaid.number}")


@get("/akun/shu", opt=signed_in())
async def own_patronage_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """What one was given of the earnings, and what became of it."""
    shares = await list_own_patronage(actor.require_person())
    return render_page(
        request,
        "buyer/patronage.html",
        shares=shares,
        entry_labels=ENTRY_LABELS,
        time_zone=shares[0].time_zone if shares else "Asia/Jakarta",
    )


PAGES: Final[list[ControllerRouterHandler]] = [
    own_patronage_page,
    patronage_member_page,
    patronage_members_page,
    patronage_receipt_page,
    submit_patronage_payout,
    submit_patronage_repayment,
]
