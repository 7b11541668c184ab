"""Activity, trial balance, profit and loss, balance sheet: exact on any past day, whatever is closed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from payments import (
    AccountKind,
    ActivityLine,
    Money,
    Transfer,
    activity,
    balance_sheet,
    check,
    close_days,
    page_accounts,
    post,
    profit_and_loss,
    trial_balance_on,
)
from payments.ledger.accounts import COST_OF_GOODS_SOLD as COST
from payments.ledger.accounts import GOODS_REVENUE, INVENTORY, OPENING_BALANCE, SAFE, SALES_RETURNS, AccountKey, till
from payments.ledger.accounts import supplier_payable as owed_to
from tests.payments.conftest import Connection

BOOK = "store:12"
TILL, OTHER_TILL = till("shift:1"), till("shift:2")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


async def move(connection: Connection, day: date, *moves: tuple[AccountKey, AccountKey, int]) -> None:
    async with connection.transaction():
        number = await connection.fetchval("SELECT count(*) FROM ledger_transfer")
        await post(
            connection,
            book=BOOK,
            source=f"paper:{number}",
            transfers=[
                Transfer(debit=debit, credit=credit, amount=Money(rupiah), event=f"move.{place}")
                for place, (debit, credit, rupiah) in enumerate(moves)
            ],
            author="person:7",
            occurred_at=noon(day),
        )


async def close(connection: Connection, through: date) -> None:
    async with connection.transaction():
        await close_days(
            connection, book=BOOK, through=through, at=noon(through + timedelta(days=1)), author="person:9"
        )


LAST_YEAR, SPRING, SUMMER = date(2025, 12, 31), date(2026, 3, 1), date(2026, 6, 1)


async def two_years(connection: Connection) -> None:
    await move(
        connection, date(2025, 1, 1), (SAFE, OPENING_BALANCE, 1_000), (INVENTORY, owed_to("organisation:5"), 600)
    )
    await move(connection, LAST_YEAR, (TILL, GOODS_REVENUE, 300), (COST, INVENTORY, 200))
    await move(connection, SPRING, (TILL, GOODS_REVENUE, 90), (COST, INVENTORY, 60), (SALES_RETURNS, TILL, 40))
    await move(connection, SUMMER, (OTHER_TILL, GOODS_REVENUE, 70), (COST, INVENTORY, 100))


@pytest.mark.parametrize("closed", [None, date(2025, 6, 1), LAST_YEAR, SPRING, SUMMER])
async def test_reports_are_exact_whatever_is_closed(connection: Connection, closed: date | None) -> None:
    await two_years(connection)
    if closed is not None:
        await close(connection, closed)

    trial = await trial_balance_on(connection, book=BOOK, on=SPRING)
    assert {line.kind.value: line.debit.rupiah - line.credit.rupiah for line in trial.lines} == {
        "till_cash": 350,
        "safe_cash": 1_000,
        "inventory": 340,
        "supplier_payable": -600,
        "opening_balance": -1_000,
        "goods_revenue": -390,
        "sales_returns": 40,
        "cost_of_goods_sold": 260,
    }
    assert trial.debit == trial.credit == Money(1_990)
    (tills,) = [line for line in trial.lines if line.kind == AccountKind.TILL_CASH]
    assert (tills.debit_moved, tills.credit_moved) == (Money(390), Money(40))

    earned = await profit_and_loss(connection, book=BOOK, since=date(2026, 1, 1), through=SUMMER)
    assert [(each.kind.value, each.amount.rupiah) for each in (*earned.income, *earned.expenses)] == [
        ("goods_revenue", 160),
        ("sales_returns", -40),
        ("cost_of_goods_sold", 160),
    ]
    assert (earned.income_total, earned.expense_total, earned.earnings) == (Money(120), Money(160), Money(-40))
    quiet = await profit_and_loss(connection, book=BOOK, since=date(2026, 4, 1), through=date(2026, 4, 30))
    assert (quiet.income, quiet.expenses, quiet.earnings) == ((), (), Money(0))

    sheet = await balance_sheet(connection, book=BOOK, on=SUMMER)
    assert (sheet.asset_total, sheet.liability_total, sheet.equity_total) == (Money(1_660), Money(600), Money(1_060))
    assert (sheet.earnings_before, sheet.earnings_this_year) == (Money(100), Money(-40))
    then = await balance_sheet(connection, book=BOOK, on=LAST_YEAR)
    assert (then.earnings_before, then.earnings_this_year) == (Money(0), Money(100))
    assert sheet.is_balanced
    assert then.is_balanced
    before = await balance_sheet(connection, book=BOOK, on=date(2024, 12, 31))
    assert (before.assets, before.asset_total, before.is_balanced) == ((), Money(0), True)
    assert await check(connection) == []


@pytest.mark.parametrize("closed", [None, date(2025, 6, 1), LAST_YEAR, SPRING, SUMMER])
@pytest.mark.parametrize("account", [INVENTORY, TILL])
async def test_statement_opens_and_closes_right_whatever_is_closed(
    connection: Connection, closed: date | None, account: AccountKey
) -> None:
    await two_years(connection)
    if closed is not None:
        await close(connection, closed)
    its = await activity(connection, book=BOOK, account=account, since=date(2026, 1, 1), through=date(2026, 5, 31))
    whole = await activity(connection, book=BOOK, account=account)
    if account == INVENTORY:
        assert (its.opening, its.closing, [line.balance.rupiah for line in its.lines]) == (
            Money(400),
            Money(340),
            [340],
        )
        assert [line.balance.rupiah for line in whole.lines] == [600, 400, 340, 240]
    else:
        assert (its.opening, its.closing) == (Money(300), Money(350))
        assert [(line.debit.rupiah, line.credit.rupiah, line.balance.rupiah) for line in its.lines] == [
            (90, 0, 390),
            (0, 40, 350),
        ]
        assert whole.closing == Money(350)
    one_by_one: list[ActivityLine] = []
    after = None
    while True:
        page = await activity(connection, book=BOOK, account=account, after=after, limit=1)
        assert (page.opening, page.closing) == (whole.opening, whole.closing)
        one_by_one += page.lines
        if (after := page.next_after) is None:
            break
    assert tuple(one_by_one) == whole.lines


async def test_statement_is_in_the_order_of_days_even_where_posting_was_not(connection: Connection) -> None:
    """What was entered late, for a day still open, stands on its day with the balance it had there."""
    await move(connection, date(2026, 3, 2), (SAFE, OPENING_BALANCE, 20))
    await move(connection, date(2026, 3, 1), (SAFE, OPENING_BALANCE, 1))
    await move(connection, date(2026, 3, 3), (SAFE, OPENING_BALANCE, 300))
    lines = (await activity(connection, book=BOOK, account=SAFE)).lines
    assert [(line.booked_on.day, line.balance.rupiah) for line in lines] == [(1, 1), (2, 21), (3, 321)]
    second = await activity(connection, book=BOOK, account=SAFE, since=date(2026, 3, 2), through=date(2026, 3, 2))
    assert (second.opening, second.closing) == (Money(1), Money(21))


async def test_statement_pages_with_running_balance(connection: Connection) -> None:
    for number in range(1, 6):
        await move(connection, SPRING, (TILL, GOODS_REVENUE, number * 100))
    await move(connection, SPRING, (SAFE, TILL, 1_200))
    first = await activity(connection, book=BOOK, account=TILL, limit=4)
    rest = await activity(connection, book=BOOK, account=TILL, after=first.next_after, limit=4)

    assert [line.balance.rupiah for line in first.lines] == [100, 300, 600, 1_000]
    assert [line.balance.rupiah for line in rest.lines] == [1_500, 300]
    assert (rest.lines[1].debit, rest.lines[1].credit, rest.lines[1].counterpart) == (Money(0), Money(1_200), SAFE)
    assert (first.closing, rest.opening, rest.closing, rest.next_after) == (Money(300), Money(0), Money(300), None)
    revenue = await activity(connection, book=BOOK, account=GOODS_REVENUE)
    assert [line.balance.rupiah for line in revenue.lines] == [100, 300, 600, 1_000, 1_500]
    assert (await activity(connection, book=BOOK, account=INVENTORY)).lines == ()


async def test_accounts_of_a_kind_are_paged_and_settled_ones_left_out(connection: Connection) -> None:
    for number in range(1, 5):
        await move(connection, SPRING, (till(f"shift:{number}"), OPENING_BALANCE, number))
    await move(connection, SPRING, (SAFE, till("shift:2"), 2))

    async def shown(after: str = "", *, is_settled_too: bool = False) -> list[tuple[str, int]]:
        rows = await page_accounts(
            connection,
            book=BOOK,
            kind=AccountKind.TILL_CASH,
            after_reference=after,
            is_settled_too=is_settled_too,
            limit=2,
        )
        return [(row.account.reference, row.balance.rupiah) for row in rows]

    assert await shown() == [("shift:1", 1), ("shift:3", 3)]
    assert await shown("shift:3") == [("shift:4", 4)]
    assert await shown(is_settled_too=True) == [("shift:1", 1), ("shift:2", 0)]
