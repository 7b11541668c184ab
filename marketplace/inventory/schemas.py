"""What goes in and out of the store room."""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from marketplace.ids import ListingId

MOST_COUNTED: Final = 1_000_000
"""The largest number of own units that one movement may be of."""

Quantity = Annotated[int, msgspec.Meta(ge=1, le=MOST_COUNTED)]
UnitCost = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000, description="Whole rupiah")]
Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=200)]


class ReceiveBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goods that came in, with the number of the delivery note where there is one.

    `unit_code` counts in one of the product's larger units; with `unit_factor`, what it holds as the caller knows it, a
    factor that moved is refused (409 `unit_changed`). `unit_cost_rupiah` is what one of the product's own units was
    bought for; without it the listing's cost. Others' goods have none.
    """

    quantity: Quantity
    unit_code: str | None = None
    unit_factor: int | None = None
    unit_cost_rupiah: UnitCost | None = None
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


class CorrectBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goods that went without a sale: spoiled, or given back to their owner; units as in ReceiveBody."""

    kind: Literal["damage", "withdrawal"]
    quantity: Quantity
    reason: Reason
    unit_code: str | None = None
    unit_factor: int | None = None


class CountBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was counted on the shelf, ordered goods included (stok opname); units as in ReceiveBody."""

    counted: Annotated[int, msgspec.Meta(ge=0, le=MOST_COUNTED)]
    reason: Reason
    unit_code: str | None = None
    unit_factor: int | None = None


class StockAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Stock of a listing after a command; `free` is what a new buyer may have."""

    listing_id: ListingId
    on_hand: int
    reserved: int
    free: int


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the stock card; `balance` is the stock after it."""

    id: int
    kind: str
    quantity: int
    balance: int
    source: str
    reason: str
    author: str | None
    occurred_at: datetime


class StockCard(msgspec.Struct, frozen=True, kw_only=True):
    """Stock of a listing and its movements, newest first."""

    listing_id: ListingId
    name: str
    on_hand: int
    reserved: int
    movements: list[Movement]
    next_cursor: str | None = None
