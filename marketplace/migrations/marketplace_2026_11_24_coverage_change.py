"""Steps of cooperatives counted by region and day, so that coverage of the country is read without its cooperatives."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T12:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "coverage change"


async def forwards() -> MigrationManager:
    """Add the table, fill it from the history and let triggers keep it."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts([Path(__file__).parent / "coverage_change.sql"])

    manager.add_raw(run)
    return manager
