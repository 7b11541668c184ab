"""Deposits that are seen on the bank's statement."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-25T10:25:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "bank moves"


async def forwards() -> MigrationManager:
    """Tie deposits to lines of statements."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "bank_moves").glob("*.sql")))

    manager.add_raw(run)
    return manager
