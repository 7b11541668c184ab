"""The reference data as loaded into PostgreSQL."""

from marketplace import database
from marketplace.catalog import load_reference
from tests.factories_trade import load_trade_reference


async def _counts() -> dict[str, int]:
    async with database.connection() as connection:
        return {
            table: await connection.fetchval(f"SELECT count(*) FROM {table}")
            for table in ("category", "unit", "commodity", "price_ceiling")
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
