"""The pages of a store's taxes and of the platform's: what holds, what was set for which day, and the form."""

from datetime import date
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
from marketplace.http.policy import BOOK_READERS, OPERATORS, only
from marketplace.ids import new_token
from marketplace.taxes.set_platform_tax import SetPlatformTax, list_platform_taxes, set_platform_tax
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
        platform_settings=[msgspec.structs.asdict(setting) for setting in taxes.platform_settings],
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
    return SetTax(
        tax=cast("Tax", str(form.get("tax", ""))),
        is_on=form.get("is_on") == "on",
        effective_on=_day(form),
        reference=str(form.get("reference", "")),
    )


def _day(form: dict[str, Any]) -> date:
    try:
        return parse_date(str(form.get("effective_on", "")))
    except FormatError as error:
        raise InvalidError(fields={"effective_on": error.message}) from error


async def _platform_page(
    request: AnyRequest, *, error: LumbungError | None = None, typed: dict[str, Any] | None = None
) -> Response[bytes]:
    errors = field_sentences(request, error) if error is not None else {}
    return render_page(
        request,
        "operator/taxes.html",
        status_code=200 if error is None else error.status_code,
        settings=[msgspec.structs.asdict(setting) for setting in await list_platform_taxes()],
        labels=TAX_LABELS,
        typed=typed or {},
        errors=errors,
        problem=sentence_of(request, error) if error is not None and not errors else "",
        once=new_token(),
    )


@get("/operator/pajak", opt=only(*OPERATORS))
async def platform_taxes_page(request: AnyRequest) -> Response[bytes]:
    """What the platform withholds of all stores."""
    return await _platform_page(request)


@post("/operator/pajak", opt=only(*OPERATORS))
async def submit_platform_tax(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Switch PPh 22 on or off for all stores from a day on."""
    form = await read_form(request)
    try:
        command = SetPlatformTax(
            is_on=form.get("is_on") == "on", effective_on=_day(form), reference=str(form.get("reference", ""))
        )
        await set_platform_tax(command, actor=actor, once=once_from_form(request, form))
    except LumbungError as error:
        return await _platform_page(request, error=error, typed=form)
    return see_other("/operator/pajak", notice="Setelan pajak disimpan. Penjualan sebelum tanggalnya tidak berubah.")


PAGES: list[ControllerRouterHandler] = [platform_taxes_page, submit_platform_tax, submit_tax, taxes_page]
