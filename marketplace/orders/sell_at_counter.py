"""A walk-in sale: goods, cash and receipt in one press, the same books as an order that was placed before."""

from typing import Any

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, payable_of, till_of
from marketplace.catalog import ProductUnits, to_own_units
from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.packs import packs_of
from marketplace.formats.phone import parse_phone
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId, PersonId, new_order_code, new_token
from marketplace.inventory import OutOfStockError, sell_direct
from marketplace.orders import counter_store
from marketplace.orders.errors import NotServedError
from marketplace.orders.goods_rules import Bought, check_goods_rules
from marketplace.orders.plan import Row, price_for
from marketplace.orders.postings import post_sale
from marketplace.orders.shifts import NoOpenShiftError
from marketplace.orders.take_payment import record_cash, write_receipt
from marketplace.outbox import mark_search_dirty
from marketplace.sealing import current_sealer
from payments import Money

LARGEST_QUANTITY = 10_000
MOST_LINES = 100
_LARGEST_ID = 2**63 - 1


class CounterLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One listing of the store and how many units; `unit_code` and `unit_factor` as in the cart's lines."""

    listing_id: ListingId
    quantity: int
    unit_code: str | None = None
    unit_factor: int | None = None


class SellAtCounter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The command. `member_phone` finds a member for the member price; empty for anybody else.

    `expected_rupiah` is the total on the cashier's screen: another total is refused, not silently charged.
    """

    lines: list[CounterLine]
    tendered_rupiah: int
    expected_rupiah: int
    member_phone: str = ""


class SoldAtCounter(msgspec.Struct, frozen=True, kw_only=True):
    """The sale's code, receipt number and change."""

    code: str
    receipt_number: int
    total_rupiah: int
    change_rupiah: int
    is_member: bool


@database.retry_on_conflict
async def sell_at_counter(command: SellAtCounter, *, actor: Actor, once: Once) -> SoldAtCounter:
    """Sell to whoever stands at the counter, in the actor's open shift.

    Raises:
        InvalidError: no goods, unknown goods, quantity or unit, unknown member, or too little money.
        UnitChangedError: a unit holds another number of goods than the cashier saw.
        LicenceExpiredError: a licence of the goods has run out.
        NotServedError: less in stock than asked.
        PriceAboveCeilingError: goods may not be sold at their price any more.
        NoOpenShiftError: the cashier has no shift open.

    """
    wanted = _checked_quantities(command)
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, SoldAtCounter)) is not None:
            return answer
        shift = await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id)
        if shift is None:
            raise NoOpenShiftError
        member_id = await find_member_by_phone(connection, command.member_phone, actor=actor)
        number = await counter_store.take_receipt_number(connection, store_id)
        lines = await _priced_lines(connection, wanted, actor=actor, is_member=member_id is not None)
        total = sum(line["quantity"] * line["unit_price_rupiah"] for line in lines)
        if total != command.expected_rupiah:
            message = "Harga berubah: totalnya sekarang berbeda dari yang tampil. Periksa lagi."
            raise InvalidError(message, fields={"expected_rupiah": message}, total_rupiah=total)
        head = {
            "store_id": store_id,
            "code": new_order_code(),
            "tracking_token": new_token(),
            "person_id": member_id,
            "is_member": member_id is not None,
            "goods_rupiah": total,
            "placed_at": now,
            "author_id": cashier_id,
        }
        order_id = await counter_store.insert_counter_order(connection, head, lines)
        emptied: list[ListingId] = []
        stocked = {line["listing_id"]: line["quantity"] for line in lines if line["source"] != "made_to_order"}
        try:
            if stocked:
                emptied = await sell_direct(
                    connection, store_id=store_id, order_id=order_id, quantities=stocked, author_id=cashier_id
                )
        except OutOfStockError as error:
            names = {line["listing_id"]: line for line in lines}
            raise NotServedError(
                [
                    {
                        "product_id": names[short.listing_id]["product_id"],
                        "name": names[short.listing_id]["name"],
                        "wanted": short.wanted,
                        "left": short.left,
                    }
                    for short in error.shortages
                ]
            ) from error
        await mark_search_dirty(connection, "listings", emptied)
        payment = await record_cash(
            connection,
            store_id=store_id,
            order_id=order_id,
            shift_id=shift["id"],
            amount=Money(total),
            tendered_rupiah=command.tendered_rupiah,
            key=once.key,
            at=now,
            actor=actor,
        )
        await write_receipt(connection, payment, number=number, order_id=order_id, shift_id=shift["id"], actor=actor)
        await post_sale(
            connection,
            store_id=store_id,
            order_id=order_id,
            lines=await counter_store.list_order_lines(connection, order_id),
            delivery_rupiah=0,
            author=author_of(cashier_id),
            at=now,
            paid_now=(till_of(shift["id"]), payment.amount),
        )
        await record_audit(
            connection,
            actor=actor,
            action="order.sold_at_counter",
            subject=payable_of(order_id),
            detail={"receipt": number, "amount": total},
        )
        answer = SoldAtCounter(
            code=str(head["code"]),
            receipt_number=number,
            total_rupiah=total,
            change_rupiah=command.tendered_rupiah - total,
            is_member=member_id is not None,
        )
        await once.keep_answer(connection, answer)
        return answer


def _checked_quantities(command: SellAtCounter) -> dict[ListingId, CounterLine]:
    wanted = {line.listing_id: line for line in command.lines}
    if not wanted or len(wanted) != len(command.lines) or len(wanted) > MOST_LINES:
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
