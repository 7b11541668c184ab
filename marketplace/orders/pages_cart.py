"""The cart in the browser: putting goods in, the plan of the orders they make, changing it, saying where one shops.

Every form works without scripts; htmx swaps the cart in place where it may. Prices, stock and stores come from plan.py.
"""

from typing import Any

from litestar import Request, Response, get, post

from marketplace.actor import Actor
from marketplace.cart import CartKey, ChangeLine, cart_key_of, change_cart
from marketplace.errors import InvalidError, LumbungError
from marketplace.formats.packs import read_unit_option
from marketplace.http.cookies import cart_cookie, village_cookie
from marketplace.http.forms import field_sentences, local_path, read_form, see_other, sentence_of
from marketplace.http.idempotency import Once, once_from_form
from marketplace.http.policy import public
from marketplace.ids import ProductId, StoreId, new_token
from marketplace.orders.buyer_views import cart_view
from marketplace.orders.plan import Plan
from marketplace.orders.show_plan import show_plan
from marketplace.regions import village_label
from marketplace.stores import answer_product
from marketplace.web.render import render_page, wants_fragment

AnyRequest = Request[Any, Any, Any]

_MOST_DIGITS = 18
_NOT_A_NUMBER = "Tulis jumlah dengan angka, misalnya 2."


def number_of(value: object) -> int | None:
    """A whole number from a form's field; None for anything else, also for more digits than an id has."""
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def own_key(request: AnyRequest, actor: Actor) -> CartKey | None:
    """Key of the visitor's cart, if they have one."""
    return cart_key_of(actor, request.scope["state"]["cart_token"])


@post("/keranjang/tambah", opt=public())
async def add_to_cart(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Put goods into the cart and go back to where one came from; a guest's first goods bring the cart's cookie."""
    form = await read_form(request)
    state = request.scope["state"]
    back = local_path(str(form.get("next", "")), "/keranjang")
    token = "" if actor.is_signed_in else state["cart_token"] or new_token()
    key = cart_key_of(actor, token)
    product_id = number_of(form.get("product_id"))
    if product_id is None or key is None:
        raise InvalidError(_NOT_A_NUMBER, fields={"quantity": _NOT_A_NUMBER})
    store_id = number_of(form.get("store_id"))
    unit_code, unit_factor = read_unit_option(str(form.get("unit", "")))
    try:
        quantity = _checked_quantity(number_of(form.get("quantity") or "1"))
        line = ChangeLine(
            product_id=ProductId(product_id),
            quantity=max(1, quantity),
            store_id=StoreId(store_id) if store_id else None,
            unit_code=unit_code,
            unit_factor=unit_factor,
        )
        await change_cart(
            [line],
            actor=actor,
            key=key,
            village_code=state["village_code"],
            is_added=True,
            once=_once(request, form),
        )
    except InvalidError as error:
        if "quantity" not in error.fields:
            raise
        # Beside the field, with what was typed and the units as they are now.
        return await answer_product(request, actor, ProductId(product_id), error=error, typed=form)
    response = see_other(back, notice="Barang masuk keranjang.")
    if token and token != state["cart_token"]:
        response.cookies.append(cart_cookie(token))
    return response


def _once(request: AnyRequest, form: dict[str, Any]) -> Once | None:
    # Cards in a list have no key of their own: pressed twice they add twice, which the notice and the cart show.
    return once_from_form(request, form) if form.get("_once") else None


@get("/keranjang", opt=public())
async def cart_page(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Show which store serves what, why, and what it costs."""
    return await _show(request, actor)


async def _show(
    request: AnyRequest, actor: Actor, *, error: LumbungError | None = None, typed: dict[str, str] | None = None
) -> Response[Any]:
    language = request.scope["state"]["language"]
    plan = await show_plan(own_key(request, actor), actor=actor)
    # Of goods in it the cart's own village alone is told, for by that the stores were found and orders are placed.
    village_code = request.scope["state"]["village_code"] if plan.is_empty else plan.village_code
    # htmx swaps in answers of success alone; without it the status says what happened.
    is_fragment = wants_fragment(request)
    return render_page(
        request,
        "buyer/cart.html",
        status_code=error.status_code if error is not None and not is_fragment else 200,
        cart=cart_view(plan, language, places=await places_of(plan)),
        village=await village_label(village_code),
        typed=typed or {},
        errors=field_sentences(request, error) if error is not None else {},
        problem=sentence_of(request, error) if error is not None else "",
    )


async def places_of(plan: Plan) -> dict[StoreId, str | None]:
    """The villages of the stores whose distance is not known: they may lie anywhere in the country."""
    return {
        order.store_id: await village_label(order.store_village_code)
        for order in plan.orders
        if order.distance_km is None
    }


@post("/keranjang/ubah", opt=public())
async def change_line(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Write one line: another quantity, another store, or out with it."""
    form = await read_form(request)
    key = own_key(request, actor)
    product_id = number_of(form.get("product_id"))
    if key is None or product_id is None:
        return see_other("/keranjang")
    quantity = 0 if "remove" in form else number_of(form.get("take_left") or form.get("quantity"))
    # What is left is offered in the product's own unit.
    unit_code, unit_factor = (None, None) if "take_left" in form else read_unit_option(str(form.get("unit", "")))
    store_id = number_of(form.get("store_id"))
    # The select shows the store of the plan. Only one that was changed is a choice of the buyer's.
    # What is left somewhere is taken there, whatever else the select shows.
    is_chosen = store_id is not None and store_id != number_of(form.get("shown_store_id")) and "take_left" not in form
    try:
        line = ChangeLine(
            product_id=ProductId(product_id),
            quantity=_checked_quantity(quantity),
            store_id=StoreId(store_id) if is_chosen and store_id else None,
            unit_code=unit_code if quantity else None,
            unit_factor=unit_factor,
        )
        await change_cart([line], actor=actor, key=key)
    except InvalidError as error:
        typed = {"product_id": str(product_id), "quantity": str(form.get("quantity", "")), "unit": unit_code or ""}
        return await _show(request, actor, error=error, typed=typed)
    return see_other("/keranjang", notice="Barang dikeluarkan dari keranjang." if quantity == 0 else "")


def _checked_quantity(quantity: int | None) -> int:
    if quantity is None:
        raise InvalidError(fields={"quantity": _NOT_A_NUMBER})
    return quantity


@get("/keranjang/wilayah", opt=public())
async def choose_village(request: AnyRequest, actor: Actor) -> Response[Any]:
    """Remember the village that was picked at /wilayah, for this device and for the cart, and go on."""
    code = request.query_params.get("village", "")
    back = local_path(request.query_params.get("next"), "/keranjang")
    label = await village_label(code) if code else None
    if label is None:
        return see_other(back)
    if (key := own_key(request, actor)) is not None:
        await change_cart([], actor=actor, key=key, village_code=code)
    response = see_other(back)
    response.cookies.append(village_cookie(code))
    return response


CART_PAGES = [add_to_cart, cart_page, change_line, choose_village]
