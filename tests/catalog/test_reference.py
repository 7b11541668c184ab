"""The reference data as loaded into PostgreSQL."""

from datetime import date

from marketplace import database
from marketplace.catalog import limit_in_force, load_reference, read_limit
from tests.factories_trade import load_trade_reference


async def _counts() -> dict[str, int]:
    async with database.connection() as connection:
        return {
            table: await connection.fetchval(f"SELECT count(*) FROM {table}")
            for table in ("category", "unit", "commodity", "price_ceiling", "purchase_limit", "licence_rule")
        }


async def test_reference_loaded_twice_stays_the_same(pool: None) -> None:
    """Migrating again adds and changes nothing."""
    async with database.transaction() as connection:
        await load_trade_reference(connection)
    before = await _counts()
    async with database.transaction() as connection:
        await load_reference(connection)
    assert await _counts() == before
    assert before["category"] == 14
    assert before["commodity"] == 17
    assert before["unit"] > 30


async def test_rice_ceiling_of_west_java_stands_in_two_dated_rows(pool: None) -> None:
    """The old row ends the day before the new one begins."""
    async with database.transaction() as connection:
        await load_trade_reference(connection)
        rows = await connection.fetch(
            "SELECT amount_rupiah, effective_on::text, until_on::text FROM price_ceiling"
            " WHERE commodity_code = 'beras-medium' AND region_code = '32' ORDER BY effective_on"
        )
    assert [tuple(row) for row in rows] == [(12_500, "2024-06-05", "2025-08-21"), (13_500, "2025-08-22", None)]


async def test_limit_of_sphp_rice_is_that_of_its_day(pool: None) -> None:
    """Two packs of 5 kg until 14 January 2026, five since; in gram, as the goods are judged."""
    async with database.transaction() as connection:
        await load_trade_reference(connection)
        rows = await connection.fetch(
            "SELECT to_jsonb(purchase_limit) AS row FROM purchase_limit WHERE commodity_code = 'beras-sphp'"
        )
    limits = [read_limit(row["row"]) for row in rows]
    days = (date(2025, 6, 30), date(2025, 7, 1), date(2026, 1, 14), date(2026, 1, 15))
    assert [limit_in_force(limits, on=day) for day in days] == [None, 10_000, 10_000, 25_000]


async def test_last_day_of_a_rule_follows_its_file(pool: None) -> None:
    """A later decree ends the row before it; amounts and first days never change."""
    async with database.transaction() as connection:
        await load_trade_reference(connection)
        before = await connection.fetch("SELECT * FROM price_ceiling ORDER BY id")
        await connection.execute("UPDATE price_ceiling SET until_on = NULL")
        await connection.execute("UPDATE purchase_limit SET until_on = NULL")
        await load_reference(connection)
        assert await connection.fetch("SELECT * FROM price_ceiling ORDER BY id") == before
        assert await connection.fetchval("SELECT count(*) FROM purchase_limit WHERE until_on IS NULL") == 1


async def test_each_ceiling_stands_once_and_rows_never_overlap(pool: None) -> None:
    """For one commodity, kind and region each day has at most one row."""
    async with database.transaction() as connection:
        await load_trade_reference(connection)
        overlapping = await connection.fetch(
            "SELECT a.commodity_code, a.region_code FROM price_ceiling a JOIN price_ceiling b"
            " ON a.commodity_code = b.commodity_code AND a.kind = b.kind AND a.id < b.id"
            " AND a.region_code IS NOT DISTINCT FROM b.region_code"
            " AND daterange(a.effective_on, a.until_on, '[]') && daterange(b.effective_on, b.until_on, '[]')"
        )
    assert overlapping == []
