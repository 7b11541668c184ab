"""What load balancers are told."""

import asyncpg
import httpx


async def test_sound_database_is_ready(client: httpx.AsyncClient) -> None:
    alive = await client.get("/health")
    ready = await client.get("/health/ready")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ok"})


async def test_pending_migration_is_not_ready_but_alive(client: httpx.AsyncClient, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("DELETE FROM migration WHERE app_name = 'marketplace'")
    await connection.close()

    alive = await client.get("/health")
    ready = await client.get("/health/ready")
    assert alive.status_code == 200
    assert (ready.status_code, ready.json()) == (503, {"status": "migrations are pending"})
