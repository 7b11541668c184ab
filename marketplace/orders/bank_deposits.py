"""Cash from the safe to the bank: one manager brings it and shows the slip, a second one sees it on the account.

Between the two it is cash on its way (`cash_in_transit`), neither in the safe nor at the bank.
"""

import asyncio
from typing import Final

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of
from marketplace.catalog import encode_photo
from marketplace.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from marketplace.formats.dates import day_of
from marketplace.http.idempotency import Once
from marketplace.orders import deposit_store
from payments import BalanceTooLow, Money, find_channels, post, recipes

LARGEST_DEPOSIT_RUPIAH: Final = 10_000_000_000
LONGEST_REASON: Final = 300


class DepositEndedError(ConflictError):
    """The deposit arrived or went back to the safe before."""

    code = "deposit_has_ended"
    default_message = "Setoran ini sudah diputuskan. Muat ulang halaman."


class NoSlipError(ConflictError):
    """Nobody says that cash arrived without having seen the bank's slip."""

    code = "deposit_has_no_slip"
    default_message = "Foto slip setorannya belum ada. Minta yang menyetor memasangnya dulu."


class NoBankAccountError(ConflictError):
    """The store has no bank account in its book."""

    code = "no_bank_account"
    default_message = "Gerai ini belum mencatat rekening bank. Catat dulu di Cara bayar."


class Deposit(msgspec.Struct, frozen=True, kw_only=True):
    """How a deposit stands: on_the_way, arrived or rejected (back in the safe)."""

    deposit_id: int
    state: str
    amount_rupiah: int
    has_slip: bool


def deposit_reference(deposit_id: int) -> str:
    """Name of a deposit in the book."""
    return f"deposit:{deposit_id}"


@database.retry_on_conflict
async def make_deposit(amount_rupiah: int, *, actor: Actor, once: Once) -> Deposit:
    """Take cash out of the safe to bring it to the store's bank account.

    Raises:
        InvalidError: amount out of bounds, or more than the safe holds by the book.
        NoBankAccountError: the store has none.

    """
    if not 1 <= amount_rupiah <= LARGEST_DEPOSIT_RUPIAH:
        raise InvalidError(fields={"amount_rupiah": "Jumlah harus antara Rp 1 dan Rp 10.000.000.000."})
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, Deposit)) is not None:
            return answer
        channels = await find_channels(connection, book=book_of(store_id), on=day_of(now, "Asia/Jakarta"))
        if channels.bank_account is None:
            raise NoBankAccountError
        deposit_id = await deposit_store.insert_deposit(
            connection,
            store_id=store_id,
            amount_rupiah=amount_rupiah,
            bank_reference=channels.bank_account.reference,
            made_by=person_id,
            made_at=now,
        )
        try:
            await post(
                connection,
                book=book_of(store_id),
                source=deposit_reference(deposit_id),
                transfers=recipes.deposit_taken(deposit=deposit_reference(deposit_id), amount=Money(amount_rupiah)),
                author=author_of(person_id),
                occurred_at=now,
            )
        except BalanceTooLow as error:
            too_low = "Menurut buku, uang di brankas tidak sebanyak itu."
            raise InvalidError(fields={"amount_rupiah": too_low}) from error
        await record_audit(
            connection,
            actor=actor,
            action="deposit.made",
            subject=deposit_reference(deposit_id),
            detail={"amount": amount_rupiah},
        )
        answer = Deposit(deposit_id=deposit_id, state="on_the_way", amount_rupiah=amount_rupiah, has_slip=False)
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def add_slip(deposit_id: int, data: bytes, *, actor: Actor, once: Once) -> Deposit:
    """Keep the photo of the bank's slip, re-encoded in a thread before the transaction; a new one replaces it.

    Raises:
        PhotoError: the file is no photo that we can use.
        NotFoundError: no such deposit of this store.
        ForbiddenError: somebody else brought the cash.
        DepositEndedError: it was decided before.

    """
    slip = await asyncio.to_thread(encode_photo, data)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, Deposit)) is not None:
            return answer
        deposit = await _lock_open(connection, deposit_id, actor=actor)
        if deposit["made_by"] != actor.person_id:
            message = "Foto slip dipasang oleh yang membawa uangnya."
            raise ForbiddenError(message)
        await deposit_store.set_slip(connection, deposit_id, digest=slip.digest, webp=slip.webp)
        await record_audit(
            connection,
            actor=actor,
            action="deposit.slip",
            subject=deposit_reference(deposit_id),
            detail={"digest": slip.digest},
        )
        answer = Deposit(
            deposit_id=deposit_id, state="on_the_way", amount_rupiah=deposit["amount_rupiah"], has_slip=True
        )
        await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def decide_deposit(deposit_id: int, *, has_arrived: bool, reason: str, actor: Actor, once: Once) -> Deposit:
    """Say that another person's deposit is on the account, or that the cash went back to the safe and why.

    Locks the deposit, ledger accounts.

    Raises:
        InvalidError: back to the safe without a reason, or too long a one.
        NotFoundError: no such deposit of this store.
        ForbiddenError: the actor made it.
        DepositEndedError: decided before.
        NoSlipError: there is no photo of the slip.

    """
    if len(reason) > LONGEST_REASON:
        raise InvalidError(fields={"reason": "Alasan paling panjang 300 huruf."})
    if not has_arrived and not reason.strip():
        raise InvalidError(fields={"reason": "Tulis mengapa uangnya kembali ke brankas."})
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, Deposit)) is not None:
            return answer
        deposit = await _lock_open(connection, deposit_id, actor=actor)
        if deposit["made_by"] == person_id:
            message = "Setoran diperiksa orang lain, bukan yang membawanya."
            raise ForbiddenError(message)
        if has_arrived and deposit["slip_digest"] is None:
            raise NoSlipError
        amount, reference = Money(deposit["amount_rupiah"]), deposit_reference(deposit_id)
        state, why = ("arrived", "") if has_arrived else ("rejected", reason.strip())
        transfers = (
            recipes.deposit_arrived(deposit=reference, bank_reference=deposit["bank_reference"], amount=amount)
            if has_arrived
            else recipes.deposit_brought_back(deposit=reference, amount=amount)
        )
        await post(
            connection,
            book=book_of(store_id),
            source=reference,
            transfers=transfers,
            author=author_of(person_id),
            occurred_at=now,
            reason=why,
        )
        await deposit_store.end_deposit(
            connection, deposit_id, state=state, decided_by=person_id, decided_at=now, reason=why
        )
        await record_audit(
            connection,
            actor=actor,
            action=f"deposit.{state}",
            subject=reference,
            detail={"amount": amount.rupiah, "reason": why},
        )
        answer = Deposit(
            deposit_id=deposit_id,
            state=state,
            amount_rupiah=amount.rupiah,
            has_slip=deposit["slip_digest"] is not None,
        )
        await once.keep_answer(connection, answer)
        return answer


async def _lock_open(connection: database.Connection, deposit_id: int, *, actor: Actor) -> asyncpg.Record:
    deposit = await deposit_store.lock_deposit(connection, store_id=actor.require_store(), deposit_id=deposit_id)
    if deposit is None:
        raise NotFoundError
    if deposit["state"] != "on_the_way":
        raise DepositEndedError
    return deposit
