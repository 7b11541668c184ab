"""The first schema, one SQL file per area, in the order of the areas."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-22T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "foundation"


async def forwards() -> MigrationManager:
    """Create every table of the marketplace."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "foundation").glob("*.sql")))

    manager.add_raw(run)
    return manager
