"""The clock of every store is the clock of its book."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T09:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "books"


async def forwards() -> MigrationManager:
    """Give every book the clock of its store."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "books").glob("*.sql")))

    manager.add_raw(run)
    return manager
