"""Money set aside: counted against what is available, posted or let go once, found by the check when it lies."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from payments import (
    BalanceTooLow,
    HoldEnded,
    HoldNotFound,
    Money,
    PostingConflict,
    Transfer,
    available,
    balance,
    check,
    hold,
    list_holds,
    post,
    post_held,
    void_held,
)
from payments.ledger.accounts import OPENING_BALANCE, SAFE, bank, cash_in_transit, refund_due
from payments.ledger.transfers import Hold, PostedTransfer
from tests.payments.conftest import Connect, Connection

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BOOK = "store:12"
BANK = bank("bank:1")


def deposit(rupiah: int, event: str = "deposit") -> Transfer:
    return Transfer(debit=BANK, credit=SAFE, amount=Money(rupiah), event=event)


async def fill_safe(connection: Connection, rupiah: int = 100_000) -> None:
    async with connection.transaction():
        opening = Transfer(debit=SAFE, credit=OPENING_BALANCE, amount=Money(rupiah), event="opening")
        await post(connection, book=BOOK, source="opening", transfers=[opening], author="person:7", occurred_at=AT)


async def hold_at_once(connection: Connection, transfer: Transfer, *, source: str = "deposit:1") -> Hold:
    async with connection.transaction():
        return await hold(
            connection, book=BOOK, source=source, transfer=transfer, author="person:7", held_at=AT, reason="setor"
        )


async def post_held_at_once(
    connection: Connection, *, source: str = "deposit:1", event: str = "deposit"
) -> PostedTransfer:
    async with connection.transaction():
        return await post_held(connection, book=BOOK, source=source, event=event, author="person:8", occurred_at=LATER)


async def void_at_once(connection: Connection, *, source: str = "deposit:1", event: str = "deposit") -> bool:
    async with connection.transaction():
        return await void_held(
            connection, book=BOOK, source=source, event=event, author="person:8", at=LATER, reason="batal"
        )


async def test_held_money_stands_in_the_balance_and_is_not_available(connection: Connection) -> None:
    await fill_safe(connection)
    first = await hold_at_once(connection, deposit(60_000))
    again = await hold_at_once(connection, deposit(60_000))
    assert (first.is_new, again.is_new, again.hold_id) == (True, False, first.hold_id)
    assert await balance(connection, book=BOOK, account=SAFE) == Money(100_000)
    assert await available(connection, book=BOOK, account=SAFE) == Money(40_000)
    # what is to come is not counted before it is there
    assert await available(connection, book=BOOK, account=BANK) == Money(0)
    (open_hold,) = await list_holds(connection, book=BOOK)
    assert (open_hold.source, open_hold.transfer, open_hold.reason) == ("deposit:1", deposit(60_000), "setor")
    assert await check(connection) == []


async def test_neither_posting_nor_hold_takes_what_is_held(connection: Connection) -> None:
    await fill_safe(connection)
    await hold_at_once(connection, deposit(60_000))
    with pytest.raises(BalanceTooLow) as refused:
        await hold_at_once(connection, deposit(40_001), source="deposit:2")
    assert refused.value.params["accounts"] == (SAFE,)
    with pytest.raises(BalanceTooLow):
        async with connection.transaction():
            await post(
                connection,
                book=BOOK,
                source="other",
                transfers=[deposit(40_001)],
                author="person:7",
                occurred_at=AT,
            )
    await hold_at_once(connection, deposit(40_000), source="deposit:2")
    assert await available(connection, book=BOOK, account=SAFE) == Money(0)
    assert await check(connection) == []


async def test_money_owed_covers_what_is_held_of_it(connection: Connection) -> None:
    """Of a liability that may not be negative, what is held on its debit side counts."""
    owed = refund_due("order:1")
    async with connection.transaction():
        await post(
            connection,
            book=BOOK,
            source="payment:1",
            transfers=[Transfer(debit=BANK, credit=owed, amount=Money(500), event="surplus")],
            author="system",
            occurred_at=AT,
        )
    await hold_at_once(connection, Transfer(debit=owed, credit=BANK, amount=Money(400), event="back"))
    with pytest.raises(BalanceTooLow):
        await hold_at_once(
            connection, Transfer(debit=owed, credit=BANK, amount=Money(101), event="back"), source="deposit:2"
        )
    assert await available(connection, book=BOOK, account=owed) == Money(100)


async def test_posted_hold_is_the_transfer_of_its_name(connection: Connection) -> None:
    await fill_safe(connection)
    await hold_at_once(connection, deposit(100_000))
    posted = await post_held_at_once(connection)
    again = await post_held_at_once(connection)
    assert (posted.is_new, again.is_new, again.transfer_id) == (True, False, posted.transfer_id)
    assert await balance(connection, book=BOOK, account=SAFE) == Money(0)
    assert await balance(connection, book=BOOK, account=BANK) == Money(100_000)
    assert await available(connection, book=BOOK, account=BANK) == Money(100_000)
    assert await list_holds(connection, book=BOOK) == ()
    row = await connection.fetchrow("SELECT * FROM ledger_transfer WHERE id = $1", posted.transfer_id)
    assert row is not None
    assert (row["source"], row["event"], row["occurred_at"], row["author"], row["reason"]) == (
        "deposit:1",
        "deposit",
        LATER,
        "person:8",
        "setor",
    )
    with pytest.raises(HoldEnded):
        await void_at_once(connection)
    assert await check(connection) == []


async def test_voided_hold_lets_the_money_go_and_is_not_posted(connection: Connection) -> None:
    await fill_safe(connection)
    await hold_at_once(connection, deposit(100_000))
    assert await void_at_once(connection)
    assert not await void_at_once(connection)
    assert await available(connection, book=BOOK, account=SAFE) == Money(100_000)
    with pytest.raises(HoldEnded):
        await post_held_at_once(connection)
    assert await balance(connection, book=BOOK, account=BANK) == Money(0)
    assert await check(connection) == []


async def test_name_that_stands_for_something_else_is_refused(connection: Connection) -> None:
    await fill_safe(connection)
    await hold_at_once(connection, deposit(10))
    for other in (
        deposit(11),
        Transfer(debit=cash_in_transit("deposit:1"), credit=SAFE, amount=Money(10), event="deposit"),
    ):
        with pytest.raises(PostingConflict):
            await hold_at_once(connection, other)
    with pytest.raises(PostingConflict):
        await hold_at_once(connection, deposit(10, event="opening"), source="opening")
    with pytest.raises(HoldNotFound):
        await post_held_at_once(connection, source="deposit:9")
    with pytest.raises(HoldNotFound):
        async with connection.transaction():
            await void_held(
                connection,
                book="store:13",
                source="deposit:1",
                event="deposit",
                author="person:8",
                at=LATER,
                reason="batal",
            )
    with pytest.raises(ValueError, match="says why"):
        await void_held(
            connection, book=BOOK, source="deposit:1", event="deposit", author="person:8", at=LATER, reason=""
        )
    assert await available(connection, book=BOOK, account=SAFE) == Money(99_990)


async def test_hold_whose_name_was_posted_meanwhile_is_not_posted_twice(connection: Connection) -> None:
    await fill_safe(connection)
    await hold_at_once(connection, deposit(10))
    async with connection.transaction():
        await post(
            connection,
            book=BOOK,
            source="deposit:1",
            transfers=[deposit(10)],
            author="person:7",
            occurred_at=AT,
        )
    with pytest.raises(PostingConflict):
        await post_held_at_once(connection)
    assert await balance(connection, book=BOOK, account=BANK) == Money(10)
    assert [finding.rule for finding in await check(connection)] == ["hold_differs"]


async def test_posting_and_voiding_at_once_end_a_hold_once(connect: Connect) -> None:
    one, two = await connect(), await connect()
    await fill_safe(one)
    for number in range(20):
        source = f"deposit:{number}"
        await hold_at_once(one, deposit(1_000), source=source)
        outcomes = await asyncio.gather(
            post_held_at_once(one, source=source), void_at_once(two, source=source), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes].count(HoldEnded) == 1
    assert await check(one) == []
    moved = await balance(one, book=BOOK, account=BANK)
    assert await available(one, book=BOOK, account=SAFE) == Money(100_000) - moved


async def test_holds_at_once_never_hold_more_than_there_is(connect: Connect) -> None:
    connections = [await connect() for _ in range(4)]
    await fill_safe(connections[0])
    outcomes = await asyncio.gather(
        *[
            hold_at_once(connection, deposit(40_000), source=f"deposit:{number}")
            for number, connection in enumerate(connections)
        ],
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes].count(Hold) == 2
    assert await available(connections[0], book=BOOK, account=SAFE) == Money(20_000)
    assert await check(connections[0]) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_hold SET amount_rupiah = 1",
        "DELETE FROM ledger_hold_end",
        "UPDATE ledger_hold_end SET outcome = 'voided', reason = 'x'",
        "TRUNCATE ledger_hold_end",
    ],
)
async def test_holds_are_only_added_to(connection: Connection, change: str) -> None:
    await fill_safe(connection)
    await hold_at_once(connection, deposit(10))
    await post_held_at_once(connection)
    with pytest.raises(asyncpg.PostgresError) as refused:
        await connection.execute(change)
    assert refused.value.sqlstate == "LG002"


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ("UPDATE ledger_balance SET pending_credit_rupiah = 0", ["pending_differs"]),
        ("DELETE FROM ledger_hold_end", ["hold_differs", "held_beyond_balance", "pending_differs", "pending_differs"]),
        ("UPDATE ledger_hold_end SET outcome = 'voided', reason = 'x'", ["hold_differs"]),
        ("UPDATE ledger_transfer SET amount_rupiah = 99 WHERE source = 'deposit:1'", ["hold_differs"]),
    ],
)
async def test_check_finds_holds_that_lie(connection: Connection, change: str, rules: list[str]) -> None:
    await fill_safe(connection)
    await hold_at_once(connection, deposit(100_000))
    if "balance" not in change:
        await post_held_at_once(connection)
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(change)
    found = [finding.rule for finding in await check(connection)]
    assert [rule for rule in found if rule not in ("balance_differs", "book_unbalanced")] == sorted(rules)
