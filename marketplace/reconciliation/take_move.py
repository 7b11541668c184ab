"""A line is what the book knows already: cash brought to the bank, or money that was sent. Tied, never booked twice.

Like every line it is claimed first, in the transaction that does all the rest: whoever dies in between leaves it open.
"""

import asyncpg

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.books import author_of, book_of
from marketplace.http.idempotency import Once
from marketplace.ids import PersonId, StoreId
from marketplace.orders import SeenLine, deposit_move, see_deposit
from marketplace.reconciliation import move_store as store
from marketplace.reconciliation.errors import DoesNotFitError, LineTakenError
from marketplace.reconciliation.taken import TakenLine, audit_line, kept, require_open
from payments import Money, claim_line, list_move_candidates

_SEN = 100
_ADDS_UP = "statement_match_adds_up"


@database.retry_on_conflict
async def take_deposit(
    store_id: StoreId, line_id: int, deposit_id: int, *, seen_by: PersonId, actor: Actor, once: Once | None = None
) -> TakenLine:
    """Take a line for a deposit: one on its way arrives, the bank's amount counts. Locks the line, deposit, accounts.

    Raises:
        NotFoundError: the store has no such line or deposit.
        LineTakenError: something became of the line, or the deposit has another.
        DoesNotFitError: another account, too early, or an amount too different.
        DepositEndedError: it went back to the safe.
        ForbiddenError: it is the deposit of `seen_by`, and no other person has confirmed it.

    """
    book, now = book_of(store_id), clock.now()
    async with database.transaction() as connection:
        if once is not None and (answer := await once.find_answer(connection, TakenLine)) is not None:
            return answer
        line = await require_open(connection, book, line_id)
        choices = await store.list_deposit_choices(connection, store_id=store_id, line=line)
        if deposit_id not in {row["id"] for row in choices}:
            raise DoesNotFitError
        if not await claim_line(
            connection,
            book=book,
            line_id=line_id,
            kind="deposit",
            move=deposit_move(deposit_id),
            at=now,
            author=author_of(seen_by),
        ):
            raise LineTakenError
        deposit = await see_deposit(
            connection,
            store_id=store_id,
            deposit_id=deposit_id,
            line=SeenLine(line_id=line_id, counted=Money(line.amount_sen // _SEN)),
            seen_by=seen_by,
            at=now,
        )
        await audit_line(
            connection, actor, "statement.deposit", line, deposit=deposit_id, brought=deposit.amount_rupiah
        )
        return await kept(connection, TakenLine(line_id=line_id, became="deposit"), once)


@database.retry_on_conflict
async def take_move(store_id: StoreId, line_id: int, move: str, *, actor: Actor, once: Once | None = None) -> TakenLine:
    """Take a line for money that was sent, or paid out by a gateway; it is booked, so nothing is posted.

    Raises:
        NotFoundError: the store has no such line.
        LineTakenError: something became of the line, or the move has another.
        DoesNotFitError: no such move of this account and amount.

    """
    book, now = book_of(store_id), clock.now()
    try:
        async with database.transaction() as connection:
            if once is not None and (answer := await once.find_answer(connection, TakenLine)) is not None:
                return answer
            line = await require_open(connection, book, line_id)
            candidates = await list_move_candidates(connection, book=book, line=line)
            if move not in {candidate.name for candidate in candidates}:
                raise DoesNotFitError
            if not await claim_line(
                connection,
                book=book,
                line_id=line_id,
                kind="move",
                move=move,
                at=now,
                author=author_of(actor.person_id),
            ):
                raise LineTakenError
            await audit_line(connection, actor, "statement.move", line, move=move)
            return await kept(connection, TakenLine(line_id=line_id, became="move"), once)
    except asyncpg.CheckViolationError as error:
        # It was reversed meanwhile: the database does not tie a line to what no longer stands.
        if error.constraint_name != _ADDS_UP:
            raise
        raise DoesNotFitError from error
