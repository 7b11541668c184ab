"""Attempts that wait for their money: shared by two tabs, ended by time, and paid all the same when money comes."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from payments import (
    AlreadyConfirmed,
    AlreadyPaid,
    Attempt,
    KeyReused,
    Money,
    PaymentNotFound,
    PaymentSucceeded,
    ReferenceUsed,
    TooManyTransfers,
    WayNotOpen,
    cancel_attempts,
    confirm,
    expire_attempts,
    find_attempt,
    find_payment,
    list_attempts,
    list_waiting,
    register_bank_account,
    register_qris,
    start_qris,
    start_transfer,
    stop_channel,
    take_cash,
)
from tests.payments.conftest import Connect, Connection
from tests.payments.test_qris import STATIC

BOOK = "store:12"
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
async def shop(connection: Connection) -> Connection:
    """A store that takes QRIS and transfers."""
    async with connection.transaction():
        await register_qris(connection, book=BOOK, text=STATIC, at=AT, author="person:1")
        await register_bank_account(
            connection,
            book=BOOK,
            bank="Bank BJB",
            number="0012-3456-789",
            holder="KKMP Jatimakmur",
            at=AT,
            author="p:1",
        )
    return connection


async def qris(connection: Connection, **changes: Any) -> Attempt:
    particulars: dict[str, Any] = {
        "payable": "order:1",
        "book": BOOK,
        "amount": Money(62_500),
        "bill_number": "ABC-123",
        "key": "q1",
        "at": AT,
        "author": "person:7",
    } | changes
    async with connection.transaction():
        return await start_qris(connection, **particulars)


async def transfer(connection: Connection, **changes: Any) -> Attempt:
    particulars: dict[str, Any] = {
        "payable": "order:1",
        "book": BOOK,
        "amount": Money(62_500),
        "key": "t1",
        "at": AT,
        "author": "person:7",
    } | changes
    async with connection.transaction():
        return await start_transfer(connection, **particulars)


async def confirmed(
    connection: Connection, attempt: Attempt, reference: str = "RRN1", **changes: Any
) -> PaymentSucceeded:
    particulars: dict[str, Any] = {
        "payment_id": attempt.payment_id,
        "book": BOOK,
        "reference": reference,
        "at": AT + timedelta(minutes=2),
        "author": "person:9",
    } | changes
    async with connection.transaction():
        return await confirm(connection, **particulars)


async def paid_in_cash(connection: Connection, payable: str = "order:1", key: str = "c1") -> PaymentSucceeded:
    async with connection.transaction():
        return await take_cash(
            connection,
            payable=payable,
            book=BOOK,
            till_reference="shift:1",
            amount=Money(62_500),
            tendered=Money(62_500),
            key=key,
            at=AT,
            author="person:7",
        )


async def test_qris_waits_until_somebody_saw_the_money(shop: Connection) -> None:
    attempt = await qris(shop)
    assert (attempt.state, attempt.due, attempt.is_new) == ("awaiting_confirmation", Money(62_500), True)
    assert attempt.expires_at == AT + timedelta(minutes=30)
    assert "540562500" in attempt.instruction
    assert await find_payment(shop, payable="order:1") is None
    assert [waiting.payment_id for waiting in await list_waiting(shop, book=BOOK, limit=10)] == [attempt.payment_id]

    fact = await confirmed(shop, attempt)
    assert (fact.method, fact.amount, fact.reference, fact.is_surplus, fact.is_new) == (
        "qris",
        Money(62_500),
        "RRN1",
        False,
        True,
    )
    assert await find_payment(shop, payable="order:1") == PaymentSucceeded(
        **{name: getattr(fact, name) for name in fact.__struct_fields__ if name != "is_new"}, is_new=False
    )
    history = await shop.fetch("SELECT state, author, detail FROM payment_history ORDER BY id")
    assert [tuple(row) for row in history] == [
        ("awaiting_confirmation", "person:7", ""),
        ("succeeded", "person:9", "RRN1"),
    ]


async def test_two_tabs_share_one_attempt(connect: Connect, shop: Connection) -> None:
    two = await connect()
    for number in range(25):
        payable = f"order:{number}"
        attempts = await asyncio.gather(
            qris(shop, payable=payable, key=f"{number}a"), qris(two, payable=payable, key=f"{number}b")
        )
        assert attempts[0].payment_id == attempts[1].payment_id
        assert sorted(attempt.is_new for attempt in attempts) == [False, True]
    assert await shop.fetchval("SELECT count(*) FROM payment") == 25


async def test_attempt_for_what_is_paid_refused(shop: Connection) -> None:
    await paid_in_cash(shop)
    with pytest.raises(AlreadyPaid):
        await qris(shop)
    assert await shop.fetchval("SELECT count(*) FROM payment") == 1


async def test_key_of_another_attempt_refused(shop: Connection) -> None:
    await qris(shop)
    with pytest.raises(KeyReused):
        await qris(shop, payable="order:2")


async def test_way_that_is_not_set_up_refused(connection: Connection) -> None:
    with pytest.raises(WayNotOpen):
        await qris(connection)
    with pytest.raises(WayNotOpen):
        await transfer(connection)


async def test_way_switched_off_is_not_offered_but_what_waits_may_be_paid(shop: Connection) -> None:
    attempt = await qris(shop)
    async with shop.transaction():
        await stop_channel(shop, book=BOOK, method="qris")
    with pytest.raises(WayNotOpen):
        await qris(shop, payable="order:2", key="q2")
    assert (await confirmed(shop, attempt)).is_new


async def test_confirming_again_with_the_same_number_is_no_news(shop: Connection) -> None:
    attempt = await qris(shop)
    first = await confirmed(shop, attempt)
    again = await confirmed(shop, attempt)
    assert (again.payment_id, again.is_new) == (first.payment_id, False)
    with pytest.raises(AlreadyConfirmed):
        await confirmed(shop, attempt, "RRN2")
    assert await shop.fetchval("SELECT reference FROM payment") == "RRN1"


async def test_two_cashiers_confirm_one_payment_once(connect: Connect, shop: Connection) -> None:
    two = await connect()
    for number in range(25):
        attempt = await qris(shop, payable=f"order:{number}", key=f"k{number}")
        facts = await asyncio.gather(confirmed(shop, attempt, f"RRN{number}"), confirmed(two, attempt, f"RRN{number}"))
        assert sorted(fact.is_new for fact in facts) == [False, True]


async def test_number_that_paid_something_else_refused(shop: Connection) -> None:
    await confirmed(shop, await qris(shop))
    other = await qris(shop, payable="order:2", key="q2")
    with pytest.raises(ReferenceUsed):
        await confirmed(shop, other)
    found = await find_attempt(shop, payment_id=other.payment_id, book=BOOK)
    assert found is not None
    assert found.state == "awaiting_confirmation"


async def test_same_number_for_two_payments_at_once_pays_one(connect: Connect, shop: Connection) -> None:
    two = await connect()
    for number in range(25):
        one = await qris(shop, payable=f"order:{number}a", key=f"{number}a")
        other = await qris(shop, payable=f"order:{number}b", key=f"{number}b")
        outcomes = await asyncio.gather(
            confirmed(shop, one, f"RRN{number}"), confirmed(two, other, f"RRN{number}"), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {PaymentSucceeded, ReferenceUsed}


async def test_payment_of_another_store_is_not_there(shop: Connection) -> None:
    attempt = await qris(shop)
    with pytest.raises(PaymentNotFound):
        await confirmed(shop, attempt, book="store:13")
    assert await find_attempt(shop, payment_id=attempt.payment_id, book="store:13") is None


async def test_attempt_expires_and_is_paid_late(shop: Connection) -> None:
    attempt = await qris(shop)
    async with shop.transaction():
        assert await expire_attempts(shop, now=AT + timedelta(minutes=29), limit=10) == 0
        assert await expire_attempts(shop, now=AT + timedelta(minutes=31), limit=10) == 1
        assert await expire_attempts(shop, now=AT + timedelta(minutes=31), limit=10) == 0
    fact = await confirmed(shop, attempt)
    assert (fact.is_new, fact.is_surplus) == (True, False)


async def test_late_money_for_what_cash_settled_is_surplus(shop: Connection) -> None:
    attempt = await qris(shop)
    cash = await paid_in_cash(shop)
    fact = await confirmed(shop, attempt)
    assert (fact.is_new, fact.is_surplus) == (True, True)
    settled = await find_payment(shop, payable="order:1")
    assert settled is not None
    assert settled.payment_id == cash.payment_id


async def test_money_for_what_has_ended_is_surplus(shop: Connection) -> None:
    attempt = await qris(shop)
    async with shop.transaction():
        assert (
            await cancel_attempts(shop, payables=["order:1"], at=AT, author="person:7", detail="pesanan dibatalkan")
            == 1
        )
    fact = await confirmed(shop, attempt, is_surplus=True)
    assert fact.is_surplus
    assert await find_payment(shop, payable="order:1") is None
    assert [attempt.state for attempt in await list_attempts(shop, payable="order:1")] == ["succeeded"]


async def test_transfers_are_told_apart_by_their_amount(shop: Connection) -> None:
    first = await transfer(shop)
    second = await transfer(shop, payable="order:2", key="t2")
    third = await transfer(shop, payable="order:3", key="t3", amount=Money(62_499))
    assert [attempt.due for attempt in (first, second, third)] == [Money(62_499), Money(62_498), Money(62_497)]
    assert first.instruction == "Bank BJB 00123456789 a.n. KKMP Jatimakmur"
    fact = await confirmed(shop, first, "TRX-1")
    assert (fact.amount, fact.discount, fact.channel_reference[:5]) == (Money(62_500), Money(1), "bank:")
    again = await transfer(shop, payable="order:4", key="t4")
    assert again.due == Money(62_499)


async def test_transfers_at_once_never_share_an_amount(connect: Connect, shop: Connection) -> None:
    connections = [shop, *[await connect() for _ in range(5)]]
    attempts = await asyncio.gather(
        *(transfer(one, payable=f"order:{number}", key=f"t{number}") for number, one in enumerate(connections))
    )
    assert len({attempt.due for attempt in attempts}) == 6


async def test_no_transfer_where_every_code_is_taken(shop: Connection) -> None:
    await shop.execute(
        """
        INSERT INTO payment (payable, book, method, amount_rupiah, discount_rupiah, state, key, author)
        SELECT 'old:' || n, 'store:12', 'transfer', 62500, n, 'awaiting_confirmation', 'old' || n, 'x'
        FROM generate_series(1, 999) AS n
        """
    )
    with pytest.raises(TooManyTransfers):
        await transfer(shop)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payment SET discount_rupiah = 5",
        "UPDATE payment SET refunded_rupiah = 1",
        "UPDATE payment SET state = 'reversed', refunded_rupiah = amount_rupiah - discount_rupiah",
        "UPDATE payment SET state = 'expired'",
        "DELETE FROM payment_history",
    ],
)
async def test_rewriting_a_success_refused_by_the_database(shop: Connection, change: str) -> None:
    await confirmed(shop, await qris(shop))
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await shop.execute(change)
    assert refusal.value.sqlstate == "LG002"
