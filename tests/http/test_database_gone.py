"""The database restarts while pages are served: a page says to come back, and the next one is served again."""

import asyncio

import asyncpg
import httpx
import pytest

from marketplace import database

END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def test_idle_connections_that_were_ended_are_replaced(client: httpx.AsyncClient, database_url: str) -> None:
    assert (await client.get("/gerai")).status_code == 200
    admin = await asyncpg.connect(database_url)
    await admin.execute(END_ALL)
    answers = [(await client.get("/gerai")).status_code for _ in range(4)]
    await admin.close()
    assert set(answers[:-1]) <= {200, 503}
    assert answers[-1] == 200


async def test_connection_ended_in_the_middle_is_answered_with_busy(
    client: httpx.AsyncClient, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(connection: database.Connection, *_: object, **__: object) -> object:
        return await connection.fetch("SELECT pg_sleep(20)")

    monkeypatch.setattr("marketplace.stores.shop_queries.list_stores_in", slow)
    asked = asyncio.ensure_future(client.get("/gerai"))
    admin = await asyncpg.connect(database_url)
    for _ in range(500):
        if await admin.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(20)%'"
            " AND pid <> pg_backend_pid()"
        ):
            break
        await asyncio.sleep(0.01)
    await admin.execute(END_ALL)
    answer = await asked
    await admin.close()
    assert answer.status_code == 503


@pytest.mark.usefixtures("pool")
async def test_connection_that_is_lost_within_a_transaction_is_told_as_lost(database_url: str) -> None:
    admin = await asyncpg.connect(database_url)

    async def lose_it() -> None:
        async with database.transaction() as connection:
            await connection.fetchval("SELECT 1")
            await admin.execute(END_ALL)
            await connection.fetchval("SELECT 2")

    with pytest.raises((asyncpg.OperatorInterventionError, asyncpg.PostgresConnectionError)):
        await lose_it()
    await admin.close()
    async with database.transaction() as connection:
        assert await connection.fetchval("SELECT 3") == 3
