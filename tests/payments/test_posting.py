"""Posting and reversing on a real database: once, whole, in balance, and never changed afterwards."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from payments import (
    AccountKey,
    AccountKind,
    BalanceTooLow,
    Money,
    NothingToReverse,
    OutsideTransaction,
    Posting,
    PostingConflict,
    Transfer,
    balance,
    check,
    post,
    reverse,
    statement,
    trial_balance,
)
from payments.ledger.accounts import COST_OF_GOODS_SOLD, GOODS_REVENUE, INVENTORY, KINDS, OPENING_BALANCE, SAFE, till
from tests.payments.conftest import Connect, Connection
from tests.waiting import until_somebody_waits

BOOK = "store:12"
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TILL = till("shift:1")


def sold(amount: int = 12_500, event: str = "sale.goods", into: AccountKey = TILL) -> Transfer:
    return Transfer(debit=into, credit=GOODS_REVENUE, amount=Money(amount), event=event)


async def post_at_once(
    connection: Connection, *transfers: Transfer, source: str = "order:1", book: str = BOOK
) -> Posting:
    async with connection.transaction():
        return await post(connection, book=book, source=source, transfers=transfers, author="person:7", occurred_at=AT)


async def count_transfers(connection: Connection) -> int:
    count: int = await connection.fetchval("SELECT count(*) FROM ledger_transfer")
    return count


async def test_posting_moves_both_balances(connection: Connection) -> None:
    cost = Transfer(debit=COST_OF_GOODS_SOLD, credit=INVENTORY, amount=Money(9_000), event="sale.cost")
    posting = await post_at_once(connection, sold(), cost)

    assert posting.is_new
    assert [transfer.event for transfer in posting.transfers] == ["sale.goods", "sale.cost"]
    assert await balance(connection, book=BOOK, account=TILL) == Money(12_500)
    assert await balance(connection, book=BOOK, account=GOODS_REVENUE) == Money(12_500)
    assert await balance(connection, book=BOOK, account=INVENTORY) == Money(-9_000)
    assert await balance(connection, book=BOOK, account=SAFE) == Money(0)
    assert await check(connection) == []


async def test_posting_of_eight_transfers_takes_one_statement(connection: Connection) -> None:
    await post_at_once(connection, sold(), source="order:0")  # the driver asks for the types once per connection
    statements: list[str] = []
    async with connection.transaction():
        connection.add_query_logger(lambda record: statements.append(record.query))
        await post(
            connection,
            book=BOOK,
            source="order:1",
            transfers=[sold(100 + number, f"sale.{number}") for number in range(8)],
            author="person:7",
            occurred_at=AT,
        )
    await asyncio.sleep(0)  # the driver logs on its next turn
    assert ["ledger_post" in text for text in statements if text not in {"BEGIN;", "COMMIT;"}] == [True]
    assert await count_transfers(connection) == 9


async def test_posting_again_changes_nothing_and_returns_the_same_ids(connection: Connection) -> None:
    first = await post_at_once(connection, sold())
    second = await post_at_once(connection, sold())

    assert second.transfer_ids == first.transfer_ids
    assert not second.is_new
    assert await count_transfers(connection) == 1
    assert await balance(connection, book=BOOK, account=TILL) == Money(12_500)


@pytest.mark.parametrize(
    "other",
    [
        sold(12_501),
        sold(into=till("shift:2")),
        Transfer(debit=GOODS_REVENUE, credit=TILL, amount=Money(12_500), event="sale.goods"),
    ],
    ids=["amount", "account", "direction"],
)
async def test_same_event_with_another_content_conflicts(connection: Connection, other: Transfer) -> None:
    await post_at_once(connection, sold())
    with pytest.raises(PostingConflict) as refusal:
        await post_at_once(connection, sold(1, "sale.before"), other)

    assert refusal.value.params == {"source": "order:1", "event": "sale.goods"}
    assert await count_transfers(connection) == 1
    assert await balance(connection, book=BOOK, account=TILL) == Money(12_500)
    assert await check(connection) == []


async def test_same_event_in_another_book_conflicts(connection: Connection) -> None:
    await post_at_once(connection, sold())
    with pytest.raises(PostingConflict):
        await post_at_once(connection, sold(), book="store:13")
    assert (await trial_balance(connection, book="store:13")).lines == ()


async def test_books_do_not_mix(connection: Connection) -> None:
    await post_at_once(connection, sold())
    await post_at_once(connection, sold(700), source="order:2", book="store:13")
    assert await balance(connection, book=BOOK, account=TILL) == Money(12_500)
    assert await balance(connection, book="store:13", account=TILL) == Money(700)


async def test_transfer_across_books_refused_by_the_database(connection: Connection) -> None:
    await post_at_once(connection, sold())
    await post_at_once(connection, sold(700), source="order:2", book="store:13")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(
            """
            INSERT INTO ledger_transfer (book, debit_account_id, credit_account_id, amount_rupiah, source, event,
                                         occurred_at, author)
            SELECT 'store:12', here.id, there.id, 5, 'x', 'y', now(), 'z'
            FROM ledger_account AS here, ledger_account AS there
            WHERE here.book = 'store:12' AND here.kind = 'till_cash'
              AND there.book = 'store:13' AND there.kind = 'goods_revenue'
            """
        )
    assert await count_transfers(connection) == 2


async def test_till_cannot_go_below_zero(connection: Connection) -> None:
    await post_at_once(connection, sold())
    with pytest.raises(BalanceTooLow) as refusal:
        await post_at_once(
            connection, Transfer(debit=SAFE, credit=TILL, amount=Money(12_501), event="float.out"), source="shift:1"
        )
    assert refusal.value.params == {"book": BOOK, "accounts": (TILL,)}
    assert await balance(connection, book=BOOK, account=TILL) == Money(12_500)
    assert await count_transfers(connection) == 1


async def test_till_may_be_emptied_by_what_the_same_posting_brings(connection: Connection) -> None:
    await post_at_once(
        connection,
        Transfer(debit=SAFE, credit=TILL, amount=Money(12_500), event="a.first.out"),
        sold(event="b.then.in"),
    )
    assert await balance(connection, book=BOOK, account=TILL) == Money(0)


@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_account"])
@pytest.mark.parametrize("change", ["UPDATE {} SET book = 'store:1'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_change_of_what_is_posted_refused(connection: Connection, table: str, change: str) -> None:
    await post_at_once(connection, sold())
    before = await connection.fetch("SELECT * FROM ledger_transfer")
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await connection.execute(change.format(table))
    assert refusal.value.sqlstate == "LG002"
    assert await connection.fetch("SELECT * FROM ledger_transfer") == before
    assert await check(connection) == []


@pytest.mark.parametrize("change", ["DELETE FROM ledger_balance", "TRUNCATE ledger_balance"])
async def test_emptying_of_balances_refused(connection: Connection, change: str) -> None:
    await post_at_once(connection, sold())
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await connection.execute(change)
    assert await balance(connection, book=BOOK, account=TILL) == Money(12_500)


async def test_posting_outside_a_transaction_refused(connection: Connection) -> None:
    with pytest.raises(OutsideTransaction):
        await post(connection, book=BOOK, source="order:1", transfers=[sold()], author="person:7", occurred_at=AT)
    assert await count_transfers(connection) == 0


async def test_rolled_back_posting_leaves_nothing(connection: Connection) -> None:
    transaction = connection.transaction()
    await transaction.start()
    await post(connection, book=BOOK, source="order:1", transfers=[sold()], author="person:7", occurred_at=AT)
    await transaction.rollback()
    assert await count_transfers(connection) == 0
    assert (await trial_balance(connection, book=BOOK)).lines == ()


async def test_instant_without_zone_refused(connection: Connection) -> None:
    async with connection.transaction():
        with pytest.raises(ValueError, match="zone"):
            await post(
                connection,
                book=BOOK,
                source="order:1",
                transfers=[sold()],
                author="person:7",
                occurred_at=AT.replace(tzinfo=None),
            )


async def test_reversal_takes_each_transfer_back_once(connection: Connection) -> None:
    cost = Transfer(debit=COST_OF_GOODS_SOLD, credit=INVENTORY, amount=Money(9_000), event="sale.cost")
    posted = await post_at_once(connection, sold(), cost)
    for is_new in (True, False):
        async with connection.transaction():
            reversal = await reverse(
                connection, book=BOOK, source="order:1", reason="salah ketik", author="person:8", occurred_at=AT
            )
        assert reversal.is_new is is_new

    rows = await connection.fetch("SELECT * FROM ledger_transfer WHERE corrects_transfer_id IS NOT NULL ORDER BY id")
    assert {row["corrects_transfer_id"] for row in rows} == set(posted.transfer_ids)
    assert {row["event"] for row in rows} == {"reversal:sale.goods", "reversal:sale.cost"}
    assert {row["reason"] for row in rows} == {"salah ketik"}
    sums = await trial_balance(connection, book=BOOK)
    assert all(line.balance == Money(0) for line in sums.lines)
    assert sums.debit == sums.credit == Money(43_000)
    assert await check(connection) == []


async def test_reversal_of_some_leaves_the_others(connection: Connection) -> None:
    await post_at_once(connection, sold(), sold(500, "sale.delivery"), sold(70, "late.fee"))
    async with connection.transaction():
        await reverse(
            connection,
            book=BOOK,
            source="order:1",
            event_prefix="sale.",
            reason="batal",
            author="person:8",
            occurred_at=AT,
        )
    assert await balance(connection, book=BOOK, account=TILL) == Money(70)


async def test_reversal_of_what_is_not_there_refused(connection: Connection) -> None:
    posted = await post_at_once(connection, sold())
    async with connection.transaction():
        with pytest.raises(NothingToReverse):
            await reverse(
                connection,
                book=BOOK,
                source="order:1",
                transfer_ids=[*posted.transfer_ids, 999],
                reason="batal",
                author="person:8",
                occurred_at=AT,
            )
        with pytest.raises(NothingToReverse):
            await reverse(
                connection, book="store:13", source="order:1", reason="batal", author="person:8", occurred_at=AT
            )
    assert await count_transfers(connection) == 1


async def test_reversal_of_cash_that_is_gone_refused(connection: Connection) -> None:
    await post_at_once(connection, sold())
    await post_at_once(
        connection, Transfer(debit=SAFE, credit=TILL, amount=Money(12_500), event="float.out"), source="shift:1"
    )
    with pytest.raises(BalanceTooLow):
        async with connection.transaction():
            await reverse(connection, book=BOOK, source="order:1", reason="batal", author="person:8", occurred_at=AT)
    assert await count_transfers(connection) == 2
    assert await check(connection) == []


async def test_same_key_on_two_connections_is_posted_once(connect: Connect) -> None:
    one, two = await connect(), await connect()
    for number in range(50):
        postings = await asyncio.gather(
            post_at_once(one, sold(), source=f"order:{number}"), post_at_once(two, sold(), source=f"order:{number}")
        )
        assert postings[0].transfer_ids == postings[1].transfer_ids
        assert sorted(posting.is_new for posting in postings) == [False, True]
    assert await count_transfers(one) == 50
    assert await balance(one, book=BOOK, account=TILL) == Money(50 * 12_500)
    assert await check(one) == []


async def test_same_key_with_other_content_on_two_connections_posts_one_and_refuses_one(connect: Connect) -> None:
    one, two = await connect(), await connect()
    for number in range(20):
        outcomes = await asyncio.gather(
            post_at_once(one, sold(100, into=till("shift:1")), source=f"order:{number}"),
            post_at_once(two, sold(100, into=till("shift:2")), source=f"order:{number}"),
            return_exceptions=True,
        )
        assert {type(outcome) for outcome in outcomes} == {Posting, PostingConflict}
    assert await count_transfers(one) == 20


async def test_first_use_of_accounts_on_two_connections_opens_each_once(connect: Connect) -> None:
    one, two = await connect(), await connect()
    for number in range(20):
        book = f"store:{number}"
        await asyncio.gather(
            post_at_once(one, sold(), source=f"order:{number}a", book=book),
            post_at_once(two, sold(), source=f"order:{number}b", book=book),
        )
        assert await balance(one, book=book, account=TILL) == Money(25_000)
    assert await one.fetchval("SELECT count(*) FROM ledger_account") == 40


async def test_postings_in_opposite_order_do_not_deadlock(connect: Connect) -> None:
    connections = [await connect() for _ in range(4)]
    accounts = [till("shift:1"), till("shift:2"), till("shift:3")]
    for number, account in enumerate(accounts):
        start = Transfer(debit=account, credit=OPENING_BALANCE, amount=Money(1_000_000), event=f"opening.{number}")
        await post_at_once(connections[0], start, source="opening")

    async def shuffle(connection: Connection, lane: int) -> None:
        order = accounts if lane % 2 else accounts[::-1]
        for number in range(25):
            await post_at_once(
                connection,
                *[
                    Transfer(debit=to, credit=by, amount=Money(10), event=f"{lane}.{number}.{by.reference}")
                    for by, to in zip(order, [*order[1:], order[0]], strict=True)
                ],
                source=f"lane:{lane}",
            )

    await asyncio.gather(*[shuffle(connection, lane) for lane, connection in enumerate(connections)])
    assert await count_transfers(connections[0]) == 3 + 4 * 25 * 3
    assert await balance(connections[0], book=BOOK, account=accounts[0]) == Money(1_000_000)
    assert await check(connections[0]) == []


async def test_of_one_account_ids_are_in_the_order_of_commits(connect: Connect) -> None:
    one, two = await connect(), await connect()
    await post_at_once(one, sold(1), source="order:0")
    first = one.transaction()
    await first.start()
    await post(one, book=BOOK, source="order:1", transfers=[sold(2)], author="person:7", occurred_at=AT)
    waiting = asyncio.create_task(post_at_once(two, sold(3), source="order:2"))
    await until_somebody_waits(one)
    await post(one, book=BOOK, source="order:3", transfers=[sold(4)], author="person:7", occurred_at=AT)
    await first.commit()
    await waiting
    lines = (await statement(one, book=BOOK, account=TILL)).lines
    assert [line.debit for line in lines] == [Money(1), Money(2), Money(4), Money(3)]


async def test_tampered_projection_is_found(connection: Connection) -> None:
    await post_at_once(connection, sold())
    await connection.execute("UPDATE ledger_balance SET debit_rupiah = debit_rupiah + 1 WHERE normal_side = 'debit'")
    assert [(finding.rule, finding.particulars) for finding in await check(connection)] == [
        ("balance_differs", "kept 12501/0, recomputed 12500/0"),
        ("book_unbalanced", "debit 12501, credit 12500"),
    ]
    assert await check(connection, book="store:13") == []


async def test_tampering_below_the_triggers_is_found(connection: Connection) -> None:
    await post_at_once(connection, sold())
    async with connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute("UPDATE ledger_transfer SET book = 'store:13'")
        await connection.execute("UPDATE ledger_account SET book = 'store:14' WHERE kind = 'till_cash'")
    rules = {finding.rule for finding in await check(connection)}
    assert {"account_outside_book", "book_unbalanced"} <= rules


async def test_kinds_are_the_same_in_database_and_code(connection: Connection) -> None:
    rows = await connection.fetch(
        "SELECT kind, statement_class, normal_side, may_be_negative, is_passing FROM ledger_account_kind"
    )
    assert {tuple(row) for row in rows} == {
        (kind.value, facts.statement_class.value, facts.normal_side.value, facts.may_be_negative, facts.is_passing)
        for kind, facts in KINDS.items()
    }
    assert set(KINDS) == set(AccountKind)


@pytest.mark.parametrize(("kind", "reference"), [(AccountKind.TILL_CASH, ""), (AccountKind.SAFE_CASH, "x")])
async def test_account_with_reference_missing_or_too_much_refused(kind: AccountKind, reference: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        AccountKey(kind, reference)


@pytest.mark.parametrize("amount", [0, -5])
async def test_transfer_of_nothing_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        sold(amount)
