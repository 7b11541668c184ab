"""A database that was in use before books had days: every transfer gets its day, and the books stay sound."""

import asyncpg
import pytest

from payments import check
from tests.payments.conftest import MIGRATIONS


async def test_transfers_from_before_get_their_day(postgres_url: str) -> None:
    name = "payments_before_days"
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"DROP DATABASE IF EXISTS {name}")
    await admin.execute(f"CREATE DATABASE {name}")
    connection = await asyncpg.connect(postgres_url, database=name)
    try:
        for part in ("foundation", "ways"):
            for path in sorted(MIGRATIONS.glob(f"{part}/*.sql")):
                await connection.execute(path.read_text())
        await connection.fetch(
            "SELECT ledger_post('store:12', 'order:1', '{sale}', '{500}', '{till_cash}', '{shift:1}',"
            " '{goods_revenue}', '{\"\"}', '{NULL}', '2026-11-20 18:00+00', 'person:7', '')"
        )
        async with connection.transaction():
            for path in sorted(MIGRATIONS.glob("ledger_books/*.sql")):
                await connection.execute(path.read_text())
        row = await connection.fetchrow(
            "SELECT booked_on::text, closed_through FROM ledger_transfer JOIN ledger_book USING (book)"
        )
        assert row is not None
        # one in the morning of the 21st in Jakarta
        assert tuple(row) == ("2026-11-21", None)
        assert await check(connection) == []
        # append-only again
        with pytest.raises(asyncpg.PostgresError) as refused:
            await connection.execute("UPDATE ledger_transfer SET booked_on = '2026-01-01'")
        assert refused.value.sqlstate == "LG002"
    finally:
        await connection.close()
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
