"""What a basket becomes when the button is pressed: the command, its answer, and the rows to write. Pure.

Placing one order (place_order.py) and many at once (place_together.py) refuse and write the same.
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from marketplace.actor import Actor
from marketplace.cart import CartKey
from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.phone import parse_phone
from marketplace.http.idempotency import Once
from marketplace.ids import ProductId, StoreId, new_order_code, new_token
from marketplace.orders.errors import CartChangedError, EmptyCartError, NotServedError, PriceChangedError
from marketplace.orders.goods_rules import Bought, check_goods_rules
from marketplace.orders.plan import Plan, PlanOrder, Row, make_candidates, make_plan, routing_rules
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


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A command as it came in: who asks, for which cart, and the name and telephone number that were checked."""

    command: PlaceOrder
    actor: Actor
    key: CartKey
    channel: str
    once: Once
    contact: dict[str, str]

    @property
    def store_ids(self) -> list[StoreId]:
        """The stores that the buyer confirms."""
        return sorted({line.store_id for line in self.command.lines})


class Checkout(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written. `orders` and `lines` are columns for placing_store.py, a line's order is by `store_id`."""

    plan: Plan
    answer: PlacedCheckout
    orders: list[dict[str, Any]]
    lines: list[dict[str, Any]]


def checked_contact(command: PlaceOrder) -> dict[str, str]:
    """Name and telephone number as they are kept.

    Raises:
        InvalidError: name, phone, address or note.

    """
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


def _check_unchanged(plan: Plan, rows: Sequence[Row], command: PlaceOrder) -> None:
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


def _check_least(rows: Sequence[Row]) -> None:
    """Minimum quantities are the seller's."""
    for row in rows:
        if row["quantity"] < row["min_quantity"]:
            message = "{name} dijual paling sedikit {least}."
            raise InvalidError(message, name=row["name"], least=row["min_quantity"])


def compose(rows: Sequence[Row], asked: Asked, *, now: datetime) -> Checkout:
    """Make of a locked basket (`rows` of store.read_locked_basket) what is to be written.

    Raises:
        EmptyCartError: nothing in the cart.
        CartChangedError: the cart is not what the command's lines say.
        PriceChangedError: a price moved; old and new are in it.
        NotServedError: a store cannot serve the goods any more.
        PriceAboveCeilingError: goods may not be sold at their price any more.
        LicenceExpiredError: nor under a licence that ran out.
        InvalidError: more or less than one purchase may hold.

    """
    if not rows:
        raise EmptyCartError
    command, actor = asked.command, asked.actor
    candidates = make_candidates(rows, actor)
    stores = {line.product_id: line.store_id for line in command.lines}
    plan = make_plan(rows, actor, stores=stores, candidates=candidates)
    _check_unchanged(plan, rows, command)
    _check_least(rows)
    by_listing = {row["listing_id"]: row for row in rows}
    check_goods_rules(
        (
            Bought(row=by_listing[line.listing_id], quantity=line.quantity, unit_price_rupiah=line.unit_price_rupiah)
            for order in plan.orders
            for line in order.lines
        ),
        now=now,
    )
    rules = routing_rules(rows, candidates)
    orders = [_head(order, plan, rules, asked, now=now) for order in plan.orders]
    return Checkout(
        plan=plan,
        answer=PlacedCheckout(
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
                for order, head in zip(plan.orders, orders, strict=True)
            ],
        ),
        orders=orders,
        lines=[_line_row(order.store_id, line) for order in plan.orders for line in order.lines],
    )


def _head(
    order: PlanOrder,
    plan: Plan,
    rules: dict[tuple[ProductId, StoreId], str],
    asked: Asked,
    *,
    now: datetime,
) -> dict[str, Any]:
    sealer = current_sealer()
    command = asked.command
    is_delivered = order.store_id in command.delivered_by
    contact_text = msgspec.json.encode(asked.contact).decode()
    return {
        "store_id": order.store_id,
        "code": new_order_code(),
        "tracking_token": new_token(),
        "channel": asked.channel,
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
