"""Bring a database to the present schema, atomically, also when several processes start at once.

Piccolo runs each migration in a transaction but notes it as done outside of it, so a kill in between leaves a schema
that cannot be migrated again. Here one transaction with an advisory lock spans all of it.
"""

import contextlib
import io
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import asyncpg

from marketplace.database import Connection

_ADVISORY_LOCK = 0x4C756D62  # "Lumb"


async def migrate(database_url: str) -> list[str]:
    """Apply what is missing; return the ids of the migrations applied now.

    Raises:
        asyncpg.PostgresError: a statement failed; nothing was changed.

    """
    os.environ.setdefault("PICCOLO_CONF", "marketplace.piccolo_conf")
    # Imported late: Piccolo reads PICCOLO_CONF when its modules load, and serving needs none of this.
    from piccolo.apps.migrations.commands.forwards import run_forwards  # noqa: PLC0415
    from piccolo.apps.migrations.tables import Migration  # noqa: PLC0415

    from marketplace.piccolo_conf import DB  # noqa: PLC0415

    DB.config["dsn"] = database_url
    async with DB.transaction():
        await Migration.raw(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        before = await _applied(Migration)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            result = await run_forwards("all")
        if not result.success:
            message = f"migration failed: {result.message}\n{said.getvalue()}"
            raise RuntimeError(message)
        applied = [name for name in await _applied(Migration) if name not in before]
    return applied  # noqa: RET504 - after the commit: before it, nothing is applied


async def _applied(migration: type) -> list[str]:
    exists = await migration.raw("SELECT to_regclass('migration') IS NOT NULL AS it")  # type: ignore[attr-defined]
    if not exists[0]["it"]:
        return []
    rows = await migration.raw("SELECT app_name || ' ' || name AS it FROM migration ORDER BY id")  # type: ignore[attr-defined]
    return [row["it"] for row in rows]


async def pending_migrations(database_url: str) -> list[str]:
    """Names of migration files that this database has not seen."""
    connection = await asyncpg.connect(database_url)
    try:
        return await missing_migrations(connection)
    finally:
        await connection.close()


async def missing_migrations(connection: Connection) -> list[str]:
    """As `pending_migrations`, on an open connection."""
    exists = await connection.fetchval("SELECT to_regclass('migration') IS NOT NULL")
    applied = {row["name"] for row in await connection.fetch("SELECT name FROM migration")} if exists else set()
    return [name for name, migration_id in _migrations() if migration_id not in applied]


@cache
def _migrations() -> tuple[tuple[str, str], ...]:
    """File name and id of every migration of this code, in the order they run."""
    root = Path(__file__).parent.parent
    return tuple(
        (path.stem, line.removeprefix("ID = ").strip('"'))
        for folder in (root / "payments" / "migrations", root / "marketplace" / "migrations")
        for path in sorted(folder.glob("*.py"))
        for line in path.read_text().splitlines()
        if line.startswith("ID = ")
    )


async def run_scripts(paths: Iterable[Path]) -> None:
    """Execute SQL files, each of several statements, on the migration's connection."""
    from marketplace.piccolo_conf import DB  # noqa: PLC0415 - see migrate()

    transaction = DB.current_transaction.get()
    if transaction is None:
        message = "SQL scripts run inside migrate() only"
        raise RuntimeError(message)
    for path in paths:
        await transaction.connection.execute(path.read_text())
