"""Purchase limits and licence rules as dated rows, why a product is paused, units frozen on the sale."""

from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from marketplace.migrate import run_scripts

ID = "2026-11-24T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "goods: limits, licence rules, units"


async def forwards() -> MigrationManager:
    """Bring the goods' tables up to date."""
    manager = MigrationManager(migration_id=ID, app_name="marketplace", description=DESCRIPTION)

    async def run() -> None:
        await run_scripts(sorted((Path(__file__).parent / "goods").glob("*.sql")))

    manager.add_raw(run)
    return manager
