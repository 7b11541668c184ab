"""What the API says about orders. Amounts are whole rupiah, instants ISO 8601 in UTC."""

from datetime import datetime
from typing import Any

import msgspec

from marketplace.cart import ChangeLine
from marketplace.ids import StoreId


class CartChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Lines to write into the cart and, optionally, the buyer's village (code such as 32.75.08.1003)."""

    lines: list[ChangeLine]
    village_code: str | None = None


class CartAnswer(msgspec.Struct, kw_only=True):
    """The cart's token (send it as `Cart-Token`; empty for a signed-in person) and the number of goods."""

    cart_token: str
    line_count: int


class Step(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A step of the store: accepted, ready or cancelled; cancelling needs a reason."""

    state: str
    reason: str = ""


class Tender(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Cash on the counter; `is_handed_over` gives the goods out with it."""

    tendered_rupiah: int
    is_handed_over: bool = True


class ShiftOpening(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Change money in the till at the beginning."""

    float_rupiah: int


class ShiftClosing(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Cash counted at the end; `note` says what happened where it was counted twice."""

    counted_rupiah: int
    note: str = ""


class OrderAnswer(msgspec.Struct, kw_only=True):
    """An order as its buyer or its store sees it; no name, phone or address is in it."""

    code: str
    state: str
    store_id: StoreId
    store_name: str
    fulfilment: str
    is_member: bool
    goods_rupiah: int
    delivery_rupiah: int
    total_rupiah: int
    placed_at: datetime
    paid_at: datetime | None
    hold_until: datetime | None
    routing: dict[str, Any]
    lines: list[dict[str, Any]]
    history: list[dict[str, Any]]


def order_answer(row: Any) -> OrderAnswer:
    """Build the answer from a row of the store's find functions."""
    return OrderAnswer(
        **{
            name: row[name]
            for name in (
                "code",
                "state",
                "store_id",
                "store_name",
                "fulfilment",
                "is_member",
                "goods_rupiah",
                "delivery_rupiah",
                "total_rupiah",
                "placed_at",
                "paid_at",
                "hold_until",
                "routing",
                "lines",
                "history",
            )
        }
    )
