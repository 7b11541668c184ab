"""Place the basket: one transaction from the cart to reserved goods, one order for each store.

Statements: claim the key and lock the cart; read the basket; write the orders, keep the answer and reserve; mark what
sold out. Killed anywhere before the commit nothing has happened; after it the repeated command gets the same answer.
"""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.cart import CartKey, claim_and_lock_cart
from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.phone import parse_phone
from marketplace.http.idempotency import Once
from marketplace.ids import CartId, ListingId, ProductId, StoreId, new_order_code, new_token
from marketplace.inventory import OutOfStockError, turned_or_short
from marketplace.orders import placing_store, store
from marketplace.orders.errors import CartChangedError, EmptyCartError, NotServedError, PriceChangedError
from marketplace.orders.goods_rules import Bought, check_goods_rules
from marketplace.orders.plan import Plan, PlanOrder, make_candidates, make_plan, routing_rules
from marketplace.outbox import mark_search_dirty
from marketplace.sealing import current_sealer

LONGEST_NAME, LONGEST_NOTE, LONGEST_ADDRESS = 80, 500, 400


class ExpectedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line as the buyer saw it when pressing the button."""

    product_id: ProductId
    store_id: StoreId
    quantity: int
    unit_price_rupiah: int


class PlaceOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command. `delivered_by` names stores asked to deliver; the others' goods are picked up.

    `delivery_fees_rupiah` says, by store, the fee that the buyer saw; a store left out is taken at today's.
    """

    lines: list[ExpectedLine]
    contact_name: str
    contact_phone: str
    delivered_by: list[StoreId] = []
    delivery_fees_rupiah: dict[StoreId, int] = {}
    address: str = ""
    note: str = ""


class PlacedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order that now stands. Times are ISO 8601 in UTC."""

    code: str
    tracking_token: str
    store_id: StoreId
    store_name: str
    total_rupiah: int
    hold_until: str


class PlacedCheckout(msgspec.Struct, frozen=True, kw_only=True):
    """All orders of one pressing of the button."""

    token: str
    orders: list[PlacedOrder]


@database.retry_on_conflict
async def place_order(
    command: PlaceOrder, *, actor: Actor, key: CartKey | None, channel: str, once: Once
) -> PlacedCheckout:
    """Turn the visitor's cart into orders and set their goods aside.

    Raises:
        EmptyCartError: nothing in the cart, or no cart.
        CartChangedError: the cart is not what `command.lines` says.
        PriceChangedError: a price moved; old and new are in it.
        NotServedError: a store cannot serve the goods any more.
        PriceAboveCeilingError: goods may not be sold at their price any more.
        InvalidError: name, phone, address or note; more or less than one purchase may hold.

    """
    contact = _checked_contact(command)
    if key is None:
        raise EmptyCartError
    async with database.transaction() as connection:
        is_new, cart_id = await claim_and_lock_cart(connection, key, once)
        if not is_new:
            return await once.read_answer(connection, PlacedCheckout)
        if cart_id is None:
            raise EmptyCartError
        expected_stores = {line.product_id: line.store_id for line in command.lines}
        rows = await store.read_locked_basket(
            connection,
            cart_id,
            home_village_code=actor.village_code,
            store_ids=sorted(set(expected_stores.values())),
        )
        if not rows:
            raise EmptyCartError
        candidates = make_candidates(rows, actor)
        plan = make_plan(rows, actor, stores=expected_stores, candidates=candidates)
        _check_unchanged(plan, rows, command)
        _check_least(rows)
        by_listing = {row["listing_id"]: row for row in rows}
        check_goods_rules(
            (
                Bought(
                    row=by_listing[line.listing_id], quantity=line.quantity, unit_price_rupiah=line.unit_price_rupiah
                )
                for order in plan.orders
                for line in order.lines
            ),
            now=clock.now(),
        )
        rules = routing_rules(rows, candidates)
        return await _write(connection, plan, cart_id, rules, command, contact, actor=actor, channel=channel, once=once)


def _checked_contact(command: PlaceOrder) -> dict[str, str]:
    fields: dict[str, str | tuple[str, dict[str, object]]] = {}
    name = " ".join(command.contact_name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        fields["contact_name"] = "Tulis nama penerima, paling banyak 80 huruf."
    try:
        phone = parse_phone(command.contact_phone)
    except FormatError as error:
        phone = ""
        fields["contact_phone"] = error.message
    if command.delivered_by and not 10 <= len(command.address.strip()) <= LONGEST_ADDRESS:  # noqa: PLR2004 - "Jl. A no.1"
        fields["address"] = "Tulis alamat antar yang lengkap: jalan, RT/RW, dan patokan."
    if len(command.note) > LONGEST_NOTE:
        fields["note"] = "Catatan paling panjang 500 huruf."
    if fields:
        raise InvalidError(fields=fields)
    return {"name": name, "phone": phone}


def _check_unchanged(plan: Plan, rows: list[Any], command: PlaceOrder) -> None:
    expected = {line.product_id: line for line in command.lines}
    quantities = {row["product_id"]: row["quantity"] for row in rows}
    if {product_id: line.quantity for product_id, line in expected.items()} != quantities:
        raise CartChangedError
    if plan.unserved:
        raise NotServedError(
            [
                {"product_id": item.product_id, "name": item.name, "wanted": item.wanted, "left": item.left}
                for item in plan.unserved
            ]
        )
    changes = [
        {
            "product_id": line.product_id,
            "name": line.name,
            "old_rupiah": expected[line.product_id].unit_price_rupiah,
            "new_rupiah": line.unit_price_rupiah,
        }
        for order in plan.orders
        for line in order.lines
        if line.unit_price_rupiah != expected[line.product_id].unit_price_rupiah
    ]
    for order in plan.orders:
        if order.store_id in command.delivered_by and not order.may_deliver:
            message = "{store} tidak mengantar ke alamat atau barang ini. Pilih ambil di gerai."
            raise InvalidError(message, store=order.store_name)
    changes += _changed_fees(plan, command)
    if changes:
        raise PriceChangedError(changes)


def _changed_fees(plan: Plan, command: PlaceOrder) -> list[dict[str, Any]]:
    return [
        {
            "store_id": order.store_id,
            "store_name": order.store_name,
            "name": "Ongkos antar",
            "old_rupiah": seen,
            "new_rupiah": order.delivery_fee_rupiah,
        }
        for order in plan.orders
        if order.store_id in command.delivered_by
        and (seen := command.delivery_fees_rupiah.get(order.store_id)) is not None
        and seen != order.delivery_fee_rupiah
    ]


def _check_least(rows: list[Any]) -> None:
    """Minimum quantities are the seller's."""
    for row in rows:
        if row["quantity"] < row["min_quantity"]:
            message = "{name} dijual paling sedikit {least}."
            raise InvalidError(message, name=row["name"], least=row["min_quantity"])


async def _write(
    connection: database.Connection,
    plan: Plan,
    cart_id: CartId,
    rules: dict[tuple[ProductId, StoreId], str],
    command: PlaceOrder,
    contact: dict[str, str],
    *,
    actor: Actor,
    channel: str,
    once: Once,
) -> PlacedCheckout:
    now = clock.now()
    heads = [_head(order, plan, rules, command, contact, now=now, channel=channel) for order in plan.orders]
    answer = PlacedCheckout(
        token=new_token(),
        orders=[
            PlacedOrder(
                code=head["code"],
                tracking_token=head["tracking_token"],
                store_id=order.store_id,
                store_name=order.store_name,
                total_rupiah=head["goods_rupiah"] + head["delivery_rupiah"],
                hold_until=head["hold_until"].isoformat(),
            )
            for order, head in zip(plan.orders, heads, strict=True)
        ],
    )
    rows = await placing_store.write_and_reserve(
        connection,
        cart_id=cart_id,
        checkout_token=answer.token,
        person_id=actor.person_id,
        placed_at=now,
        orders=heads,
        lines=[_line_row(order.store_id, line) for order in plan.orders for line in order.lines],
        kept=once.kept(answer),
    )
    await mark_search_dirty(connection, "listings", _emptied(rows, plan))
    return answer


def _emptied(rows: list[Any], plan: Plan) -> list[ListingId]:
    """Listings that nobody else can have now."""
    try:
        return turned_or_short(rows)
    except OutOfStockError as error:
        # Somebody was faster between reading the basket and reserving: say so in the buyer's words.
        names = {line.listing_id: line for order in plan.orders for line in order.lines}
        raise NotServedError(
            [
                {
                    "product_id": names[short.listing_id].product_id,
                    "name": names[short.listing_id].name,
                    "wanted": short.wanted,
                    "left": short.left,
                }
                for short in error.shortages
            ]
        ) from error


def _head(
    order: PlanOrder,
    plan: Plan,
    rules: dict[tuple[ProductId, StoreId], str],
    command: PlaceOrder,
    contact: dict[str, str],
    *,
    now: Any,
    channel: str,
) -> dict[str, Any]:
    sealer = current_sealer()
    is_delivered = order.store_id in command.delivered_by
    contact_text = msgspec.json.encode(contact).decode()
    return {
        "store_id": order.store_id,
        "code": new_order_code(),
        "tracking_token": new_token(),
        "channel": channel,
        "fulfilment": "delivery" if is_delivered else "pickup",
        "contact_sealed": b64encode(sealer.seal(contact_text, purpose="order.contact")).decode(),
        "address_sealed": b64encode(sealer.seal(command.address.strip(), purpose="order.address")).decode()
        if is_delivered
        else None,
        "village_code": plan.village_code,
        "is_member": order.is_member,
        "goods_rupiah": order.goods_rupiah,
        "delivery_rupiah": order.delivery_fee_rupiah if is_delivered else 0,
        "routing": {
            "rule": rules.get((order.lines[0].product_id, order.store_id), "chosen"),
            "is_home": order.is_home,
            "is_open": order.is_open,
            "distance_km": order.distance_km,
        },
        "note": command.note.strip(),
        "hold_until": now + timedelta(hours=order.hold_hours),
    }


def _line_row(store_id: StoreId, line: Any) -> dict[str, Any]:
    return {
        "store_id": store_id,
        "listing_id": line.listing_id,
        "product_id": line.product_id,
        "seller_id": line.seller_id,
        "name": line.name,
        "unit_code": line.unit_code,
        "source": line.source,
        "quantity": line.quantity,
        "unit_price_rupiah": line.unit_price_rupiah,
        "public_price_rupiah": line.nonmember_price_rupiah,
        "unit_cost_rupiah": line.unit_cost_rupiah,
        "fee_basis_points": line.fee_basis_points,
    }
