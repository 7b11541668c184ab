"""Lines of statements become what they are: a payment's money, QRIS money that reached the bank, the bank's cost.

What fits one thing only is taken without asking; a person takes the rest. Each line has its own transaction and is
claimed in it first, so that two imports, two people or a worker never book the same money twice.
"""

from datetime import date

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import Once
from marketplace.ids import StoreId
from marketplace.orders import receive_money
from marketplace.reconciliation.errors import DoesNotFitError, LineTakenError
from payments import (
    Line,
    PayoutDay,
    ReferenceUsed,
    book_bank_fee,
    book_payout,
    claim_line,
    correct_fee,
    find_line,
    list_candidates,
    list_payout_days,
    list_payout_lines,
    pays_out,
    propose_matches,
)

_SEN = 100


class TakenLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a line became: payment, payout or bank_fee. `is_surplus`: its order had ended, so the money goes back."""

    line_id: int
    became: str
    order_code: str = ""
    is_surplus: bool = False


async def match_lines(store_id: StoreId, *, actor: Actor) -> int:
    """Take every open line of a store that fits one thing only; return how many. Again is harmless."""
    async with database.connection() as connection:
        proposals = await propose_matches(connection, book=book_of(store_id))
    done = 0
    for proposal in proposals:
        if proposal.unique is None:
            continue
        try:
            await _take_payment(store_id, proposal.line_id, proposal.unique, actor=actor)
        except (LineTakenError, DoesNotFitError, ReferenceUsed):
            # Somebody was faster, or the number paid something else: then a person looks.
            continue
        done += 1
    return done + await _match_payouts(store_id, actor=actor)


async def _match_payouts(store_id: StoreId, *, actor: Actor) -> int:
    """Take lines that name QRIS and are to the rupiah what one day's payments should bring."""
    async with database.connection() as connection:
        lines = await list_payout_lines(connection, book=book_of(store_id))
        days = await list_payout_days(connection, book=book_of(store_id)) if lines else []
    done = 0
    for line in lines:
        fitting = [day for day in days if day.net.rupiah * _SEN == line.amount_sen and day.day <= line.on]
        twins = [other for other in lines if other.amount_sen == line.amount_sen]
        if len(fitting) != 1 or len(twins) != 1:
            continue
        try:
            await _take_payout(store_id, line.line_id, fitting[0].day, actor=actor)
        except (LineTakenError, DoesNotFitError):
            continue
        done += 1
    return done


async def take_line(
    line_id: int, *, payment_id: int | None, day: date | None, is_bank_fee: bool, actor: Actor, once: Once
) -> TakenLine:
    """A person says what a line is: a payment's money, the pay-out of a day's QRIS payments, or the bank's cost.

    Raises:
        NotFoundError: the store has no such line or payment.
        LineTakenError: something became of it already.
        DoesNotFitError: another amount, account or day; or not exactly one thing was said.

    """
    store_id = actor.require_store()
    if (payment_id is not None) + (day is not None) + is_bank_fee != 1:
        raise DoesNotFitError
    if payment_id is not None:
        return await _take_payment(store_id, line_id, payment_id, actor=actor, once=once)
    if day is not None:
        return await _take_payout(store_id, line_id, day, actor=actor, once=once)
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
        line = await _require_open(connection, book, line_id)
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
        return await _kept(connection, answer, once)


@database.retry_on_conflict
async def _take_payout(
    store_id: StoreId, line_id: int, day: date, *, actor: Actor, once: Once | None = None
) -> TakenLine:
    book, now, author = book_of(store_id), clock.now(), author_of(actor.person_id)
    async with database.transaction() as connection:
        if once is not None and (answer := await once.find_answer(connection, TakenLine)) is not None:
            return answer
        line = await _require_open(connection, book, line_id)
        days = {found.day: found for found in await list_payout_days(connection, book=book)}
        chosen: PayoutDay | None = days.get(day)
        if chosen is None or not pays_out(line, chosen):
            raise DoesNotFitError
        if not await claim_line(connection, book=book, line_id=line_id, kind="payout", at=now, author=author):
            raise LineTakenError
        if not await book_payout(connection, book=book, line=line, day=chosen, at=now, author=author):
            raise LineTakenError
        await _audit_line(connection, actor, "statement.payout", line)
        return await _kept(connection, TakenLine(line_id=line_id, became="payout"), once)


@database.retry_on_conflict
async def _take_bank_fee(store_id: StoreId, line_id: int, *, actor: Actor, once: Once) -> TakenLine:
    book, now, author = book_of(store_id), clock.now(), author_of(actor.person_id)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, TakenLine)) is not None:
            return answer
        line = await _require_open(connection, book, line_id)
        if line.kind != "bank" or line.amount_sen >= 0 or line.amount_sen % _SEN:
            raise DoesNotFitError
        if not await claim_line(connection, book=book, line_id=line_id, kind="bank_fee", at=now, author=author):
            raise LineTakenError
        await book_bank_fee(connection, book=book, line=line, at=now, author=author)
        await _audit_line(connection, actor, "statement.bank_fee", line)
        return await _kept(connection, TakenLine(line_id=line_id, became="bank_fee"), once)


async def _require_open(connection: database.Connection, book: str, line_id: int) -> Line:
    line = await find_line(connection, book=book, line_id=line_id)
    if line is None:
        raise NotFoundError
    if line.became:
        raise LineTakenError
    return line


async def _audit_line(connection: database.Connection, actor: Actor, action: str, line: Line) -> None:
    await record_audit(
        connection,
        actor=actor,
        action=action,
        subject=f"statement_line:{line.line_id}",
        detail={"amount_sen": line.amount_sen},
    )


async def _kept(connection: database.Connection, answer: TakenLine, once: Once | None) -> TakenLine:
    if once is not None:
        await once.keep_answer(connection, answer)
    return answer
