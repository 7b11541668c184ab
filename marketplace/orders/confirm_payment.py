"""A cashier saw the money of a QRIS payment or a transfer on the store's own account, and says so by its number."""

import re
from typing import Final

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, payable_of
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import StoreId
from marketplace.orders import counter_store, payment_store, store
from marketplace.orders.settle_order import Settled, keep_surplus, settle_order
from marketplace.orders.states import OPEN_STATES
from payments import AlreadyConfirmed, PaymentNotFound, PaymentSucceeded, ReferenceUsed, confirm, gateway_for

# Retrieval reference numbers have 12 digits; banks' and wallets' own numbers are longer and hold letters.
_REFERENCE: Final = re.compile(r"[A-Z0-9-]{6,40}")


class AlreadyConfirmedError(ConflictError):
    """The payment stands confirmed, with another number."""

    code = "payment_is_confirmed_already"
    default_message = "Pembayaran ini sudah dikonfirmasi dengan nomor referensi lain."


class NotByCashierError(ConflictError):
    """A gateway says whether this payment's money came; a cashier's word does not count."""

    code = "payment_is_not_confirmed_by_cashiers"
    default_message = "Pembayaran ini dikonfirmasi oleh penyedianya, bukan oleh kasir. Tunggu sampai uangnya masuk."


class ConfirmedPayment(msgspec.Struct, frozen=True, kw_only=True):
    """How it ended. `is_surplus`: the order was paid or had ended, so the money goes back; then there is no receipt."""

    code: str
    state: str
    receipt_number: int | None
    amount_rupiah: int
    is_surplus: bool


def read_reference(text: str) -> str:
    """The other side's number as typed: upper case, without spaces.

    Raises:
        InvalidError: nothing that could be one.

    """
    reference = re.sub(r"[\s.]", "", text).upper()
    if not _REFERENCE.fullmatch(reference):
        message = "Tulis nomor referensi dari bukti pembayaran, paling sedikit 6 huruf atau angka."
        raise InvalidError(fields={"reference": message})
    return reference


@database.retry_on_conflict
async def confirm_payment(
    code: str, payment_id: int, *, reference: str, actor: Actor, is_handed_over: bool, once: Once
) -> ConfirmedPayment:
    """Confirm that a payment's money came to the actor's store; `is_handed_over` gives the goods out as well.

    Locks shift (shared), store, order, payment, stock, ledger accounts.

    Raises:
        InvalidError: no number, or one that paid something else.
        NotFoundError: no such order or payment at this store.
        NotByCashierError: a card payment, of which only Stripe knows.
        AlreadyConfirmedError: confirmed with another number.

    """
    number_of_other_side = read_reference(reference)
    store_id, cashier_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ConfirmedPayment)) is not None:
            return answer
        # No till is touched; in an open shift the receipt counts there.
        shift = await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id)
        await payment_store.lock_receipts(connection, store_id)
        order = await store.lock_order(connection, code=code, store_id=store_id)
        if order is None:
            raise NotFoundError
        payment = await _confirm(
            connection, order, payment_id, reference=number_of_other_side, author=author_of(cashier_id)
        )
        if payment.payable != payable_of(order["id"]):
            raise NotFoundError
        if gateway_for(payment.method).capability.confirmed_by != "cashier":
            raise NotByCashierError
        if not payment.is_new:
            # Another press or another cashier was faster; what they did stands.
            receipt = await payment_store.find_payment_receipt(connection, payment_id=payment.payment_id)
            settled = Settled(state=order["state"], receipt_number=None if receipt is None else receipt["number"])
        elif payment.is_surplus:
            settled = await keep_surplus(connection, order, payment, author_id=cashier_id)
        else:
            settled = await settle_order(
                connection,
                order,
                payment,
                number=await counter_store.take_receipt_number(connection, store_id),
                shift_id=None if shift is None else shift["id"],
                author_id=cashier_id,
                is_handed_over=is_handed_over,
            )
        if payment.is_new:
            await record_audit(
                connection,
                actor=actor,
                action="order.paid_twice" if payment.is_surplus else "order.paid",
                subject=payment.payable,
                detail={"code": code, "method": payment.method, "amount": payment.amount.rupiah},
            )
        answer = ConfirmedPayment(
            code=code,
            state=settled.state,
            receipt_number=settled.receipt_number,
            amount_rupiah=payment.amount.rupiah,
            is_surplus=payment.is_surplus,
        )
        await once.keep_answer(connection, answer)
        return answer


async def _confirm(
    connection: database.Connection, order: asyncpg.Record, payment_id: int, *, reference: str, author: str
) -> PaymentSucceeded:
    try:
        return await confirm(
            connection,
            payment_id=payment_id,
            book=book_of(StoreId(order["store_id"])),
            reference=reference,
            at=clock.now(),
            author=author,
            is_surplus=order["state"] not in OPEN_STATES or order["paid_at"] is not None,
        )
    except PaymentNotFound as error:
        raise NotFoundError from error
    except AlreadyConfirmed as error:
        raise AlreadyConfirmedError from error
    except ReferenceUsed as error:
        message = "Nomor referensi ini sudah dipakai untuk pembayaran lain. Periksa lagi bukti pembayarannya."
        raise InvalidError(fields={"reference": message}) from error
