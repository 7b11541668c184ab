"""One attempt to pay an order, as the buyer and the store's people look at it while it waits."""

from datetime import datetime

import asyncpg
import msgspec

from marketplace import database
from marketplace.books import book_of, order_of, payable_of
from marketplace.errors import NotFoundError
from marketplace.ids import StoreId
from marketplace.orders import payment_store
from payments import Attempt, find_attempt, list_attempts, list_waiting
from payments.stripe import Dispute

LABELS = {"cash": "Tunai", "qris": "QRIS", "transfer": "Transfer bank", "stripe": "Kartu (Stripe)", "tab": "Kasbon"}
STATE_LABELS = {
    "pending": "Menunggu",
    "awaiting_confirmation": "Menunggu uang masuk",
    "succeeded": "Sudah dibayar",
    "failed": "Gagal",
    "expired": "Kedaluwarsa",
    "cancelled": "Dibatalkan",
    "reversed": "Dikembalikan",
}
DISPUTE_LABELS = {
    "open": "Uangnya ditahan sampai bank pembeli memutuskan.",
    "won": "Sengketa dimenangkan; uangnya kembali.",
    "lost": "Sengketa kalah; uangnya tidak kembali.",
}
WAITING_STATES = ("pending", "awaiting_confirmation")


class ShownPayment(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt: `is_waiting` while its money may still come in time; `due_rupiah` is what the buyer sends."""

    payment_id: int
    method: str
    state: str
    is_waiting: bool
    is_surplus: bool
    total_rupiah: int
    discount_rupiah: int
    due_rupiah: int
    instruction: str
    reference: str
    started_at: datetime
    expires_at: datetime | None


class ShownDispute(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that the buyer's bank took back for now; `state_label` is an Indonesian msgid."""

    dispute_id: int
    state: str
    state_label: str
    amount_rupiah: int
    evidence_until: datetime | None
    evidence_note: str


class WaitingPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of a store that nobody confirmed yet."""

    payment_id: int
    code: str
    method: str
    due_rupiah: int
    started_at: datetime


def shown(attempt: Attempt) -> ShownPayment:
    """Tell an attempt to pages and API."""
    return ShownPayment(
        payment_id=attempt.payment_id,
        method=attempt.method,
        state=attempt.state,
        is_waiting=attempt.state in WAITING_STATES,
        is_surplus=attempt.is_surplus,
        total_rupiah=attempt.amount.rupiah,
        discount_rupiah=attempt.discount.rupiah,
        due_rupiah=attempt.due.rupiah,
        instruction=attempt.instruction,
        reference=attempt.reference,
        started_at=attempt.recorded_at,
        expires_at=attempt.expires_at,
    )


def shown_dispute(dispute: Dispute) -> ShownDispute:
    """Tell a dispute to a page."""
    return ShownDispute(
        dispute_id=dispute.dispute_id,
        state=dispute.state,
        state_label=DISPUTE_LABELS[dispute.state],
        amount_rupiah=dispute.amount.rupiah,
        evidence_until=dispute.evidence_until,
        evidence_note=dispute.evidence_note,
    )


async def show_payment(connection: database.Connection, order: asyncpg.Record, payment_id: int) -> ShownPayment:
    """Read one attempt for an order.

    Raises:
        NotFoundError: the order has no such attempt.

    """
    attempt = await find_attempt(connection, payment_id=payment_id, book=book_of(StoreId(order["store_id"])))
    if attempt is None or attempt.payable != payable_of(order["id"]):
        raise NotFoundError
    return shown(attempt)


async def list_payments(connection: database.Connection, order: asyncpg.Record) -> list[ShownPayment]:
    """All attempts for an order, oldest first."""
    return [shown(attempt) for attempt in await list_attempts(connection, payable=payable_of(order["id"]))]


async def list_waiting_payments(
    connection: database.Connection, store_id: StoreId, *, limit: int
) -> list[WaitingPayment]:
    """What a store's people should look for on its account, the oldest first."""
    attempts = await list_waiting(connection, book=book_of(store_id), limit=limit)
    ids = [order_of(attempt.payable) for attempt in attempts]
    codes = await payment_store.list_codes(connection, store_id=store_id, order_ids=ids)
    return [
        WaitingPayment(
            payment_id=attempt.payment_id,
            code=codes[order_id],
            method=attempt.method,
            due_rupiah=attempt.due.rupiah,
            started_at=attempt.recorded_at,
        )
        for attempt, order_id in zip(attempts, ids, strict=True)
        if order_id in codes
    ]
