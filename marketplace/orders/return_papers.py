"""The papers of a return: its receipt, and the credit note on what was sold, with the taxes that go back."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from marketplace import clock
from marketplace.database import Connection
from marketplace.ids import ListingId, OrderId, PersonId, ShiftId, StoreId
from marketplace.orders import counter_store, document_store, return_store
from marketplace.orders.return_lines import left_of
from marketplace.orders.sale_taxes import Taxes, taxes_back
from payments import Money, PaymentRefunded


async def take_note_number(connection: Connection, made: asyncpg.Record) -> int | None:
    """The number of a return's credit note; None of money that came twice, which makes no sale smaller.

    Taken before any stock is locked: an invoiced order that expires takes the counter first, too.
    """
    if made["kind"] == "surplus":
        return None
    return await document_store.take_number(connection, store_id=StoreId(made["store_id"]), kind="credit_note")


async def find_taxes_back(
    connection: Connection,
    made: asyncpg.Record,
    rows: Mapping[ListingId, Any],
    quantities: Mapping[ListingId, int],
) -> Taxes:
    """Taxes of the sale that go back with these units; `rows` are the order's lines as they were before."""
    delivery_left = await return_store.find_delivery_left(connection, made["order_id"])
    return taxes_back(
        list(rows.values()),
        {listing_id: left_of(row) for listing_id, row in rows.items()},
        quantities,
        delivery_left=Money(delivery_left),
        delivery=Money(made["delivery_rupiah"]),
    )


async def write_papers(
    connection: Connection,
    made: asyncpg.Record,
    refunded: PaymentRefunded,
    *,
    note: int | None,
    taxes: Taxes,
    shift_id: ShiftId | None,
    author_id: PersonId,
) -> int:
    """Write receipt and credit note, and mark the return as done; the receipt's number."""
    store_id, order_id, now = StoreId(made["store_id"]), OrderId(made["order_id"]), clock.now()
    number = await counter_store.take_receipt_number(connection, store_id)
    await counter_store.insert_receipt(
        connection,
        store_id=store_id,
        number=number,
        order_id=order_id,
        # Money that was never the store's is given back without taking anything off its turnover.
        kind="surplus" if made["kind"] == "surplus" else "return",
        method=made["method"],
        payment_id=made["payment_id"],
        refund_id=refunded.refund_id,
        shift_id=shift_id,
        amount_rupiah=refunded.amount.rupiah,
        tendered_rupiah=refunded.amount.rupiah if made["method"] == "cash" else None,
        change_rupiah=0 if made["method"] == "cash" else None,
        issued_at=now,
        issued_by=author_id,
    )
    await return_store.finish_return(connection, return_id=made["id"], refund_id=refunded.refund_id)
    if note is not None:
        await document_store.insert_credit_note(
            connection,
            store_id=store_id,
            number=note,
            order_id=order_id,
            kind="return",
            return_id=made["id"],
            payment_id=made["payment_id"],
            refund_id=refunded.refund_id,
            total_rupiah=made["goods_rupiah"] + made["delivery_rupiah"],
            tax_rupiah=taxes.ppn.rupiah,
            withheld_rupiah=taxes.pph22.rupiah,
            reason=made["reason"],
            issued_at=now,
            issued_by=author_id,
        )
    return number
