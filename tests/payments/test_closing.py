"""Closed days: nothing is booked there any more, whoever is quick; what they hold is summed up once and checked."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from payments import (
    Closed,
    DayClosed,
    DayNotOver,
    Money,
    Posting,
    Transfer,
    bookable,
    check,
    close_days,
    find_book,
    hold,
    list_closings,
    post,
    post_held,
    set_time_zone,
)
from payments.ledger.accounts import GOODS_REVENUE, OPENING_BALANCE, SAFE, bank, till
from tests.payments.conftest import Connect, Connection
from tests.waiting import until_somebody_waits

BOOK = "store:12"
TILL = till("shift:1")
DAY = date(2026, 11, 20)
NEXT_NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def at(hour: int, *, day: date = DAY) -> datetime:
    """Hour of a day on the clock of Jakarta, which is seven hours ahead."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 7)


async def sell(
    connection: Connection, source: str, occurred_at: datetime, rupiah: int = 100, *, book: str = BOOK
) -> Posting:
    async with connection.transaction():
        return await post(
            connection,
            book=book,
            source=source,
            transfers=[Transfer(debit=TILL, credit=GOODS_REVENUE, amount=Money(rupiah), event="sale")],
            author="person:7",
            occurred_at=occurred_at,
        )


async def close(connection: Connection, through: date = DAY, now: datetime = NEXT_NOON, reason: str = "") -> Closed:
    async with connection.transaction():
        return await close_days(connection, book=BOOK, through=through, at=now, author="person:9", reason=reason)


async def test_closed_day_takes_no_transfer_and_the_next_does(connection: Connection) -> None:
    await sell(connection, "order:1", at(23))
    assert await close(connection) == Closed(closed_through=DAY, is_new=True)
    with pytest.raises(DayClosed) as refused:
        await sell(connection, "order:2", at(23))
    assert refused.value.closed_through == DAY
    with pytest.raises(DayClosed):
        await sell(connection, "order:2", at(3, day=date(2026, 1, 1)))
    await sell(connection, "order:2", at(24))
    assert await connection.fetchval("SELECT count(*) FROM ledger_transfer") == 2
    assert await check(connection) == []


async def test_posting_again_what_stands_on_a_closed_day_is_answered(connection: Connection) -> None:
    first = await sell(connection, "order:1", at(12))
    await close(connection)
    again = await sell(connection, "order:1", at(12))
    assert (again.transfer_ids, again.is_new) == (first.transfer_ids, False)


async def test_day_is_the_book_s_own(connection: Connection) -> None:
    """22.30 UTC of the 20th is the 21st in Jakarta and Jayapura; 15.30 UTC is the 21st in Jayapura alone."""
    await set_time_zone(connection, book="store:81", time_zone="Asia/Jayapura")
    for book in (BOOK, "store:81"):
        await sell(connection, f"{book}/1", datetime(2026, 11, 20, 15, 30, tzinfo=UTC), book=book)
        await sell(connection, f"{book}/2", datetime(2026, 11, 20, 22, 30, tzinfo=UTC), book=book)
    rows = await connection.fetch("SELECT source, booked_on FROM ledger_transfer ORDER BY source")
    assert [(row["source"], row["booked_on"].day) for row in rows] == [
        ("store:12/1", 20),
        ("store:12/2", 21),
        ("store:81/1", 21),
        ("store:81/2", 21),
    ]
    # a book that moves keeps its past
    await set_time_zone(connection, book=BOOK, time_zone="Asia/Jayapura")
    await sell(connection, "store:12/3", datetime(2026, 11, 20, 15, 30, tzinfo=UTC))
    assert await connection.fetchval("SELECT booked_on FROM ledger_transfer WHERE source = 'store:12/1'") == DAY
    assert await connection.fetchval("SELECT booked_on FROM ledger_transfer WHERE source = 'store:12/3'") == date(
        2026, 11, 21
    )
    assert await check(connection) == []


async def test_closing_needs_the_day_to_be_over(connection: Connection) -> None:
    await sell(connection, "order:1", at(12))
    with pytest.raises(DayNotOver):
        await close(connection, now=at(23) + timedelta(minutes=59))
    assert (await find_book(connection, book=BOOK)).closed_through is None  # type: ignore[union-attr]
    await close(connection, now=at(24))
    assert (await find_book(connection, book=BOOK)).closed_through == DAY  # type: ignore[union-attr]


async def test_closing_goes_forward_takes_all_open_days_and_once(connection: Connection) -> None:
    for number, day in enumerate((17, 18, 20)):
        await sell(connection, f"order:{number}", at(12, day=date(2026, 11, day)))
    assert await close(connection, date(2026, 11, 17), reason="laci selisih") == Closed(
        closed_through=date(2026, 11, 17), is_new=True
    )
    assert (await close(connection)).is_new
    # an earlier day, and the same again
    for day in (17, 19, 20):
        assert await close(connection, date(2026, 11, day)) == Closed(closed_through=DAY, is_new=False)
    latest, first = await list_closings(connection, book=BOOK)
    assert (first.after_day, first.through_day, first.transfer_count, first.reason, first.author) == (
        None,
        date(2026, 11, 17),
        1,
        "laci selisih",
        "person:9",
    )
    assert (latest.after_day, latest.through_day, latest.transfer_count) == (date(2026, 11, 17), DAY, 2)
    assert await list_closings(connection, book=BOOK, before_day=DAY) == (first,)
    sums = await connection.fetch("SELECT * FROM ledger_day_sum WHERE kind = 'till_cash' ORDER BY on_day")
    assert [(row["on_day"].day, row["reference"], row["debit_rupiah"]) for row in sums] == [
        (17, "", 100),
        (18, "", 100),
        (20, "", 100),
    ]
    assert await check(connection) == []


async def test_posting_under_way_is_waited_for_and_counted(connect: Connect) -> None:
    one, two = await connect(), await connect()
    await sell(one, "order:1", at(12))
    selling = one.transaction()
    await selling.start()
    await post(
        one,
        book=BOOK,
        source="order:2",
        transfers=[Transfer(debit=TILL, credit=GOODS_REVENUE, amount=Money(7), event="sale")],
        author="person:7",
        occurred_at=at(23),
    )
    closing = asyncio.create_task(close(two))
    await until_somebody_waits(one)
    await selling.commit()
    assert (await closing).is_new
    (act,) = await list_closings(one, book=BOOK)
    assert act.transfer_count == 2
    assert await check(one) == []


async def test_posting_that_waited_for_the_closing_is_refused(connect: Connect) -> None:
    one, two = await connect(), await connect()
    await sell(one, "order:1", at(12))
    closing = one.transaction()
    await closing.start()
    await close_days(one, book=BOOK, through=DAY, at=NEXT_NOON, author="person:9")
    selling = asyncio.create_task(sell(two, "order:2", at(23)))
    await until_somebody_waits(one)
    await closing.commit()
    with pytest.raises(DayClosed):
        await selling
    assert await check(one) == []


async def test_posting_in_an_older_snapshot_does_not_slip_in(connect: Connect) -> None:
    one, two = await connect(), await connect()
    await sell(one, "order:1", at(12))
    selling = two.transaction(isolation="repeatable_read")
    await selling.start()
    await two.fetchval("SELECT count(*) FROM ledger_transfer")
    await close(one)
    with pytest.raises(asyncpg.SerializationError):
        await sell(two, "order:2", at(23))
    await selling.rollback()
    assert await check(one) == []


async def test_closing_in_an_older_snapshot_is_refused(connection: Connection) -> None:
    with pytest.raises(asyncpg.PostgresError, match="READ COMMITTED"):
        async with connection.transaction(isolation="repeatable_read"):
            await close(connection)
    assert await connection.fetchval("SELECT count(*) FROM ledger_close") == 0


async def test_race_of_sellers_and_closer_lets_nothing_slip(connect: Connect) -> None:
    """Whatever the order, a sale of the day is in the sums of the day or refused."""
    sellers, closer = [await connect() for _ in range(4)], await connect()
    chance = random.Random(20)  # noqa: S311 - any order will do, the same each time
    day = DAY
    for turn in range(12):
        day += timedelta(days=1)
        pauses = [chance.random() * 0.01 for _ in range(20)]

        async def sell_some(lane: int, today: date = day, turn: int = turn, pauses: list[float] = pauses) -> int:
            sold = 0
            for number in range(5):
                await asyncio.sleep(pauses[lane * 5 + number])
                try:
                    await sell(sellers[lane], f"order:{turn}.{lane}.{number}", at(12, day=today))
                except DayClosed:
                    continue
                sold += 1
            return sold

        async def close_soon(today: date = day, pause: float = chance.random() * 0.03) -> int:
            await asyncio.sleep(pause)
            await close(closer, today, at(30, day=today))
            return 0

        sold = sum(await asyncio.gather(*[sell_some(lane) for lane in range(4)], close_soon()))
        (act,) = await list_closings(closer, book=BOOK, limit=1)
        assert (act.through_day, act.transfer_count) == (day, sold)
        assert await check(closer) == []


async def test_late_fact_is_booked_today_with_its_true_time(connection: Connection) -> None:
    await sell(connection, "order:1", at(12))
    async with connection.transaction():
        open_still = await bookable(connection, book=BOOK, happened_at=at(23), now=NEXT_NOON, reason="biaya")
    assert (open_still.occurred_at, open_still.reason) == (at(23), "biaya")
    await close(connection)
    async with connection.transaction():
        late = await bookable(connection, book=BOOK, happened_at=at(23), now=NEXT_NOON, reason="biaya")
        assert (late.occurred_at, late.reason) == (
            NEXT_NOON,
            "biaya; terjadi 2026-11-20 23:00, hari itu sudah ditutup",
        )
        await post(
            connection,
            book=BOOK,
            source="stripe:evt_1",
            transfers=[Transfer(debit=TILL, credit=GOODS_REVENUE, amount=Money(5), event="late")],
            author="system",
            occurred_at=late.occurred_at,
            reason=late.reason,
        )
    assert await check(connection) == []


async def test_hold_is_not_posted_into_a_closed_day(connection: Connection) -> None:
    async with connection.transaction():
        opening = Transfer(debit=SAFE, credit=OPENING_BALANCE, amount=Money(100), event="opening")
        await post(connection, book=BOOK, source="opening", transfers=[opening], author="system", occurred_at=at(8))
        deposit = Transfer(debit=bank("bank:1"), credit=SAFE, amount=Money(100), event="deposit")
        await hold(connection, book=BOOK, source="deposit:1", transfer=deposit, author="person:7", held_at=at(20))
    await close(connection)
    for moment, is_refused in ((at(22), True), (NEXT_NOON, False)):
        try:
            async with connection.transaction():
                await post_held(
                    connection, book=BOOK, source="deposit:1", event="deposit", author="system", occurred_at=moment
                )
        except DayClosed:
            assert is_refused
        else:
            assert not is_refused
    assert await check(connection) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_book SET closed_through = NULL",
        "UPDATE ledger_book SET closed_through = '2026-11-19'",
        "UPDATE ledger_book SET closed_through = '2026-12-01'",
        "DELETE FROM ledger_book",
        "DELETE FROM ledger_close",
        "UPDATE ledger_day_sum SET debit_rupiah = 0",
        "TRUNCATE ledger_day_sum",
    ],
)
async def test_closed_day_does_not_open_again(connection: Connection, change: str) -> None:
    await sell(connection, "order:1", at(12))
    await close(connection)
    with pytest.raises(asyncpg.PostgresError) as refused:
        await connection.execute(change)
    assert refused.value.sqlstate == "LG002"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE ledger_transfer SET amount_rupiah = amount_rupiah + 1 WHERE source = 'order:1'", "day_sum_differs"),
        ("DELETE FROM ledger_transfer WHERE source = 'order:1'", "closing_count_differs"),
        ("UPDATE ledger_transfer SET booked_on = booked_on + 3", "day_differs"),
        ("DELETE FROM ledger_day_sum WHERE kind = 'till_cash'", "day_sum_differs"),
        ("DELETE FROM ledger_close WHERE through_day = '2026-11-19'", "closing_gap"),
        ("UPDATE ledger_book SET closed_through = '2026-11-19'", "closed_mark_differs"),
    ],
)
async def test_check_finds_closed_days_that_were_touched(connection: Connection, change: str, rule: str) -> None:
    await sell(connection, "order:0", at(12, day=date(2026, 11, 19)))
    await close(connection, date(2026, 11, 19))
    await sell(connection, "order:1", at(12))
    await close(connection)
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(change)
    assert rule in {finding.rule for finding in await check(connection)}
    assert await check(connection, book="store:13") == []
