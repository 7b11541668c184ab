"""Cash between a till and the safe while the shift goes on: too much is brought away, change money is fetched."""

from typing import Any, Final, Literal

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, till_of, till_reference
from marketplace.errors import InvalidError
from marketplace.http.idempotency import Once
from marketplace.ids import ShiftId
from marketplace.orders import counter_store, till_store
from marketplace.orders.shifts import LARGEST_FLOAT_RUPIAH, taking_cash
from marketplace.orders.till_refusals import TOO_MUCH, may_leave_till
from payments import BalanceTooLow, Money, post, recipes

MoveKind = Literal["drop", "refill"]
LONGEST_REASON: Final = 200


class MovedCash(msgspec.Struct, frozen=True, kw_only=True):
    """What was moved; `kind` is drop (till to safe) or refill (safe to till)."""

    move_id: int
    shift_id: ShiftId
    kind: str
    amount_rupiah: int


# What is kept of a move: what was moved, or that the till does not hold it.
_ANSWERED: Final[Any] = MovedCash | Literal["refused"]


async def move_cash(kind: MoveKind, amount_rupiah: int, *, reason: str, actor: Actor, once: Once) -> MovedCash:
    """Bring cash from the actor's open till to the safe (`drop`), or change money from the safe into it (`refill`).

    A drop of more than the till holds is refused without saying by how much, and on record.

    Locks shift, ledger accounts.

    Raises:
        InvalidError: amount out of bounds, or more than till or safe hold by the book; reason too long.
        CountFirstError: a drop, and a cashier asked twice before for more than the till holds.
        NoOpenShiftError: there is none.
        TillOfferedError: the till waits for the next cashier.

    """
    fields: dict[str, str | tuple[str, dict[str, object]]] = {}
    if not 1 <= amount_rupiah <= LARGEST_FLOAT_RUPIAH:
        fields["amount_rupiah"] = "Jumlah harus antara Rp 1 dan Rp 50.000.000."
    if len(reason) > LONGEST_REASON:
        fields["reason"] = "Alasan paling panjang 200 huruf."
    if fields:
        raise InvalidError(fields=fields)
    moved = await _move(kind, amount_rupiah, reason=reason.strip(), actor=actor, once=once)
    if moved == "refused":
        raise InvalidError(fields={"amount_rupiah": TOO_MUCH})
    return moved


@database.retry_on_conflict
async def _move(
    kind: MoveKind, amount_rupiah: int, *, reason: str, actor: Actor, once: Once
) -> MovedCash | Literal["refused"]:
    store_id, cashier_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        kept: MovedCash | Literal["refused"] | None = await once.find_answer(connection, _ANSWERED)
        if kept is not None:
            return kept
        shift = taking_cash(await counter_store.lock_open_shift(connection, cashier_id=cashier_id, store_id=store_id))
        if kind == "drop" and not await may_leave_till(connection, shift, amount_rupiah=amount_rupiah, actor=actor):
            await once.keep_answer(connection, "refused")
            return "refused"
        answer = await _post_move(connection, shift, kind, amount_rupiah, reason=reason, actor=actor)
        await once.keep_answer(connection, answer)
        return answer


async def _post_move(
    connection: database.Connection,
    shift: asyncpg.Record,
    kind: MoveKind,
    amount_rupiah: int,
    *,
    reason: str,
    actor: Actor,
) -> MovedCash:
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    move_id = await till_store.insert_move(
        connection,
        store_id=store_id,
        shift_id=shift["id"],
        kind=kind,
        amount_rupiah=amount_rupiah,
        reason=reason,
        moved_at=now,
        moved_by=cashier_id,
    )
    recipe = recipes.till_dropped if kind == "drop" else recipes.float_put_in
    try:
        await post(
            connection,
            book=book_of(store_id),
            source=till_reference(shift["id"]),
            transfers=recipe(till=till_of(shift["id"]), amount=Money(amount_rupiah), event=f"{kind}.{move_id}"),
            author=author_of(cashier_id),
            occurred_at=now,
            reason=reason,
        )
    except BalanceTooLow as error:
        too_low = "Menurut buku, uang di brankas tidak sebanyak itu."
        raise InvalidError(fields={"amount_rupiah": too_low}) from error
    await record_audit(
        connection,
        actor=actor,
        action="till.dropped" if kind == "drop" else "till.refilled",
        subject=till_reference(shift["id"]),
        detail={"amount": amount_rupiah, "reason": reason},
    )
    return MovedCash(move_id=move_id, shift_id=shift["id"], kind=kind, amount_rupiah=amount_rupiah)
