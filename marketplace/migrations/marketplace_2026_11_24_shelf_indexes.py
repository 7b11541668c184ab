"""Indexes that hold what sorting a store's shelf reads, so that a large store's page reads few rows of tables."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "shelf indexes"


async def forwards() -> MigrationManager:
    """Add the two indexes that the goods of a store are sorted by."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts([Path(__file__).parent / "shelf_indexes.sql"])

    manager.add_raw(run)
    return manager
