"""What a line became, and what every taking of a line begins and ends with."""

import msgspec

from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.http.idempotency import Once
from marketplace.reconciliation.errors import LineTakenError
from payments import Line, find_line


class TakenLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a line became: payment, payout, bank_fee, deposit or move (what the book had as sent or paid out).

    `is_surplus`: the order of a payment had ended, so the money goes back.
    """

    line_id: int
    became: str
    order_code: str = ""
    is_surplus: bool = False


async def require_open(connection: Connection, book: str, line_id: int) -> Line:
    """Find a line of which nothing became yet.

    Raises:
        NotFoundError: the book has no such line.
        LineTakenError: something became of it.

    """
    line = await find_line(connection, book=book, line_id=line_id)
    if line is None:
        raise NotFoundError
    if line.became:
        raise LineTakenError
    return line


async def audit_line(connection: Connection, actor: Actor, action: str, line: Line, **detail: object) -> None:
    """Write into the trail what became of a line."""
    await record_audit(
        connection,
        actor=actor,
        action=action,
        subject=f"statement_line:{line.line_id}",
        detail={"amount_sen": line.amount_sen, **detail},
    )


async def kept(connection: Connection, answer: TakenLine, once: Once | None) -> TakenLine:
    """Keep the answer of a command; what is matched without a command has none."""
    if once is not None:
        await once.keep_answer(connection, answer)
    return answer
