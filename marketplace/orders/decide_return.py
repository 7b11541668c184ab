"""A second person allows or refuses a return above the store's limit; then the money is given out."""

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import payable_of
from marketplace.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from marketplace.http.idempotency import Once
from marketplace.orders import counter_store, payment_store, return_store, store
from marketplace.orders.confirm_payment import read_reference
from marketplace.orders.give_back import give_back
from marketplace.orders.request_return import LONGEST_REASON, ReturnAnswer
from marketplace.orders.shifts import taking_cash

LARGEST_LIMIT_RUPIAH = 100_000_000


class ReturnDecidedError(ConflictError):
    """The return is in another state than this step needs."""

    code = "return_decided"
    default_message = "Pengembalian ini sudah diputuskan atau dibayarkan. Muat ulang halaman."


class RefundLimit(msgspec.Struct, frozen=True, kw_only=True):
    """Above this many rupiah a second person approves."""

    refund_limit_rupiah: int


@database.retry_on_conflict
async def decide_return(return_id: int, *, is_approved: bool, note: str, actor: Actor, once: Once) -> ReturnAnswer:
    """Approve or refuse a return that somebody else asked for; refusing needs a reason.

    Raises:
        NotFoundError: no such return at this store.
        ForbiddenError: the actor asked for it.
        ReturnDecidedError: decided before.
        InvalidError: refused without a reason.

    """
    if len(note) > LONGEST_REASON:
        raise InvalidError(fields={"note": "Alasan paling panjang 300 huruf."})
    if not is_approved and not note.strip():
        raise InvalidError(fields={"note": "Tulis alasan penolakan, supaya yang mengajukan mengerti."})
    store_id, person_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ReturnAnswer)) is not None:
            return answer
        shown = await return_store.find_return(connection, store_id=store_id, return_id=return_id)
        if shown is None:
            raise NotFoundError
        order = await store.lock_order(connection, code=shown["code"], store_id=store_id)
        made = await return_store.lock_return(connection, return_id=return_id)
        if order is None or made is None:
            raise NotFoundError
        if made["requested_by"] == person_id:
            message = "Pengembalian diputuskan orang lain, bukan yang mengajukannya."
            raise ForbiddenError(message)
        # Who approved may still refuse as long as no money went out.
        if made["state"] != "requested" and not (made["state"] == "approved" and not is_approved):
            raise ReturnDecidedError
        state = "approved" if is_approved else "rejected"
        await return_store.decide_return_row(
            connection, return_id=return_id, state=state, decided_by=person_id, at=clock.now(), note=note.strip()
        )
        await record_audit(
            connection,
            actor=actor,
            action=f"return.{state}",
            subject=payable_of(order["id"]),
            detail={"code": order["code"], "amount": made["amount_rupiah"], "note": note.strip()},
        )
        answer = ReturnAnswer(
            code=order["code"],
            state=order["state"],
            return_id=return_id,
            return_state=state,
            receipt_number=None,
            refunded_rupiah=0,
        )
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def pay_return(return_id: int, *, reference: str, actor: Actor, once: Once) -> ReturnAnswer:
    """Give out the money of an approved return: cash from the actor's open shift, or a transfer made by `reference`.

    Locks shift (shared), store, order, return, payment, stock, ledger accounts.

    Raises:
        NotFoundError: no such return at this store.
        ReturnDecidedError: not approved, or paid before.
        NoOpenShiftError: cash, and no shift is open.
        TillOfferedError: cash, and the till waits for the next cashier.
        InvalidError: no number of the transfer.
        TillTooLowError: not enough cash.
        ReturnOutdatedError: the order changed since it was asked for.

    """
    store_id, person_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ReturnAnswer)) is not None:
            return answer
        shown = await return_store.find_return(connection, store_id=store_id, return_id=return_id)
        if shown is None:
            raise NotFoundError
        shift = await counter_store.share_open_shift(connection, cashier_id=person_id, store_id=store_id)
        await payment_store.lock_receipts(connection, store_id)
        order = await store.lock_order(connection, code=shown["code"], store_id=store_id)
        made = await return_store.lock_return(connection, return_id=return_id)
        if order is None or made is None:
            raise NotFoundError
        if made["state"] != "approved":
            raise ReturnDecidedError
        is_cash = made["method"] == "cash"
        number, state = await give_back(
            connection,
            order,
            made,
            shift_id=taking_cash(shift)["id"] if is_cash else None,
            reference=read_reference(reference) if made["method"] == "transfer" else "",
            author_id=person_id,
        )
        await record_audit(
            connection,
            actor=actor,
            action="return.done",
            subject=payable_of(order["id"]),
            detail={"code": order["code"], "kind": made["kind"], "amount": made["amount_rupiah"]},
        )
        answer = ReturnAnswer(
            code=order["code"],
            state=state,
            return_id=return_id,
            return_state="done",
            receipt_number=number,
            refunded_rupiah=made["amount_rupiah"],
        )
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def set_refund_limit(limit_rupiah: int, *, actor: Actor, once: Once) -> RefundLimit:
    """Set from how much on a second person approves.

    Raises:
        InvalidError: below zero or above 100 million.

    """
    if not 0 <= limit_rupiah <= LARGEST_LIMIT_RUPIAH:
        raise InvalidError(fields={"refund_limit_rupiah": "Batas harus antara Rp 0 dan Rp 100.000.000."})
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, RefundLimit)) is not None:
            return answer
        await return_store.set_refund_limit(connection, store_id, limit_rupiah)
        await record_audit(
            connection,
            actor=actor,
            action="store.refund_limit",
            subject=f"store:{store_id}",
            detail={"limit": limit_rupiah},
        )
        answer = RefundLimit(refund_limit_rupiah=limit_rupiah)
        await once.keep_answer(connection, answer)
        return answer
