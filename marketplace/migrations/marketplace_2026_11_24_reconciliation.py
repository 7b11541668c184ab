"""Explanations of differences between the book and the statements."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T12:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "reconciliation"


async def forwards() -> MigrationManager:
    """Add explanations."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "reconciliation").glob("*.sql")))

    manager.add_raw(run)
    return manager
