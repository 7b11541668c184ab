"""What the worker removes is found by an index, however much of the table stays."""

from datetime import timedelta

import asyncpg
import pytest

from marketplace import clock
from marketplace.accounts.store import delete_old_password_resets, delete_old_sessions
from marketplace.cart.store import delete_stale_carts

_MANY = 5_000


async def read_rows(connection: asyncpg.Connection, table: str) -> int:
    """Rows of a table that this transaction has read, by scan or by index."""
    read: int = await connection.fetchval(
        "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = $1", table
    )
    return read


@pytest.mark.usefixtures("pool")
async def test_old_rows_are_found_without_reading_those_that_stay(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    now = clock.now()
    await connection.execute(
        f"""
        INSERT INTO person (display_name, email_sealed, email_fingerprint)
        SELECT 'Warga', 'x', decode(lpad(to_hex(n), 8, '0'), 'hex') FROM generate_series(1, {_MANY}) AS n;
        INSERT INTO session (token_hash, person_id, expires_at)
        SELECT email_fingerprint, id, now() + interval '30 days' FROM person;
        INSERT INTO session (token_hash, person_id, expires_at, ended_at)
        SELECT sha256(email_fingerprint), id, now() + interval '30 days', now() FROM person;
        INSERT INTO password_reset (token_hash, person_id, expires_at)
        SELECT email_fingerprint, id, now() FROM person;
        INSERT INTO cart (person_id, touched_at) SELECT id, now() - interval '2 years' FROM person;
        INSERT INTO cart (token_hash, touched_at) SELECT email_fingerprint, now() FROM person;
        UPDATE session SET expires_at = now() - interval '91 days' WHERE id IN (SELECT id FROM session LIMIT 2);
        UPDATE session SET ended_at = now() - interval '91 days' WHERE id = (SELECT max(id) FROM session);
        UPDATE password_reset SET expires_at = now() - interval '8 days' WHERE token_hash = '\\x00000001';
        UPDATE cart SET touched_at = now() - interval '91 days' WHERE token_hash = '\\x00000001';
        """
    )
    await connection.execute("ANALYZE session, password_reset, cart")
    async with connection.transaction():
        assert await delete_old_sessions(connection, now - timedelta(days=90), 2_000) == 3
        assert await delete_old_password_resets(connection, now - timedelta(days=7), 2_000) == 1
        assert await delete_stale_carts(connection, before=now - timedelta(days=90), limit=2_000) == 1
        read = {table: await read_rows(connection, table) for table in ("session", "password_reset", "cart")}
    await connection.close()
    assert all(rows < _MANY // 100 for rows in read.values()), read
