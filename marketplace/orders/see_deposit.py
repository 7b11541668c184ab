"""Cash brought to the bank, seen on the bank's own statement: stronger than a slip, and the amount is the bank's."""

from datetime import datetime

import msgspec

from marketplace.books import author_of, book_of
from marketplace.database import Connection
from marketplace.errors import ForbiddenError, NotFoundError
from marketplace.ids import PersonId, StoreId
from marketplace.orders import deposit_store
from marketplace.orders.bank_deposits import Deposit, DepositEndedError, deposit_reference
from payments import Money, post, recipes


class SeenLine(msgspec.Struct, frozen=True, kw_only=True):
    """The line of a statement that shows a deposit, and what the bank counted."""

    line_id: int
    counted: Money


def deposit_move(deposit_id: int) -> str:
    """Name of what a deposit does at the bank, as statements know it."""
    return f"{deposit_reference(deposit_id)}/deposit"


async def see_deposit(
    connection: Connection, *, store_id: StoreId, deposit_id: int, line: SeenLine, seen_by: PersonId, at: datetime
) -> Deposit:
    """Tie a deposit to the line that shows it, in the caller's transaction, which has claimed the line.

    One that a second person confirmed before is only tied; one on its way arrives by it, without a slip. What the bank
    counted less or more is booked as short or over. Who brought the cash decides neither. Locks the deposit, ledger
    accounts.

    Raises:
        NotFoundError: no such deposit of this store.
        DepositEndedError: it went back to the safe, or has its line.
        ForbiddenError: it is the deposit of `seen_by`, and more is to be said than that it is there.

    """
    deposit = await deposit_store.lock_deposit(connection, store_id=store_id, deposit_id=deposit_id)
    if deposit is None:
        raise NotFoundError
    if deposit["state"] == "rejected" or deposit["line_id"] is not None:
        raise DepositEndedError
    brought, reference = Money(deposit["amount_rupiah"]), deposit_reference(deposit_id)
    has_arrived = deposit["state"] == "arrived"
    if deposit["made_by"] == seen_by and (not has_arrived or line.counted != brought):
        message = "Setoran diperiksa orang lain, bukan yang membawanya."
        raise ForbiddenError(message)
    bank_reference = deposit["bank_reference"]
    arrival = recipes.deposit_arrived(deposit=reference, bank_reference=bank_reference, amount=brought)
    await post(
        connection,
        book=book_of(store_id),
        source=reference,
        transfers=(
            *(() if has_arrived else arrival),
            *recipes.deposit_counted(bank_reference=bank_reference, brought=brought, counted=line.counted),
        ),
        author=author_of(seen_by),
        occurred_at=at,
    )
    await deposit_store.see_line(
        connection,
        deposit_id,
        line_id=line.line_id,
        counted_rupiah=line.counted.rupiah,
        decided_by=seen_by,
        decided_at=at,
    )
    return Deposit(
        deposit_id=deposit_id,
        state="arrived",
        amount_rupiah=brought.rupiah,
        has_slip=deposit["slip_digest"] is not None,
    )
