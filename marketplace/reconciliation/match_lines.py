"""Lines of statements become what they are: a payment's money, QRIS money at the bank, a deposit, money sent, a cost.

What fits one thing only is taken without asking; a person takes the rest. Each line has its own transaction and is
claimed in it first, so that two imports, two people or a worker never book the same money twice.
"""

import re
from datetime import date
from typing import Final

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of
from marketplace.errors import ForbiddenError
from marketplace.http.idempotency import Once
from marketplace.ids import StoreId
from marketplace.orders import DepositEndedError, receive_money
from marketplace.reconciliation.errors import DoesNotFitError, LineTakenError
from marketplace.reconciliation.fits import Fit, find_fits, sole_fits
from marketplace.reconciliation.take_move import take_deposit, take_move
from marketplace.reconciliation.taken import TakenLine, audit_line, kept, require_open
from payments import (
    PayoutDay,
    ReferenceUsed,
    book_bank_fee,
    book_payout,
    claim_line,
    correct_fee,
    list_candidates,
    list_payout_days,
    pays_out,
)

_SEN = 100
_DEPOSIT: Final = re.compile(r"deposit:([1-9][0-9]{0,17})/deposit")


# What fits after other lines were taken is looked for again: QRIS money is paid out once its payments are known.
_ROUNDS: Final = (("payment", "deposit", "move"), ("payout",))


async def match_lines(store_id: StoreId, *, actor: Actor) -> int:
    """Take every open line of a store that fits one thing only; return how many. Again is harmless."""
    done = 0
    for kinds in _ROUNDS:
        async with database.connection() as connection:
            fits = await find_fits(connection, store_id)
        for fit in sole_fits(fits):
            if fit.kind not in kinds:
                continue
            try:
                done += await _take(store_id, fit, actor=actor)
            except (LineTakenError, DoesNotFitError, ReferenceUsed, DepositEndedError, ForbiddenError):
                # Somebody was faster, or the number paid something else: then a person looks.
                continue
    return done


async def _take(store_id: StoreId, fit: Fit, *, actor: Actor) -> bool:
    if fit.kind == "payment":
        await _take_payment(store_id, fit.line_id, int(fit.thing), actor=actor)
    elif fit.kind == "payout":
        await _take_payout(store_id, fit.line_id, date.fromisoformat(fit.thing), actor=actor)
    elif fit.kind == "move":
        await take_move(store_id, fit.line_id, fit.thing, actor=actor)
    elif fit.brought_by is None:
        return False
    else:
        await take_deposit(store_id, fit.line_id, int(fit.thing), seen_by=fit.brought_by, actor=actor)
    return True


async def take_line(
    line_id: int, *, payment_id: int | None, day: date | None, is_bank_fee: bool, move: str, actor: Actor, once: Once
) -> TakenLine:
    """A person says what a line is: a payment's money, a day's QRIS pay-out, the bank's cost, or a move by its name.

    Raises:
        NotFoundError: the store has no such line, payment or deposit.
        LineTakenError: something became of it already.
        DoesNotFitError: another amount, account or day; or not exactly one thing was said.
        DepositEndedError: the deposit went back to the safe.
        ForbiddenError: the deposit is the actor's own, and no other person has confirmed it.

    """
    store_id = actor.require_store()
    if (payment_id is not None) + (day is not None) + is_bank_fee + bool(move) != 1:
        raise DoesNotFitError
    if payment_id is not None:
        return await _take_payment(store_id, line_id, payment_id, actor=actor, once=once)
    if day is not None:
        return await _take_payout(store_id, line_id, day, actor=actor, once=once)
    if deposit := _DEPOSIT.fullmatch(move):
        return await take_deposit(
            store_id, line_id, int(deposit[1]), seen_by=actor.require_person(), actor=actor, once=once
        )
    if move:
        return await take_move(store_id, line_id, move, actor=actor, once=once)
    return await _take_bank_fee(store_id, line_id, actor=actor, once=once)


@database.retry_on_conflict
async def _take_payment(
    store_id: StoreId, line_id: int, payment_id: int, *, actor: Actor, once: Once | None = None
) -> TakenLine:
    """Locks the line, store, order, payment, ledger accounts."""
    book, now, author = book_of(store_id), clock.now(), author_of(actor.person_id)
    async with database.transaction() as connection:
        if once is not None and (answer := await once.find_answer(connection, TakenLine)) is not None:
            return answer
        line = await require_open(connection, book, line_id)
        candidates = await list_candidates(connection, book=book, line=line)
        if payment_id not in {candidate.payment_id for candidate in candidates}:
            raise DoesNotFitError
        if not await claim_line(
            connection, book=book, line_id=line_id, kind="payment", payment_id=payment_id, at=now, author=author
        ):
            raise LineTakenError
        money = await receive_money(
            connection,
            store_id=store_id,
            payment_id=payment_id,
            reference=line.reference if line.kind == "qris" and line.reference else f"MUTASI-{line_id}",
            at=now,
            author_id=actor.person_id,
        )
        if line.kind == "qris":
            await correct_fee(connection, book=book, line=line, payment_id=payment_id, at=now, author=author)
        if money.is_new:
            await record_audit(
                connection,
                actor=actor,
                action="order.paid_twice" if money.is_surplus else "order.paid",
                subject=money.payable,
                detail={
                    "code": money.order_code,
                    "method": money.method,
                    "amount": money.amount_rupiah,
                    "line": line_id,
                },
            )
        answer = TakenLine(line_id=line_id, became="payment", order_code=money.order_code, is_surplus=money.is_surplus)
        return await kept(connection, answer, once)


@database.retry_on_conflict
async def _take_payout(
    store_id: StoreId, line_id: int, day: date, *, actor: Actor, once: Once | None = None
) -> TakenLine:
    book, now, author = book_of(store_id), clock.now(), author_of(actor.person_id)
    async with database.transaction() as connection:
        if once is not None and (answer := await once.find_answer(connection, TakenLine)) is not None:
            return answer
        line = await require_open(connection, book, line_id)
        days = {found.day: found for found in await list_payout_days(connection, book=book)}
        chosen: PayoutDay | None = days.get(day)
        if chosen is None or not pays_out(line, chosen):
            raise DoesNotFitError
        if not await claim_line(connection, book=book, line_id=line_id, kind="payout", at=now, author=author):
            raise LineTakenError
        if not await book_payout(connection, book=book, line=line, day=chosen, at=now, author=author):
            raise LineTakenError
        await audit_line(connection, actor, "statement.payout", line)
        return await kept(connection, TakenLine(line_id=line_id, became="payout"), once)


@database.retry_on_conflict
async def _take_bank_fee(store_id: StoreId, line_id: int, *, actor: Actor, once: Once) -> TakenLine:
    book, now, author = book_of(store_id), clock.now(), author_of(actor.person_id)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, TakenLine)) is not None:
            return answer
        line = await require_open(connection, book, line_id)
        if line.kind != "bank" or line.amount_sen >= 0 or line.amount_sen % _SEN:
            raise DoesNotFitError
        if not await claim_line(connection, book=book, line_id=line_id, kind="bank_fee", at=now, author=author):
            raise LineTakenError
        await book_bank_fee(connection, book=book, line=line, at=now, author=author)
        await audit_line(connection, actor, "statement.bank_fee", line)
        return await kept(connection, TakenLine(line_id=line_id, became="bank_fee"), once)
