"""`make bench-payments`: postings a second against the same inserts by pgbench; balances and reports of a long book.

Small by default; `--full` takes an account with 1.000.000 transfers and a store-year of 200 sales a day.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from statistics import median

import asyncpg

from benchmarks.floors import run_pgbench
from benchmarks.world import postgres
from marketplace.migrate import migrate
from payments import (
    Money,
    accounts,
    activity,
    balance,
    balance_sheet,
    check,
    close_days,
    post,
    recipes,
    trial_balance_on,
)

Connection = asyncpg.Connection

CLIENTS = 8
SECONDS = 2
LOOKS = 200
ROUNDS = 5
NOW = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
YEAR_END = date(2025, 12, 31)

# A sale on a receivable that is opened by it and paid into the till: what `post` is asked for below, as plain inserts.
_FLOOR = """\\set n :n + 1
\\set order :client_id * 1000000000 + :n + {salt}
\\set first {first} + :client_id * 5
BEGIN;
INSERT INTO ledger_account (book, kind, reference, normal_side, may_be_negative)
 VALUES ('floor:' || :client_id, 'buyer_receivable', 'order:' || :order, 'debit', true) RETURNING id \\gset r_
INSERT INTO {table} (book, debit_account_id, credit_account_id, amount_rupiah, source, event, occurred_at, author{more})
 VALUES ('floor:' || :client_id, :first, :r_id, 95000, 'floor:' || :order, 'receivable.paid', now(), 'person:7'{on}),
 ('floor:' || :client_id, :r_id, :first + 1, 65000, 'floor:' || :order, 'sale.goods', now(), 'person:7'{on}),
 ('floor:' || :client_id, :first + 2, :first + 3, 60000, 'floor:' || :order, 'sale.cost', now(), 'person:7'{on}),
 ('floor:' || :client_id, :r_id, :first + 4, 30000, 'floor:' || :order, 'sale.owed', now(), 'person:7'{on});
COMMIT;
"""

# A year of sales a day, as the ledger's own tables keep them; the triggers and constraints are at work.
_YEAR = """
WITH opened AS (
    INSERT INTO ledger_account (book, kind, reference, normal_side, may_be_negative)
    SELECT 'store:1', 'buyer_receivable', 'order:' || n, 'debit', true FROM generate_series(1, $1) AS n
    RETURNING id, reference
), kept AS (
    SELECT kind, id FROM ledger_account WHERE book = 'store:1' AND kind <> 'buyer_receivable'
), sale AS (
    SELECT id, reference,
           timestamptz '2025-01-01 08:00+07' + interval '364 days' * (row_number() OVER (ORDER BY id)) / $1 AS sold_at
    FROM opened
)
INSERT INTO ledger_transfer (book, debit_account_id, credit_account_id, amount_rupiah, source, event, occurred_at,
                             author)
SELECT 'store:1', debit, credit, amount, reference, event, sold_at, 'person:7'
FROM sale CROSS JOIN LATERAL (VALUES
    ((SELECT id FROM kept WHERE kind = 'safe_cash'), sale.id, 95000, 'receivable.paid'),
    (sale.id, (SELECT id FROM kept WHERE kind = 'goods_revenue'), 65000, 'sale.goods'),
    ((SELECT id FROM kept WHERE kind = 'cost_of_goods_sold'), (SELECT id FROM kept WHERE kind = 'inventory'), 60000,
     'sale.cost'),
    (sale.id, (SELECT id FROM kept WHERE kind = 'supplier_payable'), 30000, 'sale.owed')
) AS moved (debit, credit, amount, event)
"""

_LONG = """
INSERT INTO ledger_transfer (book, debit_account_id, credit_account_id, amount_rupiah, source, event, occurred_at,
                             author)
SELECT $3, (SELECT id FROM ledger_account WHERE book = $3 AND kind = 'safe_cash'),
       (SELECT id FROM ledger_account WHERE book = $3 AND kind = 'goods_revenue'),
       1, $3 || ':' || n, 'sale', timestamptz '2025-01-01 08:00+07' + interval '1 minute' * (n % 500000), 'person:7'
FROM generate_series($1::int, $2::int) AS n
"""


async def open_accounts(connection: Connection, book: str) -> int:
    """Open the five accounts that every sale uses, id after id; the first id."""
    rows = await connection.fetch(
        """
        INSERT INTO ledger_account (book, kind, reference, normal_side, may_be_negative)
        SELECT $1, wanted.kind, wanted.reference, facts.normal_side, facts.may_be_negative
        FROM (VALUES (1, 'safe_cash', ''), (2, 'goods_revenue', ''), (3, 'cost_of_goods_sold', ''),
                     (4, 'inventory', ''), (5, 'supplier_payable', 'organisation:5'))
            AS wanted (position, kind, reference)
        JOIN ledger_account_kind AS facts ON facts.kind = wanted.kind ORDER BY wanted.position RETURNING id
        """,
        book,
    )
    return min(row["id"] for row in rows)


async def post_sales(url: str, *, salt: int) -> float:
    """Sales posted a second by CLIENTS connections, each in its own book."""
    done = [0] * CLIENTS
    until = time.perf_counter() + SECONDS

    async def sell(lane: int) -> None:
        connection = await asyncpg.connect(url)
        line = recipes.OwnStockSold(price=Money(65_000), cost=Money(60_000))
        consigned = recipes.ConsignmentSold(price=Money(30_000), fee=Money(0), supplier_reference="organisation:5")
        while time.perf_counter() < until:
            order = f"order:{salt}-{lane}-{done[lane]}"
            receivable = accounts.buyer_receivable(order)
            paid = recipes.receivable_paid(receivable=receivable, paid_into=accounts.SAFE, amount=Money(95_000))
            async with connection.transaction():
                await post(
                    connection,
                    book=f"bench:{lane}",
                    source=order,
                    transfers=(*paid, *recipes.sale(paid_into=receivable, lines=[line, consigned])),
                    author="person:7",
                    occurred_at=NOW,
                )
            done[lane] += 1
        await connection.close()

    await asyncio.gather(*[sell(lane) for lane in range(CLIENTS)])
    return sum(done) / SECONDS


async def measure_postings(url: str, connection: Connection, *, rounds: int) -> None:
    """Print postings a second and their ratio to the same inserts, and to inserts without trigger or projection."""
    first = min([await open_accounts(connection, f"floor:{lane}") for lane in range(CLIENTS)])
    await connection.execute("CREATE TABLE bare_transfer (LIKE ledger_transfer INCLUDING ALL)")
    ratios, bare_ratios, posted = [], [], []
    for number in range(rounds):
        salt = number * 1_000_000
        script = {"first": first, "salt": salt}
        floor, _ = await run_pgbench(
            url, _FLOOR.format(table="ledger_transfer", more="", on="", **script), clients=CLIENTS, seconds=SECONDS
        )
        bare, _ = await run_pgbench(
            url,
            _FLOOR.format(
                table="bare_transfer", more=", booked_on", on=", current_date", first=first, salt=salt + 500_000
            ),
            clients=CLIENTS,
            seconds=SECONDS,
        )
        ours = await post_sales(url, salt=number)
        posted.append(ours)
        ratios.append(ours / floor)
        bare_ratios.append(ours / bare)
    print(f"sales posted a second (1 account, 4 transfers each), {CLIENTS} clients: {median(posted):,.0f}")
    print(f"  ÷ the same inserts by pgbench            {median(ratios):.2f}  goal ≥ 0.5")
    print(f"  ÷ inserts without triggers, by pgbench   {median(bare_ratios):.2f}")


async def timed(look: Callable[[], Awaitable[object]], *, looks: int = LOOKS) -> float:
    """Median of a look in ms."""
    times = []
    for _ in range(looks):
        began = time.perf_counter()
        await look()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


async def measure_balance(connection: Connection, *, transfers: int) -> None:
    """Print the time of a balance of 1.000 transfers and of many, by turns, and that of a last page of activity."""
    for book, count in (("store:3", 1_000), ("store:2", transfers)):
        await open_accounts(connection, book)
        for start in range(1, count + 1, 100_000):
            await connection.execute(_LONG, start, min(start + 99_999, count), book)
    # A sum that moved a hundred thousand times in one statement left as many dead rows; sales leave one at a time.
    await connection.execute("VACUUM ANALYZE ledger_transfer, ledger_account, ledger_balance")

    async def look(book: str) -> Money:
        return await balance(connection, book=book, account=accounts.SAFE)

    assert await look("store:3") == Money(1_000)
    assert await look("store:2") == Money(transfers)
    pairs = [(await timed(lambda: look("store:3")), await timed(lambda: look("store:2"))) for _ in range(ROUNDS)]
    few, many = (median(times) for times in zip(*pairs, strict=True))
    print(f"balance, p50 ms: 1.000 transfers {few:.2f}, {transfers:,} transfers {many:.2f}")
    print(f"  ratio                                    {median(b / a for a, b in pairs):.2f}  goal ≤ 1.5")

    async def last_page() -> object:
        return await activity(
            connection, book="store:2", account=accounts.SAFE, since=date(2025, 12, 1), through=YEAR_END
        )

    is_open = await timed(last_page, looks=5)
    async with connection.transaction():
        await close_days(connection, book="store:2", through=date(2025, 11, 30), at=NOW, author="person:9")
    print(f"first page of its last month, p50 ms: open {is_open:.1f}, days before closed {await timed(last_page):.2f}")


async def measure_year(connection: Connection, *, sales_a_day: int) -> None:
    """Print the trial balance and balance sheet of a store-year, before and after its days are closed."""
    await open_accounts(connection, "store:1")
    await connection.execute(_YEAR, 365 * sales_a_day)
    await connection.execute("VACUUM ANALYZE ledger_transfer")

    async def trial() -> object:
        return await trial_balance_on(connection, book="store:1", on=YEAR_END)

    async def sheet() -> object:
        return await balance_sheet(connection, book="store:1", on=YEAR_END)

    before = await trial()
    is_open = await timed(trial, looks=5)
    began = time.perf_counter()
    async with connection.transaction():
        await close_days(connection, book="store:1", through=YEAR_END, at=NOW, author="person:9")
    closing = time.perf_counter() - began
    closed = await timed(trial)
    assert await trial() == before
    transfers = await connection.fetchval("SELECT count(*) FROM ledger_transfer WHERE book = 'store:1'")
    print(f"trial balance of a store-year of {transfers:,} transfers, p50 ms:")
    print(f"  all days open {is_open:.1f}, all closed {closed:.2f} (ratio {closed / is_open:.3f});", end=" ")
    print(f"closing 365 days at once {closing:.1f} s; balance sheet {await timed(sheet):.2f}")


async def measure(*, transfers: int, sales_a_day: int, rounds: int) -> None:
    """Run the three measurements on a PostgreSQL of their own, and prove the books sound after them."""
    async with postgres() as url:
        await migrate(url)
        connection = await asyncpg.connect(url)
        await measure_postings(url, connection, rounds=rounds)
        await measure_balance(connection, transfers=transfers)
        await measure_year(connection, sales_a_day=sales_a_day)
        began = time.perf_counter()
        assert await check(connection) == []
        count = await connection.fetchval("SELECT count(*) FROM ledger_transfer")
        print(f"`ledger check` of {count:,} transfers: sound, {time.perf_counter() - began:.1f} s")
        await connection.close()


def main() -> None:
    """Read the size and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.payments", description=__doc__)
    parser.add_argument("--full", action="store_true", help="1.000.000 transfers, 200 sales a day, 7 rounds")
    parser.add_argument("--rounds", type=int, default=0, help="paired rounds of the postings (medians are printed)")
    arguments = parser.parse_args()
    size = (1_000_000, 200, 7) if arguments.full else (50_000, 50, 5)
    asyncio.run(measure(transfers=size[0], sales_a_day=size[1], rounds=arguments.rounds or size[2]))


if __name__ == "__main__":
    main()
