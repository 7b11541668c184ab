"""What a walk-in buyer takes, at today's prices and under today's rules; and who they are, for the member price."""

from typing import Any

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.catalog import ProductUnits, to_own_units
from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.packs import packs_of
from marketplace.formats.phone import parse_phone
from marketplace.ids import ListingId, PersonId, new_order_code, new_token
from marketplace.inventory import OutOfStockError
from marketplace.orders import counter_store
from marketplace.orders.errors import NotServedError
from marketplace.orders.goods_rules import Bought, check_goods_rules
from marketplace.orders.plan import Row, price_for
from marketplace.sealing import current_sealer

LARGEST_QUANTITY = 10_000
MOST_LINES = 100
_LARGEST_ID = 2**63 - 1


class CounterLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One listing of the store and how many units; `unit_code` and `unit_factor` as in the cart's lines."""

    listing_id: ListingId
    quantity: int
    unit_code: str | None = None
    unit_factor: int | None = None


class CounterBasket(msgspec.Struct, frozen=True, kw_only=True):
    """The order to be written: its head, its lines, and what of them comes from the store's stock."""

    head: dict[str, Any]
    lines: list[dict[str, Any]]
    stocked: dict[ListingId, int]
    total_rupiah: int
    is_member: bool


async def read_counter_basket(
    connection: database.Connection,
    lines: list[CounterLine],
    *,
    expected_rupiah: int,
    member_phone: str,
    actor: Actor,
) -> CounterBasket:
    """Price the lines of the actor's store for whoever has `member_phone` (empty: anybody).

    Raises:
        InvalidError: no goods, unknown goods or member, a quantity, or a total that is not `expected_rupiah`.
        PriceAboveCeilingError: goods may not be sold at their price any more.

    """
    wanted = _checked_quantities(lines)
    member_id = await find_member_by_phone(connection, member_phone, actor=actor)
    priced = await _priced_lines(connection, wanted, actor=actor, is_member=member_id is not None)
    total = sum(line["quantity"] * line["unit_price_rupiah"] for line in priced)
    if total != expected_rupiah:
        message = "Harga berubah: totalnya sekarang berbeda dari yang tampil. Periksa lagi."
        raise InvalidError(message, fields={"expected_rupiah": message}, total_rupiah=total)
    head = {
        "store_id": actor.require_store(),
        "code": new_order_code(),
        "tracking_token": new_token(),
        "person_id": member_id,
        "is_member": member_id is not None,
        "goods_rupiah": total,
        "placed_at": clock.now(),
        "author_id": actor.require_person(),
    }
    return CounterBasket(
        head=head,
        lines=priced,
        stocked={line["listing_id"]: line["quantity"] for line in priced if line["source"] != "made_to_order"},
        total_rupiah=total,
        is_member=member_id is not None,
    )


def short_goods(error: OutOfStockError, basket: CounterBasket) -> NotServedError:
    """The refusal in the counter's words: which goods, wanted and left."""
    names = {line["listing_id"]: line for line in basket.lines}
    return NotServedError(
        [
            {
                "product_id": names[short.listing_id]["product_id"],
                "name": names[short.listing_id]["name"],
                "wanted": short.wanted,
                "left": short.left,
            }
            for short in error.shortages
        ]
    )


def _checked_quantities(lines: list[CounterLine]) -> dict[ListingId, CounterLine]:
    wanted = {line.listing_id: line for line in lines}
    if not wanted or len(wanted) != len(lines) or len(wanted) > MOST_LINES:
        message = "Pilih barang yang dijual, masing-masing satu baris."
        raise InvalidError(message, fields={"lines": message})
    if any(not 1 <= listing_id <= _LARGEST_ID for listing_id in wanted):
        message = "Ada barang yang tidak dijual di gerai ini."
        raise InvalidError(message, fields={"lines": message})
    if any(not 1 <= line.quantity <= LARGEST_QUANTITY for line in wanted.values()):
        message = "Jumlah harus antara 1 dan 10.000."
        raise InvalidError(message, fields={"quantity": message})
    return wanted


def units_of(row: Row) -> ProductUnits:
    """The units that goods of the counter are counted in."""
    return ProductUnits(name=row["name"], unit_code=row["unit_code"], packs=packs_of(row["units"]))


async def find_member_by_phone(connection: database.Connection, phone: str, *, actor: Actor) -> PersonId | None:
    """The member of the actor's cooperative with this phone; None where no phone was given.

    Raises:
        InvalidError: not a phone number, or not a member's.

    """
    if not phone.strip():
        return None
    try:
        number = parse_phone(phone)
    except FormatError as error:
        raise InvalidError(fields={"member_phone": error.message}) from error
    row = await counter_store.find_member(
        connection,
        cooperative_id=actor.require_hat().organisation_id,
        phone_fingerprint=current_sealer().fingerprint(number, purpose="person.phone"),
    )
    if row is None:
        message = "Nomor ini bukan nomor anggota koperasi ini."
        raise InvalidError(message, fields={"member_phone": message})
    member: PersonId = row["id"]
    return member


async def _priced_lines(
    connection: database.Connection, wanted: dict[ListingId, CounterLine], *, actor: Actor, is_member: bool
) -> list[dict[str, Any]]:
    rows = await counter_store.find_counter_listings(
        connection, store_id=actor.require_store(), listing_ids=sorted(wanted)
    )
    if len(rows) != len(wanted):
        message = "Ada barang yang tidak dijual di gerai ini."
        raise InvalidError(message, fields={"lines": message})
    lines: list[dict[str, Any]] = []
    for row in rows:
        line = wanted[row["listing_id"]]
        quantity = to_own_units(
            line.quantity,
            line.unit_code,
            units=units_of(row),
            seen_factor=line.unit_factor,
            most=LARGEST_QUANTITY,
            field="quantity",
        )
        lines.append(
            {
                "listing_id": row["listing_id"],
                "product_id": row["product_id"],
                "seller_id": row["seller_id"],
                "name": row["name"],
                "unit_code": row["unit_code"],
                "source": row["source"],
                "quantity": quantity,
                "unit_price_rupiah": price_for(row, quantity=quantity, is_member=is_member),
                "public_price_rupiah": price_for(row, quantity=quantity, is_member=False),
                "unit_cost_rupiah": row["cost_rupiah"],
                "fee_basis_points": row["fee_basis_points"],
            }
        )
    check_goods_rules(
        (
            Bought(row=row, quantity=sold["quantity"], unit_price_rupiah=sold["unit_price_rupiah"])
            for row, sold in zip(rows, lines, strict=True)
        ),
        now=clock.now(),
    )
    return lines
