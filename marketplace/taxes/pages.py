"""The page of a store's taxes: what holds today, what was set for which day, and for the board the form."""

from typing import Any, cast

import msgspec
from litestar import Request, Response, get, post
from litestar.types import ControllerRouterHandler

from marketplace.actor import Actor
from marketplace.errors import InvalidError, LumbungError
from marketplace.formats.dates import parse_date
from marketplace.formats.errors import FormatError
from marketplace.http.forms import field_sentences, read_form, see_other, sentence_of
from marketplace.http.idempotency import once_from_form
from marketplace.http.policy import BOOK_READERS, only
from marketplace.ids import new_token
from marketplace.taxes.set_tax import TAX_LABELS, SetTax, Tax, set_tax, show_taxes
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]


async def _page(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, typed: dict[str, Any] | None = None
) -> Response[bytes]:
    taxes = await show_taxes(actor=actor)
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "counter/taxes.html",
        status_code=200 if error is None else error.status_code,
        today=taxes.on,
        points={"ppn": taxes.ppn_basis_points, "pph22": taxes.pph22_basis_points},
        settings=[msgspec.structs.asdict(setting) for setting in taxes.settings],
        labels=TAX_LABELS,
        may_set=actor.require_hat().role == "pengurus",
        typed=typed or {},
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        once=new_token(),
    )


@get("/koperasi/pajak", opt=only(*BOOK_READERS))
async def taxes_page(request: AnyRequest, actor: Actor) -> Response[bytes]:
    """Taxes of the store."""
    return await _page(request, actor)


@post("/koperasi/pajak", opt=only("pengurus"))
async def submit_tax(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Switch a tax on or off from a day on."""
    form = await read_form(request)
    try:
        await set_tax(_read(form), actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _page(request, actor, error=error, typed=form)
    return see_other("/koperasi/pajak", notice="Setelan pajak disimpan. Penjualan sebelum tanggalnya tidak berubah.")


def _read(form: dict[str, Any]) -> SetTax:
    try:
        effective_on = parse_date(str(form.get("effective_on", "")))
    except FormatError as error:
        raise InvalidError(fields={"effective_on": error.message}) from error
    return SetTax(
        tax=cast("Tax", str(form.get("tax", ""))),
        is_on=form.get("is_on") == "on",
        effective_on=effective_on,
        reference=str(form.get("reference", "")),
    )


PAGES: list[ControllerRouterHandler] = [submit_tax, taxes_page]
