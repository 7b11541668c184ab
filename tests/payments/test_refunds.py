"""Giving money back: in parts, to exactly what was paid, and never a rupiah more, whoever presses at once."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from payments import (
    KeyReused,
    Money,
    NothingToRefund,
    PaymentNotFound,
    PaymentRefunded,
    PaymentSucceeded,
    RefundTooLarge,
    find_payment,
    finish_refund,
    refund,
)
from tests.payments.conftest import Connect, Connection
from tests.payments.test_attempts import confirmed, paid_in_cash, qris, shop, transfer

BOOK = "store:12"
AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
__all__ = ["shop"]


async def give_back(connection: Connection, payment_id: int, rupiah: int, **changes: Any) -> PaymentRefunded:
    particulars: dict[str, Any] = {
        "payment_id": payment_id,
        "book": BOOK,
        "amount": Money(rupiah),
        "method": "cash",
        "till_reference": "shift:2",
        "key": "r1",
        "at": AT,
        "author": "person:8",
        "reason": "barang rusak",
    } | changes
    async with connection.transaction():
        return await refund(connection, **particulars)


async def row_of(connection: Connection, payment: PaymentSucceeded) -> tuple[str, int]:
    row = await connection.fetchrow("SELECT state, refunded_rupiah FROM payment WHERE id = $1", payment.payment_id)
    return row["state"], row["refunded_rupiah"]


async def test_parts_add_up_to_exactly_what_was_paid(connection: Connection) -> None:
    payment = await paid_in_cash(connection)
    first = await give_back(connection, payment.payment_id, 20_000, key="r1")
    assert (first.is_whole, first.payable, first.till_reference) == (False, "order:1", "shift:2")
    assert await row_of(connection, payment) == ("succeeded", 20_000)
    with pytest.raises(RefundTooLarge) as refusal:
        await give_back(connection, payment.payment_id, 42_501, key="r2")
    assert refusal.value.left == Money(42_500)
    assert await row_of(connection, payment) == ("succeeded", 20_000)
    last = await give_back(connection, payment.payment_id, 42_500, key="r2")
    assert last.is_whole
    assert await row_of(connection, payment) == ("reversed", 62_500)
    with pytest.raises(RefundTooLarge):
        await give_back(connection, payment.payment_id, 1, key="r3")


async def test_same_key_again_is_the_same_refund(connection: Connection) -> None:
    payment = await paid_in_cash(connection)
    first = await give_back(connection, payment.payment_id, 20_000)
    again = await give_back(connection, payment.payment_id, 20_000)
    assert (again.refund_id, again.is_new) == (first.refund_id, False)
    with pytest.raises(KeyReused):
        await give_back(connection, payment.payment_id, 20_001)
    assert await row_of(connection, payment) == ("succeeded", 20_000)


async def test_payment_wholly_given_back_may_be_made_anew(connection: Connection) -> None:
    payment = await paid_in_cash(connection)
    await give_back(connection, payment.payment_id, 62_500)
    assert await find_payment(connection, payable="order:1") is None
    assert (await paid_in_cash(connection, key="c2")).is_new


async def test_two_refunds_at_once_give_back_what_was_paid_at_most(connect: Connect) -> None:
    one, two = await connect(), await connect()
    for number in range(25):
        payment = await paid_in_cash(one, payable=f"order:{number}", key=f"c{number}")
        outcomes = await asyncio.gather(
            give_back(one, payment.payment_id, 40_000, key=f"r{number}a"),
            give_back(two, payment.payment_id, 40_000, key=f"r{number}b"),
            return_exceptions=True,
        )
        assert {type(outcome) for outcome in outcomes} == {PaymentRefunded, RefundTooLarge}


async def test_money_that_never_came_is_not_given_back(shop: Connection) -> None:
    attempt = await qris(shop)
    with pytest.raises(NothingToRefund):
        await give_back(shop, attempt.payment_id, 1)
    with pytest.raises(PaymentNotFound):
        await give_back(shop, attempt.payment_id, 1, book="store:13")


async def test_transfer_gives_back_what_came_not_what_was_let_off(shop: Connection) -> None:
    payment = await confirmed(shop, await transfer(shop), "TRX-1")
    with pytest.raises(RefundTooLarge) as refusal:
        await give_back(shop, payment.payment_id, 62_500)
    assert refusal.value.left == Money(62_499)
    assert (await give_back(shop, payment.payment_id, 62_499)).is_whole
    assert await row_of(shop, payment) == ("reversed", 62_499)


async def test_refund_that_fails_later_is_owed_again(shop: Connection) -> None:
    payment = await confirmed(shop, await qris(shop))
    asked = await give_back(
        shop, payment.payment_id, 62_500, method="stripe", till_reference="", is_pending=True, key="r1"
    )
    assert await row_of(shop, payment) == ("reversed", 62_500)
    async with shop.transaction():
        done = await finish_refund(shop, refund_id=asked.refund_id, is_done=True, gateway_id="re_1")
        assert (done.state, done.is_new) == ("succeeded", True)
        again = await finish_refund(shop, refund_id=asked.refund_id, is_done=True, gateway_id="re_1")
        assert again.is_new is False
    async with shop.transaction():
        failed = await finish_refund(shop, refund_id=asked.refund_id, is_done=False)
        assert (failed.state, failed.is_new) == ("failed", True)
    assert await row_of(shop, payment) == ("succeeded", 0)
    async with shop.transaction():
        late = await finish_refund(shop, refund_id=asked.refund_id, is_done=True)
        assert (late.state, late.is_new) == ("failed", False)
    assert (await give_back(shop, payment.payment_id, 62_500, key="r2")).is_whole


async def test_refund_that_fails_after_the_payable_was_paid_anew_leaves_surplus(shop: Connection) -> None:
    payment = await confirmed(shop, await qris(shop))
    asked = await give_back(shop, payment.payment_id, 62_500, method="stripe", till_reference="", is_pending=True)
    anew = await paid_in_cash(shop)
    async with shop.transaction():
        await finish_refund(shop, refund_id=asked.refund_id, is_done=False)
    assert await row_of(shop, payment) == ("succeeded", 0)
    settled = await find_payment(shop, payable="order:1")
    assert settled is not None
    assert settled.payment_id == anew.payment_id


@pytest.mark.parametrize("change", [{"reason": ""}, {"till_reference": ""}, {"amount": Money(0)}, {"method": "qris"}])
async def test_refund_that_says_too_little_refused(connection: Connection, change: dict[str, Any]) -> None:
    payment = await paid_in_cash(connection)
    with pytest.raises(ValueError, match="says why"):
        await give_back(connection, payment.payment_id, 1, **change)
    assert await row_of(connection, payment) == ("succeeded", 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payment_refund SET amount_rupiah = 1",
        "UPDATE payment_refund SET state = 'pending'",
        "DELETE FROM payment_refund",
        "TRUNCATE payment_refund CASCADE",
    ],
)
async def test_rewriting_a_refund_refused_by_the_database(connection: Connection, change: str) -> None:
    payment = await paid_in_cash(connection)
    await give_back(connection, payment.payment_id, 20_000)
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await connection.execute(change)
    assert refusal.value.sqlstate == "LG002"
    assert await row_of(connection, payment) == ("succeeded", 20_000)


async def test_rupiah_too_much_refused_by_the_database(connection: Connection) -> None:
    payment = await paid_in_cash(connection)
    with pytest.raises(asyncpg.CheckViolationError, match="payment_refunded_is_a_part"):
        await connection.execute(
            "INSERT INTO payment_refund (payment_id, book, amount_rupiah, method, state, till_reference, key, author,"
            " reason, refunded_at) VALUES ($1, $2, 62501, 'cash', 'succeeded', 'shift:1', 'k', 'x', 'y', now())",
            payment.payment_id,
            BOOK,
        )
