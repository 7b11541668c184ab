"""What is handed over, counted by day: which goods are wanted most follows it."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T15:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "demand"


async def forwards() -> MigrationManager:
    """Add the tables of demand and the index that it is counted by."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts([Path(__file__).parent / "demand.sql"])

    manager.add_raw(run)
    return manager
