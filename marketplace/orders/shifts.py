"""A cashier's shift: opened with a float, closed with counted cash and the difference booked."""

from typing import Any, Final, Literal

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of, till_of, till_reference
from marketplace.errors import ConflictError, InvalidError
from marketplace.http.idempotency import Once
from marketplace.ids import ShiftId
from marketplace.orders import counter_store
from payments import BalanceTooLow, Money, accounts, balance, post, recipes

LARGEST_FLOAT_RUPIAH = 50_000_000
# A coin too many or too few in the change; more than that is counted again.
SMALL_CHANGE_RUPIAH: Final = 5_000
LONGEST_NOTE: Final = 300


class NoOpenShiftError(ConflictError):
    """Cash can only be taken in an open shift."""

    code = "no_open_shift"
    default_message = "Buka sif kasir dulu sebelum menerima uang."


class SafeTooLowError(ConflictError):
    """The safe does not hold the change money that was asked for, by the book."""

    code = "safe_too_low"
    default_message = (
        "Menurut buku, uang di brankas tidak cukup untuk modal awal ini. Pengelola perlu mencatat kas awal dulu."
    )


class TillOfferedError(ConflictError):
    """The till was counted for the next cashier: no cash goes in or out meanwhile."""

    code = "till_is_offered"
    default_message = "Laci ini sedang diserahterimakan. Tunggu kasir berikutnya menghitung, atau tarik dulu."


class CountDiffersError(ConflictError):
    """The cash counted is not what the book says; by how much is not told, so that nobody counts towards a figure."""

    code = "count_differs"
    default_message = (
        "Hitungan ini berbeda dari catatan kasir. Hitung sekali lagi dengan teliti dan tulis catatannya. "
        "Hitungan kedua menutup sif."
    )


def taking_cash(shift: asyncpg.Record | None) -> asyncpg.Record:
    """The open shift that was looked for, where cash may go in and out of it.

    Raises:
        NoOpenShiftError: there is none.
        TillOfferedError: it waits for the next cashier.

    """
    if shift is None:
        raise NoOpenShiftError
    if shift["offered_at"] is not None:
        raise TillOfferedError
    return shift


class OpenedShift(msgspec.Struct, frozen=True, kw_only=True):
    """A shift that is open now."""

    shift_id: ShiftId
    float_rupiah: int


class ClosedShift(msgspec.Struct, frozen=True, kw_only=True):
    """A closed shift: what the till should hold, what was counted, the difference (negative is short)."""

    shift_id: ShiftId
    expected_rupiah: int
    counted_rupiah: int
    variance_rupiah: int


@database.retry_on_conflict
async def open_shift(float_rupiah: int, *, actor: Actor, once: Once) -> OpenedShift:
    """Open the actor's shift at their store with change money taken from the safe.

    Raises:
        InvalidError: a float below zero or above 50 million.
        ConflictError: this cashier has a shift open, here or at another store.

    """
    if not 0 <= float_rupiah <= LARGEST_FLOAT_RUPIAH:
        message = "Modal awal harus antara Rp 0 dan Rp 50.000.000."
        raise InvalidError(fields={"float_rupiah": message})
    store_id, cashier_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, OpenedShift)) is not None:
            return answer
        shift_id = await counter_store.insert_shift(
            connection, store_id=store_id, cashier_id=cashier_id, opened_at=now, float_rupiah=float_rupiah
        )
        if shift_id is None:
            message = "Anda masih punya sif yang terbuka. Tutup dulu sif itu."
            raise ConflictError(message)
        transfers = recipes.float_put_in(till=till_of(shift_id), amount=Money(float_rupiah))
        if transfers:
            try:
                await post(
                    connection,
                    book=book_of(store_id),
                    source=till_reference(shift_id),
                    transfers=transfers,
                    author=author_of(cashier_id),
                    occurred_at=now,
                )
            except BalanceTooLow as error:
                raise SafeTooLowError from error
        await record_audit(
            connection,
            actor=actor,
            action="shift.opened",
            subject=till_reference(shift_id),
            detail={"float": float_rupiah},
        )
        answer = OpenedShift(shift_id=shift_id, float_rupiah=float_rupiah)
        await once.keep_answer(connection, answer)
        return answer


async def close_shift(counted_rupiah: int, *, note: str = "", actor: Actor, once: Once) -> ClosedShift:
    """Close the actor's shift: book the difference, bring the cash to the safe.

    A first count that differs by more than small change closes nothing: it is kept, and counted once more. The second
    count closes whatever it is, with a `note`. How much is missing is told after that.

    Raises:
        InvalidError: less than nothing was counted, too long a note, or a second count without one.
        CountDiffersError: the first count differs.
        NoOpenShiftError: there is none.
        TillOfferedError: it waits for the next cashier.

    """
    if not 0 <= counted_rupiah <= 10 * LARGEST_FLOAT_RUPIAH:
        message = "Tulis jumlah uang yang dihitung, tidak boleh kurang dari nol."
        raise InvalidError(fields={"counted_rupiah": message})
    if len(note) > LONGEST_NOTE:
        raise InvalidError(fields={"note": "Catatan paling panjang 300 huruf."})
    closed = await _count(counted_rupiah, note=note.strip(), actor=actor, once=once)
    if closed == "count_again":
        raise CountDiffersError
    return closed


# What is kept of a count: the closed shift, or that it is to be counted again.
_COUNTED: Final[Any] = ClosedShift | Literal["count_again"]


@database.retry_on_conflict
async def _count(counted_rupiah: int, *, note: str, actor: Actor, once: Once) -> ClosedShift | Literal["count_again"]:
    store_id, cashier_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        kept: ClosedShift | Literal["count_again"] | None = await once.find_answer(connection, _COUNTED)
        if kept is not None:
            return kept
        shift = taking_cash(await counter_store.lock_open_shift(connection, cashier_id=cashier_id, store_id=store_id))
        is_second = shift["first_counted_rupiah"] is not None
        if is_second and not note:
            raise InvalidError(fields={"note": "Hitungan pertama berbeda. Tulis apa yang terjadi."})
        expected = await balance(connection, book=book_of(store_id), account=till_of(shift["id"]))
        if not is_second and abs(counted_rupiah - expected.rupiah) > SMALL_CHANGE_RUPIAH:
            # Committed, else counting over and over would find the figure.
            await counter_store.keep_first_count(connection, shift["id"], counted_rupiah=counted_rupiah)
            await record_audit(
                connection,
                actor=actor,
                action="shift.counted",
                subject=till_reference(shift["id"]),
                detail={"counted": counted_rupiah},
            )
            await once.keep_answer(connection, "count_again")
            return "count_again"
        answer = await _close(connection, shift, expected, Money(counted_rupiah), note=note, actor=actor)
        await once.keep_answer(connection, answer)
        return answer


async def _close(
    connection: database.Connection,
    shift: asyncpg.Record,
    expected: Money,
    counted: Money,
    *,
    note: str,
    actor: Actor,
) -> ClosedShift:
    shift_id, now = ShiftId(shift["id"]), clock.now()
    await post(
        connection,
        book=book_of(actor.require_store()),
        source=till_reference(shift_id),
        transfers=(
            *recipes.till_counted(till=till_of(shift_id), expected=expected, counted=counted),
            *recipes.till_dropped(till=till_of(shift_id), amount=counted),
        ),
        author=author_of(actor.require_person()),
        occurred_at=now,
        reason=note or "shift closed",
    )
    await counter_store.close_shift_row(
        connection,
        shift_id,
        closed_at=now,
        counted_rupiah=counted.rupiah,
        expected_rupiah=expected.rupiah,
        note=note,
    )
    await record_audit(
        connection,
        actor=actor,
        action="shift.closed",
        subject=till_reference(shift_id),
        detail={"expected": expected.rupiah, "counted": counted.rupiah} | ({"note": note} if note else {}),
    )
    return ClosedShift(
        shift_id=shift_id,
        expected_rupiah=expected.rupiah,
        counted_rupiah=counted.rupiah,
        variance_rupiah=(counted - expected).rupiah,
    )


class SafeCash(msgspec.Struct, frozen=True, kw_only=True):
    """What the safe holds by the book."""

    safe_rupiah: int


@database.retry_on_conflict
async def record_opening_cash(amount_rupiah: int, *, reason: str, actor: Actor, once: Once) -> SafeCash:
    """Bring cash that the cooperative already has into the safe's book, such as members' deposits on the first day.

    Raises:
        InvalidError: amount out of bounds, or no reason.

    """
    fields: dict[str, str | tuple[str, dict[str, object]]] = {}
    if not 1 <= amount_rupiah <= 10 * LARGEST_FLOAT_RUPIAH:
        fields["amount_rupiah"] = "Jumlah harus antara Rp 1 dan Rp 500.000.000."
    if not reason.strip():
        fields["reason"] = "Tulis asal uangnya, misalnya “kas awal” atau “setoran pengurus”."
    if fields:
        raise InvalidError(fields=fields)
    store_id, person_id = actor.require_store(), actor.require_person()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, SafeCash)) is not None:
            return answer
        await post(
            connection,
            book=book_of(store_id),
            # Two people may send the same key, as copied from an example: each recorded cash of their own.
            source=f"opening:{store_id}-{person_id}:{once.key}",
            transfers=recipes.opened_with(account=accounts.SAFE, amount=Money(amount_rupiah)),
            author=author_of(person_id),
            occurred_at=clock.now(),
            reason=reason.strip(),
        )
        held = await balance(connection, book=book_of(store_id), account=accounts.SAFE)
        await record_audit(
            connection,
            actor=actor,
            action="safe.cash_recorded",
            subject=f"store:{store_id}",
            detail={"amount": amount_rupiah, "reason": reason.strip()},
        )
        answer = SafeCash(safe_rupiah=held.rupiah)
        await once.keep_answer(connection, answer)
        return answer
