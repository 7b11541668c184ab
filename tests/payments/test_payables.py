"""Lines of what suppliers are owed: they are the balance, a payment is allocated whole, and what is broken is found."""

from datetime import UTC, datetime

import asyncpg
import pytest

from payments import (
    Money,
    accounts,
    allocate,
    check,
    check_payables,
    open_lines,
    open_lines_of_supplier,
    post,
    recipes,
    reverse,
    settled_lines,
)

BOOK, SUPPLIER = "store:1", "organisation:5"
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


async def buy(connection: asyncpg.Connection, number: int, cost: int, *, book: str = BOOK) -> None:
    async with connection.transaction():
        await post(
            connection,
            book=book,
            source=f"receipt:{book}:{number}",
            transfers=recipes.goods_received(supplier_reference=SUPPLIER, cost=Money(cost)),
            author="system",
            occurred_at=AT.replace(day=number),
        )


async def pay(connection: asyncpg.Connection, source: str, amount: int) -> int:
    posting = await post(
        connection,
        book=BOOK,
        source=source,
        transfers=recipes.supplier_paid(
            supplier_reference=SUPPLIER, paid_out_of=accounts.bank("uji"), amount=Money(amount)
        ),
        author="system",
        occurred_at=AT,
    )
    return posting.transfer_ids[0]


async def lines(connection: asyncpg.Connection) -> list[tuple[str, int]]:
    found = await open_lines(connection, book=BOOK, supplier_reference=SUPPLIER)
    return [(line.source, line.amount.rupiah) for line in found]


async def test_payment_settles_the_lines_it_was_allocated_to(connection: asyncpg.Connection) -> None:
    await buy(connection, 1, 700)
    await buy(connection, 2, 301)
    await buy(connection, 3, 50, book="store:2")
    async with connection.transaction():
        paid = await pay(connection, "settlement:1", 801)
        await allocate(
            connection,
            transfer_id=paid,
            amounts={"receipt:store:1:1": Money(600), "receipt:store:1:2": Money(201)},
        )
    assert await lines(connection) == [("receipt:store:1:1", 100), ("receipt:store:1:2", 100)]
    told = await settled_lines(connection, transfer_id=paid)
    assert [(line.source, line.amount.rupiah, line.since.day) for line in told] == [
        ("receipt:store:1:1", 600, 1),
        ("receipt:store:1:2", 201, 2),
    ]
    everywhere = await open_lines_of_supplier(connection, supplier_reference=SUPPLIER)
    assert [(line.book, line.amount.rupiah) for line in everywhere] == [
        ("store:1", 100),
        ("store:1", 100),
        ("store:2", 50),
    ]
    assert await check_payables(connection) == []
    async with connection.transaction():
        await reverse(
            connection, book=BOOK, source="settlement:1", reason="transfer kembali", author="system", occurred_at=AT
        )
    assert await lines(connection) == [
        ("receipt:store:1:1", 100),
        ("receipt:store:1:2", 100),
        ("settlement:1", 801),
    ]
    assert await check_payables(connection) == []
    assert await check(connection) == []


async def test_payment_without_allocation_is_a_line_to_be_taken_off(connection: asyncpg.Connection) -> None:
    await buy(connection, 1, 700)
    async with connection.transaction():
        await pay(connection, "old:1", 300)
    assert await lines(connection) == [("receipt:store:1:1", 700), ("old:1", -300)]
    assert await check_payables(connection) == []


@pytest.mark.parametrize(
    "amounts", [{"receipt:store:1:1": 299}, {"receipt:store:1:1": 400, "x": -101}, {"receipt:store:1:1": 301}]
)
async def test_allocation_that_does_not_add_up_is_refused(
    connection: asyncpg.Connection, amounts: dict[str, int]
) -> None:
    await buy(connection, 1, 700)

    async def pay_and_allocate() -> None:
        async with connection.transaction():
            paid = await pay(connection, "settlement:1", 300)
            wanted = {name: Money(amount) for name, amount in amounts.items()}
            await allocate(connection, transfer_id=paid, amounts=wanted)

    with pytest.raises(asyncpg.PostgresError, match="do not add up"):
        await pay_and_allocate()
    assert await lines(connection) == [("receipt:store:1:1", 700)]


async def test_allocations_never_change_and_broken_ones_are_found(connection: asyncpg.Connection) -> None:
    await buy(connection, 1, 700)
    async with connection.transaction():
        paid = await pay(connection, "settlement:1", 300)
        await allocate(connection, transfer_id=paid, amounts={"receipt:store:1:1": Money(300)})
    for statement in ("UPDATE supplier_allocation SET amount_rupiah = 1", "DELETE FROM supplier_allocation"):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await connection.execute(statement)
    await connection.execute("ALTER TABLE supplier_allocation DISABLE TRIGGER ALL")
    await connection.execute("UPDATE supplier_allocation SET amount_rupiah = 299")
    found = await check_payables(connection)
    assert [(one.rule, one.book, one.particulars) for one in found] == [
        ("allocation_differs", BOOK, "paid 300, allocated 299"),
        ("lines_differ", BOOK, "balance 400, lines 401"),
    ]
