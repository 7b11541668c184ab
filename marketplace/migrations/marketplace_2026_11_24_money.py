"""Receipts of every way to pay, not only of cash in a shift."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "money"


async def forwards() -> MigrationManager:
    """Widen receipts."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "money").glob("*.sql")))

    manager.add_raw(run)
    return manager
