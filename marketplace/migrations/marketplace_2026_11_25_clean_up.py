"""Indexes that the worker removes old rows by; a column that nobody used leaves."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-25T08:43:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "clean-up by indexes"


async def forwards() -> MigrationManager:
    """Add the indexes, drop the column."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts([Path(__file__).parent / "clean_up.sql"])

    manager.add_raw(run)
    return manager
