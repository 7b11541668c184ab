"""JSON API of what the counter and the store's people look up: receipts, one's shift, the day's report, the safe."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import NotFoundError
from marketplace.formats.packs import Pack
from marketplace.formats.rupiah import terbilang
from marketplace.http.idempotency import once_from_header
from marketplace.http.policy import STORE_MANAGERS, STORE_READERS, STORE_STAFF, only
from marketplace.ids import ShiftId
from marketplace.orders import counter_store
from marketplace.orders.blind_count import counts_blind
from marketplace.orders.receipt_paper import read_receipt
from marketplace.orders.report import DayReport, show_day_report
from marketplace.orders.shifts import SafeCash, record_opening_cash

Day = Annotated[str | None, QueryParameter(name="on", description="Day as YYYY-MM-DD; today where left out.")]


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    """Goods on a receipt; `conversions` are the product's larger units when it was sold."""

    name: str
    unit_code: str
    quantity: int
    unit_price_rupiah: int
    total_rupiah: int
    conversions: list[Pack] | None = None


class ReceiptAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered receipt, `amount_in_words` is its sum in Indonesian.

    `kind` is sale, return, or surplus: money given back that was never the store's, no part of its turnover.

    Tender and change are those of cash, `reference` is the other side's number of other ways. Lines of a return are
    what came back. `tax_rupiah` is the PPN in the sum, of `tax_base_rupiah`; `withheld_rupiah` is PPh 22 that is taken
    of the store. Anybody checks the paper at `check_url`.
    """

    number: int
    kind: str
    order_code: str
    store_name: str
    store_address: str
    method: str
    reference: str
    cashier_name: str | None
    issued_at: datetime
    lines: list[ReceiptLine]
    delivery_rupiah: int
    amount_rupiah: int
    tendered_rupiah: int | None
    change_rupiah: int | None
    amount_in_words: str
    member_saving_rupiah: int
    tax_base_rupiah: int
    tax_rupiah: int
    withheld_rupiah: int
    stamp_duty_rupiah: int
    document_code: str
    check_url: str


class CurrentShift(msgspec.Struct, frozen=True, kw_only=True):
    """One's open shift. What the till should hold is told when it was counted.

    Sums of what came and went (taken, refunded, repaid, patronage) are null for a cashier, who counts without them; the
    float was their own count, drops and refills are their own moves. `is_offered`: it waits to be counted by the next
    cashier, and no cash goes in or out.
    """

    shift_id: ShiftId
    opened_at: datetime
    float_rupiah: int
    taken_rupiah: int | None
    refunded_rupiah: int | None
    dropped_rupiah: int
    refilled_rupiah: int
    repaid_rupiah: int | None
    patronage_rupiah: int | None
    receipt_count: int
    is_offered: bool


class OpeningCash(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Cash the cooperative has that the book does not know, and where it is from."""

    amount_rupiah: int
    reason: str


@get("/receipts/{number:int}", opt=only(*STORE_READERS))
async def get_receipt(actor: Actor, number: int) -> ReceiptAnswer:
    """A receipt of the store whose hat is worn, by its number."""
    async with database.connection() as connection:
        receipt = await read_receipt(connection, store_id=actor.require_store(), number=number)
    row, proof = receipt.row, receipt.proof
    return ReceiptAnswer(
        number=row["number"],
        kind=row["kind"],
        order_code=row["code"],
        store_name=proof.store_name,
        store_address=proof.store_address,
        method=row["method"],
        reference=row["reference"],
        cashier_name=row["cashier_name"],
        issued_at=row["issued_at"],
        lines=[
            msgspec.convert({name: line[name] for name in ReceiptLine.__struct_fields__}, ReceiptLine)
            for line in receipt.lines
        ],
        delivery_rupiah=receipt.delivery_rupiah,
        amount_rupiah=row["amount_rupiah"],
        tendered_rupiah=row["tendered_rupiah"],
        change_rupiah=row["change_rupiah"],
        amount_in_words=terbilang(row["amount_rupiah"]),
        member_saving_rupiah=receipt.member_saving_rupiah,
        tax_base_rupiah=receipt.taxes.base.rupiah,
        tax_rupiah=receipt.taxes.ppn.rupiah,
        withheld_rupiah=receipt.taxes.pph22.rupiah,
        stamp_duty_rupiah=proof.duty_rupiah(is_paid=row["method"] != "tab"),
        document_code=proof.spaced_code,
        check_url=proof.url,
    )


@get("/shifts/current", opt=only(*STORE_STAFF))
async def get_current_shift(actor: Actor) -> CurrentShift:
    """One's open shift at the store whose hat is worn; 404 where none is open."""
    async with database.connection() as connection:
        row = await counter_store.find_counter(
            connection, cashier_id=actor.require_person(), store_id=actor.require_store()
        )
    if row["shift_id"] is None:
        message = "Tidak ada sif yang terbuka."
        raise NotFoundError(message)
    is_blind = counts_blind(actor)
    return CurrentShift(
        shift_id=row["shift_id"],
        opened_at=row["opened_at"],
        float_rupiah=row["float_rupiah"],
        taken_rupiah=None if is_blind else row["taken_rupiah"],
        refunded_rupiah=None if is_blind else row["refunded_rupiah"],
        dropped_rupiah=row["dropped_rupiah"],
        refilled_rupiah=row["refilled_rupiah"],
        repaid_rupiah=None if is_blind else row["repaid_rupiah"],
        patronage_rupiah=None if is_blind else row["patronage_rupiah"],
        is_offered=row["offered_at"] is not None,
        receipt_count=row["receipt_count"],
    )


@get("/reports/day", opt=only(*STORE_READERS))
async def get_day_report(actor: Actor, on: Day = None) -> DayReport:
    """A day of the store: sales, cash by shift, and what is owed to whom now.

    To a cashier without sums while a till of that day is open (`is_blind`).
    """
    return await show_day_report(on, actor=actor)


@post("/safe/opening", opt=only(*STORE_MANAGERS), status_code=201)
async def create_opening_cash(request: Request[Any, Any, Any], data: OpeningCash, actor: Actor) -> SafeCash:
    """Enter cash that is there already into the book of the safe."""
    return await record_opening_cash(
        data.amount_rupiah, reason=data.reason, actor=actor, once=await once_from_header(request)
    )


ROUTES: list[ControllerRouterHandler] = [
    create_opening_cash,
    get_current_shift,
    get_day_report,
    get_receipt,
]
