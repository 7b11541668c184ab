"""What does not match in a store's money: how old it is, how much it is about, and who should act."""

from datetime import date, timedelta
from typing import Final

import msgspec

from marketplace import clock
from marketplace.books import order_of, store_of
from marketplace.database import Connection
from marketplace.formats.dates import day_bounds, day_of
from marketplace.ids import StoreId
from marketplace.orders import list_waiting_payments
from marketplace.reconciliation import store
from marketplace.reconciliation.bank_differences import BANK_LABELS, bank_differences
from marketplace.reconciliation.stripe_differences import STRIPE_LABELS, stripe_differences
from payments import list_given_up, list_open_lines, list_payout_days

_SEN: Final = 100
_MOST: Final = 200
_MOST_LINES: Final = 2_000
WAITING_HOURS: Final = 2
PAYOUT_DAYS: Final = 3
SHIFT_DAYS: Final = 7

KIND_LABELS: Final = {
    "payment_waiting": "Pembayaran belum dikonfirmasi",
    "payment_unseen": "Sudah dikonfirmasi, tetapi tidak ada di mutasi",
    "line_open": "Baris mutasi tanpa pasangan",
    "refund_due": "Uang pembeli yang harus dikembalikan",
    "shift_uneven": "Selisih kas sif",
    "shift_forgotten": "Sif belum ditutup",
    "payout_late": "QRIS belum cair ke bank",
    **BANK_LABELS,
    "callback_unread": "Pemberitahuan penyedia tidak terbaca",
    **STRIPE_LABELS,
}


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not match. `role` is who should act, `href` where; `explanation` why it may stay.

    `subject` names it among its kind ('line:7'); an explanation holds for this amount only.
    """

    kind: str
    subject: str
    about: str
    amount_sen: int
    since: date
    age_days: int
    role: str
    href: str
    explanation: str = ""


async def open_differences(connection: Connection, book: str, on: date) -> list[Difference]:
    """What did not match in a book up to the end of a day (the store's), the oldest first; explained ones too.

    A day may be closed where every one of them has an explanation.
    """
    store_id = store_of(book)
    time_zone = await store.find_time_zone(connection, store_id)
    found = [
        *await _payments(connection, store_id, book, on, time_zone),
        *await _lines(connection, book),
        *await _refunds(connection, store_id, book, time_zone),
        *await _shifts(connection, store_id, on, time_zone),
        *await _payouts(connection, book, on),
        *[_made(*one) for one in await bank_differences(connection, store_id, book, on)],
        *[_made(*one) for one in await stripe_differences(connection, book, on, time_zone)],
        *[
            _made("callback_unread", f"callback:{event_id}", why, 0, day_of(at, time_zone), "store_manager", "")
            for event_id, at, why in await list_given_up(connection, book=book, limit=_MOST)
        ],
    ]
    explained = {
        (row["kind"], row["subject"], row["amount_sen"]): row["note"]
        for row in await store.list_explanations(connection, store_id)
    }
    return sorted(
        (
            msgspec.structs.replace(
                one,
                age_days=(on - one.since).days,
                explanation=explained.get((one.kind, one.subject, one.amount_sen), ""),
            )
            for one in found
            if one.since <= on
        ),
        key=lambda one: (one.since, one.kind, one.subject),
    )


def _made(kind: str, subject: str, about: str, amount_sen: int, since: date, role: str, href: str) -> Difference:
    return Difference(
        kind=kind,
        subject=subject,
        about=about,
        amount_sen=amount_sen,
        since=since,
        age_days=0,
        role=role,
        href=href or "/koperasi/rekonsiliasi",
    )


async def _payments(connection: Connection, store_id: StoreId, book: str, on: date, time_zone: str) -> list[Difference]:
    _, end = day_bounds(on, time_zone)
    waiting = [
        _made(
            "payment_waiting",
            f"payment:{payment.payment_id}",
            payment.code,
            payment.due_rupiah * _SEN,
            day_of(payment.started_at, time_zone),
            "cashier",
            f"/kasir/pesanan/{payment.code}/bayar/{payment.payment_id}",
        )
        for payment in await list_waiting_payments(connection, store_id, limit=_MOST)
        if payment.started_at <= min(end, clock.now()) - timedelta(hours=WAITING_HOURS)
    ]
    rows = await store.list_unseen_payments(connection, book=book)
    codes = await store.list_order_codes(
        connection, store_id=store_id, order_ids=[order_of(row["payable"]) for row in rows]
    )
    return waiting + [
        _made(
            "payment_unseen",
            f"payment:{row['id']}",
            codes.get(order_of(row["payable"]), row["payable"]),
            row["due_rupiah"] * _SEN,
            day_of(row["succeeded_at"], time_zone),
            "store_manager",
            f"/koperasi/pesanan/{codes.get(order_of(row['payable']), '')}",
        )
        for row in rows
    ]


async def _lines(connection: Connection, book: str) -> list[Difference]:
    return [
        _made(
            "line_open",
            f"line:{line.line_id}",
            line.description or line.reference,
            line.amount_sen,
            line.on,
            "store_manager",
            f"/koperasi/rekonsiliasi/mutasi/{line.line_id}",
        )
        for line in await list_open_lines(connection, book=book, limit=_MOST_LINES)
    ]


async def _refunds(connection: Connection, store_id: StoreId, book: str, time_zone: str) -> list[Difference]:
    rows = await store.list_refunds_due(connection, book=book)
    codes = await store.list_order_codes(
        connection, store_id=store_id, order_ids=[order_of(row["reference"]) for row in rows]
    )
    return [
        _made(
            "refund_due",
            row["reference"],
            codes.get(order_of(row["reference"]), row["reference"]),
            row["due_rupiah"] * _SEN,
            day_of(row["since"], time_zone),
            "cashier",
            f"/koperasi/pesanan/{codes.get(order_of(row['reference']), '')}",
        )
        for row in rows
    ]


async def _shifts(connection: Connection, store_id: StoreId, on: date, time_zone: str) -> list[Difference]:
    start, end = day_bounds(on, time_zone)
    uneven = await store.list_uneven_shifts(connection, store_id, since=end - timedelta(days=SHIFT_DAYS), until=end)
    forgotten = await store.list_forgotten_shifts(connection, store_id, before=start)
    return [
        _made(
            "shift_uneven",
            f"shift:{row['id']}",
            "",
            row["variance_rupiah"] * _SEN,
            day_of(row["closed_at"], time_zone),
            "store_manager",
            "/koperasi/laporan",
        )
        for row in uneven
    ] + [
        _made("shift_forgotten", f"shift:{row['id']}", "", 0, day_of(row["opened_at"], time_zone), "cashier", "/kasir")
        for row in forgotten
    ]


async def _payouts(connection: Connection, book: str, on: date) -> list[Difference]:
    return [
        _made("payout_late", f"qris:{day.day}", "", day.net.rupiah * _SEN, day.day, "store_manager", "")
        for day in await list_payout_days(connection, book=book)
        if (on - day.day).days > PAYOUT_DAYS
    ]
