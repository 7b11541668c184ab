"""Cash that a till does not hold by the book does not come out of it; each such refusal tells a bound of what it holds.

So a cashier who counts blind may run into it twice in a shift, each time on record; after that cash leaves the till as
change and with goods that come back, until it was counted (ADR 0027).
"""

from typing import Final

import asyncpg

from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import book_of, till_of, till_reference
from marketplace.database import Connection
from marketplace.errors import ConflictError
from marketplace.orders import till_store
from marketplace.orders.blind_count import counts_blind
from payments import balance

MOST_REFUSALS: Final = 2
TOO_MUCH: Final = "Lebih besar daripada uang di laci menurut catatan. Hitung lagi. Permintaan ini ikut tercatat."


class CountFirstError(ConflictError):
    """The cashier asked twice for more than the till holds: it is counted first."""

    code = "till_count_first"
    default_message = (
        "Sudah dua kali jumlahnya lebih besar daripada uang di laci menurut catatan. Uangnya tetap di laci sampai sif"
        " ditutup atau diserahterimakan."
    )


async def may_leave_till(connection: Connection, shift: asyncpg.Record, *, amount_rupiah: int, actor: Actor) -> bool:
    """Whether the till of a shift that is locked for update holds so much; where not, that is noted.

    The caller then commits and refuses, else trying over and over would find what the till holds. No cash moves in or
    out meanwhile: whatever moves it locks the shift.

    Raises:
        CountFirstError: a cashier asked twice before for more than the till holds.

    """
    if counts_blind(actor) and shift["refusal_count"] >= MOST_REFUSALS:
        raise CountFirstError
    held = await balance(connection, book=book_of(actor.require_store()), account=till_of(shift["id"]))
    if amount_rupiah <= held.rupiah:
        return True
    await till_store.count_refusal(connection, shift["id"])
    await record_audit(
        connection,
        actor=actor,
        action="till.refused",
        subject=till_reference(shift["id"]),
        detail={"amount": amount_rupiah},
    )
    return False
