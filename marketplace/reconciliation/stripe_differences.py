"""Where a store's book and Stripe disagree: what the balance moved against the clearing account, order by order."""

from datetime import date, timedelta
from typing import Final

from marketplace import clock
from marketplace.books import order_of, store_of
from marketplace.database import Connection
from marketplace.formats.dates import day_bounds, day_of
from marketplace.orders import configured_stripe
from marketplace.reconciliation import store
from payments.stripe import list_stripe_differences, may_take_cards, read_through

STRIPE_LABELS: Final = {
    "stripe_order": "Stripe dan buku berbeda untuk pesanan",
    "stripe_supplier": "Stripe dan buku berbeda untuk transfer ke pemasok",
    "stripe_own": "Akun Stripe koperasi dan buku berbeda untuk pesanan",
    "stripe_unread": "Catatan uang di Stripe belum terbaca",
}
_SEN: Final = 100
# The worker reads every few minutes; after so long something is wrong with the key or the worker.
_LONGEST_UNREAD: Final = timedelta(hours=6)


async def stripe_differences(
    connection: Connection, book: str, on: date, time_zone: str
) -> list[tuple[str, str, str, int, date, str, str]]:
    """Kind, subject, what it is about, sen (book less Stripe), day, who should act, where; of one store only."""
    if configured_stripe() is None or not await may_take_cards(connection, book=book):
        return []
    now, store_id = clock.now(), store_of(book)
    found = await list_stripe_differences(connection, book=book, now=now)
    codes = await store.list_order_codes(
        connection,
        store_id=store_id,
        order_ids=[order_of(one.thing) for one in found if one.thing.startswith("order:")],
    )
    told = []
    for one in found:
        is_order = one.thing.startswith("order:")
        code = codes.get(order_of(one.thing), one.thing) if is_order else one.thing
        told.append(
            (
                "stripe_own" if one.is_own else "stripe_order" if is_order else "stripe_supplier",
                one.thing,
                code,
                (one.booked - one.moved).rupiah * _SEN,
                day_of(one.since, time_zone),
                "store_manager",
                f"/koperasi/pesanan/{code}" if is_order else "/koperasi/pelunasan",
            )
        )
    _, end = day_bounds(on, time_zone)
    read = await read_through(connection)
    if read is None or read < min(end, now - _LONGEST_UNREAD):
        told.append(("stripe_unread", f"day:{on.isoformat()}", "", 0, on, "platform_operator", ""))
    return told
