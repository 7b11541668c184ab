"""Closing a store's days: what stands in the way, and the act itself."""

from datetime import date, datetime, timedelta

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.bookkeeping import store
from marketplace.bookkeeping.differences import Difference, find_differences
from marketplace.bookkeeping.names import find_names
from marketplace.bookkeeping.spans import EARLIEST
from marketplace.books import author_of, book_of
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.formats.dates import day_bounds, day_of
from marketplace.http.idempotency import Once
from marketplace.http.pagination import decode_cursor, encode_cursor
from marketplace.ids import StoreId
from payments import close_days, find_book, list_closings

CLOSINGS_ON_A_PAGE = 20
LONGEST_REASON = 500


class ShiftStillOpenError(ConflictError):
    """A day's cash is not counted while a shift of that day is open."""

    code = "shift_still_open"
    default_message = "Masih ada sif kasir yang terbuka dari hari itu. Tutup dulu sifnya, lalu tutup harinya."


class ClosingAct(msgspec.Struct, frozen=True, kw_only=True):
    """One act of closing: days after `after_day` (null: from the first) through `through_day`, by whom and why so."""

    after_day: date | None
    through_day: date
    transfer_count: int
    closed_at: datetime
    closed_by: str
    reason: str


class OpenDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What is open and should not be; `sentence` is Indonesian with places that `facts` fill."""

    code: str
    sentence: str
    facts: dict[str, str | int]
    amount_rupiah: int | None
    href: str


class ClosingState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a store is closed, what could be closed now and what stands in the way."""

    closed_through: date | None
    last_day_over: date
    is_anything_open: bool
    open_shift_ids: list[int]
    differences: list[OpenDifference]
    acts: list[ClosingAct]
    next_cursor: str | None
    time_zone: str


class ClosedDays(msgspec.Struct, frozen=True, kw_only=True):
    """Through which day the store's book is closed now."""

    closed_through: date
    is_new: bool


async def show_closing(store_id: StoreId, *, cursor: str | None = None, language: str = "id") -> ClosingState:
    """Read how far a store's book is closed and whether yesterday could be closed now.

    Raises:
        NotFoundError: there is no such store.
        InvalidError: a cursor that cannot be read.

    """
    position = decode_cursor(cursor, tuple[int])
    async with database.connection() as connection:
        place = await store.find_place(connection, store_id)
        its = await find_book(connection, book=book_of(store_id))
        if place is None or its is None:
            raise NotFoundError
        yesterday = day_of(clock.now(), place["time_zone"]) - timedelta(days=1)
        _, end = day_bounds(yesterday, place["time_zone"])
        acts = await list_closings(
            connection,
            book=book_of(store_id),
            before_day=_day(position),
            limit=CLOSINGS_ON_A_PAGE + 1,
        )
        names = await find_names(connection, store_id, (act.author for act in acts), language=language)
        differences = await find_differences(connection, store_id, through=yesterday)
        shifts = await store.list_open_shifts(connection, store_id, opened_before=end)
    shown = acts[:CLOSINGS_ON_A_PAGE]
    return ClosingState(
        closed_through=its.closed_through,
        last_day_over=yesterday,
        is_anything_open=its.closed_through is None or its.closed_through < yesterday,
        open_shift_ids=shifts,
        differences=[_told(difference) for difference in differences],
        acts=[
            ClosingAct(
                after_day=act.after_day,
                through_day=act.through_day,
                transfer_count=act.transfer_count,
                closed_at=act.closed_at,
                closed_by=names.reference(act.author),
                reason=act.reason,
            )
            for act in shown
        ],
        next_cursor=encode_cursor(shown[-1].through_day.toordinal()) if len(acts) > len(shown) else None,
        time_zone=place["time_zone"],
    )


@database.retry_on_conflict
async def close_store_days(through: date, *, reason: str, actor: Actor, once: Once) -> ClosedDays:
    """Close the actor's store through a day that is over; again, or an earlier day, changes nothing.

    Raises:
        InvalidError: the day is not over, or something is open and no reason was given.
        ShiftStillOpenError: a shift opened on or before the day is still open.
        NotFoundError: the cooperative has no such store.

    """
    store_id, now, reason = actor.require_store(), clock.now(), reason.strip()
    if len(reason) > LONGEST_REASON:
        raise InvalidError(fields={"reason": ("Paling panjang {n} huruf.", {"n": LONGEST_REASON})})
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, ClosedDays)) is not None:
            return answer
        place = await store.find_place(connection, store_id)
        if place is None:
            raise NotFoundError
        if not EARLIEST <= through < day_of(now, place["time_zone"]):
            raise InvalidError(fields={"through": "Pilih hari yang sudah lewat menurut jam gerai."})
        # First the lock, then the looking: what was under way when we came is committed and seen.
        closed = await close_days(
            connection,
            book=book_of(store_id),
            through=through,
            at=now,
            author=author_of(actor.require_person()),
            reason=reason,
        )
        if closed.is_new:
            await _require_all_done(connection, store_id, through=through, reason=reason, time_zone=place["time_zone"])
            await record_audit(
                connection,
                actor=actor,
                action="books.day_closed",
                subject=book_of(store_id),
                detail={"through": through.isoformat(), "reason": reason},
            )
        answer = ClosedDays(closed_through=closed.closed_through, is_new=closed.is_new)
        await once.keep_answer(connection, answer)
        return answer


async def _require_all_done(
    connection: database.Connection, store_id: StoreId, *, through: date, reason: str, time_zone: str
) -> None:
    """Let the closing stand only if no shift of those days is open, and differences have a reason beside them."""
    _, end = day_bounds(through, time_zone)
    if await store.list_open_shifts(connection, store_id, opened_before=end):
        raise ShiftStillOpenError
    if not reason and await find_differences(connection, store_id, through=through):
        raise InvalidError(fields={"reason": "Masih ada selisih. Tulis alasan menutup hari ini walau begitu."})


def _told(difference: Difference) -> OpenDifference:
    return OpenDifference(
        code=difference.code,
        sentence=difference.sentence,
        facts=difference.facts,
        amount_rupiah=difference.amount_rupiah,
        href=difference.href,
    )


def _day(position: tuple[int] | None) -> date | None:
    if position is None:
        return None
    try:
        return date.fromordinal(position[0])
    except (ValueError, OverflowError) as error:
        message = "Penanda halaman tidak dikenal. Mulai lagi dari halaman pertama."
        raise InvalidError(message, fields={"cursor": message}) from error
