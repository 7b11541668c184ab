"""Taking cash: once, exactly, and never for less than is due."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from payments import (
    AlreadyPaid,
    KeyReused,
    Money,
    OutsideTransaction,
    PaymentSucceeded,
    TenderTooSmall,
    UnknownMethod,
    find_payment,
    gateway_for,
    offered_for,
    take_cash,
)
from payments.attempts.states import TRANSITIONS, PaymentState
from payments.ledger.accounts import till
from payments.money import LIMIT_RUPIAH
from tests.payments.conftest import Connect, Connection

BOOK = "store:12"
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


async def take(connection: Connection, **changes: Any) -> PaymentSucceeded:
    particulars: dict[str, Any] = {
        "payable": "order:123",
        "book": BOOK,
        "till_reference": "shift:1",
        "amount": Money(87_500),
        "tendered": Money(100_000),
        "key": "k1",
        "at": AT,
        "author": "person:7",
    } | changes
    async with connection.transaction():
        return await take_cash(connection, **particulars)


async def states(connection: Connection) -> list[str]:
    return [row["state"] for row in await connection.fetch("SELECT state FROM payment ORDER BY id")]


async def test_cash_taken_gives_change(connection: Connection) -> None:
    fact = await take(connection)
    assert fact == PaymentSucceeded(
        payment_id=fact.payment_id,
        payable="order:123",
        book=BOOK,
        method="cash",
        amount=Money(87_500),
        tendered=Money(100_000),
        change=Money(12_500),
        till_reference="shift:1",
        channel_reference="",
        reference="",
        discount=Money(0),
        author="person:7",
        succeeded_at=AT,
        refunded=Money(0),
        is_surplus=False,
        is_new=True,
    )
    found = await find_payment(connection, payable="order:123")
    assert found is not None
    assert found.payment_id == fact.payment_id


async def test_exact_money_gives_no_change(connection: Connection) -> None:
    assert (await take(connection, tendered=Money(87_500))).change == Money(0)


async def test_tender_too_small_refused(connection: Connection) -> None:
    with pytest.raises(TenderTooSmall) as refusal:
        await take(connection, tendered=Money(80_000))
    assert refusal.value.short_by == Money(7_500)
    assert refusal.value.code == "tender_too_small"
    assert await states(connection) == []


@pytest.mark.parametrize("amount", [0, -1])
async def test_payment_of_nothing_refused(connection: Connection, amount: int) -> None:
    with pytest.raises(ValueError, match="nobody pays"):
        await take(connection, amount=Money(amount))
    assert await states(connection) == []


async def test_same_key_again_is_the_same_payment(connection: Connection) -> None:
    first = await take(connection)
    again = await take(connection)
    assert (again.payment_id, again.is_new) == (first.payment_id, False)
    assert await states(connection) == ["succeeded"]


@pytest.mark.parametrize(
    "change",
    [{"payable": "order:124"}, {"amount": Money(1)}, {"till_reference": "shift:9"}, {"tendered": Money(90_000)}],
    ids=["payable", "amount", "till", "tender"],
)
async def test_key_of_another_payment_refused(connection: Connection, change: dict[str, Any]) -> None:
    await take(connection)
    with pytest.raises(KeyReused):
        await take(connection, **change)
    assert await states(connection) == ["succeeded"]


async def test_payable_paid_already_refused(connection: Connection) -> None:
    await take(connection)
    with pytest.raises(AlreadyPaid):
        await take(connection, key="k2")
    assert await states(connection) == ["succeeded"]


async def test_payment_outside_a_transaction_refused(connection: Connection) -> None:
    with pytest.raises(OutsideTransaction):
        await take_cash(
            connection,
            payable="order:123",
            book=BOOK,
            till_reference="shift:1",
            amount=Money(1),
            tendered=Money(1),
            key="k1",
            at=AT,
            author="person:7",
        )
    assert await states(connection) == []


async def test_same_key_on_two_connections_is_one_payment(connect: Connect) -> None:
    one, two = await connect(), await connect()
    for number in range(50):
        changes = {"payable": f"order:{number}", "key": f"key:{number}"}
        facts = await asyncio.gather(take(one, **changes), take(two, **changes))
        assert facts[0].payment_id == facts[1].payment_id
        assert sorted(fact.is_new for fact in facts) == [False, True]
    assert await one.fetchval("SELECT count(*) FROM payment") == 50


async def test_two_cashiers_for_one_payable_take_it_once(connect: Connect) -> None:
    one, two = await connect(), await connect()
    for number in range(25):
        payable = f"order:{number}"
        outcomes = await asyncio.gather(
            take(one, payable=payable, key=f"{number}a"),
            take(two, payable=payable, key=f"{number}b"),
            return_exceptions=True,
        )
        assert {type(outcome) for outcome in outcomes} == {PaymentSucceeded, AlreadyPaid}
    assert await one.fetchval("SELECT count(*) FROM payment") == 25


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payment SET amount_rupiah = 1, tendered_rupiah = 1, change_rupiah = 0",
        "UPDATE payment SET state = 'failed', succeeded_at = NULL",
        "UPDATE payment SET author = 'someone else'",
        "DELETE FROM payment",
        "TRUNCATE payment CASCADE",
    ],
)
async def test_change_of_a_payment_refused_by_the_database(connection: Connection, change: str) -> None:
    await take(connection)
    before = await connection.fetch("SELECT * FROM payment")
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await connection.execute(change)
    assert refusal.value.sqlstate == "LG002"
    assert await connection.fetch("SELECT * FROM payment") == before


async def test_change_that_does_not_add_up_refused_by_the_database(connection: Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="payment_cash_adds_up"):
        await connection.execute(
            """
            INSERT INTO payment (payable, book, method, amount_rupiah, tendered_rupiah, change_rupiah, state,
                                 till_reference, key, author, succeeded_at)
            VALUES ('order:1', 'store:1', 'cash', 100, 150, 49, 'succeeded', 'shift:1', 'k', 'person:7', now())
            """
        )


def test_success_is_never_undone_but_by_reversal() -> None:
    assert TRANSITIONS[PaymentState.SUCCEEDED] == {PaymentState.REVERSED}
    assert TRANSITIONS[PaymentState.REVERSED] == {PaymentState.SUCCEEDED}
    assert set(TRANSITIONS) == set(PaymentState)


def test_cash_lands_in_the_till_and_is_offered_for_any_amount() -> None:
    assert gateway_for("cash").lands_in("shift:1") == till("shift:1")
    assert [capability.method for capability in offered_for(Money(LIMIT_RUPIAH))] == ["cash", "transfer", "tab"]
    assert [capability.method for capability in offered_for(Money(15_000))] == [
        "cash",
        "qris",
        "transfer",
        "stripe",
        "tab",
    ]
    assert [capability.method for capability in offered_for(Money(9_999))] == ["cash", "qris", "tab"]
    assert offered_for(Money(0)) == ()


def test_way_to_pay_that_is_not_registered_refused() -> None:
    with pytest.raises(UnknownMethod):
        gateway_for("cheque")
