"""Cash between a till and the safe while the shift goes on: too much is brought away, change money is fetched."""

from typing import Final, Literal

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
from payments import BalanceTooLow, Money, post, recipes

MoveKind = Literal["drop", "refill"]
LONGEST_REASON: Final = 200


class MovedCash(msgspec.Struct, frozen=True, kw_only=True):
    """What was moved; `kind` is drop (till to safe) or refill (safe to till)."""

    move_id: int
    shift_id: ShiftId
    kind: str
    amount_rupiah: int


@database.retry_on_conflict
async def move_cash(kind: MoveKind, amount_rupiah: int, *, reason: str, actor: Actor, once: Once) -> MovedCash:
    """Bring cash from the actor's open till to the safe (`drop`), or change money from the safe into it (`refill`).

    Locks shift (shared), ledger accounts.

    Raises:
        InvalidError: amount out of bounds, or more than till or safe hold by the book; reason too long.
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
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, MovedCash)) is not None:
            return answer
        shift = taking_cash(await counter_store.share_open_shift(connection, cashier_id=cashier_id, store_id=store_id))
        move_id = await till_store.insert_move(
            connection,
            store_id=store_id,
            shift_id=shift["id"],
            kind=kind,
            amount_rupiah=amount_rupiah,
            reason=reason.strip(),
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
                reason=reason.strip(),
            )
        except BalanceTooLow as error:
            too_low = (
                "Menurut buku, uang di laci tidak sebanyak itu."
                if kind == "drop"
                else "Menurut buku, uang di brankas tidak sebanyak itu."
            )
            raise InvalidError(fields={"amount_rupiah": too_low}) from error
        await record_audit(
            connection,
            actor=actor,
            action="till.dropped" if kind == "drop" else "till.refilled",
            subject=till_reference(shift["id"]),
            detail={"amount": amount_rupiah, "reason": reason.strip()},
        )
        answer = MovedCash(move_id=move_id, shift_id=shift["id"], kind=kind, amount_rupiah=amount_rupiah)
        await once.keep_answer(connection, answer)
        return answer
