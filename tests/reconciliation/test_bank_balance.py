"""Book and bank are compared as of the statement's own day; and reading open lines costs what is open."""

import json
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from marketplace import clock, database
from marketplace.books import book_of
from marketplace.formats.dates import WIB, day_of
from payments import list_open_lines
from payments.statements import store as statement_store
from tests.orders.counter_shop import Shop, add_person, command
from tests.orders.till_shop import fill_safe
from tests.reconciliation.statements import bank_file, bring, decide, line_ids, open_list
from tests.reconciliation.test_deposits_seen import confirmed


@pytest.fixture
async def board(client: httpx.AsyncClient, shop: Shop) -> str:
    await fill_safe(client, shop, 2_000_000)
    return await add_person(shop, "pengurus")


async def balances(client: httpx.AsyncClient, shop: Shop, on: date | None = None) -> list[tuple[int, int]]:
    """Differences of the balance up to a day: rupiah and age."""
    answer = await client.get(
        "/api/v1/stores/current/differences",
        params={} if on is None else {"on": on.isoformat()},
        headers={"authorization": f"Bearer {shop.tokens['pengawas']}"},
    )
    assert answer.status_code == 200, answer.text
    return [(one["amount_sen"] // 100, one["age_days"]) for one in answer.json() if one["kind"] == "bank_balance"]


async def test_what_is_booked_after_the_statement_is_no_difference(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    with clock.standing_at(clock.now() - timedelta(days=3)):
        await confirmed(client, shop, board, 300_000)
    await bring(client, shop, bank_file(("SETORAN", 300_000), ago=2, saldo=300_000))
    assert await balances(client, shop) == []
    await confirmed(client, shop, board, 200_000)
    assert await balances(client, shop) == []
    # The next statement shows it.
    await bring(client, shop, bank_file(("SETORAN", 200_000), saldo=500_000))
    assert await balances(client, shop) == []
    # What is booked later on the day of a statement it could not know.
    await confirmed(client, shop, board, 100_000)
    assert await balances(client, shop) == []


async def test_what_a_late_file_brings_counts_on_the_day_of_its_line(
    client: httpx.AsyncClient, shop: Shop, board: str
) -> None:
    with clock.standing_at(clock.now() - timedelta(days=3)):
        await confirmed(client, shop, board, 300_000)
    lines = (("SETORAN", 295_000), ("BIAYA ADM", -5_000))
    await bring(client, shop, bank_file(*lines, ago=2, saldo=290_000), headers=command(board))
    assert await balances(client, shop) == [(10_000, 2)]
    deposit_line, fee = await line_ids()
    assert (await decide(client, shop, fee, is_bank_fee=True)).status_code == 200
    assert await balances(client, shop) == [(5_000, 2)]
    answer = await client.get(
        f"/api/v1/stores/current/statement-lines/{deposit_line}", headers={"authorization": f"Bearer {board}"}
    )
    (offered,) = answer.json()["deposits"]
    chosen = await client.post(
        f"/api/v1/stores/current/statement-lines/{deposit_line}/decision",
        json={"move": offered["move"]},
        headers=command(board),
    )
    assert chosen.status_code == 200, chosen.text
    assert await balances(client, shop) == []


async def test_each_day_is_compared_with_its_own_statement(client: httpx.AsyncClient, shop: Shop, board: str) -> None:
    with clock.standing_at(clock.now() - timedelta(days=5)):
        await confirmed(client, shop, board, 300_000)
    await bring(client, shop, bank_file(("SETORAN", 300_000), ago=4, saldo=301_000))
    await bring(client, shop, bank_file(("BUNGA", 1_000), ago=1, saldo=301_000))
    today = day_of(clock.now(), WIB)
    assert await balances(client, shop, today - timedelta(days=2)) == [(-1_000, 2)]
    assert await balances(client, shop) == [(-1_000, 1)]
    assert await balances(client, shop, today - timedelta(days=5)) == []


def _scanned(plan: dict[str, Any]) -> dict[str, int]:
    """Rows read of each table in a plan that was run."""
    found: dict[str, int] = {}
    if "Relation Name" in plan:
        loops = plan["Actual Loops"]
        read = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * loops
        found[plan["Relation Name"]] = int(read)
    for part in plan.get("Plans", []):
        for name, read in _scanned(part).items():
            found[name] = found.get(name, 0) + read
    return found


async def test_open_lines_are_read_without_the_hundred_thousand_that_are_closed(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    await bring(client, shop, bank_file(("LAMA", 1_000), ago=30))
    book = book_of(shop.store_id)
    async with database.transaction() as connection:
        # Closed as matching closes them: by their row in statement_match.
        await connection.execute(
            """
            WITH added AS (
                INSERT INTO statement_line (import_id, book, kind, account_reference, digest, happened_on, amount_sen,
                                            description, reference)
                SELECT import.id, import.book, 'bank', 'bank:1', lpad(number::text, 64, '0'),
                       current_date - (number % 900)::int, -250000, 'BIAYA', ''
                FROM statement_import AS import, generate_series(1, 100000) AS number
                RETURNING id, book
            )
            INSERT INTO statement_match (line_id, book, kind, matched_at, author)
            SELECT id, book, 'bank_fee', now(), 'system' FROM added
            """
        )
    await bring(client, shop, bank_file(("BARU", 2_000), ("BARU", 3_000)))
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM statement_open_line") == 3
        for table in ("statement_line", "statement_match", "statement_open_line", "statement_import"):
            await connection.execute(f"ANALYZE {table}")
        lines = await list_open_lines(connection, book=book, limit=2_000)
        assert [line.amount_sen for line in lines] == [100_000, 200_000, 300_000]
        seen = _Explaining(connection)
        await statement_store.list_open_lines(seen, book=book, limit=2_000)  # type: ignore[arg-type]
    read = _scanned(seen.plan)
    assert (read["statement_open_line"], read["statement_line"]) == (3, 3)
    assert set(read) == {"statement_open_line", "statement_line", "statement_import"}
    assert read["statement_import"] <= 3
    assert len(await open_list(client, shop)) == 3


class _Explaining:
    """A connection that runs what it is asked and keeps how it was done."""

    def __init__(self, connection: database.Connection) -> None:
        self._connection = connection
        self.plan: dict[str, Any] = {}

    async def fetch(self, statement: str, *values: object) -> list[Any]:
        told = await self._connection.fetchval("EXPLAIN (ANALYZE, FORMAT JSON) " + statement, *values)
        self.plan = json.loads(told)[0]["Plan"]
        return []
